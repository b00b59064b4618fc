import { isoDate, type IsoDate } from "#engine/index.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { AMOUNTS, type ShareLine, type ShareTerms, type StatementLine } from "./domain/shares.ts";
import { problem } from "./problems.ts";

export interface PartnerRow { id: string; code: string; name: string; kind: string; payee_scheme: "in" | "us" | "iban"; payee_masked: string; wrapped_key: Buffer; payee_account: Buffer; state: string; made_by: string; made_at: string }
export interface ParticipationRow { id: string; partner_id: string; name: string; currency: string; share_ppb: bigint; from_date: string; fee_basis: ShareTerms["feeBasis"]; fee_ppb: bigint; charges: ShareTerms["charges"]; loans: number; state: string; made_by: string; made_at: string }
export interface StatementRow {
  id: string; partner_id: string; currency: string; from_date: string; through_date: string; state: "draft" | "proposed" | "settled" | "discarded"; net_minor: bigint; lines: number; entry_id: string | null;
  payment: "none" | "ordered" | "paid" | "refused"; paid_minor: bigint; attempts: number; reason: string | null; made_by: string; made_at: string;
}
export interface GuaranteeRow { id: string; partner_id: string; name: string; currency: string; cap_minor: bigint; claim_after_days: number; from_date: string; through_date: string; state: string }
/** A dispute with the partner and currency of its statement. */
export interface DisputeRow { id: string; statement_id: string; partner_id: string; currency: string; state: "open" | "proposed" | "refused" | "corrected" | "adjusted"; adjust_minor: bigint | null }
/** A loan of a participation; its stretch begins at `offset_ppb` once two people agreed. */
export interface SharedLoan { participation_id: string; loan_account_id: string; number: string; product_code: string; branch_id: string | null; offset_ppb: bigint | null }

/** Reads a partner and locks it until the transaction ends: whatever is owed to a partner is reckoned by one at a time. May raise partner.not_found. */
export async function lockPartner(tx: Tx, id: string): Promise<PartnerRow> {
  const row = await tx.maybe<PartnerRow>("partners.partner.lock", "SELECT * FROM partners.partner WHERE id = $1 FOR UPDATE", [id]);
  if (row === undefined) throw problem("partner.not_found");
  return row;
}

/** May raise participation.not_found. */
export async function participationOf(tx: Tx, id: string): Promise<ParticipationRow> {
  const row = await tx.maybe<ParticipationRow>("partners.participation.read", "SELECT * FROM partners.participation WHERE id = $1", [id]);
  if (row === undefined) throw problem("participation.not_found");
  return row;
}

/** May raise partner_statement.not_found. */
export async function lockStatement(tx: Tx, id: string): Promise<StatementRow> {
  const row = await tx.maybe<StatementRow>("partners.statement.lock", "SELECT * FROM partners.statement WHERE id = $1 FOR UPDATE", [id]);
  if (row === undefined) throw problem("partner_statement.not_found");
  return row;
}

/** Reads a guarantee and locks it: one claim at a time uses its cap. May raise guarantee.not_found. */
export async function lockGuarantee(tx: Tx, id: string): Promise<GuaranteeRow> {
  const row = await tx.maybe<GuaranteeRow>("partners.guarantee.lock", "SELECT id, partner_id, name, currency, cap_minor, claim_after_days, from_date, through_date, state FROM partners.guarantee WHERE id = $1 FOR UPDATE", [id]);
  if (row === undefined) throw problem("guarantee.not_found");
  return row;
}

/** May raise partner_dispute.not_found. */
export async function lockDispute(tx: Tx, id: string): Promise<DisputeRow> {
  const row = await tx.maybe<DisputeRow>("partners.dispute.lock",
    "SELECT d.id, d.statement_id, s.partner_id, s.currency, d.state, d.adjust_minor FROM partners.dispute d JOIN partners.statement s ON s.tenant_id = d.tenant_id AND s.id = d.statement_id WHERE d.id = $1 FOR UPDATE OF d", [id]);
  if (row === undefined) throw problem("partner_dispute.not_found");
  return row;
}

/** The loans of a participation in order. */
export function loansOf(tx: Tx, participationId: string): Promise<SharedLoan[]> {
  return tx.rows<SharedLoan>("partners.loans.of", "SELECT participation_id, loan_account_id, number, product_code, branch_id, offset_ppb FROM partners.participation_loan WHERE participation_id = $1 ORDER BY loan_account_id", [participationId]);
}

/** What the engine needs of a share. */
export function termsOf(participation: ParticipationRow, offsetPpb: bigint): ShareTerms {
  return { offsetPpb: Number(offsetPpb), sharePpb: Number(participation.share_ppb), fromDate: isoDate(participation.from_date), feeBasis: participation.fee_basis, feePpb: Number(participation.fee_ppb), charges: participation.charges };
}

/** A line with the share and loan it is of. */
export interface PlacedLine extends StatementLine { readonly participationId: string; readonly loanAccountId: string }

const COLUMNS = ["principal", "interest", "fee", "penalty", "recovery", "loss", "servicing_fee", "received"] as const;
const MINOR = COLUMNS.map((c) => `${c}_minor`).join(", ");
const SUMS = COLUMNS.map((c) => `sum(${c}_minor)::bigint AS ${c}`).join(", ");
const PER_STATEMENT = 5000;

/** Keeps lines of a statement, or of what was bought. */
export async function insertLines(tx: Tx, sourceId: string, lines: readonly PlacedLine[]): Promise<void> {
  for (let i = 0; i < lines.length; i += PER_STATEMENT) {
    const part = lines.slice(i, i + PER_STATEMENT);
    await tx.run("partners.lines.insert",
      `INSERT INTO partners.share_line (source_id, participation_id, loan_account_id, key, kind, value_date, correction, ${MINOR})
       SELECT $1, l.* FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::boolean[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[]) AS l`,
      [sourceId, part.map((l) => l.participationId), part.map((l) => l.loanAccountId), part.map((l) => l.key), part.map((l) => l.kind), part.map((l) => l.date), part.map((l) => l.correction), ...AMOUNTS.map((a) => part.map((l) => l[a]))]);
  }
}

/** What was stated of a participation before, by loan; sums per fact. */
export async function statedOf(tx: Tx, participationId: string): Promise<Map<string, ShareLine[]>> {
  const rows = await tx.rows<Record<(typeof COLUMNS)[number], bigint> & { loan_account_id: string; key: string; kind: string; date: string }>("partners.lines.stated",
    `SELECT loan_account_id, key, min(kind) AS kind, max(value_date) AS date, ${SUMS} FROM partners.stated_line WHERE participation_id = $1 GROUP BY loan_account_id, key`, [participationId]);
  const byLoan = new Map<string, ShareLine[]>();
  for (const row of rows) {
    const { loan_account_id, key, kind, date } = row;
    const amounts = Object.fromEntries(AMOUNTS.map((a, n) => [a, Number(row[COLUMNS[n] as (typeof COLUMNS)[number]])])) as unknown as ShareLine;
    byLoan.set(loan_account_id, [...(byLoan.get(loan_account_id) ?? []), { ...amounts, key, kind, date: date as IsoDate }]);
  }
  return byLoan;
}

export type MoveKind = "share_bought" | "statement" | "payout" | "payout_refused" | "money_in" | "money_in_undone" | "guarantee_claim" | "adjustment";

/** Notes what changes the sum owed to a partner; above zero: owed to it. The ledger's `investor_payable` is proved against these. */
export async function move(tx: Tx, ctx: Context, m: { partnerId: string; currency: string; kind: MoveKind; subjectId: string; amountMinor: bigint }): Promise<void> {
  if (m.amountMinor === 0n) return;
  await tx.run("partners.move.insert", "INSERT INTO partners.partner_move (id, partner_id, currency, kind, subject_id, amount_minor, business_date, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    [ctx.ids.next("pmv"), m.partnerId, m.currency, m.kind, m.subjectId, m.amountMinor, tx.businessDate, tx.now]);
}

/** What is owed to a partner in a currency, in minor units; below zero: the partner owes it. */
export async function owedTo(tx: Tx, partnerId: string, currency: string): Promise<bigint> {
  return (await tx.one<{ minor: bigint }>("partners.move.balance", "SELECT coalesce(sum(amount_minor), 0)::bigint AS minor FROM partners.partner_move WHERE partner_id = $1 AND currency = $2", [partnerId, currency])).minor;
}
