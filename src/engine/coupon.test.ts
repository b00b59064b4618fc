import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { couponYears, withoutCoupons } from "./coupon.ts";
import { addMonths, fromDay, isoDate, toDay } from "./date.ts";
import { yearFraction } from "./daycount.ts";
import { explainCell } from "./explain-cell.ts";
import { buildSchedule, payoff } from "./index.ts";
import type { LoanTermsInput } from "./terms.ts";
import { holdsCheaply } from "./testing/property-kit.ts";
import { day, Life, months, percent, plainTerms } from "./testing/worked.ts";

/** A loan's interest by the coupon a day falls in: its agreed installments are the coupons. */

const FOLLOWS = { rest: "daily", advance: "reduce_installment", payoffInterest: "to_payoff_date", overdueEarnsInterest: false } as const;
const icma = (more: Partial<LoanTermsInput> = {}) => plainTerms({
  principal: 12_000_00, disbursementDate: day("2026-01-15"), installments: months(12), ...more,
  interest: { ratePpb: percent(12), calculation: "actual_days", dayCount: "ACT/ACT_ICMA", ...more.interest },
} as LoanTermsInput);

test("a whole coupon is its share of the year, whatever its days: a level payment is that of equal periods", () => {
  const level = (terms: ReturnType<typeof icma>) => buildSchedule(terms).rows.map((row) => [row.principal, row.interest]);
  const equal = plainTerms({ principal: 12_000_00, disbursementDate: day("2026-01-15"), installments: months(12), interest: { ratePpb: percent(12) } });
  assert.deepEqual(level(icma()), level(equal));
  assert.deepEqual(level(icma({ model: "progressive" })), level(equal));
  // 12,000.00 × 12 % ÷ 12, in January's coupon of 31 days as in February's of 28.
  assert.equal(buildSchedule(icma({ amortization: "interest_only" })).rows.slice(0, 11).every((row) => row.interest === 120_00), true);
});

test("part of a coupon bears its share of that coupon's days, in every model", () => {
  for (const model of ["daily_simple", "progressive"] as const) {
    const life = new Life(icma({ model, amortization: "interest_only", allocation: { strategy: "penalty_fee_interest_principal" }, interest: { ratePpb: percent(12), ...(model === "progressive" ? { recalculation: FOLLOWS } : {}) } }), 12_000_00);
    // Ten of the 31 days to 15 February; in the next coupon, of 28 days, ten of those.
    assert.equal(payoff(life.state, day("2026-01-25")).total, 12_038_71, model);
    life.pay("2026-02-15", 120_00);
    assert.equal(payoff(life.state, day("2026-02-25")).total, 12_042_86, model);
  }
});

test("a short and a long first period are the parts of coupons they cover", () => {
  const first = (start: string, due: string) => buildSchedule(icma({ amortization: "interest_only", disbursementDate: day(start), firstDueDate: day(due) })).rows[0]?.interest;
  // 5 of 31 days; and a whole coupon more.
  assert.equal(first("2026-02-10", "2026-02-15"), Math.round(120_00 * 5 / 31));
  assert.equal(first("2026-01-10", "2026-02-15"), 120_00 + Math.round(120_00 * 5 / 31));
});

test("by ACT/365L the year is the one the coupon ends in, or for yearly coupons whether it holds a 29 February", () => {
  const years = (convention: "ACT/365L", more: Partial<LoanTermsInput>, from: string, to: string) => {
    const { numerator, denominator } = couponYears(icma(more), convention, toDay(isoDate(from)), toDay(isoDate(to)));
    return `${numerator}/${denominator}`;
  };
  const half = { disbursementDate: day("2023-09-15"), installments: { count: 4, every: 6, unit: "months" as const } };
  assert.equal(years("ACT/365L", half, "2023-09-15", "2024-03-15"), "182/366");
  assert.equal(years("ACT/365L", half, "2024-09-15", "2025-03-15"), "181/365");
  const yearly = (at: string) => ({ disbursementDate: day(at), installments: { count: 4, every: 1, unit: "years" as const } });
  assert.equal(years("ACT/365L", yearly("2023-03-01"), "2023-03-01", "2024-02-29"), "365/366");
  assert.equal(years("ACT/365L", yearly("2024-03-01"), "2024-03-01", "2025-03-01"), "365/365");
  // The day a coupon begins on is not one it holds.
  assert.equal(years("ACT/365L", yearly("2024-02-29"), "2024-02-29", "2025-02-28"), "365/365");
  assert.equal(years("ACT/365L", yearly("2020-02-29"), "2023-02-28", "2024-02-29"), "366/366");
  // A first period of fourteen months is one coupon.
  assert.equal(years("ACT/365L", { ...yearly("2023-01-01"), firstDueDate: day("2024-03-01") }, "2023-01-01", "2024-03-01"), "425/366");
});

test("without a first due date coupons are counted from the day interest is agreed to run from", () => {
  const years = (more: Partial<LoanTermsInput>) => {
    const { numerator, denominator } = couponYears(icma({ submittedDate: day("2026-01-05"), ...more }), "ACT/ACT_ICMA", toDay(day("2026-02-05")), toDay(day("2026-03-05")));
    return Number(numerator) / Number(denominator);
  };
  assert.equal(years({ countFrom: "submission" }), 1 / 12);
  // Ten of 31 days and eighteen of 28.
  assert.ok(Math.abs(years({}) - (10 / 31 + 18 / 28) / 12) < 1e-12);
  assert.ok(Math.abs(years({ countFrom: "submission", submittedDate: null }) - (10 / 31 + 18 / 28) / 12) < 1e-12);
});

test("what has no coupons says why; a span cannot end before it starts", () => {
  assert.equal(withoutCoupons(icma()), null);
  assert.match(String(withoutCoupons(icma({ installments: { count: 3, every: 2, unit: "weeks" } }))), /counted in months/);
  assert.match(String(withoutCoupons(icma({ dates: { kind: "semi_monthly", days: [1, 15] } }))), /one day of the month/);
  assert.match(String(withoutCoupons(icma({ payments: { custom: [{ dueDate: day("2026-02-15") }] } }))), /by hand/);
  assert.throws(() => couponYears(icma(), "ACT/365L", 10, 9), RangeError);
});

test("coupons agreed at month ends keep to them: from 28 February one ends on 31 March", () => {
  const rows = buildSchedule(icma({ amortization: "interest_only", disbursementDate: day("2026-01-31"), firstDueDate: day("2026-02-28"), dates: { kind: "month_end" } })).rows;
  assert.deepEqual(rows.slice(0, 3).map((row) => [row.dueDate, row.interest]), [["2026-02-28", 120_00], ["2026-03-31", 120_00], ["2026-04-30", 120_00]]);
});

test("a figure tells the share of the year its coupon is", () => {
  const { value, sentence } = explainCell(icma(), 1, "interest");
  assert.equal(value, "120.00");
  assert.match(sentence, /31 days, 1\/12 of a year/);
});

const start = fc.integer({ min: 8_000, max: 25_000 });
const every = fc.constantFrom(1, 2, 3, 6, 12);
const value = ({ numerator, denominator }: { numerator: bigint; denominator: bigint }) => Number(numerator) / Number(denominator);

holdsCheaply("a period counts what the market convention gives for it as a first period, regular or not", fc.tuple(start, every, fc.integer({ min: 1, max: 800 }), fc.constantFrom("ACT/ACT_ICMA" as const, "ACT/365L" as const)), ([n, each, days, convention]) => {
  const [begins, due] = [fromDay(n), fromDay(n + days)];
  const terms = icma({ disbursementDate: begins, firstDueDate: due, installments: { count: 4, every: each, unit: "months" } });
  const market = yearFraction(convention, begins, due, { scheduleStart: begins, periodEnd: due, frequencyMonths: each });
  assert.ok(Math.abs(value(couponYears(terms, convention, n, n + days)) - market) < 1e-9);
  // And each regular one after it.
  const [second, third] = [addMonths(due, each, Number(due.slice(8))), addMonths(due, 2 * each, Number(due.slice(8)))];
  const regular = convention === "ACT/ACT_ICMA" ? each / 12 : yearFraction(convention, second, third, { periodEnd: third, frequencyMonths: each });
  assert.ok(Math.abs(value(couponYears(terms, convention, toDay(second), toDay(third))) - regular) < 1e-9);
});

holdsCheaply("parts add up to the whole, and a longer span never counts less", fc.tuple(start, every, fc.integer({ min: 1, max: 800 }), fc.integer({ min: 0, max: 1500 }), fc.integer({ min: 0, max: 1500 }), fc.constantFrom("ACT/ACT_ICMA" as const, "ACT/365L" as const)), ([n, each, days, a, b, convention]) => {
  const terms = icma({ disbursementDate: fromDay(n), firstDueDate: fromDay(n + days), installments: { count: 4, every: each, unit: "months" } });
  const [middle, end] = [n + Math.min(a, b), n + Math.max(a, b)];
  const parts = value(couponYears(terms, convention, n, middle)) + value(couponYears(terms, convention, middle, end));
  const whole = value(couponYears(terms, convention, n, end));
  assert.ok(Math.abs(parts - whole) < 1e-9 && whole >= value(couponYears(terms, convention, n, middle)));
});
