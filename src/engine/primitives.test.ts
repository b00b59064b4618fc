import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { addMonths, civilToDay, dayToCivil, fromDay, isIsoDate, isoDate, MAX_DAY, MIN_DAY, toDay, weekdayOf } from "./date.ts";
import { addMoney, allocate, formatAmount, fromMoneyJson, money, parseAmount, toMoneyJson } from "./money.ts";
import { formatPercent, formatRate, parsePercent, parseRate, rate } from "./rate.ts";
import { divideRounded, divideSafe, mulDiv, ROUNDINGS } from "./rounding.ts";

const anyDay = fc.integer({ min: MIN_DAY, max: MAX_DAY });

test("day numbers, texts and weekdays agree with the platform's calendar", () => {
  assert.equal(fromDay(MIN_DAY), "0001-01-01");
  assert.equal(fromDay(MAX_DAY), "9999-12-31");
  fc.assert(fc.property(anyDay, (day) => {
    const oracle = Temporal.PlainDate.from("1970-01-01").add({ days: day });
    assert.equal(fromDay(day), oracle.toString());
    assert.equal(toDay(fromDay(day)), day);
    assert.equal(weekdayOf(day), oracle.dayOfWeek);
    const { year, month, day: d } = dayToCivil(day);
    assert.equal(civilToDay(year, month, d), day);
  }), { numRuns: 2000 });
});

test("adding months keeps the day or takes the month's last, like the platform's calendar", () => {
  fc.assert(fc.property(fc.integer({ min: -300_000, max: 300_000 }), fc.integer({ min: -600, max: 600 }), (day, months) => {
    const oracle = Temporal.PlainDate.from(fromDay(day)).add({ months });
    assert.equal(addMonths(fromDay(day), months), oracle.toString());
  }), { numRuns: 2000 });
  assert.equal(addMonths(isoDate("2024-02-29"), 1, 31), "2024-03-31", "a pinned 31st comes back after February");
});

test("days that do not exist are refused", () => {
  for (const text of ["2023-02-29", "2024-13-01", "2024-1-1", "2024-04-31", "0000-01-01", "", "20240101", "2024-01-01T00:00"]) {
    assert.equal(isIsoDate(text), false, text);
    assert.throws(() => isoDate(text), RangeError);
  }
});

test("a rounded quotient is the nearest allowed integer, and the plain and the big path agree", () => {
  const table: [bigint, bigint, string[]][] = [
    [5n, 2n, ["2", "3", "2", "3", "2", "3", "2"]], [-5n, 2n, ["-2", "-3", "-2", "-3", "-2", "-2", "-3"]],
    [7n, 2n, ["4", "4", "3", "4", "3", "4", "3"]], [8n, 3n, ["3", "3", "3", "3", "2", "3", "2"]], [-7n, 3n, ["-2", "-2", "-2", "-3", "-2", "-2", "-3"]],
  ];
  for (const [n, d, expected] of table) assert.deepEqual(ROUNDINGS.map((mode) => String(divideRounded(n, d, mode))), expected);
  fc.assert(fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 2 ** 40 }), fc.constantFrom(...ROUNDINGS), (n, d, mode) => {
    assert.equal(BigInt(divideSafe(n, d, mode)), divideRounded(BigInt(n), BigInt(d), mode));
    assert.equal(mulDiv(Math.trunc(n / 2 ** 20), 1 << 20, 1 << 20, mode), Math.trunc(n / 2 ** 20) === 0 ? 0 : Math.trunc(n / 2 ** 20));
  }), { numRuns: 2000 });
  assert.throws(() => divideRounded(1n, 0n, "up"), RangeError);
});

test("an allocated amount adds up, follows its weights to within one unit, and never mixes currencies", () => {
  fc.assert(fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.array(fc.bigInt({ min: 0n, max: 10n ** 6n }), { minLength: 1, maxLength: 12 }), (minor, weights) => {
    const total = weights.reduce((a, b) => a + b, 0n);
    fc.pre(total > 0n);
    const parts = allocate(money(minor, "USD"), weights);
    assert.equal(parts.reduce((sum, p) => sum + p.minor, 0n), minor);
    for (const [i, part] of parts.entries()) {
      const off = part.minor * total - minor * (weights[i] ?? 0n);
      assert.ok(off < total && off > -total);
    }
  }));
  assert.throws(() => addMoney(money(1n, "USD"), money(1n, "EUR")), /currencies differ/);
  assert.throws(() => allocate(money(1n, "USD"), [0n]), RangeError);
});

test("amounts and rates survive the wire with 0, 2 and 3 decimals, and malformed ones are refused", () => {
  fc.assert(fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.constantFrom("JPY", "USD", "KWD"), (minor, currency) => {
    const amount = money(minor, currency);
    assert.deepEqual(fromMoneyJson(toMoneyJson(amount)), amount);
    assert.deepEqual(parseRate(formatRate(rate(minor))), rate(minor));
    assert.deepEqual(parsePercent(formatPercent(rate(minor))), rate(minor));
  }));
  assert.equal(formatAmount(parseAmount("12.3", "USD")), "12.30");
  for (const text of ["1.234", "1e3", "1,000.00", "", ".5", "+1", " 1"]) assert.throws(() => parseAmount(text, "USD"), RangeError);
  assert.throws(() => parseAmount("1.5", "JPY"), RangeError);
  assert.throws(() => money(0n, "usd"), RangeError);
});
