import assert from "node:assert/strict";
import { test } from "node:test";
import { allocate, compareMoney, currencyDecimals, formatAmount, money, parseAmount } from "./money.ts";
import { formatPercent, formatRate, parsePercent, parseRate, parseScaled, rate, toMonthly } from "./rate.ts";
import { divideRounded, divideSafe, mulDiv, roundedIfClear } from "./rounding.ts";

test("a currency code is three capital letters and nothing else; the decimals are its own", () => {
  assert.deepEqual(["USD", "JPY", "KWD", "CLF"].map(currencyDecimals), [2, 0, 3, 4]);
  for (const code of ["usd", "XUSD", "USDX", "US", "1USD", ""]) assert.throws(() => currencyDecimals(code), /not a currency code/, code);
});

test("an amount or a rate made of a number needs a safe integer; a bigint may be any", () => {
  assert.equal(money(2 ** 53 - 1, "USD").minor, 9_007_199_254_740_991n);
  assert.equal(rate(2 ** 53 - 1).ppb, 9_007_199_254_740_991n);
  assert.equal(money(10n ** 30n, "USD").minor, 10n ** 30n);
  assert.equal(rate(10n ** 30n).ppb, 10n ** 30n);
  for (const bad of [2 ** 53, 0.5, Number.NaN]) {
    assert.throws(() => money(bad, "USD"), /not a safe integer/);
    assert.throws(() => rate(bad), /not a safe integer/);
  }
});

test("less, equal, more", () => {
  const [a, b] = [money(1n, "USD"), money(2n, "USD")];
  assert.deepEqual([compareMoney(a, b), compareMoney(a, a), compareMoney(b, a)], [-1, 0, 1]);
});

test("an amount is split by its weights, the largest remainder first and the first of equals, below zero alike", () => {
  const parts = (minor: bigint, ...weights: bigint[]) => allocate(money(minor, "USD"), weights).map((p) => p.minor);
  assert.deepEqual(parts(100n, 1n, 1n, 1n), [34n, 33n, 33n]);
  assert.deepEqual(parts(-100n, 1n, 1n, 1n), [-34n, -33n, -33n]);
  assert.deepEqual(parts(101n, 1n, 1n, 1n), [34n, 34n, 33n]);
  // 10 × 1 ÷ 6 = 1.67, × 2 ÷ 6 = 3.33, × 3 ÷ 6 = 5.00: the odd cent to the first.
  assert.deepEqual(parts(10n, 1n, 2n, 3n), [2n, 3n, 5n]);
  assert.deepEqual(parts(10n, 3n, 2n, 1n), [5n, 3n, 2n]);
  // 7 × 3 ÷ 8 = 2.625, 7 × 5 ÷ 8 = 4.375.
  assert.deepEqual(parts(7n, 5n, 3n), [4n, 3n]);
  assert.deepEqual(parts(0n, 1n, 2n), [0n, 0n]);
  assert.deepEqual(parts(5n, 0n, 1n), [0n, 5n]);
  for (const weights of [[], [0n], [0n, 0n], [3n, -1n], [-1n], [-1n, -2n]]) assert.throws(() => parts(10n, ...weights), /weights must be/, String(weights));
});

test("amounts and rates as text: zero has no sign, small ones their zeros, long fractions only of zeros", () => {
  assert.deepEqual([0n, 5n, -5n, -1_234_56n].map((m) => formatAmount(money(m, "USD"))), ["0.00", "0.05", "-0.05", "-1234.56"]);
  assert.deepEqual([0n, -7n].map((m) => formatAmount(money(m, "JPY"))), ["0", "-7"]);
  assert.throws(() => parseAmount("12.345", "USD"), /not an amount/);
  assert.deepEqual([0n, -1n, 72_500_000n, 1_000_000_000n].map((p) => formatRate(rate(p))), ["0", "-0.000000001", "0.0725", "1"]);
  assert.equal(formatPercent(rate(72_500_000n)), "7.25");
  assert.equal(parseRate("0.07250000000000").ppb, 72_500_000n, "zeros beyond nine places say nothing");
  assert.equal(parsePercent("-7.2500000000").ppb, -72_500_000n);
  for (const text of ["0.0000000001", "x1", "1x", "1.", ".5", "1.5x", "--1", ""]) assert.throws(() => parseRate(text), /not a decimal of at most 9 places/, text);
  assert.equal(parseScaled("12", 0), 12n);
});

test("a twelfth of a yearly rate, half to even", () => {
  assert.deepEqual([12n, 6n, 18n, 30n].map((p) => toMonthly(rate(p)).ppb), [1n, 0n, 2n, 2n]);
});

test("quotients: nothing has no sign, zero divides nothing, and figures too large for a double go the exact way", () => {
  assert.throws(() => divideRounded(1n, 0n, "half-up"), /division by zero/);
  assert.equal(divideRounded(-7n, -2n, "half-up"), 4n);
  for (const n of [0, -0]) assert.ok(Object.is(divideSafe(n, 4, "half-up"), 0));
  assert.ok(Object.is(divideSafe(-1, 4, "half-even"), 0));
  const big = 2 ** 53 - 1;
  assert.equal(mulDiv(big, big, big, "half-up"), big);
  assert.equal(mulDiv(-big, 3, 3, "half-up"), -big);
  assert.equal(mulDiv(big, 1, 2, "half-even"), 4_503_599_627_370_496);
  assert.equal(mulDiv(big, 1, 2, "down"), 4_503_599_627_370_495);
  assert.throws(() => mulDiv(10, 1, 0, "up"), RangeError);
  assert.throws(() => mulDiv(10, 1, -3, "up"), /not a safe quotient/);
  assert.throws(() => mulDiv(10, 1, 0.5, "up"), RangeError);
});

test("a double is trusted only where no boundary lies within its error", () => {
  assert.equal(roundedIfClear(2 ** 52, 0, "up"), null, "halves are not told from here on");
  assert.equal(roundedIfClear(Number.NaN, 0, "up"), null);
  assert.equal(roundedIfClear(2.75, 0.0625, "half-up"), 3);
  assert.equal(roundedIfClear(2, 0.25, "half-up"), null, "a half away, and half may be the error");
  assert.equal(roundedIfClear(4, 0.125, "half-up"), null);
  assert.equal(roundedIfClear(3.5, 1 / 7, "up"), null, "half away from both");
  assert.equal(roundedIfClear(3.5, 1 / 8, "up"), 4);
  assert.ok(Object.is(roundedIfClear(-0.25, 0, "up"), -1) && Object.is(roundedIfClear(-0.25, 0, "down"), 0) && Object.is(roundedIfClear(-0.25, 0, "half-down"), 0));
});
