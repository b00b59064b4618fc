import * as audit from "#kernel/audit.ts";
import { propose, type ApprovalRequest, type DualControl } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { aboveLimit, capOf } from "../domain/guarantees.ts";
import { problem } from "../problems.ts";
import { lockPartner } from "../store.ts";
import { MOST_LOANS, percent } from "./participations.ts";

export interface NewGuarantee {
  readonly partnerId: string; readonly name: string; readonly currency: string; readonly form: "cash" | "fixed_deposit" | "bank_guarantee";
  /** Share of what was lent on the loans that the partner answers for. */
  readonly capPpb: bigint;
  /** Days past due from which on a loan may be claimed. */
  readonly claimAfterDays: number;
  readonly fromDate: string; readonly throughDate: string;
  readonly loans?: readonly string[];
  readonly pool?: { readonly productCode?: string | undefined; readonly disbursedFrom?: string | undefined; readonly disbursedTo?: string | undefined };
}

const ACTION = "guarantee.cover.agree";

/**
 * Proposes that a partner answers for losses of loans up to a share of what was lent on them; a second person agrees. No loan is covered twice.
 * May raise partner.not_found, partner.not_active, guarantee.above_limit, guarantee.period_invalid, guarantee.no_loans, guarantee.loan_not_open.
 */
export async function proposeGuarantee(ctx: Context, input: NewGuarantee): Promise<ApprovalRequest & { readonly guaranteeId: string; readonly loans: number; readonly capMinor: bigint }> {
  requirePermission(ctx.actor, "guarantee.cover.propose");
  if (input.throughDate < input.fromDate) throw problem("guarantee.period_invalid", undefined, { errors: [{ pointer: "/throughDate", code: "guarantee.period_invalid", detail: "The last day is before the first." }] });
  if (aboveLimit(input.currency, input.capPpb)) throw problem("guarantee.above_limit", undefined, { errors: [{ pointer: "/cap", code: "guarantee.above_limit", detail: "The cap is above what the regulator allows." }] });
  return ctx.transaction(async (tx) => {
    const partner = await lockPartner(tx, input.partnerId);
    if (partner.state !== "active") throw problem("partner.not_active");
    const loans = await candidates(tx, input);
    if (loans.length === 0) throw problem("guarantee.no_loans");
    const disbursed = loans.reduce((sum, l) => sum + l.disbursed_minor, 0n);
    const [id, capMinor] = [ctx.ids.next("gtr"), capOf(disbursed, input.capPpb)];
    await tx.run("partners.guarantee.insert",
      `INSERT INTO partners.guarantee (id, partner_id, name, currency, form, cap_ppb, disbursed_minor, cap_minor, claim_after_days, from_date, through_date, loans, state, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'proposed', $13, $14)`,
      [id, input.partnerId, input.name, input.currency, input.form, input.capPpb, disbursed, capMinor, input.claimAfterDays, input.fromDate, input.throughDate, loans.length, ctx.actor.id, tx.now]);
    await tx.run("partners.guarantee.loans",
      `INSERT INTO partners.guarantee_loan (guarantee_id, loan_account_id, number, borrower_name, product_code, branch_id, disbursed_minor)
       SELECT $1, l.* FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[]) AS l`, [id, ...(["id", "number", "borrower_name", "product_code", "branch_id", "disbursed_minor"] as const).map((c) => loans.map((l) => l[c]))]);
    await audit.record(tx, ctx, { action: "guarantee.cover.proposed", subject: id, after: { ...input, capMinor, loans: loans.length } });
    const request = await propose(tx, ctx, { action: ACTION, subject: id, summary: `${partner.name} guarantees ${loans.length} loans up to ${percent(input.capPpb)} of what was lent`, amountMinor: capMinor, currency: input.currency, payload: { guaranteeId: id } });
    return { ...request, guaranteeId: id, loans: loans.length, capMinor };
  });
}

/** The second person's half: the loans are covered from now on. May raise guarantee.covered_already, guarantee.not_found. */
export const guaranteeControl: DualControl<{ guaranteeId: string }> = {
  action: ACTION, permission: "guarantee.cover.approve", limited: false,
  execute: async (tx, ctx, { guaranteeId }) => {
    const taken = await tx.rows<{ number: string }>("partners.guarantee.taken",
      "SELECT l.number FROM partners.guarantee_loan l JOIN partners.guarantee_loan o ON o.tenant_id = l.tenant_id AND o.loan_account_id = l.loan_account_id AND o.covered WHERE l.guarantee_id = $1 ORDER BY l.number", [guaranteeId]);
    if (taken.length > 0) throw problem("guarantee.covered_already", undefined, { errors: taken.slice(0, 50).map((l) => ({ pointer: "/loans", code: "guarantee.covered_already", detail: `Loan ${l.number} is covered by another guarantee.` })) });
    const loans = await tx.run("partners.guarantee.cover", "UPDATE partners.guarantee_loan SET covered = true WHERE guarantee_id = $1", [guaranteeId]);
    await tx.run("partners.guarantee.activate", "UPDATE partners.guarantee SET state = 'active' WHERE id = $1", [guaranteeId]);
    await audit.record(tx, ctx, { action: "guarantee.cover.agreed", subject: guaranteeId, after: { loans } });
    return { guaranteeId, loans };
  },
  reject: async (tx, ctx, { guaranteeId }, reason) => {
    await tx.run("partners.guarantee.reject", "UPDATE partners.guarantee SET state = 'rejected' WHERE id = $1 AND state = 'proposed'", [guaranteeId]);
    await audit.record(tx, ctx, { action: "guarantee.cover.rejected", subject: guaranteeId, reason });
  },
};

interface Candidate { id: string; number: string; borrower_name: string; product_code: string; branch_id: string | null; currency: string; status: string; disbursed_minor: bigint; covered: boolean }
const CANDIDATE = `l.loan_account_id AS id, l.number, l.borrower_name, l.product_code, l.branch_id, l.currency, l.status, l.original_principal_minor AS disbursed_minor,
  EXISTS (SELECT 1 FROM partners.guarantee_loan g WHERE g.loan_account_id = l.loan_account_id AND g.covered) AS covered`;

async function candidates(tx: Tx, input: NewGuarantee): Promise<Candidate[]> {
  if (input.loans !== undefined) {
    const found = await tx.rows<Candidate>("partners.guarantee.named", `SELECT ${CANDIDATE} FROM servicing.report_loan l WHERE l.number = ANY($1) OR l.loan_account_id = ANY($1) ORDER BY 1`, [input.loans]);
    const errors = input.loans.flatMap((name, i) => {
      const loan = found.find((l) => l.number === name || l.id === name);
      const why = loan === undefined ? "No loan has this number." : loan.status !== "active" ? `Loan ${loan.number} is not open.` : loan.currency !== input.currency ? `Loan ${loan.number} is in ${loan.currency}.` : loan.covered ? `Loan ${loan.number} is covered by another guarantee.` : null;
      return why === null ? [] : [{ pointer: `/loans/${i}`, code: "guarantee.loan_not_open", detail: why }];
    });
    if (errors.length > 0) throw problem("guarantee.loan_not_open", undefined, { errors });
    return found;
  }
  const p = input.pool ?? {};
  return tx.rows<Candidate>("partners.guarantee.pool",
    `SELECT * FROM (SELECT ${CANDIDATE} FROM servicing.report_loan l
       WHERE l.status = 'active' AND l.currency = $1 AND ($2::text IS NULL OR l.product_code = $2) AND ($3::date IS NULL OR l.disbursed_date >= $3) AND ($4::date IS NULL OR l.disbursed_date <= $4) AND l.disbursed_date IS NOT NULL) c
     WHERE NOT c.covered ORDER BY c.id LIMIT ${MOST_LOANS}`, [input.currency, p.productCode ?? null, p.disbursedFrom ?? null, p.disbursedTo ?? null]);
}
