import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { amortizeFee } from "./effective-interest.ts";
import { effectiveYearly, levelFlows, levelSpread, unearnedAfter, type LevelFlow } from "./deferral.ts";
import { isoDate } from "./date.ts";
import { loanTerms } from "./index.ts";

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

test("one payment has its spread in a formula: net × (1 + interest ÷ principal) ÷ (years × (principal − net)), however large the fee or the cost", () => {
  const one = { principal: 100, interest: 10, years: 0.5 };
  // −20 × 1.1 ÷ (0.5 × 120), and so on; below −2.2 a year nothing would be worth anything.
  for (const [net, wanted] of [[-20, -22 / 60], [-900, -1.98], [-9_900, -2.178], [50, 2.2], [99, 217.8]] as const) near(levelSpread([one], net) ?? 0, wanted, 1e-12 * Math.max(1, wanted));
  // A large loan as well: the lowest spread goes by the share of interest, not by its amount.
  near(levelSpread([{ principal: 10_000, interest: 1_000, years: 0.5 }], -90_000) ?? 0, -1.98, 1e-12);
  // With a payment of no time before it, or one after all principal: 500 × s ÷ (1 + s) = 10.
  near(levelSpread([{ principal: 500, interest: 0, years: 0 }, { principal: 500, interest: 0, years: 1 }], 10) ?? 0, 10 / 490, 1e-12);
  near(levelSpread([{ principal: 500, interest: 0, years: 1 }, { principal: 0, interest: 0, years: 1 }], 10) ?? 0, 10 / 490, 1e-12);
  near(levelSpread([{ principal: 500, interest: 0, years: 1 }, { principal: 0, interest: 0, years: 1 }], -4_500) ?? 0, -0.9, 1e-12);
  near(levelSpread([{ principal: 500, interest: 0, years: 0 }, { principal: 500, interest: 0, years: 1 }], -4_500) ?? 0, -0.9, 1e-12);
  assert.deepEqual(unearnedAfter([{ principal: 500, interest: 0, years: 1 }, { principal: 0, interest: 0, years: 1 }], 0.25), [100, 0, 0]);
});

test("of two payments the sooner bounds a cost: 500.00 after a tenth of a year and 500.00 after nine tenths more", () => {
  const flows = [{ principal: 500, interest: 0, years: 0.1 }, { principal: 500, interest: 0, years: 0.9 }];
  // At −1 a year: −450 ÷ 0.1 = −4,500.00 is left after the first, (−4,500 − 100) ÷ 0.9 = −5,111.11 at the start.
  near(levelSpread(flows, -4_600 / 0.9) ?? 0, -1, 1e-12);
});

test("no yield earns anything where no principal is lent, or all of it is kept back", () => {
  assert.equal(levelSpread([{ principal: 0, interest: 0, years: 1 }], -10), null);
  assert.equal(levelSpread([{ principal: -5, interest: 0, years: 1 }], -10), null);
  assert.equal(levelSpread([{ principal: 1000, interest: 0, years: 1 }], 1000), null);
});

/** Years before each of some due dates, as multiples of a twelfth or of a 365th. */
function yearsOf(calculation: "equal_periods" | "actual_days", unit: "days" | "weeks" | "months" | "years", from: string, ...dates: string[]): number[] {
  const terms = loanTerms({ currency: "USD", principal: 1000, disbursementDate: isoDate(from), installments: { count: dates.length, every: 1, unit }, interest: { ratePpb: 0, calculation } });
  return levelFlows(terms, isoDate(from), dates.map((date) => ({ dueDate: isoDate(date), principal: 500, interest: 5 }))).map((flow) => {
    assert.deepEqual([flow.principal, flow.interest], [500, 5]);
    return flow.years;
  });
}

test("time goes by months where interest goes by equal months or years: the last of a month to the last of another is whole, days beyond are a part of theirs", () => {
  const months = (from: string, ...dates: string[]) => yearsOf("equal_periods", "months", from, ...dates).map((years) => years * 12);
  assert.deepEqual(months("2026-01-15", "2026-02-15", "2026-03-15"), [1, 1]);
  assert.deepEqual(months("2026-01-31", "2026-02-28", "2026-03-31"), [1, 1]);
  near(months("2025-11-30", "2026-02-28")[0] ?? 0, 3, 1e-12);
  // 15 January to 20 February: one month, and five of the 28 days to 15 March; to 10 February 26 of 31.
  near(months("2026-01-15", "2026-02-20")[0] ?? 0, 1 + 5 / 28, 1e-12);
  near(months("2026-01-15", "2026-02-10")[0] ?? 0, 26 / 31, 1e-12);
  near(months("2024-05-15", "2026-03-15")[0] ?? 0, 22, 1e-12);
  assert.deepEqual(yearsOf("equal_periods", "years", "2027-06-01", "2028-06-01"), [1]);
});

test("it goes by days of a year of 365 else", () => {
  assert.deepEqual(yearsOf("actual_days", "years", "2027-06-01", "2028-06-01"), [366 / 365]);
  assert.deepEqual(yearsOf("actual_days", "months", "2026-01-15", "2026-02-15", "2026-03-15"), [31 / 365, 28 / 365]);
  assert.deepEqual(yearsOf("equal_periods", "weeks", "2026-01-15", "2026-01-22"), [7 / 365]);
});

test("the effective rate is compounded yearly: 980.00 for two payments of 500.00 yields 1.3575 %, 1,000.00 for 1,100.00 after two years √1.1 − 1", () => {
  near(effectiveYearly(annuity(1000, 0, 2), 20) ?? 0, 0.013575, 5e-7);
  near(effectiveYearly([{ principal: 1000, interest: 100, years: 2 }], 0) ?? 0, Math.sqrt(1.1) - 1, 1e-12);
});
