import type { Context } from "#kernel/context.ts";
import type { PublishedEvent, Subscriber } from "#kernel/module.ts";
import { isProblem } from "#kernel/problems.ts";
import { takeMatch, unmatchReceipt } from "#modules/payments/index.ts";
import { addBounceCharge } from "./commands/bounce-charge.ts";
import { applyReversal } from "./commands/change-events.ts";
import { cancelDisbursement, confirmDisbursement } from "./commands/disbursement.ts";
import { writeClosureLetter } from "./commands/closure-letter.ts";
import { applyRepayment } from "./commands/record-repayment.ts";
import { refundFailed } from "./commands/refund.ts";
import { engineValueDate } from "./domain/value-date.ts";
import { readLoan } from "./store.ts";

/** What servicing does about other modules' facts. Each is delivered at least once, so each is safe to repeat. */
export const subscribers: readonly Subscriber[] = [
  { name: "servicing.apply_receipt", eventTypes: ["payments.receipt_matched"], handle: applyMatched },
  { name: "servicing.take_back_receipt", eventTypes: ["payments.receipt_unmatched", "payments.receipt_returned"], handle: takeBack },
  { name: "servicing.confirm_payout", eventTypes: ["payments.payout_settled"], handle: ifOurs((ctx, e) => ctx.transaction((tx) => confirmDisbursement(tx, ctx, { loanAccountId: e.subject, reference: text(e, "reference"), date: text(e, "date") }))) },
  { name: "servicing.cancel_payout", eventTypes: ["payments.payout_rejected", "payments.payout_returned"],
    handle: ifOurs((ctx, e) => ctx.transaction((tx) => cancelDisbursement(tx, ctx, { loanAccountId: e.subject, reference: text(e, "reference"), reason: text(e, "reason") || "The bank refused it." }))) },
  { name: "servicing.take_back_refund", eventTypes: ["payments.payout_rejected", "payments.payout_returned"],
    handle: ifOurs((ctx, e) => ctx.transaction((tx) => refundFailed(tx, ctx, { loanAccountId: e.subject, reference: text(e, "reference"), reason: text(e, "reason") || "The bank refused it." }))) },
  { name: "servicing.charge_bounce", eventTypes: ["payments.collection_failed"],
    handle: ifOurs((ctx, e) => ctx.transaction((tx) => addBounceCharge(tx, ctx, { loanAccountId: e.subject, collectionId: text(e, "collectionId"), reason: text(e, "reason") }))) },
  { name: "servicing.write_closure_letter", eventTypes: ["servicing.closed"], handle: (ctx, e) => writeClosureLetter(ctx, e.subject) },
];

/** Payouts of refunds and other things carry other subjects. */
function ifOurs(handle: (ctx: Context, event: PublishedEvent) => Promise<unknown>): Subscriber["handle"] {
  return async (ctx, event) => {
    if (event.subject.startsWith("la_")) await handle(ctx, event);
  };
}

/** Applies matched money; money a loan cannot take any more goes back to suspense, where a person finds it. */
async function applyMatched(ctx: Context, event: PublishedEvent): Promise<void> {
  if (!text(event, "loanAccountId").startsWith("la_")) return; // Somebody else's: money from a partner.
  try {
    await ctx.transaction(async (tx) => {
      const match = await takeMatch(tx, text(event, "matchId"));
      if (match === undefined) return;
      const loan = await readLoan(tx, match.loanAccountId);
      const valueDate = engineValueDate(match.valueDate, loan.disbursed_date ?? tx.businessDate, tx.businessDate);
      await applyRepayment(tx, ctx, { loanAccountId: match.loanAccountId, amount: { minor: match.amountMinor, currency: match.currency } as never, valueDate, channel: match.channel, source: match.matchId });
    });
  } catch (error) {
    if (!isProblem(error, "loan.not_active") && !isProblem(error, "repayment.invalid")) throw error;
    await ctx.transaction((tx) => unmatchReceipt(tx, ctx, event.subject, (error as Error).message));
  }
}

/** Undoes what a match had applied, when it was applied at all. */
async function takeBack(ctx: Context, event: PublishedEvent): Promise<void> {
  await ctx.transaction(async (tx) => {
    const applied = await tx.maybe<{ loan_account_id: string; event_id: string }>("servicing.source.event", "SELECT loan_account_id, event_id FROM servicing.payment_source WHERE source = $1", [text(event, "matchId")]);
    if (applied === undefined) return;
    const loan = await readLoan(tx, applied.loan_account_id);
    if (loan.events.some((e) => e.type === "reversed" && e.eventId === applied.event_id)) return;
    await applyReversal(tx, ctx, { loanAccountId: loan.id, eventId: applied.event_id, reason: text(event, "reason") || "The receipt was taken off the loan." });
  });
}

function text(event: PublishedEvent, name: string): string {
  const value = event.payload[name];
  return typeof value === "string" ? value : "";
}
