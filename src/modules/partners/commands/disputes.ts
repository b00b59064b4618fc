import type { Money } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import { propose, type DualControl } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { post } from "#modules/ledger/index.ts";
import { PAYABLE } from "../domain/posting.ts";
import { problem } from "../problems.ts";
import { lockDispute, lockPartner, lockStatement, move } from "../store.ts";

const ACTION = "partner.dispute.adjust";
interface Payload { readonly disputeId: string }

/**
 * Notes what a partner does not accept of a statement. A draft is not settled while a dispute of it is open.
 * @param claim  what the partner says is missing; below zero: stated too high
 * May raise partner_statement.not_found, partner_statement.discarded, partner_dispute.loan_not_stated, partner_dispute.amount_invalid.
 */
export async function raiseDispute(ctx: Context, input: { readonly statementId: string; readonly loanAccountId?: string | undefined; readonly claim: Money; readonly reason: string }): Promise<{ disputeId: string }> {
  requirePermission(ctx.actor, "partner.statement.make");
  return ctx.transaction(async (tx) => {
    const statement = await lockStatement(tx, input.statementId);
    if (statement.state === "discarded") throw problem("partner_statement.discarded");
    refuseOtherCurrency(input.claim, statement.currency);
    if (input.loanAccountId !== undefined) await refuseUnstated(tx, statement.id, input.loanAccountId);
    const disputeId = ctx.ids.next("pds");
    await tx.run("partners.dispute.insert", "INSERT INTO partners.dispute (id, statement_id, loan_account_id, claim_minor, reason, state, raised_by, raised_at) VALUES ($1, $2, $3, $4, $5, 'open', $6, $7)",
      [disputeId, statement.id, input.loanAccountId ?? null, input.claim.minor, input.reason, ctx.actor.id, tx.now]);
    await audit.record(tx, ctx, { action: "partner.dispute.raised", subject: statement.id, reason: input.reason, after: { disputeId, loanAccountId: input.loanAccountId ?? null, claimMinor: input.claim.minor, currency: statement.currency } });
    return { disputeId };
  });
}

/**
 * Answers a dispute. `refused`: the statement stands. `corrected`: the loan itself was put right, so that the next statement says it. `adjusted`: the partner is owed that much more, or less; a second person agrees.
 * May raise partner_dispute.not_found, partner_dispute.not_open, partner_dispute.amount_invalid.
 */
export async function answerDispute(ctx: Context, input: { readonly disputeId: string; readonly outcome: "refused" | "corrected" | "adjusted"; readonly answer: string; readonly adjustment?: Money | undefined }): Promise<{ disputeId: string; state: string; approvalRequestId: string | null }> {
  requirePermission(ctx.actor, "partner.statement.make");
  if ((input.outcome === "adjusted") !== ((input.adjustment?.minor ?? 0n) !== 0n)) throw problem("partner_dispute.amount_invalid", undefined, { errors: [{ pointer: "/amount", code: "partner_dispute.amount_invalid", detail: "An adjustment has an amount other than zero, another answer none." }] });
  return ctx.transaction(async (tx) => {
    const dispute = await lockDispute(tx, input.disputeId);
    if (dispute.state !== "open") throw problem("partner_dispute.not_open", `It is ${dispute.state}.`);
    const { outcome, answer, adjustment } = input;
    if (adjustment !== undefined) refuseOtherCurrency(adjustment, dispute.currency);
    const adjustMinor = adjustment?.minor;
    const state = outcome === "adjusted" ? "proposed" : outcome;
    await tx.run("partners.dispute.answer", "UPDATE partners.dispute SET state = $2, answer = $3, adjust_minor = $4, answered_by = $5, answered_at = $6 WHERE id = $1", [dispute.id, state, answer, adjustMinor ?? null, ctx.actor.id, tx.now]);
    await audit.record(tx, ctx, { action: "partner.dispute.answered", subject: dispute.statement_id, reason: answer, after: { disputeId: dispute.id, outcome, adjustMinor: adjustMinor ?? null, currency: dispute.currency } });
    if (adjustMinor === undefined) return { disputeId: dispute.id, state, approvalRequestId: null };
    const partner = await lockPartner(tx, dispute.partner_id);
    const request = await propose(tx, ctx, { action: ACTION, subject: dispute.id, summary: `Adjust what is owed to ${partner.name}: ${answer}`, amountMinor: adjustMinor < 0n ? -adjustMinor : adjustMinor, currency: dispute.currency, payload: { disputeId: dispute.id } });
    return { disputeId: dispute.id, state, approvalRequestId: request.id };
  });
}

/** The second person's half: the adjustment is posted; it is paid with the next statement, or owed by the partner. */
export const disputeControl: DualControl<Payload> = {
  action: ACTION, permission: "partner.statement.approve", limited: true,
  execute: async (tx, ctx, { disputeId }) => {
    const dispute = await lockDispute(tx, disputeId);
    if (dispute.state !== "proposed" || dispute.adjust_minor === null) throw problem("partner_dispute.not_open", `It is ${dispute.state}.`);
    const partner = await lockPartner(tx, dispute.partner_id);
    const amount = dispute.adjust_minor;
    const [debit, credit] = amount > 0n ? ["partner_adjustments", PAYABLE] : [PAYABLE, "partner_adjustments"];
    const size = amount < 0n ? -amount : amount;
    const entryId = await post(tx, ctx, {
      cause: { kind: "partner_dispute", id: disputeId }, businessDate: tx.businessDate, valueDate: tx.businessDate, currency: dispute.currency, memo: `Adjustment agreed with ${partner.name}`, lines: [{ account: debit, debit: size }, { account: credit, credit: size }],
    });
    await move(tx, ctx, { partnerId: partner.id, currency: dispute.currency, kind: "adjustment", subjectId: disputeId, amountMinor: amount });
    await tx.run("partners.dispute.adjust", "UPDATE partners.dispute SET state = 'adjusted', entry_id = $2 WHERE id = $1", [disputeId, entryId]);
    await audit.record(tx, ctx, { action: "partner.dispute.adjusted", subject: dispute.statement_id, after: { disputeId, adjustMinor: amount, currency: dispute.currency, entryId } });
    return { disputeId, entryId };
  },
  // It waits for another answer.
  reject: async (tx, ctx, { disputeId }, reason) => {
    await tx.run("partners.dispute.open_again", "UPDATE partners.dispute SET state = 'open', answer = NULL, adjust_minor = NULL, answered_by = NULL, answered_at = NULL WHERE id = $1 AND state = 'proposed'", [disputeId]);
    await audit.record(tx, ctx, { action: "partner.dispute.opened_again", subject: disputeId, reason });
  },
};

function refuseOtherCurrency(amount: Money, currency: string): void {
  if (amount.currency !== currency) throw problem("partner_dispute.amount_invalid", undefined, { errors: [{ pointer: "/amount/currency", code: "partner_dispute.amount_invalid", detail: `The statement is in ${currency}.` }] });
}

async function refuseUnstated(tx: Tx, statementId: string, loanAccountId: string): Promise<void> {
  const { known } = await tx.one<{ known: boolean }>("partners.dispute.stated",
    `SELECT EXISTS (SELECT 1 FROM partners.statement s JOIN partners.participation p ON p.tenant_id = s.tenant_id AND p.partner_id = s.partner_id AND p.currency = s.currency
       JOIN partners.participation_loan l ON l.tenant_id = p.tenant_id AND l.participation_id = p.id AND l.offset_ppb IS NOT NULL WHERE s.id = $1 AND l.loan_account_id = $2) AS known`, [statementId, loanAccountId]);
  if (!known) throw problem("partner_dispute.loan_not_stated");
}
