import type { LoanEvent } from "./events.ts";
import { formatAmount, money } from "./money.ts";
import { formatPercent, rate } from "./rate.ts";
import type { LoanState, TransactionState } from "./state.ts";
import type { Minor } from "./terms.ts";

/** What one event did to a loan: sentence, rule, and each figure it moved as a decimal string of the loan's currency. */
export type EventExplanation = { eventId: string; rule: string; inputs: { name: string; value: string }[]; sentence: string };

const AHEAD = { reduce_installment: "later installments get smaller", reduce_term: "the loan gets shorter", next_installments: "later installments are paid in advance" } as const;

/**
 * What an event did, from the loan as it is now: its transactions with their parts, and the rule it followed.
 * @throws RangeError  the loan has no such event
 * @example  "2026-03-31: 8000.00 closed the loan as agreed; 3123.45 was given up."
 */
export function explainEvent(state: LoanState, eventId: string): EventExplanation {
  const event = state.events.find((e) => e.id === eventId);
  if (!event) throw new RangeError(`the loan has no event ${eventId}`);
  const done = state.transactions.filter((t) => t.eventId === eventId);
  const text = (minor: Minor) => formatAmount(money(minor, state.terms.currency));
  const inputs = done.flatMap((t) => [
    { name: t.type.replaceAll("_", " "), value: text(t.amount) },
    ...(["penalty", "fee", "interest", "principal"] as const).filter((c) => t.parts[c] !== 0).map((c) => ({ name: c, value: text(t.parts[c]) })),
    ...(t.overpayment > 0 ? [{ name: "left over", value: text(t.overpayment) }] : []),
  ]);
  const undone = state.events.find((e) => e.type === "reversed" && e.eventId === eventId);
  const sentence = `${event.valueDate}: ${whatHappened(state, event, done, text)}${undone ? ` It was reversed on ${undone.valueDate}, and the loan is as if it had never been.` : ""}`;
  return { eventId, rule: ruleOf(state, event), inputs, sentence };
}

function ruleOf(state: LoanState, event: LoanEvent): string {
  switch (event.type) {
    case "paymentReceived": return `${(event.waterfall ?? state.terms.allocation).strategy.replaceAll("_", " ")}; beyond what is due, ${AHEAD[event.prepayment ?? state.terms.prepayment]}`;
    case "rateChanged": return event.keep === "term" ? "the installment is solved again" : "the installment stays and the term moves";
    case "indexFixed": return "index plus margin, within cap and floor, from the next reset day";
    case "settled": return "interest of the time to come is not owed; the rest is given up";
    case "deferred": return event.interest === "accrues" ? "interest runs on" : "no interest runs meanwhile";
    case "interestCapitalised": return "interest that is due becomes principal";
    case "chargedOff": return "the debt is still owed; money that comes is a recovery";
    case "reversed": return "the event is as if it had never been, and the rest is run again";
    default: return "as agreed";
  }
}

function whatHappened(state: LoanState, event: LoanEvent, done: readonly TransactionState[], text: (minor: Minor) => string): string {
  const amountOf = (type: TransactionState["type"]) => text(done.filter((t) => t.type === type).reduce((sum, t) => sum + t.amount, 0));
  const first = done[0];
  const parts = (tx: TransactionState | undefined) => (tx ? `penalties ${text(tx.parts.penalty)}, fees ${text(tx.parts.fee)}, interest ${text(tx.parts.interest)}, principal ${text(tx.parts.principal)}` : "nothing");
  switch (event.type) {
    case "submitted": return `${text(event.amount)} was asked for.`;
    case "approved": return `up to ${text(event.amount)} was approved.`;
    case "disbursed": return `${text(event.amount)} was lent${amountOf("charge_payment_at_disbursement") === text(0) ? "" : `, of which ${amountOf("charge_payment_at_disbursement")} was kept back for fees`}.`;
    case "paymentReceived": return `${text(event.amount)} (${event.kind.replaceAll("_", " ")}) went to ${parts(first)}${first && first.overpayment > 0 ? `; ${text(first.overpayment)} was left over` : ""}.`;
    case "reversed": return `event ${event.eventId} was reversed${event.reason ? ` (${event.reason})` : ""}.`;
    case "chargeAdded": return `the charge ${event.code.replaceAll("_", " ")} of ${text(state.charges.find((c) => c.id === event.id)?.due ?? 0)} was raised.`;
    case "chargeWaived": return `${amountOf("charge_waiver")} of a charge was given up.`;
    case "interestWaived": return `${amountOf("interest_waiver")} of interest was given up.`;
    case "chargeAdjusted": return `a charge was reduced by ${text(event.amount)}: ${parts(first)}.`;
    case "rateChanged": return `the yearly rate became ${formatPercent(rate(event.ratePpb))} %.`;
    case "indexFixed": return `the index ${event.index} was fixed at ${formatPercent(rate(event.ratePpb))} %.`;
    case "interestPaused": return `no interest runs from ${event.from} up to ${event.to}.`;
    case "rescheduled": return `the installments from ${event.fromDate} on were changed${rescheduleText(event)}.`;
    case "extended": return `${event.installments} more installments: what was owed is spread over them too.`;
    case "deferred": return `the next ${event.installments} installments are skipped, and the loan ends as many later.`;
    case "interestCapitalised": return `${amountOf("capitalization")} of unpaid interest became principal.`;
    case "reAged": return `${amountOf("re_age")} of unpaid principal was spread over ${event.installments} new installments from ${event.startDate}.`;
    case "reAmortized": return `${amountOf("re_amortize")} of unpaid principal was spread over the installments to come.`;
    case "settled": return done.some((t) => t.type === "write_off") ? `${text(event.amount)} closed the loan as agreed; ${amountOf("write_off")} was given up.` : `${text(event.amount)} paid everything that was owed.`;
    case "chargedOff": return `${amountOf("charge_off")} was taken to loss; it is still owed.`;
    case "writtenOff": return `${amountOf("write_off")} was given up and the loan closed.`;
    case "recoveryReceived": return `${text(event.amount)} came in after the debt was given up.`;
    case "creditBalanceRefunded": return `${text(event.amount)} was paid back, ${text(first?.overpayment ?? 0)} of it from money left over.`;
    case "chargedBack": return `the payer's bank took back ${text(event.amount)}: ${parts(first)}.`;
    case "delinquencyPaused": return `days from ${event.startDate} to ${event.endDate} do not count as overdue.`;
    case "delinquencyResumed": return "days count as overdue again.";
    case "fraudMarked": return event.fraud ? "the loan was marked as fraud." : "the mark of fraud was taken off.";
    case "accrualPosted": return `income was taken: interest ${text(event.interest)}, fees ${text(event.fee)}, penalties ${text(event.penalty)}.`;
    case "delinquencyClassified": return event.bucket === null ? "the loan is current." : `the loan is in bucket ${event.bucket} since ${event.since ?? event.valueDate}.`;
    case "interestRefreshed": return "overdue principal earned interest up to this day.";
  }
}

function rescheduleText(event: Extract<LoanEvent, { type: "rescheduled" }>): string {
  const said = [
    event.newDueDate === undefined ? "" : `the next is due on ${event.newDueDate}`,
    (event.extraInstallments ?? 0) > 0 ? `${event.extraInstallments} more of them` : "",
    event.newRatePpb === undefined ? "" : `the yearly rate is ${formatPercent(rate(event.newRatePpb))} %`,
    (event.gracePrincipalInstallments ?? 0) > 0 ? `${event.gracePrincipalInstallments} without principal` : "",
    (event.graceInterestInstallments ?? 0) > 0 ? `${event.graceInterestInstallments} without interest` : "",
  ].filter((t) => t !== "");
  return said.length > 0 ? `: ${said.join(", ")}` : "";
}
