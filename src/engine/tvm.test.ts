import assert from "node:assert/strict";
import { test } from "node:test";
import { isoDate } from "./date.ts";
import { cumipmt, cumprinc, effect, fv, ipmt, irr, nominal, nper, npv, pmt, ppmt, pv, rate } from "./tvm.ts";
import { xirr, xirrOfDays, xnpv } from "./xirr.ts";
import type { DatedFlow } from "./xirr.ts";

const close = (actual: number | null, wanted: number, within = 1e-9) => assert.ok(actual !== null && Math.abs(actual - wanted) <= within, `${actual} is not ${wanted}`);

test("the five figures of an annuity lead to each other, payments at the end or the start of periods", () => {
  for (const type of [0, 1] as const) {
    const payment = pmt(0.01, 24, 10_000, -500, type);
    close(fv(0.01, 24, payment, 10_000, type), -500, 1e-7);
    close(pv(0.01, 24, payment, -500, type), 10_000, 1e-7);
    close(nper(0.01, payment, 10_000, -500, type), 24, 1e-7);
    close(rate(24, payment, 10_000, -500, type), 0.01);
  }
});

test("without interest payments just count", () => {
  assert.equal(pmt(0, 10, 900, 100), -100);
  assert.equal(fv(0, 10, -100, 50), 950);
  assert.equal(nper(0, -100, 900, 100), 10);
  assert.equal(nper(0, -100, 900), 9);
  assert.equal(nper(0, 0, 900), null, "no payment ever repays it");
  assert.equal(nper(0.01, -5, 1000), null, "payments below the interest never do");
});

test("a rate of minus all, or worse, has no annuity", () => {
  for (const bad of [-1, -1.5, NaN]) {
    assert.throws(() => pmt(bad, 10, 100), /not a rate above/);
    assert.throws(() => npv(bad, [100]), /not a rate above/);
  }
  assert.throws(() => pmt(0.01, 0, 100), /no periods/);
  assert.throws(() => pmt(0, 0, 100), /no periods/);
  close(npv(-0.5, [100]), 200);
  close(npv(0.1, [-10_000, 3_000, 4_200, 6_800]), 1188.44, 0.005);
});

test("interest and principal of the first, the last and every payment; others there are not", () => {
  // 300.00 at 10 % in two: 172.857…; interest 30, then (300 − 142.857…) × 0.1.
  close(ipmt(0.1, 1, 2, 300), -30);
  close(ipmt(0.1, 2, 2, 300), -15.714_285_714, 1e-8);
  close(ppmt(0.1, 2, 2, 300), -157.142_857_143, 1e-8);
  assert.equal(ipmt(0.1, 1, 2, 300, 0, 1), 0, "paid on the first day, before any interest");
  close(cumipmt(0.1, 2, 300, 1, 2, 0), -45.714_285_714, 1e-8);
  close(cumipmt(0.1, 2, 300, 2, 2, 0), -15.714_285_714, 1e-8);
  close(cumprinc(0.1, 2, 300, 1, 2, 0), -300, 1e-8);
  close(cumprinc(0.1, 2, 300, 1, 1, 0), -142.857_142_857, 1e-8);
  for (const per of [0, 3, NaN]) assert.throws(() => ipmt(0.1, per, 2, 300), /is not one of 2/, String(per));
  for (const [from, to] of [[0, 1], [2, 1], [1, 3]] as const) assert.throws(() => cumipmt(0.1, 2, 300, from, to, 0), /are not among 2/, `${from} to ${to}`);
});

test("a rate needs at least one period, at most a hundred thousand, and a solution", () => {
  close(rate(1, 0, -100, 110), 0.1);
  for (const periods of [0.5, 0, -1, 100_000.5, NaN]) assert.throws(() => rate(periods, -1, 1), /not a number of periods/, String(periods));
  assert.equal(rate(2, 10, 10), null, "all received, nothing paid");
  close(rate(100_000, 0, -1, 1), 0);
  // The last payment and what is left at the end meet: −50 and +50 are nothing.
  close(rate(2, -50, 90, 0), irr([90, -50, -50]) ?? NaN);
  close(rate(2, -50, 50 / 1.1, 50), 0.1);
});

test("effective and nominal rates, monthly: 12 % is 12.6825 %, and back; less than one period a year is none", () => {
  close(effect(0.12, 12), 0.126_825_03, 1e-8);
  close(nominal(0.126_825_03, 12), 0.12, 1e-8);
  close(effect(0.12, 1), 0.12);
  close(nominal(0.12, 1), 0.12);
  for (const bad of [0, 0.99, -1, NaN]) {
    assert.throws(() => effect(0.12, bad), /not a number of periods/);
    assert.throws(() => nominal(0.12, bad), /not a number of periods/);
  }
});

const on = (date: string, amount: number): DatedFlow => ({ date: isoDate(date), amount });

test("a dated yield counts from the earliest flow, in whatever order they come, by days over 365 or the day count named", () => {
  const flows = [on("2026-01-15", 11_000), on("2025-01-15", -10_000)];
  close(xirr(flows), 0.1);
  close(xirr(flows.toReversed()), 0.1);
  // 2024 has 366 days: 10 % over 366/365 of a year is a little less, over a whole calendar year just 10 %.
  const leap = [on("2024-01-01", -10_000), on("2025-01-01", 11_000)];
  close(xirr(leap), 1.1 ** (365 / 366) - 1);
  close(xirr(leap, "ACT/360"), 1.1 ** (360 / 366) - 1);
  assert.throws(() => xirr([]), /no flows/);
});

test("flows on day numbers give the same yield", () => {
  close(xirrOfDays([20_000, 20_365], [-100, 110]), 0.1);
  close(xirrOfDays([20_365, 20_000], [110, -100]), 0.1);
  close(xirrOfDays([-100, 265], [-100, 110]), 0.1);
  assert.throws(() => xirrOfDays([0, 365, 400], [-100, 110]), /3 days and 2 amounts/);
  assert.throws(() => xirrOfDays([0], [-100, 110]), /1 days and 2 amounts/);
});

test("present value of dated flows is as of the first in the list", () => {
  close(xnpv(0.1, [on("2025-01-15", -100), on("2026-01-15", 110)]), 0);
  close(xnpv(0.1, [on("2026-01-15", 110), on("2025-01-15", -100)]), 0);
  close(xnpv(0.1, [on("2026-01-15", 110), on("2025-01-15", -50)]), 110 - 55);
  assert.equal(xnpv(0, [on("2026-01-15", 110)]), 110);
  close(xnpv(-0.5, [on("2025-01-15", 1), on("2026-01-15", 1)]), 3);
  assert.throws(() => xnpv(-1, [on("2026-01-15", 1)]), /not a rate above/);
  assert.throws(() => xnpv(0.1, []), /no flows/);
});
