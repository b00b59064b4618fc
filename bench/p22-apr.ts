import { createRequire } from "node:module";
import { Decimal } from "decimal.js";
import { addDays, isoDate, toDay } from "#engine/date.ts";
import { xirr, xirrOfDays } from "#engine/xirr.ts";
import type { DatedFlow } from "#engine/xirr.ts";
import type { Check } from "../assure/result.ts";

/** P22: yearly rates of 360 irregular flows a second on one core, right within 1e-9, beside the `xirr` package. */
const FLOOR = 20_000;

/** A loan of 360 payments on days that wander around the due day; the numbers are fixed, no clock and no chance. */
function loan(seed: number): DatedFlow[] {
  let state = seed;
  const random = (below: number) => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
  let date = isoDate("2026-01-15");
  const flows: DatedFlow[] = [{ date, amount: 10_000_000 + random(40_000_000) }];
  for (let k = 0; k < 360; k++) {
    date = addDays(date, 24 + random(13));
    flows.push({ date, amount: -(60_000 + random(400_000)) });
  }
  return flows;
}

/** Relative present value at a rate, in 50 digits: with its slope it says how far the rate is off. */
function error50(flows: readonly DatedFlow[], rate: number): number {
  const D = Decimal.clone({ precision: 60 });
  const growth = new D(rate).add(1);
  const start = toDay(flows[0]?.date ?? isoDate("2026-01-15"));
  let [value, slope] = [new D(0), new D(0)];
  for (const { date, amount } of flows) {
    const years = new D(toDay(date) - start).div(365);
    const discounted = growth.pow(years.neg()).mul(amount);
    value = value.add(discounted);
    slope = slope.sub(discounted.mul(years).div(growth));
  }
  return value.div(slope).abs().toNumber();
}

function perSecond(work: (index: number) => void, ms: number): number {
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < ms) work(count++);
  return Math.round((count * 1000) / (performance.now() - start));
}

/** Runs the measurement. */
export function measureApr(ms = 2000): { id: string; pass: boolean; value: number; unit: string; floor: number; worstError: number; fromDateTextPerSecond: number; peerPerSecond: number; peerFailedPercent: number; efficiency: number; cases: number; violations: number } {
  const loans = Array.from({ length: 200 }, (_v, k) => loan(k + 1));
  const prepared = loans.map((flows) => ({ days: flows.map((f) => toDay(f.date)), amounts: flows.map((f) => f.amount) }));
  const solve = (k: number) => {
    const one = prepared[k % prepared.length];
    if (one !== undefined) xirrOfDays(one.days, one.amounts);
  };
  perSecond(solve, ms / 4);
  const value = perSecond(solve, ms);
  const fromDateTextPerSecond = perSecond((k) => xirr(loans[k % loans.length] ?? []), ms / 2);
  const checked = loans.slice(0, 8);
  const errors = checked.map((flows) => error50(flows, xirr(flows) ?? Number.NaN));
  const violations = errors.filter((e) => !(e <= 1e-9)).length;
  const peer = createRequire(import.meta.url)("xirr") as (flows: { amount: number; when: object }[], options: { guess: number }) => number;
  const theirs = loans.map((flows) => flows.map(({ date, amount }) => ({ amount: -amount / 10_000_000, when: new Date(`${date}T00:00:00Z`) })));
  let peerFailures = 0;
  let peerCalls = 0;
  const peerPerSecond = perSecond((k) => {
    peerCalls++;
    try {
      // With a guess near the answer, without which it finds none.
      peer(theirs[k % theirs.length] ?? [], { guess: 0.1 });
    } catch {
      // The package gives up on some loans; how often is part of the comparison.
      peerFailures++;
    }
  }, ms / 2);
  return { id: "P22", pass: value >= FLOOR && violations === 0, value, unit: "solves/s of 360 irregular flows", floor: FLOOR, worstError: Math.max(...errors), fromDateTextPerSecond, peerPerSecond, peerFailedPercent: Math.round((peerFailures * 100) / peerCalls), efficiency: Math.round(value / peerPerSecond), cases: checked.length, violations };
}

export const p22: Check = {
  id: "P22",
  title: "yearly rates of 360 irregular flows a second, right within 1e-9",
  run: async ({ seconds = 2 }) => {
    const { id: _id, pass, value, unit, floor, efficiency, cases, violations, ...detail } = measureApr(seconds * 1000);
    return { pass, value, unit, floor, efficiency, cases, violations, detail };
  },
};
