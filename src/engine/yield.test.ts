import assert from "node:assert/strict";
import { test } from "node:test";
import { Decimal } from "decimal.js";
import fc from "fast-check";
import { aprEffective } from "./apr-eu.ts";
import { aprIndiaIrregular, aprIndiaMonthly, keyFacts } from "./apr-india.ts";
import { aprRegulationZ, chooseUnitPeriod } from "./apr-regz.ts";
import { addMonths, fromDay, isoDate, toDay } from "./date.ts";
import { pmt } from "./tvm.ts";
import { xirr } from "./xirr.ts";
import { presentValue, solveYield } from "./yield.ts";
import type { Flow } from "./yield.ts";

const FIFTY = Decimal.clone({ precision: 60 });

/** The root to 50 digits by bisection, from flows whose sign changes once. */
function referenceRate(flows: readonly { amount: number; days: number }[]): InstanceType<typeof Decimal> {
  const value = (rate: InstanceType<typeof Decimal>) => flows.reduce((sum, f) => sum.add(new FIFTY(f.amount).mul(rate.add(1).pow(new FIFTY(-f.days).div(365)))), new FIFTY(0));
  let [low, high] = [new FIFTY("-0.9"), new FIFTY("10")];
  for (let step = 0; step < 70; step++) {
    const middle = low.add(high).div(2);
    if (value(middle).isNegative() === value(low).isNegative()) low = middle;
    else high = middle;
  }
  return low;
}

const near = (actual: number | null, wanted: number, within = 1e-9) => assert.ok(actual !== null && Math.abs(actual - wanted) <= within, `${actual} is not ${wanted}`);
const flow = (periods: number, amount: number, odd?: number) => (odd === undefined ? { amount, periods } : { amount, periods, odd });

test("rates by hand: one payment, two, a loss, parts of periods, whatever order they come in", () => {
  near(solveYield([flow(0, -100), flow(1, 110)]), 0.1);
  near(solveYield([flow(1, 110), flow(0, -100)]), 0.1);
  near(solveYield([flow(0, 100), flow(1, -110)]), 0.1);
  near(solveYield([flow(0, -100), flow(2, 121)]), 0.1);
  near(solveYield([flow(0, -100), flow(1, 57.619_047_619_047_62), flow(2, 57.619_047_619_047_62)]), 0.1);
  near(solveYield([flow(0, -100), flow(1, 50)]), -0.5);
  near(solveYield([flow(0, -100), flow(4, 6.25)]), -0.5);
  near(solveYield([flow(0, -100), flow(0.5, 110)]), 0.21);
  near(solveYield([flow(0, -100), flow(1, 100)]), 0);
  near(solveYield([flow(5, -100), flow(6, 110)]), 0.1, 1e-12);
  near(solveYield([flow(0, -100), flow(0.5, 0), flow(1, 110)]), 0.1);
  near(solveYield([flow(0, 0), flow(1, -100), flow(2, 110)]), 0.1);
  // (1 + i/2)(1 + i) = 1.155 for i = 10 %: half a period of simple interest.
  near(solveYield([flow(0, -100), flow(1, 115.5, 0.5)]), 0.1);
  near(solveYield([flow(0, -100), flow(0, 105, 0.5)]), 0.1);
});

test("of several answers the one nearest nothing, on either side; none where none is", () => {
  // −100, 230, −132: 10 % and 20 %.
  near(solveYield([flow(0, -100), flow(1, 230), flow(2, -132)]), 0.1);
  // −100, 170, −72: −20 % and −10 %.
  near(solveYield([flow(0, -100), flow(1, 170), flow(2, -72)]), -0.1);
  // −100, 190, −88: −20 % and 10 %.
  near(solveYield([flow(0, -100), flow(1, 190), flow(2, -88)]), 0.1);
  // −100, 210, −108: −10 % and 20 %.
  near(solveYield([flow(0, -100), flow(1, 210), flow(2, -108)]), -0.1);
  // −100, 220, −120: nothing and 20 %.
  assert.equal(solveYield([flow(0, -100), flow(1, 220), flow(2, -120)]), 0);
  assert.equal(solveYield([flow(0, -100), flow(1, 300), flow(2, -300)]), null);
  // Twice and nine times more; a loss of 60 % and one of 80 %.
  near(solveYield([flow(0, -100), flow(1, 1300), flow(2, -3000)]), 2);
  near(solveYield([flow(0, -100), flow(1, 60), flow(2, -8)]), -0.6);
  for (const flows of [[], [flow(0, 0)], [flow(0, 5)], [flow(0, -5), flow(1, -5)], [flow(0, 100), flow(1, 10)]]) assert.equal(solveYield(flows), null);
});

test("rates from just above the loss of all to a hundred million per cent; beyond them none", () => {
  near(solveYield([flow(0, -1_000_000), flow(1, 2)]), -0.999_998);
  assert.equal(solveYield([flow(0, -1_000_000), flow(1, 0.5)]), null);
  assert.equal(solveYield([flow(0, -1_000_000), flow(1, 1)]), null);
  near(solveYield([flow(0, -1), flow(1, 900_000)]), 899_999, 1e-3);
  assert.equal(solveYield([flow(0, -1), flow(1, 2_000_000)]), null);
  assert.equal(solveYield([flow(0, -1), flow(0, 2)]), null, "all at once: no rate makes them alike");
});

test("many unlike gaps between flows are told apart, and those alike to a trillionth are one", () => {
  const rate = 0.01;
  for (const count of [5, 24, 25, 26, 60]) {
    const times = Array.from({ length: count }, (_v, k) => (k * (k + 1)) / 2 + k);
    const worth = times.reduce((sum, t) => sum + 10 / (1 + rate) ** (t + 1), 0);
    near(solveYield([flow(0, -worth), ...times.map((t) => flow(t + 1, 10))]), rate, 1e-10);
    // Each gap twice.
    const twice = [...times, ...times.map((t) => t + 5_000)];
    const both = twice.reduce((sum, t) => sum + 10 / (1 + rate) ** (t + 1), 0);
    near(solveYield([flow(0, -both), ...twice.map((t) => flow(t + 1, 10))]), rate, 1e-10);
  }
  const monthly = Array.from({ length: 120 }, (_v, k) => flow((k + 1) / 12, 1));
  const value = monthly.reduce((sum, f) => sum + 1 / 1.1 ** f.periods, 0);
  near(solveYield([flow(0, -value), ...monthly]), 0.1, 1e-11);
});

test("numbers that are none are refused, in flows and rates", () => {
  for (const bad of [flow(0, Number.NaN), flow(0, Infinity), flow(Number.NaN, 1), flow(Infinity, 1), flow(0, 1, -0.1), flow(0, 1, Infinity), flow(0, 1, Number.NaN)]) assert.throws(() => solveYield([flow(0, -1), bad]), /not a flow/, JSON.stringify(bad));
  assert.equal(solveYield([flow(0, -1), flow(1, 1.1, 0)])?.toFixed(9), "0.100000000");
  near(presentValue([flow(1, 110), flow(0, -100)], 0.1), 0);
  near(presentValue([flow(1, 115.5, 0.5)], 0.1), 100);
  near(presentValue([flow(1, 50)], -0.5), 100);
  for (const bad of [-1, -2, Infinity, Number.NaN]) assert.throws(() => presentValue([flow(1, 1)], bad), /not a rate above/);
});

test("a rate agrees with a 50-digit reference within 1e-9", () => {
  fc.assert(fc.property(fc.array(fc.record({ gap: fc.integer({ min: 1, max: 90 }), amount: fc.integer({ min: 1, max: 100_000 }) }), { minLength: 2, maxLength: 6 }), fc.integer({ min: 500, max: 1500 }), (gaps, perMille) => {
    let days = 0;
    const payments = gaps.map((g) => ({ amount: -g.amount, days: (days += g.gap) }));
    const lent = Math.round((payments.reduce((sum, p) => sum - p.amount, 0) * 1000) / perMille);
    const flows = [{ amount: lent, days: 0 }, ...payments];
    const found = xirr(flows.map((f) => ({ date: fromDay(f.days), amount: f.amount })));
    const reference = referenceRate(flows);
    // Outside the reference's range nothing is claimed.
    if (reference.lt(-0.89) || reference.gt(9.99)) return;
    assert.ok(found !== null && reference.sub(found).abs().lt(1e-9), `${found} against ${reference}`);
  }), { numRuns: 25 });
});

test("a loan without fees has its note rate as APR, in the US, the EU and India", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 6000 }), fc.integer({ min: 2, max: 360 }), (basisPoints, count) => {
    const note = basisPoints / 10_000;
    const payment = -pmt(note / 12, count, 1_000_000);
    const start = isoDate("2026-01-15");
    const dated = Array.from({ length: count }, (_v, k) => ({ date: addMonths(start, k + 1), amount: payment }));
    const us = aprRegulationZ([{ date: start, amount: 1_000_000 }], dated, { kind: "month", multiple: 1 });
    assert.ok(us !== null && Math.abs(us - note) < 1e-9, `US ${us}`);
    const india = aprIndiaMonthly(1_000_000, dated.map((d) => d.amount));
    assert.ok(india !== null && Math.abs(india - note) < 1e-9, `India ${india}`);
    const eu = aprEffective([{ years: 0, amount: 1_000_000 }], dated.map((d, k) => ({ years: (k + 1) / 12, amount: d.amount })));
    assert.ok(eu !== null && Math.abs(eu - ((1 + note / 12) ** 12 - 1)) < 1e-9, `EU ${eu}`);
  }), { numRuns: 300 });
});

test("a fee never lowers the APR", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 4000 }), fc.integer({ min: 3, max: 120 }), fc.integer({ min: 1, max: 50_000 }), (basisPoints, instalments, deductedFees) => {
    const loan = { principal: 1_000_000, annualRate: basisPoints / 10_000, instalments };
    const [free, charged] = [keyFacts({ ...loan, deductedFees: 0 }).apr, keyFacts({ ...loan, deductedFees }).apr];
    assert.ok(free !== null && charged !== null && charged > free, `${charged} is not above ${free}`);
  }), { numRuns: 300 });
});

test("what is found makes the flows worth nothing, also with many changes of sign", () => {
  fc.assert(fc.property(fc.array(fc.record({ amount: fc.integer({ min: -10_000, max: 10_000 }), periods: fc.integer({ min: 0, max: 60 }), odd: fc.constantFrom(0, 0.25, 0.5) }), { minLength: 2, maxLength: 20 }), (flows) => {
    const found = solveYield(flows);
    if (found === null || found < -0.5) return;
    const size = flows.reduce((sum, f) => sum + Math.abs(presentValue([f], found)), 0);
    assert.ok(Math.abs(presentValue(flows, found)) <= 1e-8 * size);
  }), { numRuns: 2000 });
});

test("flows of one sign have no rate, and extreme ones are found", () => {
  assert.equal(solveYield([{ amount: 100, periods: 0 }, { amount: 10, periods: 1 }]), null);
  assert.equal(solveYield([]), null);
  assert.equal(xirr([{ date: isoDate("2025-01-01"), amount: 100 }, { date: isoDate("2026-01-01"), amount: -110 }])?.toFixed(12), "0.100000000000");
  const payday = aprEffective([{ years: 0, amount: 150 }], [{ years: 9 / 365.25, amount: 191.99 }]);
  assert.ok(payday !== null && Math.abs(payday * 100 - 2_238_723.90839) < 1e-3);
  assert.throws(() => solveYield([{ amount: Number.NaN, periods: 0 }, { amount: 1, periods: 1 }]), RangeError);
});

test("irregular Indian flows give the annualised rate", () => {
  const apr = aprIndiaIrregular([{ date: isoDate("2025-01-01"), amount: 100 }, { date: isoDate("2026-01-01"), amount: -110 }]);
  assert.ok(apr !== null && Math.abs(apr - 0.1) < 1e-12);
});

test("the unit-period is the most frequent interval, the smaller of two, the term for a single payment", () => {
  const advance = [{ date: isoDate("2026-01-10"), amount: 1000 }];
  const pay = (...dates: string[]) => dates.map((d) => ({ date: isoDate(d), amount: 100 }));
  assert.deepEqual(chooseUnitPeriod(advance, pay("2026-02-20", "2026-03-20", "2026-04-20")), { kind: "month", multiple: 1 });
  assert.deepEqual(chooseUnitPeriod(advance, pay("2026-01-24", "2026-02-07", "2026-02-21")), { kind: "week", multiple: 2 });
  assert.deepEqual(chooseUnitPeriod(advance, pay("2026-06-30")), { kind: "term", multiple: 1 });
  assert.deepEqual(chooseUnitPeriod(advance, pay("2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31")), { kind: "month", multiple: 1 });
  assert.ok(toDay(isoDate("2026-01-10")) > 0);
});

test("of two rates on either side of zero the nearer one is the answer, also when both lie within a step of the search", () => {
  // (v − e^−a)(v − e^b), v being the value of one a period later: rates e^a − 1 and e^−b − 1.
  const either = (a: number, b: number) => [flow(0, Math.exp(b - a)), flow(1, -Math.exp(-a) - Math.exp(b)), flow(2, 1)];
  near(solveYield(either(0.05, 0.055)), Math.expm1(0.05));
  near(solveYield(either(0.055, 0.05)), Math.expm1(-0.05));
});

/** What finding a rate costs: looks at the present value, and powers worked out for them. A quote asks for several rates. */
function effort(flows: readonly Flow[]): { looks: number; powers: number } {
  const { exp, expm1 } = Math;
  let [looks, powers] = [0, 0];
  Math.exp = (x) => {
    powers++;
    return exp(x);
  };
  Math.expm1 = (x) => {
    looks++;
    return expm1(x);
  };
  try {
    const rate = solveYield(flows);
    assert.notEqual(rate, null);
    // The answer itself is told by the last.
    return { looks: looks - 1, powers };
  } finally {
    Object.assign(Math, { exp, expm1 });
  }
}

const level = (count: number, amount: number, more: Partial<Flow> = {}): Flow[] => [{ amount: -1_000, periods: 0 }, ...Array.from({ length: count }, (_v, i) => ({ amount, periods: i + 1, ...more }))];

/** Looks and powers, at most. */
const cases: readonly [name: string, flows: readonly Flow[], looks: number, powers: number][] = [
  ["a year of months", level(12, 88.85), 4, 8], ["thirty years of months", level(360, 10.29), 6, 12], ["less than was lent", level(12, 60), 5, 10], ["a gain of fifty times", level(2, 50_000), 7, 14], ["as much as was lent", level(10, 100), 1, 2],
  ["with odd days", level(12, 95, { odd: 0.4 }), 4, 8], ["with odd days, at a loss", level(12, 70, { odd: 0.4 }), 4, 8], ["borrowed", level(12, 88.85).map((f) => ({ ...f, amount: -f.amount })), 4, 8],
  ["sixty days in three gaps", [{ amount: -1_000, periods: 0 }, ...Array.from({ length: 60 }, (_v, i) => ({ amount: 20, periods: i + 1 + (i % 3) * 0.1 }))], 4, 16],
  ["thirty gaps of their own", [{ amount: -1_000, periods: 0 }, ...Array.from({ length: 30 }, (_v, i) => ({ amount: 40, periods: (i + 1) * 1.01 + i * i * 0.003 }))], 4, 124],
  // Forty gaps, and each of them once more.
  ["many gaps that come again", [{ amount: -1_000, periods: 0 }, ...gapsOf([...Array.from({ length: 40 }, (_v, i) => 1 + i / 100), ...Array.from({ length: 40 }, (_v, i) => 1.39 - i / 100)])], 5, 205],
  ["paid back, and lent again at the end", [{ amount: -1_000, periods: 0 }, { amount: 2_300, periods: 1 }, { amount: -1_320, periods: 2 }], 18, 36],
];

function gapsOf(gaps: readonly number[]): Flow[] {
  let periods = 0;
  return gaps.map((gap) => ({ amount: 30, periods: (periods += gap) }));
}

for (const [name, flows, looks, powers] of cases) {
  test(`a rate is found in few steps, and equal gaps share one power: ${name}`, () => {
    const spent = effort(flows);
    assert.ok(spent.looks <= looks && spent.powers <= powers, `${spent.looks} looks, ${spent.powers} powers`);
  });
}
