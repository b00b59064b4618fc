import { addDecimal, atScale, decimal, divideDecimal, multiplyDecimal, timesMinor, ZERO } from "./decimal.ts";
import type { Decimal } from "./decimal.ts";
import { civilToDay, daysInMonth, daysInYear, dayToCivil } from "./date.ts";
import type { Day } from "./date.ts";
import type { Fraction } from "./day-count-ratio.ts";
import type { BookPlan } from "./progressive-plan.ts";
import type { Walk } from "./progressive-walk.ts";
import { wholeDays, yearsOf } from "./rate-line.ts";
import { divideRounded, roundedIfClear, safeNumber } from "./rounding.ts";
import type { Rounding } from "./rounding.ts";
import type { LoanTerms, Minor, PeriodUnit } from "./terms.ts";

/** One row of a progressive schedule. Amounts in minor units. */
export type ProgressiveRow = {
  from: Day; due: Day;
  /** Installment amount, principal and interest. */
  amount: Minor;
  /** By rules: interest given up. */
  waivedInterest?: Minor;
  /** By rules: principal paid on top of the amount, and interest that became principal once its due date had come. */
  ahead?: Minor; capitalised?: Minor;
  /** Principal lent again in this row, on top of the amount. */
  credited: Minor;
  paidPrincipal: Minor; paidInterest: Minor;
  /** Payments of its principal, by day. */
  payments: BalanceChange[];
  /** Payments of its interest, by day: kept where unpaid interest bears interest. */
  interestPayments?: BalanceChange[];
  /** Computed by {@link recompute}. */
  principal: Minor; interest: Minor; balance: Minor; segments: Segment[];
};

/** A part of a period on one balance. */
export type Segment = {
  from: Day; to: Day; balance: Minor; interest: Minor;
  /** Unpaid interest that bears interest too. */
  compounded?: Minor;
  /** Rate factor; `null` where interest is worked out exactly without one. */
  factor: Factor | null;
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
  factors: { rates: number; byRow: Map<{ from: Day; due: Day }, Map<number, Factor>> };
  /** Rates, payments and pauses beyond one installment at one rate at a time. */
  plan?: BookPlan;
  /** By rules: the row that takes what is left, whatever its rule; `null`: none does. Left out: the last one. */
  takes?: ProgressiveRow | null;
  /** What the last walk over the rows found: see {@link walkRows}. */
  memo?: Walk;
};

/** The book as it stands, and how its rows are found in the copy. What was worked out stays known to both. */
export function copyBook(book: ProgressiveBook): { book: ProgressiveBook; counterpartOf: (row: ProgressiveRow) => ProgressiveRow } {
  const rows = new Map(book.rows.map((row) => [row, { ...row, payments: [...row.payments], ...(row.interestPayments ? { interestPayments: [...row.interestPayments] } : {}) }]));
  const counterpartOf = (row: ProgressiveRow): ProgressiveRow => rows.get(row) ?? row;
  const byRow = new Map([...book.factors.byRow].map(([row, factors]) => [rows.get(row as ProgressiveRow) ?? row, factors]));
  const copy: ProgressiveBook = { ...book, rows: [...rows.values()], lent: [...book.lent], rates: [...book.rates], factors: { rates: book.factors.rates, byRow } };
  if (book.memo) copy.memo = { ...book.memo, changes: [...book.memo.changes], steps: book.memo.steps.map((step) => ({ ...step })) };
  if (book.takes) copy.takes = counterpartOf(book.takes);
  return { book: copy, counterpartOf };
}

/** A rate factor, and the double next to it. */
export type Factor = Decimal & { readonly near: number };

/** Share of error of a handful of double operations, with room to spare. */
export const NEAR = 2e-15;

/**
 * Rate factor of part of a period: rate × (D × every ÷ days of the year) × days of the part ÷ days of the period, D being 30 or
 * the days of the month in which the part starts, 7 for weeks, 1 for days. A part over New Year takes each year's own days.
 */
export function rateFactor(book: ProgressiveBook, row: { from: Day; due: Day }, from: Day, to: Day): Factor {
  if (book.factors.rates !== book.rates.length) book.factors = { rates: book.rates.length, byRow: new Map() };
  let known = book.factors.byRow.get(row);
  if (!known) book.factors.byRow.set(row, (known = new Map()));
  const key = (from - row.from) * 100_000 + to - from;
  let factor = known.get(key);
  if (!factor) known.set(key, (factor = withNear(computeFactor(book, row, from, to))));
  return factor;
}

function withNear(factor: Decimal): Factor {
  return { ...factor, near: Number(factor.m) / 10 ** factor.s };
}

export function rateOn(book: ProgressiveBook, day: Day): number {
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
  const clear = roundedIfClear((balance * ratePpb * (months * part)) / (12_000_000_000 * days), NEAR, rounding);
  return clear ?? safeNumber(divideRounded(BigInt(balance) * BigInt(ratePpb) * BigInt(months * part), 12_000_000_000n * BigInt(days), rounding));
}

/** Months that count a twelfth of the year each, and no number of digits agreed: no factor needs to be rounded. */
export function isExact(book: ProgressiveBook): boolean {
  return book.digits === null && book.interest.calculation === "equal_periods" && book.unit === "months" && !isSemiMonthly(book);
}

/** Days of the whole period that a row's days are counted against. */
export function periodDays({ plan }: ProgressiveBook, row: { from: Day; due: Day }): number {
  return plan ? wholeDays(plan.terms, row.from, row.due, row.from === plan.start) : row.due - row.from;
}

/**
 * Years of part of a row as the terms count time; `null` for a loan of a core that carries so many digits and counts time by the month a
 * part begins in: see {@link rateFactor}. It does so where its rows are the usual periods.
 */
export function yearsOfPart(book: ProgressiveBook, row: { from: Day; due: Day }, from: Day, to: Day): Fraction | null {
  if (!book.plan) return null;
  const { terms, start } = book.plan;
  const isUsual = terms.interest.dayCount === undefined && terms.dates === undefined && terms.payments?.custom === undefined && periodDays(book, row) === row.due - row.from;
  return book.digits !== null && isUsual ? null : yearsOf(terms, { from: row.from, to: row.due, due: row.due }, row.from === start ? 0 : 1, from, to);
}

/** Two due dates in each month: a period is half of one. */
function isSemiMonthly(book: ProgressiveBook): boolean {
  return book.plan?.terms.dates?.kind === "semi_monthly";
}

/** Interest of part of a row on one balance: exact where the product carries no given number of digits. */
export function interestOn(book: ProgressiveBook, row: { from: Day; due: Day }, balance: Minor, from: Day, to: Day): Minor {
  if (isExact(book)) {
    return partOfPeriodInterest(balance, rateOn(book, from), book.every, Math.max(0, to - from), periodDays(book, row), book.rounding);
  }
  const factor = rateFactor(book, row, from, to);
  const share = NEAR + (book.digits === null ? 0 : 10 ** (1 - book.digits));
  const clear = roundedIfClear(balance * factor.near, share, book.rounding);
  return clear ?? timesMinor(balance, factor, book.digits, book.rounding);
}

function computeFactor(book: ProgressiveBook, row: { from: Day; due: Day }, from: Day, to: Day): Decimal {
  return factorAt(book, row, from, to, rateOn(book, from));
}

/** The rate factor of part of a row at a given rate: see {@link rateFactor}. Where a row counts its own days, by those. */
export function factorAt(book: ProgressiveBook, row: { from: Day; due: Day }, from: Day, to: Day, ratePpb: number): Decimal {
  if (to <= from) return ZERO;
  const rate = decimal(ratePpb, 9);
  const years = yearsOfPart(book, row, from, to);
  if (years) return divideDecimal(multiplyDecimal(rate, decimal(years.numerator), null), decimal(years.denominator), book.digits);
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
