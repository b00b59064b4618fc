import assert from "node:assert/strict";
import { test } from "node:test";
import { day, months, percent, refused, rowsOf } from "./testing/worked.ts";
import type { InterestTerms, LoanTermsInput } from "./terms.ts";

/** Principal and interest of each row of 1,200.00 in three months at 12 %. */
const rows = (interest: Partial<InterestTerms> = {}, more: Partial<LoanTermsInput> = {}) => rowsOf({ interest: { ratePpb: percent(12), method: "precomputed", ...interest }, ...more }).map((r) => [r[1], r[2]]);

test("an add-on charge of 36.00 is earned by 3, 2 and 1 sixths; each month pays 412.00", () => {
  assert.deepEqual(rows(), [[394_00, 18_00], [400_00, 12_00], [406_00, 6_00]]);
});

test("a charge by the level payment is what three payments of 408.03 pay beyond 1,200.00", () => {
  // 24.09 by digits: 12.045, 8.03 and 4.015, rounded on the sum of what is left.
  assert.deepEqual(rows({ chargeBy: "annuity" }), [[395_98, 12_05], [400_01, 8_02], [404_01, 4_02]]);
});

test("earned actuarially: what the balance bears at the rate the payments yield, the last row the rest of the charge", () => {
  // 412.00 three times for 1,200.00 yields 1.4925 % a month: 17.91, 12.03 and what is left of 36.00.
  const [first, second, third] = rows({ rebate: "actuarial" });
  assert.deepEqual([first, second, third], [[394_09, 17_91], [399_97, 12_03], [405_94, 6_06]]);
});

test("without interest there is no charge to earn", () => {
  for (const rebate of ["rule_of_78", "actuarial"] as const) assert.deepEqual(rows({ ratePpb: 0, rebate }), [[400_00, 0], [400_00, 0], [400_00, 0]]);
});

test("a row may earn all that it pays, but not more", () => {
  // The charge is rate × 24.00 × 2 years, the first of two rows earns two thirds of it and pays half of all.
  const dear = (yearly: number) => rows({ ratePpb: percent(yearly) }, { principal: 24_00, installments: { count: 2, every: 1, unit: "years" } });
  assert.deepEqual(dear(25), [[10_00, 8_00], [14_00, 4_00]]);
  assert.deepEqual(dear(150), [[0, 48_00], [24_00, 24_00]]);
  refused(() => dear(151), "terms.negative_amortization");
});

test("years of broken periods and of two dates a month", () => {
  assert.equal(rows({}, { firstDueDate: day("2026-03-15"), installments: months(1) })[0]?.[1], Math.round((1_200_00 * 0.12 * 59) / (28 * 12)));
  assert.deepEqual(rows({ chargeBy: "annuity" }, { dates: { kind: "semi_monthly", days: [1, 15] }, installments: months(1) }), [[1_200_00, 6_00]]);
});

test("a charge by level payments of five weeks goes by the 52 weeks of a year", () => {
  const weekly = rows({ ratePpb: percent(36.5), chargeBy: "annuity" }, { installments: { count: 3, every: 5, unit: "weeks" } });
  assert.equal(weekly.reduce((sum, [, interest]) => sum + Number(interest), 0), 8520, "36.5 % × 5 ÷ 52 a period: three payments of 428.4");
});

test("a charge by the level payment of ten-day periods goes by tens of the 365 days of a year", () => {
  // 0.32877 % a period: two payments of 602.96, 5.92 beyond 1,200.00, earned by two thirds and one.
  assert.deepEqual(rows({ chargeBy: "annuity" }, { installments: { count: 2, every: 10, unit: "days" } }), [[599_01, 3_95], [600_99, 1_97]]);
});
