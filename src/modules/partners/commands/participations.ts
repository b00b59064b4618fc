import { isoDate, type LoanState } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import { propose, type ApprovalRequest, type DualControl } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { post } from "#modules/ledger/index.ts";
import { readLoan } from "#modules/servicing/index.ts";
import { linesOfShares, summed } from "../domain/posting.ts";
import { differences, shareOf, WHOLE_PPB } from "../domain/shares.ts";
import { problem } from "../problems.ts";
import { insertLines, loansOf, lockPartner, move, participationOf, termsOf, type ParticipationRow, type PlacedLine, type SharedLoan } from "../store.ts";

/** Which loans: named by number, or all that a filter finds on the day it is proposed. */
export interface PoolFilter { readonly productCode?: string; readonly branchId?: string; readonly disbursedFrom?: string; readonly disbursedTo?: string; readonly currentOnly?: boolean }
export interface NewParticipation {
  readonly partnerId: string; readonly name: string; readonly currency: string; readonly sharePpb: bigint; readonly fromDate: string;
  readonly feeBasis: "none" | "interest" | "balance"; readonly feePpb: bigint; readonly charges: "kept" | "shared";
  readonly loans?: readonly string[]; readonly pool?: PoolFilter;
}

const ACTION = "participation.share.sell";
/** Loans of one participation: each is read when it is agreed and for each statement. */
export const MOST_LOANS = 2000;
/** Advisory lock of a lender's shares: whoever adds one sees all that were added before. */
const SHARES_LOCK = 0x5aa7e5;

/**
 * Proposes that a partner takes a share of loans; a second person agrees.
 * May raise partner.not_found, partner.not_active, participation.no_loans, participation.loan_not_open, participation.above_whole, participation.from_date_invalid, participation.fee_invalid,
 * participation.share_invalid.
 */
export async function proposeParticipation(ctx: Context, input: NewParticipation): Promise<ApprovalRequest & { readonly participationId: string; readonly loans: number }> {
  requirePermission(ctx.actor, "participation.share.propose");
  if (input.sharePpb <= 0n || input.sharePpb > BigInt(WHOLE_PPB)) throw problem("participation.share_invalid", undefined, { errors: [{ pointer: "/share", code: "participation.share_invalid", detail: "This is no share." }] });
  if ((input.feeBasis === "none") !== (input.feePpb === 0n)) throw problem("participation.fee_invalid");
  return ctx.transaction(async (tx) => {
    const partner = await lockPartner(tx, input.partnerId);
    if (partner.state !== "active") throw problem("partner.not_active");
    if (input.fromDate > tx.businessDate) throw problem("participation.from_date_invalid");
    const found = await candidates(tx, input);
    if (found.length === 0) throw problem("participation.no_loans");
    await refuseAboveWhole(tx, found.map((l) => l.id), input.sharePpb);
    const id = ctx.ids.next("par");
    await tx.run("partners.participation.insert",
      `INSERT INTO partners.participation (id, partner_id, name, currency, share_ppb, from_date, fee_basis, fee_ppb, charges, loans, state, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'proposed', $11, $12)`,
      [id, input.partnerId, input.name, input.currency, input.sharePpb, input.fromDate, input.feeBasis, input.feePpb, input.charges, found.length, ctx.actor.id, tx.now]);
    await tx.run("partners.participation.loans",
      `INSERT INTO partners.participation_loan (participation_id, loan_account_id, number, borrower_name, product_code, branch_id)
       SELECT $1, l.* FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) AS l`, [id, ...(["id", "number", "borrower_name", "product_code", "branch_id"] as const).map((c) => found.map((l) => l[c]))]);
    const sold = found.reduce((sum, l) => sum + (l.principal_minor * input.sharePpb) / BigInt(WHOLE_PPB), 0n);
    await audit.record(tx, ctx, { action: "participation.share.proposed", subject: id, after: { ...input, loans: found.length } });
    const request = await propose(tx, ctx, { action: ACTION, subject: id, summary: `${partner.name} takes ${percent(input.sharePpb)} of ${found.length} loans from ${input.fromDate}`, amountMinor: sold, currency: input.currency, payload: { participationId: id } });
    return { ...request, participationId: id, loans: found.length };
  });
}

/** The second person's half: places the share on each loan, takes what was sold off the books, and notes what the partner owes for it. May raise what proposing may. */
export const participationControl: DualControl<{ participationId: string }> = {
  action: ACTION, permission: "participation.share.approve", limited: true,
  execute: async (tx, ctx, { participationId }) => {
    await tx.one("partners.shares.lock", "SELECT pg_advisory_xact_lock($1, hashtext($2)) IS NULL AS held", [SHARES_LOCK, tx.tenantId]);
    const participation = await participationOf(tx, participationId);
    const loans = await loansOf(tx, participationId);
    const offsets = await refuseAboveWhole(tx, loans.map((l) => l.loan_account_id), participation.share_ppb);
    await tx.run("partners.participation.place", "UPDATE partners.participation_loan p SET offset_ppb = o.offset_ppb FROM unnest($2::text[], $3::bigint[]) AS o (id, offset_ppb) WHERE p.participation_id = $1 AND p.loan_account_id = o.id",
      [participationId, loans.map((l) => l.loan_account_id), loans.map((l) => offsets.get(l.loan_account_id) ?? 0n)]);
    await tx.run("partners.participation.activate", "UPDATE partners.participation SET state = 'active' WHERE id = $1", [participationId]);
    const { lines, netMinor } = await bought(tx, participation, loans, offsets);
    if (lines.length > 0) await buy(tx, ctx, participation, loans, lines);
    await audit.record(tx, ctx, { action: "participation.share.sold", subject: participationId, after: { loans: loans.length, owedMinor: -netMinor, currency: participation.currency } });
    return { participationId, loans: loans.length };
  },
  reject: async (tx, ctx, { participationId }, reason) => {
    await tx.run("partners.participation.reject", "UPDATE partners.participation SET state = 'rejected' WHERE id = $1 AND state = 'proposed'", [participationId]);
    await audit.record(tx, ctx, { action: "participation.share.rejected", subject: participationId, reason });
  },
};

/** The lines of what is bought: the share of each loan's principal on the first day. */
async function bought(tx: Tx, participation: ParticipationRow, loans: readonly SharedLoan[], offsets: ReadonlyMap<string, bigint>): Promise<{ lines: PlacedLine[]; netMinor: bigint }> {
  const lines: PlacedLine[] = [];
  for (const loan of loans) {
    const { state } = await readLoan(tx, loan.loan_account_id);
    if (firstDayOf(state) > participation.from_date) throw problem("participation.from_date_invalid", `Loan ${loan.number} was paid out on ${firstDayOf(state)}.`);
    // What was there on the first day, or lent on it: what came back since is for the first statement.
    const first = shareOf(state, termsOf(participation, offsets.get(loan.loan_account_id) ?? 0n), isoDate(participation.from_date)).filter((l) => l.kind === "sold" || l.kind === "disbursement");
    lines.push(...differences(first, []).map((l) => ({ ...l, participationId: participation.id, loanAccountId: loan.loan_account_id })));
  }
  return { lines, netMinor: lines.reduce((sum, l) => sum + BigInt(l.principal), 0n) };
}

async function buy(tx: Tx, ctx: Context, participation: ParticipationRow, loans: readonly SharedLoan[], lines: readonly PlacedLine[]): Promise<void> {
  const byId = new Map(loans.map((l) => [l.loan_account_id, l]));
  const { lines: postings, netMinor } = linesOfShares(summed(lines, (l) => marksOf(byId.get(l.loanAccountId) as SharedLoan)));
  await insertLines(tx, participation.id, lines);
  await move(tx, ctx, { partnerId: participation.partner_id, currency: participation.currency, kind: "share_bought", subjectId: participation.id, amountMinor: netMinor });
  await post(tx, ctx, { cause: { kind: "participation", id: participation.id }, businessDate: tx.businessDate, valueDate: participation.from_date, currency: participation.currency, memo: `Share of ${loans.length} loans sold: ${participation.name}`, lines: postings });
}

export function marksOf(loan: SharedLoan): { productCode: string; branchId: string | null } {
  return { productCode: loan.product_code, branchId: loan.branch_id };
}

function firstDayOf(state: LoanState): string {
  return state.disbursements[0]?.date ?? state.terms.disbursementDate;
}

interface Candidate { id: string; number: string; borrower_name: string; product_code: string; branch_id: string | null; currency: string; status: string; principal_minor: bigint }
const CANDIDATE = "loan_account_id AS id, number, borrower_name, product_code, branch_id, currency, status, principal_minor";

async function candidates(tx: Tx, input: NewParticipation): Promise<Candidate[]> {
  if (input.loans !== undefined) {
    const found = await tx.rows<Candidate>("partners.loans.named", `SELECT ${CANDIDATE} FROM servicing.report_loan WHERE number = ANY($1) OR loan_account_id = ANY($1) ORDER BY loan_account_id`, [input.loans]);
    const errors = input.loans.flatMap((name, i) => {
      const loan = found.find((l) => l.number === name || l.id === name);
      const why = loan === undefined ? "No loan has this number." : loan.status !== "active" || loan.principal_minor === 0n ? `Loan ${loan.number} is not open.` : loan.currency !== input.currency ? `Loan ${loan.number} is in ${loan.currency}.` : null;
      return why === null ? [] : [{ pointer: `/loans/${i}`, code: "participation.loan_not_open", detail: why }];
    });
    if (errors.length > 0) throw problem("participation.loan_not_open", undefined, { errors });
    return found;
  }
  const p = input.pool ?? {};
  // What has no room for the share is left out of a pool; of named loans it is refused.
  return tx.rows<Candidate>("partners.loans.pool",
    `SELECT ${CANDIDATE} FROM servicing.report_loan l
     WHERE status = 'active' AND principal_minor > 0 AND currency = $1 AND ($2::text IS NULL OR product_code = $2) AND ($3::text IS NULL OR branch_id = $3) AND ($4::date IS NULL OR disbursed_date >= $4) AND disbursed_date <= least($5::date, $6::date)
       AND (NOT $7::boolean OR oldest_due_date IS NULL)
       AND coalesce((SELECT sum(p.share_ppb) FROM partners.participation_loan x JOIN partners.participation p ON p.tenant_id = x.tenant_id AND p.id = x.participation_id WHERE x.loan_account_id = l.loan_account_id AND x.offset_ppb IS NOT NULL), 0) + $8 <= ${WHOLE_PPB}
     ORDER BY loan_account_id LIMIT ${MOST_LOANS}`,
    [input.currency, p.productCode ?? null, p.branchId ?? null, p.disbursedFrom ?? null, p.disbursedTo ?? null, input.fromDate, p.currentOnly === true, input.sharePpb]);
}

/** Where on each loan a share can begin: after those that are there. May raise participation.above_whole, naming the loans. */
async function refuseAboveWhole(tx: Tx, loanIds: readonly string[], sharePpb: bigint): Promise<Map<string, bigint>> {
  const owned = await tx.rows<{ id: string; number: string; upto: bigint }>("partners.shares.upto",
    `SELECT l.loan_account_id AS id, max(l.number) AS number, max(l.offset_ppb + p.share_ppb)::bigint AS upto FROM partners.participation_loan l JOIN partners.participation p ON p.tenant_id = l.tenant_id AND p.id = l.participation_id
     WHERE l.loan_account_id = ANY($1) AND l.offset_ppb IS NOT NULL GROUP BY l.loan_account_id`, [loanIds]);
  const above = owned.filter((o) => o.upto + sharePpb > BigInt(WHOLE_PPB));
  if (above.length > 0) {
    throw problem("participation.above_whole", undefined, { errors: above.slice(0, 50).map((o) => ({ pointer: "/share", code: "participation.above_whole", detail: `Of loan ${o.number}, ${percent(o.upto)} is owned by others already.` })) });
  }
  return new Map(owned.map((o) => [o.id, o.upto]));
}

/** "40 %": for people. */
export function percent(ppb: bigint): string {
  const text = String(ppb).padStart(8, "0");
  return `${`${text.slice(0, -7)}.${text.slice(-7)}`.replace(/\.?0+$/, "")} %`;
}
