import { classicPlan } from "./classic.ts";
import type { PlanInput, PlanRow } from "./classic.ts";
import { toDay } from "./date.ts";
import type { IsoDate } from "./date.ts";
import type { Deferred, Disbursed, Extended, IndexFixed, InterestCapitalised, InterestPaused, LoanEvent, RateChanged, Rescheduled } from "./events.ts";
import { planDayAfter } from "./date-plan.ts";
import { dayText, periodAfter, periodsOf, stepDay } from "./periods.ts";
import type { Period } from "./periods.ts";
import { roundToMultiple } from "./annuity.ts";
import type { InterestPause } from "./plan-terms.ts";
import { rateLine } from "./rate-line.ts";
import type { RateFrom } from "./rate-line.ts";
import { mulDiv } from "./rounding.ts";
import { EngineRefusal } from "./state.ts";
import type { InstallmentState } from "./state.ts";
import type { LoanTerms, Minor } from "./terms.ts";
import { newRow, noteSettlement, orderRows } from "./work.ts";
import type { Work } from "./work.ts";

/** The part of a payout that is due the same day. @returns minor units */
export function downPaymentOf(terms: LoanTerms, amount: Minor): Minor {
  if (terms.downPayment === null) return 0;
  return roundToMultiple(mulDiv(amount, terms.downPayment.percentPpb, 1_000_000_000, terms.rounding), terms.compatibility.installmentMultiple, terms.rounding);
}

/** Events that shape a schedule. */
export type ShapingEvent = Disbursed | Rescheduled | Extended | Deferred | InterestCapitalised | RateChanged | IndexFixed | InterestPaused;

const SHAPING = new Set<LoanEvent["type"]>(["disbursed", "rescheduled", "extended", "deferred", "interestCapitalised", "rateChanged", "indexFixed", "interestPaused"]);

export function isShaping(event: LoanEvent): event is ShapingEvent {
  return SHAPING.has(event.type);
}

/** What a classic plan is drawn from, given the payouts and changes of a history. */
export function planInput(terms: LoanTerms, shaping: readonly ShapingEvent[]): PlanInput & { downPayments: { date: IsoDate; amount: Minor }[] } {
  const payouts = shaping.filter((e) => e.type === "disbursed");
  const first = payouts[0];
  const start = first ? toDay(first.valueDate) : toDay(terms.disbursementDate);
  const lent = [];
  const downPayments = [];
  for (const payout of payouts) {
    const down = downPaymentOf(terms, payout.amount);
    if (down > 0) downPayments.push({ date: payout.valueDate, amount: down });
    lent.push({ day: toDay(payout.valueDate), amount: payout.amount - down });
  }
  const amounts: { fromDay: number; amount: Minor }[] = [];
  const { principalInstallments, interestInstallments } = terms.grace;
  const noPrincipal: Known = new Map();
  const noInterest: Known = new Map();
  const skipped = new Map<number, number>();
  for (let i = 0; i < principalInstallments; i++) noPrincipal.set(i, AGREED);
  for (let i = 0; i < interestInstallments; i++) noInterest.set(i, AGREED);
  const respread = new Set<number>();
  const added = new Map<number, number>();
  const baseCount = Math.max(1, terms.installments.count - terms.grace.principalInstallments);
  let periods = periodsOf(terms, start);
  const rates = rateLine(terms, periods, start, shaping.filter((e) => e.type === "rateChanged" || e.type === "indexFixed"));
  const pauses: InterestPause[] = [...(terms.interest.pauses ?? [])];
  if (terms.amortization === "bullet") for (let i = 0; i < periods.length - 1; i++) noInterest.set(i, AGREED);
  for (const event of shaping) {
    if (event.type === "disbursed") {
      if (event.installmentAmount !== undefined) amounts.push({ fromDay: toDay(event.valueDate), amount: event.installmentAmount });
      if (event.moveNextDueDateTo !== undefined) periods = moveFrom(terms, periods, periods.findIndex((p) => p.due > toDay(event.valueDate)), event.moveNextDueDateTo);
    } else if (event.type === "interestPaused") pauses.push({ from: event.from, to: event.to });
    else if (event.type === "interestCapitalised") lent.push({ day: toDay(event.valueDate), amount: event.amount });
    else if (event.type === "extended" || event.type === "deferred") {
      const free = event.type === "deferred" && event.interest === "none" ? skippedDays(periods, event) : null;
      if (free) pauses.push(free);
      periods = reschedule(terms, periods, asReschedule(event, periods), { rates, noPrincipal, noInterest, skipped, respread, added });
    } else if (event.type === "rescheduled") periods = reschedule(terms, periods, event, { rates, noPrincipal, noInterest, skipped, respread, added });
  }
  // Payouts come first in the list; what was lent again between them stands in its place by day.
  lent.sort((a, b) => a.day - b.day);
  const lastLent = lent.at(-1)?.day ?? start;
  while (lastLent > (periods.at(-1)?.due ?? lastLent)) {
    periods = [...periods, { from: periods.at(-1)?.to ?? start, ...periodAfter(terms, periods) }];
    respread.add(periods.length - 1);
    added.set(periods.length - 1, 1);
  }
  return { periods, lent, rates, pauses, foreseen: terms.interest.pauses ?? [], start, respread, added, baseCount, amounts, noPrincipal: (i, at) => holds(noPrincipal, i, at), noInterest: (i, at) => holds(noInterest, i, at), skipped, downPayments };
}

/** Rows (by index) that lack something, and the row a change of terms says so from; agreed ones from before the first. */
type Known = Map<number, number>;
const AGREED = -1;

function holds(rows: Known, index: number, at = Number.MAX_SAFE_INTEGER): boolean {
  const from = rows.get(index);
  return from !== undefined && from <= at;
}

function note(rows: Known, index: number, from: number): void {
  rows.set(index, Math.min(from, rows.get(index) ?? from));
}

type Marks = { rates: RateFrom[]; noPrincipal: Known; noInterest: Known; skipped: Map<number, number>; respread: Set<number>; added: Map<number, number> };

function reschedule(terms: LoanTerms, periods: readonly Period[], event: Rescheduled, marks: Marks): Period[] {
  const from = toDay(event.fromDate);
  const index = periods.findIndex((p) => p.due === from);
  if (index < 0) throw new EngineRefusal("schedule.installment_not_found", `no installment is due on ${event.fromDate}`);
  let changed = [...periods];
  if (event.newRatePpb !== undefined) marks.rates.push({ fromDay: changed[index]?.from ?? from, ratePpb: event.newRatePpb });
  if (event.newDueDate !== undefined) changed = moveFrom(terms, changed, index, event.newDueDate);
  const grace = event.gracePrincipalInstallments ?? 0;
  for (let i = 0; i < grace; i++) note(marks.noPrincipal, index + i, index);
  for (let i = 0; i < (event.graceInterestInstallments ?? 0); i++) note(marks.noInterest, index + i, index);
  if (grace > 0) marks.skipped.set(index, (marks.skipped.get(index) ?? 0) + grace);
  for (let i = 0; i < (event.extraInstallments ?? 0) + grace; i++) {
    changed.push({ from: changed.at(-1)?.to ?? from, ...periodAfter(terms, changed) });
  }
  if ((event.extraInstallments ?? 0) > 0) {
    marks.respread.add(index);
    marks.added.set(index, (marks.added.get(index) ?? 0) + (event.extraInstallments ?? 0));
  }
  return changed;
}

/** Installments added or skipped, as changes of the rows from the next one on. */
export function asReschedule(event: Extended | Deferred, periods: readonly Period[]): Rescheduled {
  const next = periods.find((p) => p.due > toDay(event.valueDate));
  if (!next) throw new EngineRefusal("schedule.installment_not_found", `no installment is due after ${event.valueDate}`);
  const { id, sequence, valueDate, businessDate, installments } = event;
  const head = { type: "rescheduled", id, sequence, valueDate, businessDate, fromDate: dayText(next.due) } as const;
  return event.type === "extended" ? { ...head, extraInstallments: installments } : { ...head, gracePrincipalInstallments: installments, graceInterestInstallments: installments };
}

/** The days for which a deferral without interest asks none: from the event, or the period it falls before, to the end of the last skipped one. */
function skippedDays(periods: readonly Period[], event: Deferred): InterestPause | null {
  const day = toDay(event.valueDate);
  const index = periods.findIndex((p) => p.due > day);
  const first = periods[index];
  const last = periods[Math.min(periods.length, index + event.installments) - 1];
  return first && last ? { from: dayText(Math.max(day, first.from)), to: dayText(last.to) } : null;
}

/** Moves the due date of one row, and counts all later ones from it. */
function moveFrom(terms: LoanTerms, periods: readonly Period[], index: number, newDate: IsoDate): Period[] {
  if (index < 0) return [...periods];
  const anchor = toDay(newDate);
  const { every, unit } = terms.installments;
  const changed = periods.slice(0, index);
  let from = periods[index]?.from ?? anchor;
  for (let i = index; i < periods.length; i++) {
    const due = terms.dates && i > index ? planDayAfter(terms.dates, every, from) : stepDay(anchor, i - index, every, unit);
    changed.push({ from, to: due, due });
    from = due;
  }
  return changed;
}

/** Rows of a classic schedule, down-payment rows included. */
export function classicRows(terms: LoanTerms, shaping: readonly ShapingEvent[]): InstallmentState[] {
  const input = planInput(terms, shaping);
  const rows = classicPlan(terms, input).map(rowOfPlan);
  for (const down of input.downPayments) rows.push(downPaymentRow(down.date, down.amount));
  return rows;
}

export function rowOfPlan(plan: PlanRow): InstallmentState {
  const row = newRow("installment", dayText(plan.from), dayText(plan.due));
  row.due.principal = plan.principal;
  row.due.interest = plan.interest;
  row.balanceAfter = plan.balance;
  if (plan.earned) row.earned = plan.earned.map(({ day, amount }) => ({ date: dayText(day), amount }));
  if (plan.brought) row.brought = { fromDate: dayText(plan.brought.from), amount: plan.brought.amount };
  return row;
}

/** The row of a down payment: due the day the money is paid out. */
export function downPaymentRow(date: IsoDate, amount: Minor): InstallmentState {
  const row = newRow("down_payment", date, date);
  row.due.principal = amount;
  return row;
}

/** Puts new rows into a run: ordered and numbered. Balances are planned when the run has ended. */
export function installRows(work: Work, rows: InstallmentState[]): void {
  work.rows = rows;
  orderRows(work);
}

/**
 * Interest that a payoff on `date` does not owe is taken off the rows: all of later rows, and of the current row the days to come.
 * A current row owes for the days gone by, never less than was paid.
 */
export function trimFutureInterest(work: Work, date: IsoDate): void {
  for (const row of work.rows) {
    if (row.dueDate <= date) continue;
    row.due.interest = Math.max(row.paid.interest + row.waived.interest, earnedInterest(work.terms, row, date));
    noteSettlement(row, date);
  }
}

/**
 * Interest of a row earned by the end of the day before `date`, by days of its period, rounded once; interest that earlier rows put off to
 * it is earned by days of those rows. Minor units.
 */
export function earnedInterest(terms: LoanTerms, row: InstallmentState, date: IsoDate): Minor {
  if (row.dueDate <= date) return row.due.interest;
  const brought = row.brought ? Math.min(row.brought.amount, row.due.interest) : 0;
  const earlier = row.brought ? shareOfDays(terms, brought, row.brought.fromDate, row.fromDate, date) : 0;
  const own = row.due.interest - brought;
  let before = { date: row.fromDate, amount: 0 };
  for (const point of row.earned ?? []) {
    if (date <= point.date) return earlier + Math.min(own, before.amount + shareOfDays(terms, point.amount - before.amount, before.date, point.date, date));
    before = point;
  }
  return earlier + Math.max(0, Math.min(own, before.amount)) + shareOfDays(terms, Math.max(0, own - before.amount), before.date, row.dueDate, date);
}

function shareOfDays(terms: LoanTerms, amount: Minor, from: IsoDate, to: IsoDate, date: IsoDate): Minor {
  if (date >= to) return amount;
  if (date <= from || amount === 0) return 0;
  return mulDiv(amount, toDay(date) - toDay(from), toDay(to) - toDay(from), terms.rounding);
}
