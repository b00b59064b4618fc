import { isoDate, payoff } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import { propose, type ApprovalRequest, type DualControl } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { post, type EntryLine } from "#modules/ledger/index.ts";
import { readLoan } from "#modules/servicing/index.ts";
import { claimsWithin, LATEST_CLAIM_DAYS, type Claimable } from "../domain/guarantees.ts";
import { PAYABLE } from "../domain/posting.ts";
import { problem } from "../problems.ts";
import { lockGuarantee, lockPartner, move, type GuaranteeRow } from "../store.ts";

const ACTION = "guarantee.claim.make";
interface Payload { readonly claimId: string; readonly guaranteeId: string }
interface Named extends Claimable { readonly number: string }

/**
 * Proposes to claim what borrowers of guaranteed loans owe, the longest overdue first, until the cap is used up; a second person agrees, and the guarantor owes it. A loan is claimed once.
 * @param loans  numbers; left out: every loan that is overdue for long enough and was not claimed
 * May raise guarantee.not_found, guarantee.not_active, guarantee.nothing_to_claim, guarantee.cap_used, guarantee.loan_not_claimable.
 */
export async function proposeClaim(ctx: Context, input: { readonly guaranteeId: string; readonly loans?: readonly string[] | undefined }): Promise<ApprovalRequest & { readonly claimId: string; readonly loans: number; readonly amountMinor: bigint }> {
  requirePermission(ctx.actor, "guarantee.claim.propose");
  return ctx.transaction(async (tx) => {
    const guarantee = await lockGuarantee(tx, input.guaranteeId);
    if (guarantee.state !== "active" || tx.businessDate < guarantee.from_date || tx.businessDate > guarantee.through_date) throw problem("guarantee.not_active");
    const left = guarantee.cap_minor - (await claimedOf(tx, guarantee.id));
    if (left <= 0n) throw problem("guarantee.cap_used");
    const claims = claimsWithin(await claimable(tx, guarantee, input.loans), left);
    if (claims.length === 0) throw problem("guarantee.nothing_to_claim");
    const [claimId, amountMinor] = [ctx.ids.next("gcl"), claims.reduce((sum, c) => sum + c.amountMinor, 0n)];
    await tx.run("partners.claim.insert",
      `INSERT INTO partners.guarantee_claim (id, guarantee_id, loan_account_id, days_past_due, owed_minor, amount_minor, state, business_date, made_by, made_at)
       SELECT $1, $2, c.*, 'proposed', $7, $8, $9 FROM unnest($3::text[], $4::int[], $5::bigint[], $6::bigint[]) AS c`,
      [claimId, guarantee.id, claims.map((c) => c.loanAccountId), claims.map((c) => c.daysPastDue), claims.map((c) => c.owedMinor), claims.map((c) => c.amountMinor), tx.businessDate, ctx.actor.id, tx.now]);
    await audit.record(tx, ctx, { action: "guarantee.claim.proposed", subject: guarantee.id, after: { claimId, loans: claims.length, amountMinor, currency: guarantee.currency } });
    const partner = await lockPartner(tx, guarantee.partner_id);
    const request = await propose(tx, ctx, { action: ACTION, subject: claimId, summary: `Claim ${claims.length} loans from ${partner.name} under ${guarantee.name}`, amountMinor, currency: guarantee.currency, payload: { claimId, guaranteeId: guarantee.id } });
    return { ...request, claimId, loans: claims.length, amountMinor };
  });
}

/** The second person's half: the guarantor owes what is claimed. What it pays comes in under its reference, as all its money does. */
export const claimControl: DualControl<Payload> = {
  action: ACTION, permission: "guarantee.claim.approve", limited: true,
  execute: async (tx, ctx, { claimId, guaranteeId }) => {
    const guarantee = await lockGuarantee(tx, guaranteeId);
    const partner = await lockPartner(tx, guarantee.partner_id);
    const sums = await tx.rows<{ product_code: string; branch_id: string | null; amount: bigint }>("partners.claim.sums",
      `SELECT l.product_code, l.branch_id, sum(c.amount_minor)::bigint AS amount FROM partners.guarantee_claim c JOIN partners.guarantee_loan l ON l.tenant_id = c.tenant_id AND l.guarantee_id = c.guarantee_id AND l.loan_account_id = c.loan_account_id
       WHERE c.id = $1 AND c.state = 'proposed' GROUP BY 1, 2 ORDER BY 1, 2`, [claimId]);
    const lines = sums.flatMap(({ product_code, branch_id, amount }): EntryLine[] => {
      const marks = { productCode: product_code, ...(branch_id === null ? {} : { branchId: branch_id }) };
      return [{ account: PAYABLE, debit: amount, ...marks }, { account: "guarantee_income", credit: amount, ...marks }];
    });
    const amountMinor = sums.reduce((sum, s) => sum + s.amount, 0n);
    const entryId = await post(tx, ctx, { cause: { kind: "guarantee_claim", id: claimId }, businessDate: tx.businessDate, valueDate: tx.businessDate, currency: guarantee.currency, memo: `Claimed from ${partner.name} under ${guarantee.name}`, lines });
    await move(tx, ctx, { partnerId: partner.id, currency: guarantee.currency, kind: "guarantee_claim", subjectId: claimId, amountMinor: -amountMinor });
    await tx.run("partners.claim.made", "UPDATE partners.guarantee_claim SET state = 'claimed', entry_id = $2 WHERE id = $1", [claimId, entryId]);
    await audit.record(tx, ctx, { action: "guarantee.claim.made", subject: guaranteeId, after: { claimId, amountMinor, currency: guarantee.currency, entryId } });
    return { claimId, entryId };
  },
  reject: async (tx, ctx, { claimId, guaranteeId }, reason) => {
    await tx.run("partners.claim.reject", "UPDATE partners.guarantee_claim SET state = 'rejected' WHERE id = $1 AND state = 'proposed'", [claimId]);
    await audit.record(tx, ctx, { action: "guarantee.claim.rejected", subject: guaranteeId, reason, after: { claimId } });
  },
};

/** What was claimed of a guarantee or is about to be, in minor units. */
async function claimedOf(tx: Tx, guaranteeId: string): Promise<bigint> {
  return (await tx.one<{ sum: bigint }>("partners.claim.sum", "SELECT coalesce(sum(amount_minor), 0)::bigint AS sum FROM partners.guarantee_claim WHERE guarantee_id = $1 AND state <> 'rejected'", [guaranteeId])).sum;
}

/** The loans that may be claimed today, with all that their borrowers owe as the engine says. */
async function claimable(tx: Tx, guarantee: GuaranteeRow, names: readonly string[] | undefined): Promise<Named[]> {
  const rows = await tx.rows<{ id: string; number: string; days: number; claimed: boolean }>("partners.claim.candidates",
    `SELECT g.loan_account_id AS id, g.number, coalesce($2::date - l.oldest_due_date, 0) AS days, EXISTS (SELECT 1 FROM partners.guarantee_claim c WHERE c.guarantee_id = g.guarantee_id AND c.loan_account_id = g.loan_account_id AND c.state <> 'rejected') AS claimed
     FROM partners.guarantee_loan g JOIN servicing.report_loan l ON l.loan_account_id = g.loan_account_id WHERE g.guarantee_id = $1 ORDER BY g.loan_account_id`, [guarantee.id, tx.businessDate]);
  const ripe = (row: { days: number; claimed: boolean }) => !row.claimed && row.days >= guarantee.claim_after_days && row.days <= LATEST_CLAIM_DAYS;
  const errors = (names ?? []).flatMap((name, i) => {
    const row = rows.find((r) => r.number === name || r.id === name);
    const why = row === undefined ? "The guarantee does not cover this loan." : row.claimed ? `Loan ${row.number} was claimed already.` : ripe(row) ? null : `Loan ${row.number} is ${row.days} days past due: a claim is made from ${guarantee.claim_after_days} to ${LATEST_CLAIM_DAYS}.`;
    return why === null ? [] : [{ pointer: `/loans/${i}`, code: "guarantee.loan_not_claimable", detail: why }];
  });
  if (errors.length > 0) throw problem("guarantee.loan_not_claimable", undefined, { errors });
  const chosen = rows.filter((r) => ripe(r) && (names === undefined || names.includes(r.number) || names.includes(r.id)));
  const loans: Named[] = [];
  for (const { id, number, days } of chosen) {
    const { total } = payoff((await readLoan(tx, id)).state, isoDate(tx.businessDate));
    loans.push({ loanAccountId: id, number, daysPastDue: days, owedMinor: BigInt(total) });
  }
  return loans;
}
