import { addDecimal, decimal, divideDecimal, multiplyDecimal, ONE, timesMinor, ZERO } from "./decimal.ts";
import type { Decimal } from "./decimal.ts";
import type { Day } from "./date.ts";
import { roundToMultiple } from "./annuity.ts";
import { interestOn, NEAR, periodDays, rateFactor, rateOn } from "./progressive-book.ts";
import type { ProgressiveBook, ProgressiveRow, Segment } from "./progressive-book.ts";
import { amountByRule, nearestPayment, payableByRule, plannedInterest, planOf, ruleAt } from "./progressive-plan.ts";
import type { BookPlan } from "./progressive-plan.ts";
import { carriedInto, walkRows } from "./progressive-walk.ts";
import { roundedIfClear } from "./rounding.ts";
import type { Rounding } from "./rounding.ts";
import { EngineRefusal } from "./state.ts";
import type { Minor } from "./terms.ts";

/**
 * Works out interest, principal and balance of every row from what was lent and repaid when. Interest a row could not take
 * (because it was settled early) is carried to the next. The last row not yet settled takes what is left.
 */
export function recompute(book: ProgressiveBook): void {
  walkRows(book);
  const last = lastOpen(book);
  if (!last) return;
  if (planOf(book) && book.takes !== last) {
    book.takes = last;
    walkRows(book);
  }
  const lent = book.lent.reduce((sum, c) => sum + c.amount, 0);
  const others = book.rows.reduce((sum, r) => (r === last ? sum : sum + r.principal), 0);
  const waits = planOf(book) ? carriedInto(book, book.rows.indexOf(last) + 1) : 0;
  const amount = Math.max(0, lent - others - last.credited - (last.ahead ?? 0) + last.interest + waits);
  if (amount !== last.amount) {
    last.amount = amount;
    walkRows(book);
  }
  // Where interest fills an amount, more amount is interest first: again until all principal is on rows.
  for (let tries = 0; tries < 12; tries++) {
    const rest = lent - book.rows.reduce((sum, r) => sum + r.principal, 0);
    if (rest === 0) return;
    if (rest > 0) last.amount += rest;
    else shorten(book, -rest);
    walkRows(book);
  }
}

/** Takes principal that is no longer needed off the rows, from the last one back. */
function shorten(book: ProgressiveBook, excess: Minor): void {
  let left = excess;
  for (const row of [...book.rows].reverse()) {
    const cut = Math.max(0, Math.min(left, row.principal - row.paidPrincipal));
    row.amount -= cut;
    left -= cut;
    if (left === 0) return;
  }
}

/** The last row that still takes differences: the last one not fully paid. */
function lastOpen(book: ProgressiveBook): ProgressiveRow | undefined {
  // A row without payment is never paid, yet nothing is open on it; before any principal is on rows, the last one takes it.
  if (planOf(book) && book.rows.some((r) => r.principal > 0)) return book.rows.findLast((r) => r.principal > r.paidPrincipal || r.interest > r.paidInterest + (r.waivedInterest ?? 0)) ?? book.rows.at(-1);
  const isPaid = (r: ProgressiveRow) => r.paidPrincipal > 0 && r.paidPrincipal + r.paidInterest >= r.amount + r.credited;
  return book.rows.findLast((r) => !isPaid(r)) ?? book.rows.at(-1);
}

/** Interest of a row up to a day, and carried into it: what would have to be paid to settle it then. */
export function interestUntil(book: ProgressiveBook, row: ProgressiveRow, day: Day): Minor {
  if (day < row.from) return 0;
  let interest = carriedInto(book, book.rows.indexOf(row));
  for (const s of row.segments) {
    interest += s.to <= day ? s.interest : partOf(book, row, s, day);
  }
  return Math.max(0, interest);
}

/** Interest of a segment up to a day inside it. */
function partOf(book: ProgressiveBook, row: ProgressiveRow, { from, balance, compounded }: Segment, day: Day): Minor {
  const plan = planOf(book);
  if (!plan) return interestOn(book, row, balance, from, day);
  return plannedInterest(book, plan, row, ruleAt(plan, book.rows.indexOf(row), row.due), balance + (compounded ?? 0), from, day);
}

/** What settling a row on a day would need, within the installment amount; and the principal on that day. */
export function payable(book: ProgressiveBook, row: ProgressiveRow, day: Day, interestDay: Day = day, isPayoff = false): { principal: Minor; interest: Minor; outstanding: Minor } {
  const plan = planOf(book);
  const ruled = plan && row !== book.takes ? payableByRule(plan, row, ruleAt(plan, book.rows.indexOf(row), row.due)) : null;
  const interest = ruled?.asksInterest === false && !isPayoff ? row.paidInterest : Math.max(interestUntil(book, row, interestDay), row.paidInterest);
  const outstanding = balanceOn(book, day);
  const wanted = ruled ? ruled.principal : Math.max(0, row.amount + row.credited + (row.ahead ?? 0) - interest);
  return { interest, outstanding, principal: Math.max(row.paidPrincipal, Math.min(wanted, outstanding + row.paidPrincipal)) };
}

/** Principal on a day. */
export function balanceOn(book: ProgressiveBook, day: Day): Minor {
  for (const row of book.rows) {
    if (row.due < day) continue;
    for (const s of row.segments) if (day < s.to || s.to === row.due) return s.balance;
  }
  return book.rows.at(-1)?.balance ?? 0;
}

/** Digits carried where the terms ask for none: an installment of 10^15 minor units over 600 rows still has thirty to spare. */
const WORKING_DIGITS = 60;

/**
 * The installment amount of the rows due after `day`, from the balance then: balance × Π(1+f) ÷ Fn, F1 = 1, Fk = 1 + F(k−1)(1+fk).
 * If the last row then differs by more than half as many minor units as there are rows, the difference is spread once.
 */
export function solveAmount(book: ProgressiveBook, day: Day): void {
  const open = book.rows.filter((r) => r.due > day);
  const first = open[0];
  if (!first) return;
  const plan = planOf(book);
  if (plan && (plan.agreed || plan.skipped.size > 0)) return solveByRules(book, plan, open);
  recompute(book);
  const index = book.rows.indexOf(first);
  const before = book.rows[index - 1]?.balance ?? 0;
  const inside = book.lent.filter((c) => index === 0 || c.day > first.from).reduce((sum, c) => sum + c.amount, 0);
  const paidInside = book.rows.reduce((sum, r) => r.payments.reduce((s, p) => (p.day > first.from && p.day < r.due ? s + p.amount : s), sum), 0);
  const balance = before + inside - paidInside;
  setAmounts(book, open, solved(book, open, balance));
  smooth(book, open);
}

/** Walks the rows; false where a payment that is only tried leaves a debt beyond all counting. */
function walksWithin(book: ProgressiveBook): boolean {
  try {
    walkRows(book);
    return true;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    forget(book, () => undefined);
    return false;
  }
}

/** The payment of which each row takes its share, so that the rows repay all but the balloon. Pauses told later are not foreseen. */
function solveByRules(book: ProgressiveBook, plan: BookPlan, open: readonly ProgressiveRow[]): void {
  const told = plan.pauses;
  forget(book, () => { plan.pauses = [...(plan.terms.interest.pauses ?? [])]; });
  book.takes = null;
  const left = (base: Minor): Minor => {
    for (const row of open) row.amount = amountByRule(plan, ruleAt(plan, book.rows.indexOf(row), row.due), base);
    if (!walksWithin(book)) return Number.MAX_SAFE_INTEGER;
    return (book.rows.at(-1)?.balance ?? 0) + carriedInto(book, book.rows.length) - plan.terms.balloon;
  };
  const lent = book.lent.reduce((sum, c) => sum + c.amount, 0);
  plan.base = nearestPayment(plan.terms, Math.ceil((2 * lent) / open.length), left);
  if (left(plan.base) === Number.MAX_SAFE_INTEGER) throw new EngineRefusal("terms.negative_amortization", "the debt grows without end: no payment that can be counted repays it");
  forget(book, () => { plan.pauses = told; });
  delete book.takes;
  recompute(book);
}

/** Changes what rows go by, so that all are walked again. */
export function forget(book: ProgressiveBook, change: () => void): void {
  change();
  delete book.memo;
  book.factors = { rates: -1, byRow: new Map() };
}

/** balance × Π(1+f) ÷ Fn, rounded: by doubles where they leave no doubt. Minor units. */
function solved(book: ProgressiveBook, open: readonly ProgressiveRow[], balance: Minor): Minor {
  const { digits, multiple, rounding } = book;
  let [growth, sum] = [1, 0];
  for (const row of open) {
    let factor = 1;
    for (const s of row.segments) factor += s.factor?.near ?? (rateOn(book, s.from) * book.every * (s.to - s.from)) / (12_000_000_000 * periodDays(book, row));
    growth *= factor;
    sum = 1 + sum * factor;
  }
  // Each row adds four operations of a double and two products carried with the agreed digits.
  const share = (open.length + 4) * (NEAR + (digits === null ? 0 : 2 * 10 ** (1 - digits)));
  const clear = roundedIfClear((balance * growth) / sum / (multiple ?? 1), share, rounding);
  return clear === null ? solvedExactly(book, open, balance) : clear * (multiple ?? 1);
}

function solvedExactly(book: ProgressiveBook, open: readonly ProgressiveRow[], balance: Minor): Minor {
  let growth = ONE;
  let sum = ZERO;
  const digits = book.digits ?? WORKING_DIGITS;
  for (const row of open) {
    const factor = addDecimal(ONE, row.segments.reduce((f, s) => addDecimal(f, s.factor ?? rateFactor(book, row, s.from, s.to)), ZERO));
    growth = multiplyDecimal(growth, factor, digits);
    sum = addDecimal(ONE, multiplyDecimal(sum, factor, digits));
  }
  const exact = divideDecimal(multiplyDecimal(decimal(balance), growth, digits), sum, digits);
  return book.multiple === null ? timesMinor(1, exact, null, book.rounding) : roundDecimalTo(exact, book.multiple, book.rounding);
}

function roundDecimalTo(exact: Decimal, multiple: Minor, rounding: Rounding): Minor {
  return timesMinor(1, divideDecimal(exact, decimal(multiple), null), null, rounding) * multiple;
}

function setAmounts(book: ProgressiveBook, open: readonly ProgressiveRow[], amount: Minor): void {
  for (const row of open) row.amount = amount;
  recompute(book);
}

function smooth(book: ProgressiveBook, open: readonly ProgressiveRow[]): void {
  const n = open.length;
  const last = open.at(-1);
  const previous = open.at(-2);
  if (!last || !previous) return;
  const difference = last.amount - previous.amount;
  if (Math.abs(difference) <= Math.floor(n / 2)) return;
  const original = previous.amount;
  const wanted = original + timesMinor(1, divideDecimal(decimal(difference), decimal(n), null), null, book.rounding);
  const adjusted = roundToMultiple(wanted, book.multiple, book.rounding);
  if (adjusted === original) return;
  setAmounts(book, open, adjusted);
  if (Math.abs(last.amount - previous.amount) >= Math.abs(difference)) setAmounts(book, open, original);
}
