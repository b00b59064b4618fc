import { allocatePayment, payComponent } from "./allocate-payment.ts";
import type { IsoDate } from "./date.ts";
import type { LoanEvent, PaymentReceived, ReAged, ReAmortized } from "./events.ts";
import type { RowCopies } from "./fork.ts";
import type { TransactionState } from "./state.ts";
import type { ShapingEvent } from "./structure.ts";
import type { Parts } from "./terms.ts";
import { outstandingOf } from "./work.ts";
import type { Work } from "./work.ts";

/**
 * How one schedule model takes part in a run. `classic` fixes its rows up front; the others change them as events come.
 */
export type Model = {
  /** Once, before the first event; `shaping` are all payouts and changes of the history. */
  begin(work: Work, shaping: readonly ShapingEvent[], live: readonly LoanEvent[]): void;
  /** Reshapes the rows for a payout, a reschedule or a new rate. */
  shape(work: Work, event: ShapingEvent): void;
  /** Brings the loan up to a day, before anything of that day changes its balance. */
  advance(work: Work, date: IsoDate): void;
  /** Divides a payment; returns what nothing was owed for. */
  pay(work: Work, tx: TransactionState, event: PaymentReceived): number;
  /** After a payment, reversal or any change of balance. */
  afterChange(work: Work, date: IsoDate): void;
  /** Arranges unpaid principal anew; `null`: principal alone is moved between rows, as rows without interest allow. */
  rearrange(work: Work, event: ReAged | ReAmortized): TransactionState | null;
  /** What is owed on the day the run has reached: for charge-off and write-off. */
  owedNow(work: Work, date: IsoDate): Parts;
  /** What would close the loan on a day the run has reached; `null`: by the rows alone. */
  payoffNow(work: Work, date: IsoDate): Parts | null;
  /** At the end of the run. */
  finish(work: Work, asOf: IsoDate): void;
  /** Whether an event at the end of the history leaves what the model made of the events before it. */
  follows(event: LoanEvent): boolean;
  /** The model as it stands, holding the copies of its rows. */
  fork: (copyOf: RowCopies) => Model;
};

/** Money in, divided by the terms' waterfall or the payment's own. */
export function payByRules(work: Work, tx: TransactionState, event: PaymentReceived): number {
  let left = event.amount;
  if (event.principalOnly) {
    const rows = work.terms.prepayment === "reduce_term" ? [...work.rows].reverse() : work.rows;
    for (const row of rows) left -= payComponent(work, tx, row, "principal", left);
    return left;
  }
  left = allocatePayment(work, tx, left, event.waterfall ?? work.terms.allocation, event.kind);
  return left;
}

/** A model in which nothing moves by itself: the base the others are made from. */
export const restingModel: Omit<Model, "fork"> = {
  begin: () => undefined,
  shape: () => undefined,
  advance: () => undefined,
  pay: payByRules,
  afterChange: () => undefined,
  rearrange: () => null,
  owedNow: (work) => outstandingOf(work.rows),
  payoffNow: () => null,
  finish: () => undefined,
  follows: () => true,
};
