import { MAX_ROWS } from "./composed.ts";
import { toDay } from "./date.ts";
import type { Day } from "./date.ts";
import type { Deferred, IndexFixed, RateChanged } from "./events.ts";
import { dayText, periodAfter } from "./periods.ts";
import type { ProgressiveBook, ProgressiveRow } from "./progressive-book.ts";
import type { Pairs } from "./progressive-pay.ts";
import { amountByRule, opensAnother, planOf, ruleAt } from "./progressive-plan.ts";
import { forget, recompute, solveAmount } from "./progressive-rows.ts";
import { rateLine } from "./rate-line.ts";
import { asReschedule, downPaymentOf, downPaymentRow, planInput } from "./structure.ts";
import type { ShapingEvent } from "./structure.ts";
import type { LoanTerms, Minor } from "./terms.ts";
import { newRow, orderRows } from "./work.ts";
import type { Work } from "./work.ts";

/** A fixing, or a change by agreement, of a floating rate: what it changes from its first day on. */
export function fixRates(terms: LoanTerms, work: Work, book: ProgressiveBook, pairs: Pairs, events: readonly (RateChanged | IndexFixed)[]): void {
  const start = book.plan?.start ?? 0;
  const line = rateLine(terms, book.rows.map(({ from, due }) => ({ from, to: due, due })), start, events);
  const first = line.find((rate, i) => rate.ratePpb !== book.rates[i]?.ratePpb || rate.fromDay !== book.rates[i]?.fromDay);
  forget(book, () => { book.rates = line.map(({ fromDay, ratePpb }) => ({ fromDay, ratePpb })); });
  if (!first || first.keep === "installment" || (first.keep === undefined && terms.ratePlan?.onChange === "term")) return runOn(terms, work, book, pairs);
  solveAlong(terms, book, first.fromDay);
}

/** A payment that stays needs more rows, or fewer. */
function runOn(terms: LoanTerms, work: Work, book: ProgressiveBook, pairs: Pairs): void {
  recompute(book);
  const { plan } = book;
  for (let last = book.rows.at(-1); plan && plan.base !== null && last && book.rows.length < MAX_ROWS; last = book.rows.at(-1)) {
    const payment = amountByRule(plan, ruleAt(plan, book.rows.length - 1, last.due), plan.base);
    if (!opensAnother(terms, last, payment)) break;
    last.amount = payment;
    addRowAfter(work, book, pairs);
    // With nothing of its own the new row would not be seen as open, and the one before it would take all that is left.
    (book.rows.at(-1) as ProgressiveRow).amount = payment;
    recompute(book);
  }
  orderRows(work);
}

/** The next rows are skipped, and as many follow at the end; without interest, the days of the skipped ones bear none. */
function defer(work: Work, book: ProgressiveBook, pairs: Pairs, event: Deferred): void {
  const { plan } = book;
  const day = toDay(event.valueDate);
  const index = book.rows.findIndex((row) => row.due > day);
  if (!plan || index < 0) return;
  const usual = book.rows.find((row, i) => i >= index && row !== book.rows.at(-1))?.amount ?? 0;
  const end = Math.min(book.rows.length, index + event.installments) - 1;
  const [first, last] = [book.rows[index], book.rows[end]];
  forget(book, () => {
    for (let i = index; i <= end; i++) plan.skipped.add(i);
    plan.rules = [];
    if (event.interest === "none" && first && last) plan.pauses.push({ from: dayText(Math.max(day, first.from)), to: dayText(last.due) });
  });
  for (const row of book.rows.slice(index, end + 1)) row.amount = 0;
  if (end < book.rows.length - 1) (book.rows.at(-1) as ProgressiveRow).amount = usual;
  for (let i = 0; i < event.installments; i++) {
    addRowAfter(work, book, pairs);
    (book.rows.at(-1) as ProgressiveRow).amount = usual;
  }
  recompute(book);
  orderRows(work);
}

/** What an event does to the rows. `earlier`: fixings and changes of the rate from before the first payout. */
export function shapeBook(terms: LoanTerms, work: Work, book: ProgressiveBook, pairs: Pairs, event: ShapingEvent, earlier: readonly (RateChanged | IndexFixed)[]): void {
  const day = toDay(event.valueDate);
  if (event.type === "rateChanged") {
    book.rates.push({ fromDay: day, ratePpb: event.ratePpb });
    book.rates.sort((a, b) => a.fromDay - b.fromDay);
    if (event.keep === "term") solveAlong(terms, book, day);
    else recompute(book);
    return;
  }
  if (event.type === "interestPaused") {
    forget(book, () => book.plan?.pauses.push({ from: event.from, to: event.to }));
    return recompute(book);
  }
  if (event.type === "deferred") return defer(work, book, pairs, event);
  if (event.type === "rescheduled") return reshape(work, book, pairs, event);
  if (event.type === "extended") return reshape(work, book, pairs, asReschedule(event, book.rows.map(({ from, due }) => ({ from, to: due, due }))));
  if (event.type === "interestCapitalised") {
    addRowsAfter(work, book, pairs, day);
    book.lent.push({ day, amount: event.amount });
    solveAmount(book, day);
    return orderRows(work);
  }
  if (event.type !== "disbursed") return;
  if (book.rows.length === 0) {
    const plan = planInput(terms, [event, ...work.reschedules]);
    if (book.plan) book.plan.start = day;
    for (const { fromDay, ratePpb } of rateLine(terms, plan.periods, day, earlier)) book.rates.push({ fromDay, ratePpb });
    for (const period of plan.periods) addRow(work, book, pairs, period.from, period.due);
  }
  const down = downPaymentOf(terms, event.amount);
  if (down > 0) work.rows.push(downPaymentRow(event.valueDate, down));
  addRowsAfter(work, book, pairs, day);
  book.lent.push({ day, amount: event.amount - down });
  const given = event.installmentAmount ?? terms.installmentAmount;
  if (given === null) solveAlong(terms, book, day);
  else giveAmount(book, day, given);
  if (book.plan?.agreed && (given !== null || terms.ratePlan?.onChange === "term")) runOn(terms, work, book, pairs);
  orderRows(work);
}

/** An installment given by the terms or with a payout. */
function giveAmount(book: ProgressiveBook, day: Day, given: Minor): void {
  const plan = planOf(book);
  if (plan) plan.base = given;
  book.rows.forEach((row, index) => { if (row.due > day) row.amount = plan ? amountByRule(plan, ruleAt(plan, index, row.due), given) : given; });
  recompute(book);
}

/** Solves the installment from a day on, and again at each rate agreed for later, unless one installment was agreed over all of them. */
function solveAlong(terms: LoanTerms, book: ProgressiveBook, day: Day): void {
  const later = book.rates.filter((rate) => rate.fromDay > day);
  if (later.length === 0 || terms.ratePlan?.onChange === "level") return solveAmount(book, day);
  book.rates = book.rates.filter((rate) => rate.fromDay <= day);
  solveAmount(book, day);
  for (const rate of later) {
    book.rates.push(rate);
    if (terms.ratePlan?.onChange !== "term") solveAmount(book, rate.fromDay);
  }
  recompute(book);
}

/** Money lent after the last due date is repaid by rows of its own. */
function addRowsAfter(work: Work, book: ProgressiveBook, pairs: Pairs, day: Day): void {
  for (let last = book.rows.at(-1); last && last.due <= day; last = book.rows.at(-1)) addRowAfter(work, book, pairs);
}

function addRowAfter(work: Work, book: ProgressiveBook, pairs: Pairs): void {
  const last = book.rows.at(-1);
  if (last) addRow(work, book, pairs, last.due, periodAfter(work.terms, book.rows).due);
}

function addRow(work: Work, book: ProgressiveBook, pairs: Pairs, from: Day, due: Day): void {
  const row = newRow("installment", dayText(from), dayText(due));
  const counterpart: ProgressiveRow = { from, due, amount: 0, credited: 0, paidPrincipal: 0, paidInterest: 0, payments: [], principal: 0, interest: 0, balance: 0, segments: [] };
  work.rows.push(row);
  book.rows.push(counterpart);
  pairs.all.push({ row, counterpart });
  pairs.byRow.set(row, counterpart);
}

/** Due dates are as rescheduled from the start; more rows and another rate count from the event on. */
function reshape(work: Work, book: ProgressiveBook, pairs: Pairs, event: Extract<ShapingEvent, { type: "rescheduled" }>): void {
  const extra = event.extraInstallments ?? 0;
  for (let i = 0; i < extra; i++) addRowAfter(work, book, pairs);
  if (event.newRatePpb !== undefined) book.rates.push({ fromDay: toDay(event.fromDate), ratePpb: event.newRatePpb });
  if (event.newRatePpb !== undefined || extra > 0) solveAmount(book, Math.max(toDay(event.valueDate), toDay(event.fromDate) - 1));
  orderRows(work);
}
