import assert from "node:assert/strict";
import { test } from "node:test";
import { solveYield } from "./yield.ts";
import type { Flow } from "./yield.ts";

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
