import type { Tx } from "#kernel/db.ts";
import { movedBy, type Deferral } from "./domain/deferral.ts";

/** How a change moved what a loan defers. */
export interface DeferralChange { readonly before: Deferral | null; readonly after: Deferral }

interface Row {
  loan_account_id: string; fee_minor: bigint; cost_minor: bigint; fee_amortised_minor: bigint; cost_amortised_minor: bigint; fee_lost_minor: bigint; cost_lost_minor: bigint;
  basis_minor: bigint; spread: number; effective_rate: number | null; from_month: number; left_share: bigint[];
}

/** What loans defer, by loan; those that defer nothing are left out. */
export async function readDeferrals(tx: Tx, ids: readonly string[]): Promise<Map<string, Deferral>> {
  const rows = await tx.rows<Row & object>("servicing.deferral.read",
    `SELECT d.loan_account_id, d.fee_minor, d.cost_minor, d.fee_amortised_minor, d.cost_amortised_minor, d.fee_lost_minor, d.cost_lost_minor, d.basis_minor, d.spread, d.effective_rate, p.from_month, p.left_share
     FROM servicing.deferral d JOIN servicing.deferral_plan p ON p.tenant_id = d.tenant_id AND p.loan_account_id = d.loan_account_id WHERE d.loan_account_id = ANY($1)`, [ids]);
  return new Map(rows.map((row) => [row.loan_account_id, {
    deferred: { fee: Number(row.fee_minor), cost: Number(row.cost_minor) }, amortised: { fee: Number(row.fee_amortised_minor), cost: Number(row.cost_amortised_minor) }, lost: { fee: Number(row.fee_lost_minor), cost: Number(row.cost_lost_minor) },
    basis: Number(row.basis_minor), spread: row.spread, effectiveRate: row.effective_rate, plan: { fromMonth: row.from_month, left: row.left_share.map(Number) },
  }]));
}

const AMOUNT_COLUMNS = ["fee_minor", "cost_minor", "fee_amortised_minor", "cost_amortised_minor", "fee_lost_minor", "cost_lost_minor"];
const AMOUNTS = AMOUNT_COLUMNS.join(", ");
const COLUMNS = `loan_account_id, shard, product_version_id, branch_id, currency, ${AMOUNTS}, basis_minor, spread, effective_rate`;
const OR_NOTHING = AMOUNT_COLUMNS.map((c) => `coalesce(${c}, 0)`).join(", ");
const CHANGED = [...AMOUNT_COLUMNS, "basis_minor", "spread", "effective_rate"].map((c) => `${c} = excluded.${c}`).join(", ");
const SAVE = `
WITH saved AS (
  INSERT INTO servicing.deferral (${COLUMNS}) SELECT ${COLUMNS} FROM json_populate_recordset(null::servicing.deferral, $1::json)
  ON CONFLICT (tenant_id, loan_account_id) DO UPDATE SET ${CHANGED}
), planned AS (
  INSERT INTO servicing.deferral_plan (loan_account_id, from_month, left_share) SELECT loan_account_id, from_month, left_share FROM json_populate_recordset(null::servicing.deferral_plan, $1::json)
  ON CONFLICT (tenant_id, loan_account_id) DO UPDATE SET from_month = excluded.from_month, left_share = excluded.left_share
)
INSERT INTO servicing.deferral_move (business_date, loan_account_id, ${AMOUNTS})
SELECT $3::date, loan_account_id, ${OR_NOTHING} FROM json_populate_recordset(null::servicing.deferral_move, $2::json)`;

type Saved = DeferralChange & { readonly loanAccountId: string; readonly shard: number; readonly productVersionId: string; readonly branchId: string | null; readonly currency: string };

/** Saves what loans defer after changes, and on the business date how it moved. The loans are locked by the caller, or new. */
export async function saveDeferrals(tx: Tx, changes: readonly Saved[]): Promise<void> {
  if (changes.length === 0) return;
  const rows = changes.map(({ loanAccountId, shard, productVersionId, branchId, currency, after }) => ({
    loan_account_id: loanAccountId, shard, product_version_id: productVersionId, branch_id: branchId, currency, ...amountsOf(after), basis_minor: after.basis, spread: after.spread, effective_rate: after.effectiveRate, from_month: after.plan.fromMonth, left_share: after.plan.left,
  }));
  const moves = changes.map(({ loanAccountId, before, after }) => ({ loan_account_id: loanAccountId, ...amountsOf(movedBy(before, after)) })).filter((move) => AMOUNT_COLUMNS.some((column) => move[column as keyof typeof move] !== 0));
  await tx.run("servicing.deferral.save", SAVE, [JSON.stringify(rows), JSON.stringify(moves), tx.businessDate]);
}

/** Keeps how the deferrals of loans moved on days of their past. */
export async function saveDeferralMoves(tx: Tx, moves: readonly { readonly date: string; readonly loanAccountId: string; readonly moved: ReturnType<typeof movedBy> }[]): Promise<void> {
  if (moves.length === 0) return;
  await tx.run("servicing.deferral.moves", `INSERT INTO servicing.deferral_move (business_date, loan_account_id, ${AMOUNTS}) SELECT business_date, loan_account_id, ${OR_NOTHING} FROM json_populate_recordset(null::servicing.deferral_move, $1::json)`,
    [JSON.stringify(moves.map(({ date, loanAccountId, moved }) => ({ business_date: date, loan_account_id: loanAccountId, ...amountsOf(moved) })))]);
}

function amountsOf({ deferred, amortised, lost }: Pick<Deferral, "deferred" | "amortised" | "lost">) {
  return { fee_minor: deferred.fee, cost_minor: deferred.cost, fee_amortised_minor: amortised.fee, cost_amortised_minor: amortised.cost, fee_lost_minor: lost.fee, cost_lost_minor: lost.cost };
}
