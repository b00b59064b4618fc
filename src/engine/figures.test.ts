import assert from "node:assert/strict";
import { test } from "node:test";
import { annuityFloat64, annuityPayment, periodRate, roundFloat, roundToMultiple } from "./annuity.ts";
import { addDecimal, decimal, decimalText, divideDecimal, multiplyDecimal, significant, timesMinor } from "./decimal.ts";
import { interestOn, partOfPeriodInterest, rateFactor } from "./progressive-book.ts";
import type { ProgressiveBook } from "./progressive-book.ts";
import { balanceOn, interestUntil, payable, recompute, solveAmount } from "./progressive-rows.ts";
import { divideRounded, divideSafe, isRounding, mulDiv, roundedIfClear, ROUNDINGS, safeNumber } from "./rounding.ts";

/** Figures one can check by hand, at the edges where a mistake hides. */

test("each mode rounds halves and parts, above and below zero, as its name says", () => {
  // Of 2.5, −2.5, 3.5, 2.25, −2.25, 2.75, −2.75.
  const expected = {
    "half-even": [2, -2, 4, 2, -2, 3, -3], "half-up": [3, -3, 4, 2, -2, 3, -3], "half-down": [2, -2, 3, 2, -2, 3, -3], up: [3, -3, 4, 3, -3, 3, -3],
    down: [2, -2, 3, 2, -2, 2, -2], ceiling: [3, -2, 4, 3, -2, 3, -2], floor: [2, -3, 3, 2, -3, 2, -3],
  } as const;
  for (const mode of ROUNDINGS) {
    const quarters = [10, -10, 14, 9, -9, 11, -11];
    assert.deepEqual(quarters.map((q) => Number(divideRounded(BigInt(q), 4n, mode))), [...expected[mode]], mode);
    assert.deepEqual(quarters.map((q) => Number(divideRounded(BigInt(-q), -4n, mode))), [...expected[mode]], mode);
    assert.deepEqual(quarters.map((q) => divideSafe(q, 4, mode)), [...expected[mode]], mode);
    assert.deepEqual(quarters.map((q) => mulDiv(q, 1_000_000_007, 4_000_000_028, mode)), [...expected[mode]], mode);
  }
  assert.ok(isRounding("half-up") && isRounding("floor") && !isRounding("half") && !isRounding(""));
});

test("a double decides away from boundaries and nowhere near them", () => {
  assert.equal(roundedIfClear(2.4, 1e-15, "half-even"), 2);
  assert.equal(roundedIfClear(2.6, 1e-15, "half-even"), 3);
  assert.equal(roundedIfClear(2.5, 1e-15, "half-up"), null);
  assert.equal(roundedIfClear(2.5 + 1e-15, 1e-15, "half-down"), null);
  assert.equal(roundedIfClear(3, 1e-15, "up"), null);
  assert.equal(roundedIfClear(3 - 1e-15, 1e-15, "floor"), null);
  assert.deepEqual(["up", "down", "ceiling", "floor"].map((m) => roundedIfClear(2.25, 1e-15, m as "up")), [3, 2, 3, 2]);
  assert.deepEqual(["up", "down", "ceiling", "floor"].map((m) => roundedIfClear(-2.25, 1e-15, m as "up")), [-3, -2, -2, -3]);
  assert.equal(roundedIfClear(5e15, 1e-15, "half-up"), null);
  assert.equal(roundedIfClear(-5e15, 1e-15, "half-up"), null);
  assert.equal(roundedIfClear(1e12 + 0.5005, 1e-15, "half-up"), null, "the share of error grows with the figure");
  assert.ok(Object.is(roundedIfClear(-0.2, 1e-15, "half-up"), 0) && Object.is(divideSafe(-1, 4, "half-up"), 0) && Object.is(divideSafe(0, 4, "up"), 0));
});

test("what is no whole number, or beyond what one holds, is a fault", () => {
  assert.throws(() => divideRounded(1n, 0n, "up"), RangeError);
  for (const [n, d] of [[0.5, 2], [2, 0.5], [1, 0], [1, -2], [2 ** 53, 2], [1, 2 ** 53]] as const) assert.throws(() => divideSafe(n, d, "up"), RangeError);
  assert.throws(() => mulDiv(0.5, 1, 2, "up"), RangeError);
  assert.throws(() => mulDiv(2 ** 52, 8, 1, "up"), RangeError);
  assert.throws(() => safeNumber(2n ** 53n), RangeError);
  assert.equal(safeNumber(2n ** 53n - 1n), Number.MAX_SAFE_INTEGER);
  assert.throws(() => periodRate(2n ** 60n + 1n, 7n), RangeError);
  assert.throws(() => annuityPayment(100, { numerator: 1, denominator: 100 }, 0, 0, "up"), RangeError);
});

test("a rate of a period is in lowest terms, below zero too", () => {
  assert.deepEqual(periodRate(240_000_000n, 12_000_000_000n), { numerator: 1, denominator: 50 });
  assert.deepEqual(periodRate(-6n, 8n), { numerator: -3, denominator: 4 });
  assert.deepEqual(periodRate(0n, 12n), { numerator: 0, denominator: 1 });
});

test("an annuity by hand: 10,000.00 at 1 % a month in 12 payments is 888.49; down to a balloon of 5,000.00, 494.24; without interest a twelfth", () => {
  const onePercent = { numerator: 1, denominator: 100 };
  assert.equal(annuityPayment(1_000_000, onePercent, 12, 0, "half-even"), 88_849);
  // 888.4879 − 5,000.00 × 0.01 ÷ (1.01^12 − 1) = 888.4879 − 394.2439
  assert.equal(annuityPayment(1_000_000, onePercent, 12, 500_000, "half-even"), 49_424);
  assert.equal(annuityPayment(1_000_000, onePercent, 12, 0, "ceiling"), 88_849);
  assert.equal(annuityPayment(1_000_000, onePercent, 12, 0, "floor"), 88_848);
  assert.equal(annuityPayment(1_000_000, { numerator: 0, denominator: 1 }, 12, 40_000, "half-up"), 80_000);
  assert.equal(annuityFloat64(1200, 0, 12), 100);
  assert.ok(Math.abs(annuityFloat64(1_000_000, 0.01, 12) - 88_848.7886783) < 1e-6);
});

test("doubles and amounts rounded to a multiple, by every mode", () => {
  const of = (value: number) => ROUNDINGS.map((mode) => roundFloat(value, 10, mode));
  //                          half-even, half-up, half-down, up, down, ceiling, floor
  assert.deepEqual(of(25), [20, 30, 20, 30, 20, 30, 20]);
  assert.deepEqual(of(35), [40, 40, 30, 40, 30, 40, 30]);
  assert.deepEqual(of(26), [30, 30, 30, 30, 20, 30, 20]);
  assert.deepEqual(of(24), [20, 20, 20, 30, 20, 30, 20]);
  assert.deepEqual(of(20), [20, 20, 20, 20, 20, 20, 20]);
  assert.equal(roundToMultiple(1_049, 100, "half-even"), 1_000);
  assert.equal(roundToMultiple(1_049, null, "half-even"), 1_049);
  assert.equal(roundToMultiple(1_049, 1, "half-even"), 1_049);
});

test("decimals: aligned when added, cut to digits when told, written with the places asked for", () => {
  assert.deepEqual(addDecimal(decimal(15, 1), decimal(25, 2)), { m: 175n, s: 2 });
  assert.deepEqual(addDecimal(decimal(25, 2), decimal(15, 1)), { m: 175n, s: 2 });
  assert.deepEqual(addDecimal(decimal(2, 1), decimal(3, 1)), { m: 5n, s: 1 });
  assert.deepEqual(significant(decimal(12_345), 3), { m: 123n, s: -2 });
  assert.deepEqual(significant(decimal(-12_350), 3), { m: -124n, s: -2 });
  assert.deepEqual(significant(decimal(99_950), 3), { m: 100n, s: -3 });
  assert.deepEqual(significant(decimal(12_345), 5), { m: 12_345n, s: 0 });
  assert.deepEqual(significant(decimal(12_345), null), { m: 12_345n, s: 0 });
  assert.equal(decimalText(divideDecimal(decimal(2), decimal(3), 5), 10), "0.66667");
  assert.equal(decimalText(divideDecimal(decimal(1), decimal(8), null), 10), "0.1250000000");
  assert.deepEqual(divideDecimal(decimal(0), decimal(3), 5), { m: 0n, s: 0 });
  assert.deepEqual(multiplyDecimal(decimal(12, 1), decimal(12, 1), null), { m: 144n, s: 2 });
  assert.equal(timesMinor(3, { m: 5n, s: -1 }, null, "half-even"), 150);
  assert.equal(timesMinor(3, { m: 5n, s: 1 }, null, "half-even"), 2);
  assert.equal(timesMinor(3, { m: 5n, s: 1 }, null, "half-up"), 2);
  assert.equal(timesMinor(5, { m: 5n, s: 1 }, null, "half-up"), 3);
  assert.equal(decimalText({ m: 12n, s: 0 }, 2), "12");
  assert.equal(decimalText({ m: 125n, s: 3 }, 2), "0.12");
});

const bookOf = (over: Partial<ProgressiveBook> = {}): ProgressiveBook => ({
  rows: Array.from({ length: 3 }, (_v, k) => ({ from: 19_723 + 30 * k, due: 19_723 + 30 * (k + 1), amount: 0, credited: 0, paidPrincipal: 0, paidInterest: 0, payments: [], principal: 0, interest: 0, balance: 0, segments: [] })),
  lent: [{ day: 19_723, amount: 300_000 }], rates: [{ fromDay: 19_723, ratePpb: 120_000_000 }], factors: { rates: 0, byRow: new Map() }, overdueUntil: null, every: 1, unit: "months",
  interest: { daysInYear: 360, daysInMonth: 30, calculation: "equal_periods" }, digits: null, rounding: "half-even", multiple: null, ...over,
});

test("a progressive loan of 3,000.00 at 1 % a month in three: 1,020.07 each, the last takes the difference", () => {
  const book = bookOf();
  solveAmount(book, 19_723);
  assert.deepEqual(book.rows.map((r) => [r.amount, r.interest, r.principal, r.balance]), [[102_007, 3_000, 99_007, 200_993], [102_007, 2_010, 99_997, 100_996], [102_006, 1_010, 100_996, 0]]);
  assert.equal(balanceOn(book, 19_723), 300_000);
  assert.equal(balanceOn(book, 19_753), 300_000);
  assert.equal(balanceOn(book, 19_754), 200_993);
  assert.equal(balanceOn(book, 19_900), 0);
  const [first, second] = [book.rows[0], book.rows[1]] as [ProgressiveBook["rows"][number], ProgressiveBook["rows"][number]];
  assert.equal(interestUntil(book, first, 19_738), 1_500);
  assert.equal(interestUntil(book, second, 19_738), 0);
  assert.deepEqual(payable(book, first, 19_738), { interest: 1_500, outstanding: 300_000, principal: 100_507 });
  assert.deepEqual(payable(book, first, 19_738, 19_753), { interest: 3_000, outstanding: 300_000, principal: 99_007 });
});

test("money paid ten days early saves its interest, and the last row is the smaller for it", () => {
  const book = bookOf();
  solveAmount(book, 19_723);
  const first = book.rows[0] as ProgressiveBook["rows"][number];
  first.payments.push({ day: 19_743, amount: 99_007 });
  first.paidPrincipal = 99_007;
  first.paidInterest = 2_000;
  recompute(book);
  // 3,000.00 for 20 days and 2,009.93 for 10: 20.00 + 6.70; what was not paid of it waits in the next row.
  assert.deepEqual(first.segments.filter((s) => s.to > s.from).map((s) => [s.from, s.to, s.balance, s.interest]), [[19_723, 19_743, 300_000, 2_000], [19_743, 19_753, 200_993, 670]]);
  assert.equal(book.rows.reduce((sum, r) => sum + r.principal, 0), 300_000);
});

test("interest of part of a period, by twelfths: 50,000.00 at 24 % for 10 of 31 days is 322.58; nothing for no days or no balance", () => {
  assert.equal(partOfPeriodInterest(5_000_000, 240_000_000, 1, 10, 31, "half-even"), 32_258);
  assert.equal(partOfPeriodInterest(0, 240_000_000, 1, 10, 31, "half-even"), 0);
  assert.equal(partOfPeriodInterest(5_000_000, 240_000_000, 1, 0, 31, "half-even"), 0);
  assert.equal(partOfPeriodInterest(100, 60_000_000, 1, 1, 1, "half-up"), 1, "half a unit, by the exact fraction");
  assert.equal(partOfPeriodInterest(100, 60_000_000, 1, 1, 1, "half-even"), 0);
  assert.equal(partOfPeriodInterest(5_000_000, 240_000_000, 3, 31, 31, "half-even"), 300_000);
});

test("rate factors: by days over 360 or 365, each year's own days over New Year, weeks as seven days", () => {
  const near = (book: ProgressiveBook, from: number, to: number, row = { from, due: to }) => rateFactor(book, row, from, to).near;
  const of = (interest: ProgressiveBook["interest"], over: Partial<ProgressiveBook> = {}) => bookOf({ interest, digits: 19, ...over });
  assert.ok(Math.abs(near(of({ daysInYear: 360, daysInMonth: 30, calculation: "actual_days" }), 19_723, 19_753) - 0.01) < 1e-15);
  assert.ok(Math.abs(near(of({ daysInYear: 365, daysInMonth: "actual", calculation: "actual_days" }), 19_723, 19_754) - (0.12 * 31) / 365) < 1e-15);
  assert.ok(Math.abs(near(of({ daysInYear: 365, daysInMonth: "actual", calculation: "actual_days" }, { unit: "weeks" }), 19_723, 19_730) - (0.12 * 7) / 365) < 1e-15);
  assert.ok(Math.abs(near(of({ daysInYear: 365, daysInMonth: "actual", calculation: "actual_days" }, { unit: "years" }), 19_723, 20_089) - (0.12 * 360) / 365) < 1e-15);
  assert.ok(Math.abs(near(of({ daysInYear: 365, daysInMonth: "actual", calculation: "actual_days" }, { unit: "days" }), 19_723, 19_724) - 0.12 / 365) < 1e-15);
  // From 2023-12-16 to 2024-01-16: 15 days of a plain year to its last day, 16 of a leap year.
  const overNewYear = near(of({ daysInYear: "actual", daysInMonth: "actual", calculation: "actual_days" }), 19_707, 19_738);
  assert.ok(Math.abs(overNewYear - (0.12 * 31 * (15 / 365 + 16 / 366)) / 31) < 1e-15, String(overNewYear));
  assert.ok(Math.abs(near(of({ daysInYear: 360, daysInMonth: 30, calculation: "equal_periods" }), 19_723, 19_733, { from: 19_723, due: 19_753 }) - 0.01 / 3) < 1e-15);
  assert.equal(near(of({ daysInYear: 360, daysInMonth: 30, calculation: "actual_days" }), 19_723, 19_723), 0);
  const book = of({ daysInYear: 360, daysInMonth: 30, calculation: "actual_days" });
  assert.equal(interestOn(book, { from: 19_723, due: 19_753 }, 50, 19_723, 19_753), 0, "half a unit, half-even");
  book.rates.push({ fromDay: 19_730, ratePpb: 240_000_000 });
  assert.equal(interestOn(book, { from: 19_723, due: 19_753 }, 300_000, 19_729, 19_753), 2_400, "the rate on its first day");
  assert.equal(interestOn(book, { from: 19_723, due: 19_753 }, 300_000, 19_730, 19_753), 4_600);
});
