import { addDecimal, atScale, decimal, divideDecimal, multiplyDecimal, ONE, timesMinor, ZERO } from "./decimal.ts";
import type { Decimal } from "./decimal.ts";
import { civilToDay, daysInMonth, daysInYear, dayToCivil } from "./date.ts";
import type { Day } from "./date.ts";
import { roundToMultiple } from "./annuity.ts";
import { divideRounded, safeNumber } from "./rounding.ts";
import type { Rounding } from "./rounding.ts";
import type { LoanTerms, Minor, PeriodUnit } from "./terms.ts";

/** One row of a progressive schedule. Amounts in minor units. */
export type ProgressiveRow = {
  from: Day; due: Day;
  /** Installment amount, principal and interest. */
  amount: Minor;
  /** Principal lent again in this row, on top of the amount. */
  credited: Minor;
  paidPrincipal: Minor; paidInterest: Minor;
  /** Payments of its principal, by day. */
  payments: BalanceChange[];
  /** Computed by {@link recompute}. */
  principal: Minor; interest: Minor; balance: Minor; segments: Segment[];
};

/** A part of a period on one balance. */
export type Segment = {
  from: Day; to: Day; balance: Minor; interest: Minor;
  /** Rate factor; `null` where interest is worked out exactly without one. */
  factor: Decimal | null;
};

/** Principal lent (+) or repaid (−) on a day, other than by a row falling due. */
export type BalanceChange = { day: Day; amount: Minor };

export type ProgressiveBook = {
  rows: ProgressiveRow[];
  lent: BalanceChange[];
  rates: { fromDay: Day; ratePpb: number }[];
  /** Overdue principal earns interest until this day; `null`: a row counts as repaid when it falls due. */
  overdueUntil: Day | null;
  every: number; unit: PeriodUnit;
  interest: Pick<LoanTerms["interest"], "daysInYear" | "daysInMonth" | "calculation">;
  digits: number | null; rounding: Rounding; multiple: Minor | null;
  /** Rate factors found so far. */
  factors: { rates: number; byRow: Map<number, Map<number, Decimal>> };
};

/**
 * Rate factor of part of a period: rate × (D × every ÷ days of the year) × days of the part ÷ days of the period, D being 30 or
 * the days of the month in which the part starts, 7 for weeks, 1 for days. A part over New Year takes each year's own days.
 */
export function rateFactor(book: ProgressiveBook, row: { from: Day; due: Day }, from: Day, to: Day): Decimal {
  if (to <= from) return ZERO;
  if (book.factors.rates !== book.rates.length) book.factors = { rates: book.rates.length, byRow: new Map() };
  const rowKey = row.from * 100_000 + row.due - row.from;
  let known = book.factors.byRow.get(rowKey);
  if (!known) book.factors.byRow.set(rowKey, (known = new Map()));
  const key = (from - row.from) * 100_000 + to - from;
  let factor = known.get(key);
  if (!factor) known.set(key, (factor = computeFactor(book, row, from, to)));
  return factor;
}

function rateOn(book: ProgressiveBook, day: Day): number {
  let ratePpb = book.rates[0]?.ratePpb ?? 0;
  for (const rate of book.rates) if (rate.fromDay <= day) ratePpb = rate.ratePpb;
  return ratePpb;
}

/**
 * Interest of part of a period of whole months in which every month counts a twelfth of the year, rounded once.
 *
 * @param balance  minor units
 * @param months   length of the period
 * @param part     days counted, of the `days` the period has
 * @returns        minor units
 * @example        50,000.00 at 24 % for 10 of a month's 31 days: 322.58
 */
export function partOfPeriodInterest(balance: Minor, ratePpb: number, months: number, part: number, days: number, rounding: Rounding): Minor {
  if (balance === 0 || part === 0) return 0;
  return safeNumber(divideRounded(BigInt(balance) * BigInt(ratePpb) * BigInt(months * part), 12_000_000_000n * BigInt(days), rounding));
}

/** Months that count a twelfth of the year each, and no number of digits agreed: no factor needs to be rounded. */
function isExact(book: ProgressiveBook): boolean {
  return book.digits === null && book.interest.calculation === "equal_periods" && book.unit === "months";
}

/** Interest of part of a row on one balance: exact where the product carries no given number of digits. */
function interestOn(book: ProgressiveBook, row: { from: Day; due: Day }, balance: Minor, from: Day, to: Day): Minor {
  if (isExact(book)) {
    return partOfPeriodInterest(balance, rateOn(book, from), book.every, Math.max(0, to - from), row.due - row.from, book.rounding);
  }
  return timesMinor(balance, rateFactor(book, row, from, to), book.digits, book.rounding);
}

function computeFactor(book: ProgressiveBook, row: { from: Day; due: Day }, from: Day, to: Day): Decimal {
  const rate = decimal(rateOn(book, from), 9);
  const civil = dayToCivil(from);
  const days = book.unit === "months" ? (book.interest.daysInMonth === 30 ? 30 : daysInMonth(civil.year, civil.month)) : book.unit === "weeks" ? 7 : book.unit === "years" ? 360 : 1;
  const part = (span: number, yearDays: number) => {
    const fraction = divideDecimal(decimal(days * book.every), decimal(yearDays), book.digits);
    const scaled = multiplyDecimal(multiplyDecimal(rate, fraction, book.digits), decimal(span), book.digits);
    const factor = divideDecimal(scaled, decimal(row.due - row.from), book.digits);
    return book.digits === null ? factor : atScale(factor, book.digits);
  };
  const { daysInYear: basis, calculation } = book.interest;
  if (calculation === "equal_periods" && book.unit === "months") {
    const twelfth = multiplyDecimal(rate, divideDecimal(decimal(book.every), decimal(12), book.digits), book.digits);
    return divideDecimal(multiplyDecimal(twelfth, decimal(to - from), book.digits), decimal(row.due - row.from), book.digits);
  }
  if (basis !== "actual") return part(to - from, basis);
  const endYear = dayToCivil(to).year;
  if (civil.year === endYear) return part(to - from, daysInYear(civil.year));
  const newYearsEve = civilToDay(civil.year, 12, 31);
  return addDecimal(part(newYearsEve - from, daysInYear(civil.year)), part(to - newYearsEve, daysInYear(endYear)));
}

/** A change waiting to be applied while rows are walked. */
function insert(changes: BalanceChange[], change: BalanceChange): void {
  const at = changes.findIndex((c) => c.day > change.day);
  if (at < 0) changes.push(change);
  else changes.splice(at, 0, change);
}

/**
 * Works out interest, principal and balance of every row from what was lent and repaid when. Interest a row could not take
 * (because it was settled early) is carried to the next. The last row not yet settled takes what is left.
 */
export function recompute(book: ProgressiveBook): void {
  pass(book);
  const last = lastOpen(book);
  if (!last) return;
  const lent = book.lent.reduce((sum, c) => sum + c.amount, 0);
  const others = book.rows.reduce((sum, r) => (r === last ? sum : sum + r.principal), 0);
  const amount = Math.max(0, lent - others - last.credited + last.interest);
  if (amount !== last.amount) {
    last.amount = amount;
    pass(book);
  }
  // Where interest fills an amount, more amount is interest first: again until all principal is on rows.
  for (let tries = 0; tries < 12; tries++) {
    const rest = lent - book.rows.reduce((sum, r) => sum + r.principal, 0);
    if (rest === 0) return;
    if (rest > 0) last.amount += rest;
    else shorten(book, -rest);
    pass(book);
  }
}

/** Takes principal that is no longer needed off the rows, from the last one back. */
function shorten(book: ProgressiveBook, excess: Minor): void {
  let left = excess;
  for (const row of [...book.rows].reverse()) {
    const cut = Math.min(left, row.principal - row.paidPrincipal);
    row.amount -= cut;
    left -= cut;
    if (left === 0) return;
  }
}

/** The last row that still takes differences: the last one not fully paid. */
function lastOpen(book: ProgressiveBook): ProgressiveRow | undefined {
  const isPaid = (r: ProgressiveRow) => r.paidPrincipal > 0 && r.paidPrincipal + r.paidInterest >= r.amount + r.credited;
  return book.rows.findLast((r) => !isPaid(r)) ?? book.rows.at(-1);
}

function pass(book: ProgressiveBook): void {
  const changes = book.lent.map((c) => ({ ...c }));
  for (const rate of book.rates.slice(1)) changes.push({ day: rate.fromDay, amount: 0 });
  for (const row of book.rows) for (const p of row.payments) if (p.day < row.due) changes.push({ day: p.day, amount: -p.amount });
  changes.sort((a, b) => a.day - b.day);
  let balance = 0;
  let carried = 0;
  for (const [index, row] of book.rows.entries()) {
    balance = walkRow(book, row, changes, balance, index === 0);
    const earned = Math.max(0, row.segments.reduce((sum, s) => sum + s.interest, 0) + carried);
    const wanted = row.amount + row.credited;
    const planned = Math.max(0, wanted - earned);
    row.interest = row.paidPrincipal > planned ? row.paidInterest : Math.max(Math.min(earned, wanted), row.paidInterest);
    row.principal = Math.max(Math.max(0, wanted - row.interest), row.paidPrincipal);
    carried = earned - row.interest;
    balance -= leaveAtDue(book, row, changes);
    row.balance = balance;
  }
}

/** Cuts a period at each change of balance; changes on the due date count for the next period. @returns balance at its end */
function walkRow(book: ProgressiveBook, row: ProgressiveRow, changes: BalanceChange[], opening: Minor, isFirst: boolean): Minor {
  row.segments = [];
  let balance = opening;
  let cursor = row.from;
  const cut = (to: Day) => {
    const factor = isExact(book) ? null : rateFactor(book, row, cursor, to);
    row.segments.push({ from: cursor, to, balance, factor, interest: interestOn(book, row, balance, cursor, to) });
    cursor = to;
  };
  for (let next = changes[0]; next && next.day <= row.due; next = changes[0]) {
    if (next.day < row.due && (next.day > cursor || (isFirst && row.segments.length === 0))) cut(Math.max(next.day, row.from));
    if (next.day >= row.due && cursor < row.due) cut(row.due);
    balance += next.amount;
    changes.shift();
  }
  if (cursor < row.due) cut(row.due);
  return balance;
}

/** What a row takes off the balance as it falls due; what is overdue and still earning leaves later. */
function leaveAtDue(book: ProgressiveBook, row: ProgressiveRow, changes: BalanceChange[]): Minor {
  let early = 0;
  let late = 0;
  const until = book.overdueUntil;
  for (const p of row.payments) {
    if (p.day < row.due) early += p.amount;
    else if (until !== null && p.day > row.due && until > row.due) {
      insert(changes, { day: Math.min(p.day, until), amount: -p.amount });
      late += p.amount;
    }
  }
  const rest = row.principal - early - late;
  if (until === null || until <= row.due) return row.principal - early;
  const unpaid = row.principal - row.paidPrincipal;
  if (unpaid > 0) insert(changes, { day: until, amount: -unpaid });
  return rest - Math.max(0, unpaid);
}

/** Interest of a row up to a day, and carried into it: what would have to be paid to settle it then. */
export function interestUntil(book: ProgressiveBook, row: ProgressiveRow, day: Day): Minor {
  if (day < row.from) return 0;
  const index = book.rows.indexOf(row);
  let carried = 0;
  for (let i = 0; i < index; i++) {
    const r = book.rows[i] as ProgressiveRow;
    carried = Math.max(0, r.segments.reduce((sum, s) => sum + s.interest, 0) + carried) - r.interest;
  }
  let interest = carried;
  for (const s of row.segments) {
    if (s.to <= day) interest += s.interest;
    else if (s.from < day) interest += interestOn(book, row, s.balance, s.from, day);
  }
  return Math.max(0, interest);
}

/** What settling a row on a day would need, within the installment amount; and the principal on that day. */
export function payable(book: ProgressiveBook, row: ProgressiveRow, day: Day, interestDay: Day = day): { principal: Minor; interest: Minor; outstanding: Minor } {
  const interest = Math.max(interestUntil(book, row, interestDay), row.paidInterest);
  const outstanding = balanceOn(book, day);
  const wanted = Math.max(0, row.amount + row.credited - interest);
  return { interest, outstanding, principal: Math.max(row.paidPrincipal, Math.min(wanted, outstanding + row.paidPrincipal)) };
}

/** Principal on a day. */
export function balanceOn(book: ProgressiveBook, day: Day): Minor {
  for (const row of book.rows) {
    for (const s of row.segments) if (day >= s.from && (day < s.to || (day === s.to && s.to === row.due)) && s.to > s.from) return s.balance;
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
  recompute(book);
  const index = book.rows.indexOf(first);
  const before = index > 0 ? (book.rows[index - 1]?.balance ?? 0) : 0;
  const inside = book.lent.filter((c) => c.day <= day && (index === 0 || c.day > first.from)).reduce((sum, c) => sum + c.amount, 0);
  const paidInside = book.rows.reduce((sum, r) => r.payments.reduce((s, p) => (p.day > first.from && p.day <= day && p.day < r.due ? s + p.amount : s), sum), 0);
  const balance = before + inside - paidInside;
  let growth = ONE;
  let sum = ZERO;
  const digits = book.digits ?? WORKING_DIGITS;
  for (const row of open) {
    const factor = addDecimal(ONE, row.segments.reduce((f, s) => addDecimal(f, s.factor ?? rateFactor(book, row, s.from, s.to)), ZERO));
    growth = multiplyDecimal(growth, factor, digits);
    sum = addDecimal(ONE, multiplyDecimal(sum, factor, digits));
  }
  const exact = divideDecimal(multiplyDecimal(decimal(balance), growth, digits), sum, digits);
  const amount = roundToMultiple(timesMinor(1, exact, null, book.rounding), null, book.rounding);
  setAmounts(book, open, book.multiple === null ? amount : roundDecimalTo(exact, book.multiple, book.rounding));
  smooth(book, open);
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
  if (Math.floor(n / 2) === 0 || Math.abs(difference) <= Math.floor(n / 2)) return;
  const original = previous.amount;
  const wanted = original + timesMinor(1, divideDecimal(decimal(difference), decimal(n), null), null, book.rounding);
  const adjusted = roundToMultiple(wanted, book.multiple, book.rounding);
  if (adjusted === original) return;
  setAmounts(book, open, adjusted);
  if (Math.abs(last.amount - previous.amount) >= Math.abs(difference)) setAmounts(book, open, original);
}
