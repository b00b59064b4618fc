import * as fc from "fast-check";
import { addDays, apply, EngineRefusal, replay } from "../index.ts";
import type { EventDraft, IsoDate, LoanEvent, LoanState, LoanTerms } from "../index.ts";

/** Random turns of a loan's life, of every kind of event there is: for properties about how a history is told. */

const KINDS = [
  "pay", "pay", "pay", "pay", "prepay", "goodwill", "cash refund", "pay off", "fee", "late fee", "fee of every row", "fee ahead", "waive fee", "adjust fee", "waive interest", "capitalise", "charge back", "refund credit", "note accrual", "note class",
  "refresh", "fraud", "pause delinquency", "resume delinquency", "recover", "charge off", "write off", "settle", "reverse", "new rate", "extend", "defer", "pause interest", "re-age", "re-amortize", "pay out more",
] as const;
/** What happens, how many days after the last turn, how many days later it is recorded, and its size between 0 and 1. */
export type Turn = { readonly kind: (typeof KINDS)[number]; readonly after: number; readonly late: number; readonly size: number };

export const anyTurns: fc.Arbitrary<Turn[]> = fc.array(fc.record({
  kind: fc.constantFrom(...KINDS), after: fc.constantFrom(0, 0, 1, 3, 10, 15, 20, 31, 45), late: fc.constantFrom(0, 0, 0, 0, 0, 1, 12, 40), size: fc.double({ min: 0, max: 1, noNaN: true }),
}), { minLength: 1, maxLength: 14 });

/** The loan just paid out. */
export function paidOut(terms: LoanTerms): LoanState {
  return replay(terms, [{ type: "disbursed", id: "d0", sequence: 1, amount: terms.principal, valueDate: terms.disbursementDate, businessDate: terms.disbursementDate }], terms.disbursementDate);
}

/** The event a turn makes of a loan, or `null` where it means nothing. `today` is the day the books are on. */
export function eventOf(state: LoanState, turn: Turn, today: IsoDate, sequence: number): LoanEvent | null {
  const draft = draftOf(state, turn, today);
  return draft && ({ ...draft, id: `e${sequence}`, sequence, businessDate: today, valueDate: draft.valueDate < state.terms.disbursementDate ? state.terms.disbursementDate : draft.valueDate } as LoanEvent);
}

/** The loan after an event, or `null` where the engine refuses it by name. */
export function after(state: LoanState, event: LoanEvent): LoanState | null {
  try {
    return apply(state, event);
  } catch (error) {
    if (error instanceof EngineRefusal) return null;
    throw error;
  }
}

function draftOf(state: LoanState, { kind, late, size }: Turn, today: IsoDate): EventDraft | null {
  const { terms } = state;
  const valueDate = addDays(today, -late);
  const amount = Math.max(1, Math.round((terms.principal / terms.installments.count) * size * 2.5));
  const money = (more: object): EventDraft => ({ type: "paymentReceived", kind: "repayment", amount, valueDate, ...more });
  const fee = (more: object): EventDraft => ({ type: "chargeAdded", code: "fee", component: size > 0.5 ? "fee" : "penalty", timing: "specified_date", basis: "flat", amount: 1 + Math.round(size * 5000), dueDate: valueDate, valueDate: today, ...more });
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(size * list.length * 0.999)];
  const payment = pick(state.transactions.filter((t) => t.type === "repayment" && !t.reversed));
  const charge = pick(state.charges);
  const installments = 1 + Math.round(size * 3);
  switch (kind) {
    case "pay": return money({});
    case "prepay": return money({ principalOnly: true, ...(size > 0.5 ? { prepayment: "reduce_term" } : {}) });
    case "goodwill": return money({ kind: "goodwill_credit" });
    case "cash refund": return money({ kind: "refund_by_cash" });
    case "pay off": return money({ payoff: true, amount: state.outstanding.principal + state.outstanding.interest + state.outstanding.fee + state.outstanding.penalty });
    case "fee": return fee({});
    case "late fee": return fee({ timing: "on_overdue", basis: "percent_of_principal_and_interest", percentPpb: 20_000_000 });
    case "fee of every row": return fee({ timing: "every_installment" });
    case "fee ahead": return fee({ dueDate: addDays(today, Math.round(size * 90)) });
    case "waive fee": return charge ? { type: "chargeWaived", chargeId: charge.id, valueDate } : null;
    case "adjust fee": return charge ? { type: "chargeAdjusted", chargeId: charge.id, amount: 1 + Math.round(size * 1000), valueDate } : null;
    case "waive interest": return { type: "interestWaived", amount, valueDate };
    case "capitalise": return { type: "interestCapitalised", amount, valueDate };
    case "charge back": return payment ? { type: "chargedBack", paymentId: payment.eventId, amount: Math.max(1, Math.round(payment.amount * size)), valueDate: today } : null;
    case "refund credit": return state.overpayment > 0 ? { type: "creditBalanceRefunded", amount: state.overpayment, valueDate } : null;
    case "note accrual": return { type: "accrualPosted", interest: amount, fee: 0, penalty: 0, valueDate: today };
    case "note class": return { type: "delinquencyClassified", bucket: "1-30", since: null, installments: [], valueDate: today };
    case "refresh": return { type: "interestRefreshed", valueDate: today };
    case "fraud": return { type: "fraudMarked", fraud: size > 0.3, valueDate };
    case "pause delinquency": return { type: "delinquencyPaused", startDate: valueDate, endDate: addDays(valueDate, 20), valueDate };
    case "resume delinquency": return { type: "delinquencyResumed", startDate: today, valueDate: today };
    case "recover": return { type: "recoveryReceived", amount, valueDate };
    case "charge off": return { type: "chargedOff", valueDate };
    case "write off": return { type: "writtenOff", valueDate };
    case "settle": return { type: "settled", amount, valueDate };
    case "reverse": return payment ? { type: "reversed", eventId: payment.eventId, valueDate: today } : null;
    case "new rate": return { type: "rateChanged", ratePpb: Math.round(size * 400_000_000), keep: size > 0.5 ? "term" : "installment", valueDate };
    case "extend": return { type: "extended", installments, valueDate };
    case "defer": return { type: "deferred", installments, interest: size > 0.5 ? "accrues" : "none", valueDate };
    case "pause interest": return { type: "interestPaused", from: valueDate, to: addDays(valueDate, 1 + Math.round(size * 60)), valueDate };
    case "re-age": return { type: "reAged", startDate: addDays(valueDate, 30), every: 1, unit: "months", installments: 3 + installments, valueDate };
    case "re-amortize": return { type: "reAmortized", valueDate };
    case "pay out more": return { type: "disbursed", amount, valueDate };
  }
}
