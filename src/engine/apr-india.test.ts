import assert from "node:assert/strict";
import { test } from "node:test";
import { aprIndiaMonthly, keyFacts, keyFactsSchedule } from "./apr-india.ts";

/** Key Facts Statements: the circular's own loan, and what has no answer. */

const LOAN = { principal: 20_000, deductedFees: 400, annualRate: 0.15, instalments: 24 };

test("a loan that is repaid without interest costs its fees alone, and one instalment is enough", () => {
  const facts = keyFacts({ principal: 1_200, deductedFees: 0, annualRate: 0, instalments: 1 });
  assert.deepEqual({ ...facts, apr: Math.abs(facts.apr ?? 1) < 1e-9 }, { instalment: 1_200, totalInterest: 0, totalPayable: 1_200, netDisbursed: 1_200, apr: true });
  assert.equal(keyFacts({ ...LOAN, deductedFees: 19_999 }).netDisbursed, 1);
  const last = keyFactsSchedule(20_000, 0.15, 24).at(-1);
  assert.equal(last?.number, 24);
  assert.ok(Math.abs((last?.openingPrincipal ?? 0) - (last?.principal ?? 1)) < 1e-6, "the last row repays what is left");
});

test("no instalments, fees as high as the loan, and payments of nothing have no answer", () => {
  for (const instalments of [0, -1, Number.NaN]) assert.throws(() => keyFacts({ ...LOAN, instalments }), /no instalments/);
  assert.equal(keyFacts({ ...LOAN, annualRate: 1e12, instalments: 1 }).apr, null, "a rate beyond all that is looked for");
  for (const deductedFees of [20_000, 20_001]) assert.throws(() => keyFacts({ ...LOAN, deductedFees }), /fees are not below the principal/);
  assert.equal(aprIndiaMonthly(100, [0, 0]), null);
});
