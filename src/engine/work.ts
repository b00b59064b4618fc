import type { IsoDate } from "./date.ts";
import type { ChargeAdded, Rescheduled } from "./events.ts";
import { noParts } from "./state.ts";
import type { AccrualState, ChargeState, DisbursementState, InstallmentState, TransactionState, TransactionType } from "./state.ts";
import type { Component, LoanTerms, Minor, Parts } from "./terms.ts";

/** The share of one charge that one row carries. */
export type Portion = { charge: ChargeState; row: InstallmentState; date: IsoDate; share: InstallmentState["charges"][number] };

/** A run in progress: everything mutable, made new for each run, never shared. */
export type Work = {
  readonly terms: LoanTerms;
  rows: InstallmentState[];
  disbursements: DisbursementState[];
  transactions: TransactionState[];
  charges: ChargeState[];
  portions: Portion[];
  /** Charges of the whole history, for those that are there from the start. */
  chargeEvents: Map<string, ChargeAdded>;
  overpayment: Minor;
  approved: Minor | null;
  ratePpb: number;
  chargedOffDate: IsoDate | null;
  writtenOffDate: IsoDate | null;
  /** Whether it ended by an agreed lower amount. */
  settled: boolean;
  /** Interest made principal by events. */
  capitalised: { date: IsoDate; amount: Minor }[];
  fraud: boolean;
  /** Principal lent and not repaid, at this point of the run. */
  principal: Minor;
  accrual: AccrualState | null;
  /** Charges added before anything was paid out. */
  pendingCharges: ChargeAdded[];
  /** Set once rows are arranged by re-age or re-amortize: a model then leaves them as they are. */
  frozen: boolean;
  /** Until when overdue principal was made to earn interest by the end of day. */
  refreshedDate: IsoDate | null;
  reschedules: Rescheduled[];
  /** Called before and after money is put on a row that is not yet due. */
  beforeAdvance: ((row: InstallmentState) => void) | null;
  afterAdvance: ((row: InstallmentState) => void) | null;
  /** Paid parts already charged back, by payment. */
  chargedBack: Map<string, Parts>;
  pauses: { startDate: IsoDate; endDate: IsoDate; eventId: string }[];
};

/** An empty row. */
export function newRow(kind: InstallmentState["kind"], fromDate: IsoDate, dueDate: IsoDate): InstallmentState {
  return {
    number: 0, kind, fromDate, dueDate, due: noParts(), paid: noParts(), waived: noParts(), writtenOff: noParts(),
    paidInAdvance: 0, paidLate: 0, settledDate: null, balanceAfter: 0, credited: 0, latePrincipal: [], charges: [],
  };
}

/** What is still owed of one component of a row. */
export function owed(row: InstallmentState, component: Component): Minor {
  return row.due[component] - row.paid[component] - row.waived[component] - row.writtenOff[component];
}

/** What is still owed of a row. */
export function owedTotal(row: InstallmentState): Minor {
  const { due, paid, waived, writtenOff } = row;
  return due.principal + due.interest + due.fee + due.penalty - paid.principal - paid.interest - paid.fee - paid.penalty
    - waived.principal - waived.interest - waived.fee - waived.penalty - writtenOff.principal - writtenOff.interest - writtenOff.fee - writtenOff.penalty;
}

/** What is still owed of the whole loan, by component. */
export function outstandingOf(rows: readonly InstallmentState[]): Parts {
  const parts = noParts();
  for (const row of rows) {
    parts.principal += owed(row, "principal");
    parts.interest += owed(row, "interest");
    parts.fee += owed(row, "fee");
    parts.penalty += owed(row, "penalty");
  }
  return parts;
}

/** Notes the day a row became settled, or that it is open again. Rows that never owed anything stay without a day. */
export function noteSettlement(row: InstallmentState, date: IsoDate): void {
  if (owedTotal(row) > 0) row.settledDate = null;
  else if (row.settledDate === null && row.due.principal + row.due.interest + row.due.fee + row.due.penalty > 0) row.settledDate = date;
}

/** A transaction of an event with nothing in it yet. */
export function newTransaction(event: { id: string; sequence: number; valueDate: IsoDate }, type: TransactionType, amount: Minor, work: Work): TransactionState {
  return {
    eventId: event.id, sequence: event.sequence, type, date: event.valueDate, amount, parts: noParts(), overpayment: 0, balanceAfter: 0,
    reversed: false, reversedDate: null, afterChargeOff: work.chargedOffDate !== null, fraud: work.fraud, lines: [], charges: [],
  };
}

/** Rows in order of due date, numbered. On one day classic schedules put a down payment first, progressive ones the installment. */
export function orderRows(work: Work): void {
  const downFirst = work.terms.model === "classic";
  const rank = (row: InstallmentState) => (row.kind === "extra" ? 2 : (row.kind === "down_payment") === downFirst ? 0 : 1);
  work.rows.sort((a, b) => (a.dueDate === b.dueDate ? rank(a) - rank(b) : a.dueDate < b.dueDate ? -1 : 1));
  work.rows.forEach((row, index) => { row.number = index + 1; });
}

/**
 * Planned principal after each row: everything paid out by its due date less the principal planned up to it. Principal lent
 * again by a chargeback is not part of the plan. Classic schedules count a payout on the due date in.
 */
export function planBalances(work: Work): void {
  let planned = 0;
  let paidOut = 0;
  const payouts = [...work.disbursements, ...work.capitalised].sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  let next = 0;
  const onDueDate = work.terms.model === "classic";
  for (const row of work.rows) {
    for (let payout = payouts[next]; payout && (payout.date < row.dueDate || payout.date <= row.fromDate || (onDueDate && payout.date === row.dueDate)); payout = payouts[++next]) paidOut += payout.amount;
    planned += row.due.principal - row.credited;
    row.balanceAfter = paidOut - planned;
  }
}
