import { apply, replay } from "../index.ts";
import type { EventDraft, IsoDate, LoanEvent, LoanState, LoanTermsInput } from "../index.ts";
import { day, plainTerms } from "./worked.ts";

/** States of one loan, so that an example can go on from the same day in several ways. */

/** The loan of {@link plainTerms} on the day it was paid out. */
export function paidOut(more: Partial<LoanTermsInput> = {}): LoanState {
  const terms = plainTerms(more);
  const on = { valueDate: terms.disbursementDate, businessDate: terms.disbursementDate };
  return replay(terms, [{ type: "disbursed", id: "d", sequence: 1, amount: terms.principal, ...on }], terms.disbursementDate);
}

/** The next event as servicing would number it: recorded on its value date unless the books are further, or on the day given. */
export function nextEvent(state: LoanState, draft: EventDraft, businessDate: IsoDate = draft.valueDate > state.asOf ? draft.valueDate : state.asOf): LoanEvent {
  const sequence = state.events.length + 1;
  return { ...draft, id: `e${sequence}`, sequence, businessDate } as LoanEvent;
}

/** The loan after one more event. */
export function onwards(state: LoanState, draft: EventDraft, businessDate?: IsoDate): LoanState {
  return apply(state, nextEvent(state, draft, businessDate));
}

/** Money of the borrower. */
export function pay(amount: number, date: string): Extract<EventDraft, { type: "paymentReceived" }> {
  return { type: "paymentReceived", kind: "repayment", amount, valueDate: day(date) };
}
