import type { Tx } from "#kernel/db.ts";
import { movedBy, type Deferral } from "./domain/deferral.ts";

/** How a change moved what a loan defers. */
export interface DeferralChange { readonly before: Deferral | null; readonly after: Deferral }

/** What a loan defers as its row is read, beside it: one value in JSON. */
export interface StoredDeferral {
  fee_minor: number; cost_minor: number; fee_amortised_minor: number; cost_amortised_minor: number; fee_lost_minor: number; cost_lost_minor: number;
  basis_minor: number; spread: number; effective_rate: number | null; from_month: number; left_share: number[];
}

/** Of one loan of the deferral `d`, with its plan; a condition on `d` follows. Read in the statement that reads the loan's events, once the loan is held, so that nobody changes it meanwhile. */
export const DEFERRAL_OF = `SELECT json_build_object('fee_minor', d.fee_minor, 'cost_minor', d.cost_minor, 'fee_amortised_minor', d.fee_amortised_minor, 'cost_amortised_minor', d.cost_amortised_minor, 'fee_lost_minor', d.fee_lost_minor, 'cost_lost_minor', d.cost_lost_minor,
  'basis_minor', d.basis_minor, 'spread', d.spread, 'effective_rate', d.effective_rate, 'from_month', p.from_month, 'left_share', p.left_share) FROM servicing.deferral d JOIN servicing.deferral_plan p ON p.tenant_id = d.tenant_id AND p.loan_account_id = d.loan_account_id`;

export function deferralOf(row: StoredDeferral | null): Deferral | null {
  return row === null ? null : {
    deferred: { fee: Number(row.fee_minor), cost: Number(row.cost_minor) }, amortised: { fee: Number(row.fee_amortised_minor), cost: Number(row.cost_amortised_minor) }, lost: { fee: Number(row.fee_lost_minor), cost: Number(row.cost_lost_minor) },
    basis: Number(row.basis_minor), spread: row.spread, effectiveRate: row.effective_rate, plan: { fromMonth: row.from_month, left: row.left_share },
  };
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
