import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { amortizeFee } from "./effective-interest.ts";
import { levelSpread, unearnedAfter, type LevelFlow } from "./deferral.ts";

/** An annuity's flows: the payment is exact unless one is given, the last takes what is left. */
function annuity(principal: number, rate: number, periods: number, given?: number): LevelFlow[] {
  const payment = given ?? (rate === 0 ? principal / periods : principal * rate / (1 - (1 + rate) ** -periods));
  let owed = principal;
  return Array.from({ length: periods }, (_v, k) => {
    const interest = owed * rate;
    const repaid = k === periods - 1 ? owed : payment - interest;
    owed -= repaid;
    return { principal: repaid, interest, years: 1 };
  });
}
const parts = (left: readonly number[]) => left.slice(1).map((after, k) => (left[k] ?? 0) - after);
const near = (actual: number, wanted: number, tolerance: number) => assert.ok(Math.abs(actual - wanted) <= tolerance, `${actual} is not ${wanted}`);

test("by pencil: 1,000.00 without interest in two payments of 500.00, 20.00 kept back, yields 1.3575 % a period: 13.30 of 980.00, then 6.70 of 493.30", () => {
  const flows = annuity(1000, 0, 2);
  const spread = levelSpread(flows, 20) ?? 0;
  // 980 = 500 ÷ (1 + r) + 500 ÷ (1 + r)²
  near(500 / (1 + spread) + 500 / (1 + spread) ** 2, 980, 1e-9);
  const earned = parts(unearnedAfter(flows, spread));
  assert.deepEqual(earned.map((each) => Math.round(each * 100)), [1330, 670]);
});

test("monthly loans of ASC 310-20: a net fee of 3,750 earns 183.50, 179.89, 176.21; a net cost of 2,500 costs 68.96, 68.38, 67.79", () => {
  for (const { principal, rate, months, payment, net, eir, first } of [
    { principal: 250_000, rate: 0.095 / 12, months: 36, payment: 8008.24, net: 3750, eir: 0.008782385671, first: [183.4958, 179.8879, 176.2069] },
    { principal: 500_000, rate: 0.1025 / 12, months: 60, payment: 10685.13, net: -2500, eir: 0.008361941473, first: [-68.9577, -68.3816, -67.7907] },
  ]) {
    const flows = annuity(principal, rate, months, payment);
    const spread = levelSpread(flows, net) ?? 0;
    // The payment is rounded, and the last takes the difference: the yield differs by less than that is worth.
    near(rate + spread, eir, 1e-6);
    const earned = parts(unearnedAfter(flows, spread));
    first.forEach((wanted, k) => near(earned[k] ?? 0, wanted, 0.02));
  }
});

const flowsOfAnyLoan = fc.array(fc.record({ principal: fc.integer({ min: 1, max: 1_000_000 }), interest: fc.integer({ min: 0, max: 300_000 }), years: fc.double({ min: 0.02, max: 1.5, noNaN: true }) }), { minLength: 1, maxLength: 60 });

test("whatever the flows, all of a fee or a cost is earned over them and nothing beyond; a fee from the first day on", () => {
  fc.assert(fc.property(flowsOfAnyLoan, fc.double({ min: -0.3, max: 0.5, noNaN: true }), (flows, share) => {
    const principal = flows.reduce((sum, flow) => sum + flow.principal, 0);
    const net = Math.round(share * principal);
    const spread = levelSpread(flows, net);
    assert.notEqual(spread, null);
    const left = unearnedAfter(flows, spread ?? 0);
    near(left[0] ?? 0, net, 1e-6 * principal);
    assert.equal(left.at(-1), 0);
    for (const each of left) assert.ok(net >= 0 ? each >= 0 : each <= 0, "what is left has the sign of what was deferred");
  }));
});

test("where payments are level it is the effective interest method: income at one rate on the carrying amount", () => {
  fc.assert(fc.property(fc.integer({ min: 1000, max: 10_000_000 }), fc.integer({ min: 0, max: 500 }).map((points) => points / 10_000), fc.integer({ min: 1, max: 120 }), fc.double({ min: 0.001, max: 0.2, noNaN: true }), (principal, rate, periods, share) => {
    const flows = annuity(principal, rate, periods);
    const net = share * principal;
    const known = amortizeFee({ principal, netFee: net, noteRatePerPeriod: rate, cash: flows.map((flow) => flow.principal + flow.interest) });
    const spread = levelSpread(flows, net) ?? 0;
    near(rate + spread, known?.ratePerPeriod ?? 0, 1e-9);
    parts(unearnedAfter(flows, spread)).forEach((each, k) => near(each, known?.rows[k]?.amortization ?? 0, 1e-6 * principal));
  }), { numRuns: 60 });
});

test("no yield earns a fee as large as the loan, or in no time; nothing deferred has none of it", () => {
  assert.equal(levelSpread(annuity(1000, 0.01, 12), 1000), null);
  assert.equal(levelSpread([{ principal: 1000, interest: 0, years: 0 }], 10), null);
  assert.equal(levelSpread([], 10), null);
  assert.equal(levelSpread(annuity(1000, 0.01, 12), 0), 0);
  assert.deepEqual(unearnedAfter([], 0.1), [0]);
});

test("of money that is paid ahead the part of the fee goes with it; longer flows are worth less at the same yield", () => {
  const flows = annuity(1000, 0.01, 12);
  const spread = levelSpread(flows, 20) ?? 0;
  const [all = 0] = unearnedAfter(flows, spread);
  const [half = 0] = unearnedAfter(flows.map((flow) => ({ ...flow, principal: flow.principal / 2, interest: flow.interest / 2 })), spread);
  near(half, all / 2, 1e-9);
  const [longer = 0] = unearnedAfter(annuity(1000, 0.01, 24), spread);
  assert.ok(longer > all);
});
