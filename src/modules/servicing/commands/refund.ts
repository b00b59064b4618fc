import { isoDate, money } from "#engine/index.ts";
import { propose, type DualControl } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { createPayout, payeeOf } from "#modules/payments/index.ts";
import { problem } from "../problems.ts";
import { lockLoan, readLoan, type LockedLoan } from "../store.ts";
import { applyReversal, carryOut, type ChangeResult } from "./change-events.ts";
import { noteSource } from "./record-repayment.ts";

interface RefundPayload { readonly loanAccountId: string; readonly amountMinor: number; readonly reason: string }

/**
 * Proposes to pay an overpayment back, to the account the loan was paid out to; a second person releases it.
 * May raise loan.not_found, loan.not_overpaid, refund.account_missing, approval.already_waiting.
 */
export async function proposeRefund(ctx: Context, input: { loanAccountId: string; reason: string }): Promise<{ approvalRequestId: string; state: "waiting" }> {
  requirePermission(ctx.actor, "loan.repayment.reverse");
  return ctx.transaction(async (tx) => {
    const loan = await readLoan(tx, input.loanAccountId);
    const amountMinor = loan.state.overpayment;
    if (amountMinor <= 0) throw problem("loan.not_overpaid");
    if (await payeeOf(tx, ctx, loan.id) === undefined) throw problem("refund.account_missing");
    const request = await propose(tx, ctx, {
      action: refundControl.action, subject: loan.id, summary: `Pay an overpayment of loan ${loan.number} back to ${loan.borrower_name}: ${input.reason}`, amountMinor: BigInt(amountMinor), currency: loan.currency,
      payload: { loanAccountId: loan.id, amountMinor, reason: input.reason } satisfies RefundPayload, ...(loan.branch_id === null ? {} : { branchId: loan.branch_id }),
    });
    return { approvalRequestId: request.id, state: "waiting" };
  });
}

/** The second person's release: the overpayment becomes a debt to the borrower, and a payout is ordered that settles it. */
export const refundControl: DualControl<RefundPayload> = {
  action: "loan.overpayment.refund", permission: "loan.refund.release", limited: true,
  async execute(tx, ctx, { loanAccountId, amountMinor, reason }) {
    const loan = await lockLoan(tx, loanAccountId);
    if (loan.state.overpayment !== amountMinor) throw problem("loan.not_overpaid", "The overpayment is another by now: propose the refund again.");
    const payee = await payeeOf(tx, ctx, loan.id);
    if (payee === undefined) throw problem("refund.account_missing");
    const done = await refund(tx, ctx, loan, reason);
    const reference = referenceOf(loan);
    await noteSource(tx, sourceOf(reference), loan.id, done.eventIds[0] ?? "");
    const payoutId = await createPayout(tx, ctx, { reference, amount: money(amountMinor, loan.currency), payee, purpose: "refund", subject: loan.id });
    return { ...done, payoutId };
  },
};

function refund(tx: Tx, ctx: Context, loan: LockedLoan, reason: string): Promise<ChangeResult> {
  return carryOut(tx, ctx, loan, [{ type: "creditBalanceRefunded", valueDate: isoDate(tx.businessDate), amount: loan.state.overpayment }], { memo: `Refund on loan ${loan.number}`, action: "loan.overpayment.refunded", reason });
}

/** One reference for each refund of a loan, whatever became of those before. */
function referenceOf(loan: LockedLoan): string {
  return `${loan.number}-R${loan.events.filter((e) => e.type === "creditBalanceRefunded").length + 1}`;
}

const sourceOf = (reference: string) => `refund:${reference}`;

/** The bank refused a refund or sent it back: the loan is overpaid again, and somebody may propose anew. Safe to repeat; other payouts are passed over. */
export async function refundFailed(tx: Tx, ctx: Context, input: { loanAccountId: string; reference: string; reason: string }): Promise<void> {
  const applied = await tx.maybe<{ event_id: string }>("servicing.refund.event", "SELECT event_id FROM servicing.payment_source WHERE source = $1 AND loan_account_id = $2", [sourceOf(input.reference), input.loanAccountId]);
  if (applied === undefined) return;
  const loan = await lockLoan(tx, input.loanAccountId);
  if (loan.events.some((e) => e.type === "reversed" && e.eventId === applied.event_id)) return;
  await applyReversal(tx, ctx, { loanAccountId: loan.id, eventId: applied.event_id, reason: input.reason });
}
