import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { annuityFloat64, annuityPayment, levelPayment, periodRate, roundFloat, roundToMultiple } from "./annuity.ts";
import { divideRounded, ROUNDINGS } from "./rounding.ts";

/** The exact fraction, rounded once: what the filtered double must always give. */
function exact(principal: number, numerator: number, denominator: number, count: number, rounding: (typeof ROUNDINGS)[number]): number {
  const [a, b] = [BigInt(numerator), BigInt(denominator)];
  const [grown, plain] = [(a + b) ** BigInt(count), b ** BigInt(count)];
  return Number(divideRounded(BigInt(principal) * grown * a, b * (grown - plain), rounding));
}

test("the equal payment is the exact fraction rounded once, on ties and for the largest amounts too", () => {
  const principals = fc.oneof(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 500_000_000 }), fc.integer({ min: 1, max: 1_000_000_000_000_000 }));
  const rates = fc.oneof(fc.constantFrom([1, 2] as const, [1, 4] as const, [1, 100] as const, [1, 1] as const), fc.tuple(fc.integer({ min: 1, max: 480_000_000 }), fc.constant(12_000_000_000)));
  fc.assert(fc.property(principals, rates, fc.integer({ min: 1, max: 60 }), fc.constantFrom(...ROUNDINGS), (principal, [numerator, denominator], count, rounding) => {
    assert.equal(annuityPayment(principal, { numerator, denominator }, count, 0, rounding), exact(principal, numerator, denominator, count, rounding));
  }), { numRuns: 3000 });
  assert.equal(annuityPayment(1, { numerator: 1, denominator: 2 }, 1, 0, "half-even"), 2, "1.5 is a tie");
  assert.equal(annuityPayment(3, { numerator: 1, denominator: 2 }, 1, 0, "half-even"), 4, "4.5 is a tie");
  assert.equal(annuityPayment(3, { numerator: 1, denominator: 2 }, 1, 0, "half-up"), 5);
});

test("with one rate for all periods the level payment is the annuity", () => {
  fc.assert(fc.property(fc.integer({ min: 1000, max: 10_000_000_000 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 60 }), (principal, percent, count) => {
    const factor = { numerator: BigInt(percent), denominator: 1200n };
    assert.equal(levelPayment(principal, Array.from({ length: count }, () => factor), 0, "half-even"), annuityPayment(principal, { numerator: percent, denominator: 1200 }, count, 0, "half-even"));
  }), { numRuns: 1000 });
});

test("a payment falls as each rounding says, whichever way finds it", () => {
  const month = { numerator: 1, denominator: 100 };
  const modes = ["half-even", "half-up", "half-down", "up", "down", "ceiling", "floor"] as const;
  assert.deepEqual(modes.map((mode) => annuityPayment(10_000_00, month, 12, 0, mode)), [888_49, 888_49, 888_49, 888_49, 888_48, 888_49, 888_48], "888.4878…");
  assert.deepEqual(modes.map((mode) => annuityPayment(1_000_00, month, 3, 0, mode)), [340_02, 340_02, 340_02, 340_03, 340_02, 340_03, 340_02], "340.0221…");
  assert.deepEqual(modes.map((mode) => annuityPayment(101, { numerator: 0, denominator: 1 }, 2, 0, mode)), [50, 51, 50, 51, 50, 51, 50], "50.5 without interest");
  for (const mode of modes) {
    const factors = Array.from({ length: 3 }, () => ({ numerator: 1n, denominator: 100n }));
    for (const [principal, balloon] of [[1_200_00, 300_00], [1_200_00, 0], [999_99, 1], [1_200_00, 1_200_00], [7, 3]] as const) assert.equal(levelPayment(principal, factors, balloon, mode), annuityPayment(principal, month, 3, balloon, mode), `${principal} ${balloon} ${mode}`);
  }
  assert.equal(levelPayment(1_200_00, Array.from({ length: 3 }, () => ({ numerator: 1n, denominator: 100n })), 300_00, "half-even"), 309_02, "(1,236.3612 − 300.00) ÷ 3.0301");
  for (const count of [0, -1, Number.NaN]) assert.throws(() => annuityPayment(1, month, count, 0, "half-even"), /not a number of payments/);
});

test("a payment that is exactly half a unit is seen as one, though its factors have no end in binary", () => {
  const sixth = { numerator: 1n, denominator: 6n };
  const halves = (principal: number, periods: number, balloon = 0) => (["half-up", "half-down", "half-even"] as const).map((mode) => levelPayment(principal, Array.from({ length: periods }, () => sixth), balloon, mode));
  assert.deepEqual(halves(3, 1), [4, 3, 4], "3 × 7 ÷ 6 is 3.5");
  assert.deepEqual(halves(9, 1, 7), [4, 3, 4], "10.5 less 7");
  assert.deepEqual(halves(39, 2), [25, 24, 24], "39 × 49 ÷ 78 is 24.5");
  assert.deepEqual(halves(78, 2, 13), [43, 43, 43], "49 less 6");
  assert.deepEqual(halves(39, 2, 13), [19, 18, 18], "24.5 less 6");
});

test("rates are kept in lowest terms, whatever their sign", () => {
  assert.deepEqual([periodRate(12n, 120n), periodRate(0n, 5n), periodRate(-12n, 120n), periodRate(7n, 3n)], [{ numerator: 1, denominator: 10 }, { numerator: 0, denominator: 1 }, { numerator: -1, denominator: 10 }, { numerator: 7, denominator: 3 }]);
});

test("multiples: none, whole units, and a tie by its mode; doubles the same way", () => {
  assert.deepEqual([roundToMultiple(888_49, null, "half-even"), roundToMultiple(888_49, 0, "half-even"), roundToMultiple(888_49, 1, "half-even"), roundToMultiple(888_49, 100, "half-even"), roundToMultiple(888_50, 100, "half-even"), roundToMultiple(889_50, 100, "half-even"), roundToMultiple(888_01, 100, "up")], [888_49, 888_49, 888_49, 888_00, 888_00, 890_00, 889_00]);
  const table: [number, number[]][] = [[2.5, [2, 3, 2, 3, 2, 3, 2]], [3.5, [4, 4, 3, 4, 3, 4, 3]], [2.4, [2, 2, 2, 3, 2, 3, 2]], [2.6, [3, 3, 3, 3, 2, 3, 2]], [2, [2, 2, 2, 2, 2, 2, 2]]];
  for (const [value, wanted] of table) assert.deepEqual((["half-even", "half-up", "half-down", "up", "down", "ceiling", "floor"] as const).map((mode) => roundFloat(value, 1, mode)), wanted, String(value));
  assert.equal(roundFloat(1_234.5, 100, "half-even"), 1_200);
  assert.equal(annuityFloat64(1_200, 0, 3), 400);
  assert.ok(Math.abs(annuityFloat64(1_200_00, 0.01, 3) - 408_02.65) < 0.01);
});
