import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { annuityPayment, levelPayment } from "./annuity.ts";
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
