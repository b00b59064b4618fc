import { bookPaid, payComponent } from "./allocate-payment.ts";
import { capitalize } from "./classic-model.ts";
import { paymentFor, rateBasis, segmentInterest } from "./classic.ts";
import type { RateBasis } from "./classic.ts";
import { checkCustom } from "./composed.ts";
import { toDay } from "./date.ts";
import type { Day, IsoDate } from "./date.ts";
import { compareEvents } from "./events.ts";
import type { LoanEvent, PaymentReceived } from "./events.ts";
import { payByRules, restingModel } from "./model.ts";
import type { Model } from "./model.ts";
import { rateOn } from "./rate-line.ts";
import { copyBook, realChanges, rowOf } from "./recalculated-book.ts";
import type { Book, Row } from "./recalculated-book.ts";
import { redrawByRules } from "./recalculated-plan.ts";
import { isPlanned } from "./row-rules.ts";
import type { InstallmentState, TransactionState } from "./state.ts";
import { downPaymentRow, installRows, planInput } from "./structure.ts";
import type { ShapingEvent } from "./structure.ts";
import type { LoanTerms, Minor, Recalculation } from "./terms.ts";
import { noteSettlement, outstandingOf, owed, planBalances } from "./work.ts";
import type { Work } from "./work.ts";

/** A payer's choice, as the rows are drawn again. */
const CHOICES = { reduce_installment: "reduce_installment", reduce_term: "reduce_count", next_installments: "reschedule_next" } as const;

/** The rows and the money that came ahead of them, once something was paid out; and what they are drawn from. */
type Mind = { book: Book | null; known: readonly ShapingEvent[] };

/**
 * Classic rows redrawn from the real balance. Money ahead of a due date is principal from its day on (or from the next due date);
 * money beyond what is due on a due date adds to that row's principal. The rows that follow are drawn again as agreed: smaller
 * installments, fewer of them, or the next due principal already covered. Principal past due goes on earning in the current row.
 */
export function recalculatedModel(terms: LoanTerms, mind: Mind = { book: null, known: [] }): Model {
  const rule = terms.interest.recalculation;
  if (rule === null) throw new RangeError("the terms agree no recalculation");
  return {
    ...restingModel,
    begin: (work, shaping, live) => {
      if (!shaping.some((e) => e.type === "disbursed")) return;
      // What interest becomes principal is known only when its day comes.
      mind.known = shaping.filter((e) => e.type !== "interestCapitalised");
      mind.book = openBook(terms, rule, work, mind.known, lastBusinessDay(live));
    },
    shape: (work, event) => {
      const { book } = mind;
      if (!book || event.type !== "interestCapitalised") return;
      mind.known = [...mind.known, event].sort(compareEvents) as ShapingEvent[];
      book.input = planInput(terms, mind.known);
      for (const period of book.input.periods.slice(book.rows.length)) book.rows.push(rowOf(period, false));
      redraw(terms, book);
      dropEmptyRows(work, book);
    },
    advance: (work, date) => {
      const { book } = mind;
      if (book?.byRules) capitalizeTo(work, book, date);
    },
    finish: (work, asOf) => {
      const { book } = mind;
      if (!book) return;
      if (book.byRules) capitalizeTo(work, book, asOf);
      if (book.planned && work.writtenOffDate === null) work.ratePpb = rateOn(book.input.rates, toDay(asOf));
    },
    pay: (work, tx, event) => {
      const { book } = mind;
      // Rows that were re-aged are drawn no more: money ahead pays them as they stand.
      if (!book || work.frozen) return payByRules(work, tx, event);
      const row = event.prepayment && book.rows.find((r) => r.period.due >= toDay(event.valueDate));
      if (row && event.prepayment) row.choice = CHOICES[event.prepayment];
      return pay(terms, work, book, tx, event);
    },
    afterChange: (work, date) => {
      const { book } = mind;
      if (!book || work.frozen) return;
      redraw(terms, book);
      dropEmptyRows(work, book);
      for (const row of book.rows) noteSettlement(row.state, date);
      planBalances(work);
    },
    payoffNow: (work, date) => {
      const { book } = mind;
      if (!book || work.frozen) return null;
      book.until = Math.max(book.until, toDay(date));
      redraw(terms, book);
      const principal = outstandingOf(work.rows).principal;
      repayAll(terms, work, book, date);
      return { ...outstandingOf(work.rows), principal };
    },
    // Overdue principal earns up to the last day of the books, from the first event on: a later day is another history.
    follows: (event) => !rule.overdueEarnsInterest || mind.book === null || lastBusinessDay([event]) <= mind.book.until,
    fork: (copyOf) => recalculatedModel(terms, { ...mind, book: mind.book && copyBook(mind.book, copyOf) }),
  };
}

/** Draws the rows as agreed and puts those in use on the run. */
function openBook(terms: LoanTerms, rule: Recalculation, work: Work, known: readonly ShapingEvent[], until: Day): Book {
  const input = planInput(terms, known);
  const rows = input.periods.map((period, index) => rowOf(period, input.noPrincipal(index)));
  const planned = isPlanned(terms);
  const book: Book = { input, rows, rule, until, byRules: planned || input.pauses.length > 0, planned, bases: new Map(), kept: 0, installed: -1 };
  book.kept = redraw(terms, book);
  if (known.length === 1) checkCustom(terms, rows.map(({ state }) => state.due));
  installRows(work, [...rows.slice(0, book.kept).map((r) => r.state), ...input.downPayments.map((d) => downPaymentRow(d.date, d.amount))]);
  return book;
}

/** Interest of rows that add it to principal becomes principal on their due dates; what was paid in cash before does not. */
function capitalizeTo(work: Work, book: Book, date: IsoDate): void {
  if (work.chargedOffDate !== null || work.writtenOffDate !== null || work.frozen) return;
  for (const row of book.rows) {
    if (row.state.dueDate > date) break;
    const planned = -owed(row.state, "principal");
    if (planned <= 0 || row.capitalised !== undefined) continue;
    row.capitalised = Math.min(planned, Math.max(0, owed(row.state, "interest")));
    if (row.capitalised > 0) capitalize(work, row.state, row.capitalised);
  }
}

/** Puts all principal still to come on one day, so that the rows show what interest is left to pay. Only for asking. */
function repayAll(terms: LoanTerms, work: Work, book: Book, date: IsoDate): void {
  const day = toDay(date);
  const future = futurePrincipal(work, date);
  const current = rowToPay(book, day);
  if (!current || future <= 0) return;
  if (current.period.due === day) current.extra += future;
  else current.advances.push({ day, amount: future });
  redraw(terms, book);
}

/** The row that money of a day goes beyond: the one due then, or the next. What is lent on a due date is repaid by rows after it. */
function rowToPay(book: Book, day: Day): Row | undefined {
  const next = book.rows.find((r) => r.period.due > day);
  if (next && book.input.lent.some((lent) => lent.day === day)) return next;
  return book.rows.find((r) => r.period.due >= day);
}

/** Rows after the one that repays the last principal are not drawn, unless something else is on them. */
function dropEmptyRows(work: Work, book: Book): void {
  const has = ({ due }: InstallmentState) => due.principal !== 0 || due.interest + due.fee + due.penalty > 0;
  const count = book.rows.findLastIndex((r) => has(r.state)) + 1;
  if (count === book.kept && work.rows.length === book.installed) return;
  const kept = new Set(book.rows.slice(0, count).map((r) => r.state));
  const drawn = new Set(book.rows.map((r) => r.state));
  const others = work.rows.filter((row) => !drawn.has(row));
  installRows(work, [...others, ...kept]);
  book.kept = count;
  book.installed = work.rows.length;
}

/** Overdue principal earns up to the day the books were on when the history last changed. */
function lastBusinessDay(live: readonly LoanEvent[]): Day {
  let last = 0;
  for (const event of live) if (event.type !== "accrualPosted" && event.type !== "delinquencyClassified") last = Math.max(last, toDay(event.businessDate));
  return last;
}

function pay(terms: LoanTerms, work: Work, book: Book, tx: TransactionState, event: PaymentReceived): Minor {
  const day = toDay(event.valueDate);
  let left = event.amount;
  if (event.principalOnly) return left - prepay(terms, work, book, tx, day, left);
  const order = ["penalty", "fee", "interest", "principal"] as const;
  for (const row of work.rows) if (row.dueDate <= tx.date) for (const c of order) left -= payComponent(work, tx, row, c, left);
  const onDue = rowToPay(book, day);
  if (onDue?.period.due === day) {
    const extra = Math.min(left, futurePrincipal(work, tx.date));
    if (extra > 0) {
      onDue.extra += extra;
      onDue.state.due.principal += extra;
      bookPaid(tx, onDue.state, "principal", extra);
      redraw(terms, book);
    }
    return payRest(work, tx, left - extra);
  }
  const current = book.rows.find((r) => r.period.due > day);
  if (!current) return left;
  if (book.rule.rest === "same_as_installment" && !event.payoff) return payAtRest(terms, work, book, tx, current, left);
  const advance = Math.min(left, futurePrincipal(work, tx.date));
  if (advance > 0) {
    current.advances.push({ day, amount: advance });
    current.state.due.principal = Math.max(current.state.due.principal, current.state.paid.principal + advance);
    bookPaid(tx, current.state, "principal", advance);
    redraw(terms, book);
  }
  return payRest(work, tx, left - advance);
}

/** Money that no principal is left for pays what else is owed. */
function payRest(work: Work, tx: TransactionState, amount: Minor): Minor {
  let left = amount;
  for (const row of work.rows) for (const c of ["penalty", "fee", "interest"] as const) left -= payComponent(work, tx, row, c, left);
  return left;
}

/** Money for principal alone, on top of what the current row repays. @returns what was taken */
function prepay(terms: LoanTerms, work: Work, book: Book, tx: TransactionState, day: Day, amount: Minor): Minor {
  const current = book.rows.find((r) => r.period.due >= day);
  if (!current) return amount - payByRules(work, tx, { type: "paymentReceived", kind: "repayment", principalOnly: true, amount, id: tx.eventId, sequence: tx.sequence, valueDate: tx.date, businessDate: tx.date });
  const onward = work.rows.reduce((sum, row) => (row.dueDate >= current.state.dueDate ? sum + owed(row, "principal") : sum), 0);
  const extra = Math.min(amount, onward);
  if (extra <= 0) return 0;
  current.extra += extra;
  current.extraAhead.push({ day, amount: extra });
  current.state.due.principal += extra;
  bookPaid(tx, current.state, "principal", extra);
  redraw(terms, book);
  return extra;
}

/** Money that counts from the next due date: it pays that row as it stands, and what is beyond it is principal there. */
function payAtRest(terms: LoanTerms, work: Work, book: Book, tx: TransactionState, current: Row, amount: Minor): Minor {
  let left = amount;
  for (const c of ["penalty", "fee", "interest", "principal"] as const) left -= payComponent(work, tx, current.state, c, left);
  const extra = Math.min(left, futurePrincipal(work, current.state.dueDate));
  if (extra > 0) {
    current.extra += extra;
    current.state.due.principal += extra;
    bookPaid(tx, current.state, "principal", extra);
    redraw(terms, book);
  }
  return left - extra;
}

/** Principal of rows due after a date: what may still be paid ahead. */
function futurePrincipal(work: Work, date: IsoDate): Minor {
  return work.rows.reduce((sum, row) => (row.dueDate > date ? sum + owed(row, "principal") : sum), 0);
}

/** Draws all rows from what was lent and paid. @returns how many there are */
function redraw(terms: LoanTerms, book: Book): number {
  if (book.byRules) return redrawByRules(terms, book);
  drawPlainly(terms, book);
  return book.rows.length;
}

function drawPlainly(terms: LoanTerms, book: Book): void {
  const { input, rows, rule } = book;
  let balance = 0;
  let used = 0;
  let rate = 0;
  let payment = 0;
  let resolve = true;
  let covered = 0;
  let deferred = 0;
  let basis = basisOf(terms, book, input.rates[0]?.ratePpb ?? 0);
  const allLent = input.lent.reduce((sum, l) => sum + l.amount, 0);
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] as Row;
    const isLast = index === rows.length - 1;
    for (let next = input.rates[rate + 1]; next && next.fromDay <= row.period.from; next = input.rates[rate + 1]) {
      rate++;
      basis = basisOf(terms, book, next.ratePpb);
      resolve = true;
    }
    if (input.respread.has(index)) resolve = true;
    const lentInside: { day: Day; amount: Minor }[] = [];
    let lentAmount = 0;
    for (let next = input.lent[used]; next && (next.day < row.period.due || isLast); next = input.lent[used]) {
      used++;
      if (next.day <= row.period.from) balance += next.amount;
      else {
        lentInside.push(next);
        lentAmount += next.amount;
      }
      if (terms.compatibility.annuity !== "float64") resolve = true;
    }
    const interest = interestOf(terms, book, row, basis, balance, lentInside);
    balance += lentAmount;
    if (resolve && !row.noPrincipal) {
      const base = index === 0 && terms.compatibility.annuity === "float64" ? allLent : balance;
      if (row.paymentOf?.basis !== basis || row.paymentOf.balance !== base) row.paymentOf = { basis, balance: base, payment: paymentFor(terms, input, basis, base, index) };
      payment = row.paymentOf.payment;
      resolve = false;
    }
    const paysInterest = isLast || !input.noInterest(index);
    const shown = paysInterest ? interest + deferred : 0;
    deferred = paysInterest ? 0 : deferred + interest;
    const share = terms.amortization === "equal_principal" ? payment : payment - interest;
    const full = isLast ? balance : row.noPrincipal || terms.amortization === "bullet" || terms.amortization === "interest_only" ? 0 : Math.max(0, Math.min(share, balance));
    const planned = isLast ? full : Math.max(0, full - covered);
    if (!isLast) covered = Math.max(0, covered - full);
    let ahead = 0;
    for (const advance of row.advances) ahead += advance.amount;
    const principal = Math.min(balance, Math.max(planned, ahead) + row.extra);
    if (principal > planned && (row.choice ?? rule.advance) === "reduce_installment") resolve = true;
    if (principal > planned && (row.choice ?? rule.advance) === "reschedule_next") covered += principal - planned;
    balance -= principal;
    row.state.due.principal = Math.max(principal + row.state.credited, row.state.paid.principal);
    row.state.due.interest = Math.max(shown, row.state.paid.interest + row.state.waived.interest);
  }
}

function basisOf(terms: LoanTerms, book: Book, ratePpb: number): RateBasis {
  let basis = book.bases.get(ratePpb);
  if (basis === undefined) book.bases.set(ratePpb, (basis = rateBasis(terms, ratePpb)));
  return basis;
}

/** Interest of a whole row, remembered unless overdue principal may count in it: what is lent inside a row never changes during a run. */
function interestOf(terms: LoanTerms, book: Book, row: Row, basis: RateBasis, opening: Minor, lentInside: readonly { day: Day; amount: Minor }[]): Minor {
  const { from, due } = row.period;
  if (book.rule.overdueEarnsInterest && from < book.until && book.until <= due) return rowInterest(terms, book, row, basis, opening, lentInside, due);
  const known = row.interestOf;
  if (known && known.basis === basis && known.opening === opening && known.advances === row.advances.length && known.ahead === row.extraAhead.length) return known.interest;
  const interest = rowInterest(terms, book, row, basis, opening, lentInside, due);
  row.interestOf = { basis, opening, advances: row.advances.length, ahead: row.extraAhead.length, interest };
  return interest;
}

/** Interest of a row up to a day, each stretch on one balance rounded. Overdue principal counts in the current row. */
function rowInterest(terms: LoanTerms, book: Book, row: Row, basis: RateBasis, opening: Minor, lentInside: readonly { day: Day; amount: Minor }[], to: Day): Minor {
  const { from } = row.period;
  const changes = [...lentInside, ...realChanges(book, row)];
  changes.sort((a, b) => a.day - b.day);
  let interest = 0;
  let balance = opening;
  let cursor = from;
  for (const change of changes) {
    const day = Math.min(change.day, to);
    if (day > cursor) {
      interest += segmentInterest(terms, basis, balance, row.period, cursor, day);
      cursor = day;
    }
    balance += change.amount;
  }
  return cursor < to ? interest + segmentInterest(terms, basis, balance, row.period, cursor, to) : interest;
}
