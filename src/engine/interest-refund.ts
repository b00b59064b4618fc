import { accruedInterest } from "./answers.ts";
import type { EventDraft, LoanEvent } from "./events.ts";
import { replay } from "./replay.ts";
import { EngineRefusal } from "./state.ts";
import type { LoanState } from "./state.ts";
import type { Minor } from "./terms.ts";

/**
 * The interest a loan would not have earned, had what a merchant (or payout) refund gives back never been lent: a draft that credits it to
 * the borrower on the refund's day, or `null` when there is none. The last payouts are the ones that are lower then.
 *
 * @throws EngineRefusal  `event.target_not_found` when no such refund stands
 * @source   the practice of point-of-sale lenders: goods sent back cost no credit (Regulation Z, 12 CFR 1026.11 asks the same of credits)
 * @example  1,200.00 at 36.5 % by the day; 200.00 refunded after 30 days: 6.00
 */
export function interestRefundOf(state: LoanState, refundId: string): EventDraft | null {
  const refund = state.events.find((e) => e.id === refundId);
  const stands = state.transactions.some((t) => t.eventId === refundId && !t.reversed);
  if (refund?.type !== "paymentReceived" || !stands || (refund.kind !== "merchant_refund" && refund.kind !== "payout_refund")) {
    throw new EngineRefusal("event.target_not_found", `no refund ${refundId}`);
  }
  const known = state.events.filter((e) => e.id !== refundId);
  const amount = earned(state, known, refund) - earned(state, lendLess(known, refund.amount), refund);
  return amount <= 0 ? null : { type: "paymentReceived", kind: "interest_refund", amount, valueDate: refund.valueDate };
}

/** Interest paid, waived or owed for the days up to the refund; what was undone since never was. */
function earned(state: LoanState, events: readonly LoanEvent[], { valueDate }: LoanEvent): Minor {
  const then = replay(state.terms, events, valueDate);
  return then.installments.reduce((sum, row) => sum + row.paid.interest + row.waived.interest, 0) + accruedInterest(then, valueDate);
}

/** The history with payouts lowered from the last on; one that is wholly refunded never was. */
function lendLess(events: readonly LoanEvent[], amount: Minor): LoanEvent[] {
  let left = amount;
  const payouts = events.filter((e) => e.type === "disbursed").sort((a, b) => b.sequence - a.sequence);
  const lower = new Map<string, Minor>();
  for (const payout of payouts) {
    const off = Math.min(left, payout.amount);
    lower.set(payout.id, payout.amount - off);
    left -= off;
  }
  return events.flatMap((e): LoanEvent[] => (e.type !== "disbursed" ? [e] : (lower.get(e.id) ?? 0) > 0 ? [{ ...e, amount: lower.get(e.id) ?? 0 }] : []));
}
