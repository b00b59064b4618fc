import assert from "node:assert/strict";
import { test } from "node:test";
import { addDays, toDay } from "./date.ts";
import type { Day, IsoDate } from "./date.ts";
import { copyMeter, newMeter, noteRate, rateNow, runInterest } from "./meter.ts";
import type { Meter, Running } from "./meter.ts";
import { day, percent, plainTerms, refused } from "./testing/worked.ts";
import type { LoanTermsInput } from "./terms.ts";

/** One per mille a day on 1,000.00: 1.00 a day, 1,000,000 millionths of a cent × 100. */
const START = day("2026-01-15");
const on = (days: number) => addDays(START, days);
const at = (days: number): Day => toDay(on(days));
const terms = (more: Partial<LoanTermsInput> = {}) => plainTerms({ model: "daily_simple", interest: { ratePpb: percent(36.5) }, ...more });
const DAY = 100_000_000n;

function metered(more: Partial<LoanTermsInput> = {}, over: Partial<Meter> = {}): { meter: Meter; run: (from: IsoDate, to: IsoDate, balance?: number, running?: Running) => bigint } {
  const agreed = terms(more);
  const meter = { ...newMeter(agreed), start: at(0), periods: [0, 30, 60].map((d) => ({ from: at(d), to: at(d + 30), due: at(d + 30) })), line: [{ fromDay: at(0), ratePpb: percent(36.5) }], ...over };
  return { meter, run: (from, to, balance = 1_000_00, running = { micro: 0n, compounded: 0 }) => { runInterest(agreed, meter, balance, percent(36.5), from, to, running); return running.micro; } };
}

test("a new meter knows nothing yet but the pauses agreed; a plan or a market day count make it planned", () => {
  assert.deepEqual(newMeter(terms()), { planned: false, periods: [], start: 0, events: [], line: [], pauses: [], capitalises: new Set(), base: null });
  const pauses = [{ from: on(1), to: on(2) }];
  const planned = newMeter(terms({ interest: { ratePpb: 1, pauses } }));
  assert.deepEqual([planned.planned, planned.pauses], [true, pauses]);
  assert.equal(newMeter(terms({ interest: { ratePpb: 1, calculation: "actual_days", dayCount: "ACT/360" } })).planned, true);
});

test("interest of days on a balance: none for no days, days back, no balance, no rate", () => {
  for (const planned of [false, true]) {
    const { run } = metered({}, { planned });
    assert.equal(run(on(0), on(10)), 10n * DAY, String(planned));
    assert.deepEqual([run(on(0), on(0)), run(on(5), on(0)), run(on(0), on(10), 0)], [0n, 0n, 0n]);
    assert.equal(run(on(0), on(10), 1_000_00, { micro: 5n, compounded: 0 }), 10n * DAY + 5n);
  }
  assert.equal(metered().run(on(0), on(10), -1_000_00), 0n);
  assert.equal(metered({}, { planned: true }).run(on(0), on(10), -1_000_00), 0n);
  const running = { micro: 0n, compounded: 0 };
  const { meter } = metered();
  runInterest(terms(), meter, 1_000_00, null, on(0), on(10), running);
  assert.equal(running.micro, 0n, "no rate");
});

test("a change of rate within the days, a pause, and periods that thirty-day months count for themselves", () => {
  const half = { line: [{ fromDay: at(0), ratePpb: percent(36.5) }, { fromDay: at(4), ratePpb: percent(18.25) }], planned: true };
  assert.equal(metered({}, half).run(on(0), on(10)), 7n * DAY);
  assert.equal(metered({}, { planned: true, pauses: [{ from: on(2), to: on(5) }] }).run(on(0), on(10)), 7n * DAY);
  const thirty = { interest: { ratePpb: percent(36), calculation: "actual_days" as const, daysInYear: 360 as const, daysInMonth: 30 as const } };
  // From 2026-01-15 to 2026-02-14 and on to 2026-03-16: 29 and 32 days of 30/360, each counted from its own period's start.
  const { run } = metered(thirty, { planned: true, line: [{ fromDay: at(0), ratePpb: percent(36) }] });
  assert.equal(run(on(0), on(30)), 29n * DAY);
  assert.equal(run(on(0), on(60)), 61n * DAY);
  assert.equal(run(on(0), on(16)) + run(on(16), on(30)), 29n * DAY, "parts of a period add up to it");
  assert.equal(run(on(100), on(110)), 10n * DAY, "after the last period, from its end");
});

test("unpaid interest bears interest from each compounding day on, the last of the days included, and from days it is capitalised", () => {
  const compounding = { interest: { ratePpb: percent(36.5), compounding: { every: 10, unit: "days" as const } } };
  const { run } = metered(compounding, { planned: true });
  const running = { micro: 0n, compounded: 0 };
  // 10.00 by the tenth day; then 1.01 a day: 20.10.
  assert.equal(run(on(0), on(20), 1_000_00, running), 10n * DAY + 10n * 101_000_000n);
  assert.equal(running.compounded, 20_10);
  assert.equal(run(on(0), on(9)), 9n * DAY);
  const once = metered({}, { planned: true, capitalises: new Set([at(5), at(0), at(10)]) });
  const capitalised = { micro: 0n, compounded: 0 };
  // 5.00 on the fifth day, five days at 1.005, and all of it on the tenth.
  assert.equal(once.run(on(0), on(10), 1_000_00, capitalised), 5n * DAY + 5n * 100_500_000n);
  assert.equal(capitalised.compounded, 10_02, "10.025, half to even");
  const fresh = { micro: 0n, compounded: 0 };
  once.run(on(0), on(4), 1_000_00, fresh);
  assert.equal(fresh.compounded, 0);
  const all = { micro: 0n, compounded: 50_00 };
  assert.equal(once.run(on(20), on(21), 0, all), 5_000_000n, "interest that bears interest goes on doing so when principal is paid");
});

test("interest that grows on itself without end is refused before it cannot be counted", () => {
  const { run } = metered({}, { planned: true, capitalises: new Set([at(1)]) });
  const most = BigInt(Number.MAX_SAFE_INTEGER) / 4n;
  assert.equal(run(on(0), on(1), 0, { micro: most * 1_000_000n, compounded: 0 }), most * 1_000_000n);
  refused(() => run(on(0), on(1), 0, { micro: (most + 1n) * 1_000_000n, compounded: 0 }), "terms.negative_amortization");
});

test("the rate shown is the line's where there is a plan and a line, the loan's own elsewhere", () => {
  const { meter } = metered({}, { planned: true });
  noteRate(terms(), meter, { type: "rateChanged", ratePpb: percent(20), keep: "term", id: "r", sequence: 1, valueDate: on(5), businessDate: on(5) });
  assert.deepEqual([rateNow(meter, 7, on(4)), rateNow(meter, 7, on(5))], [percent(36.5), percent(20)]);
  assert.equal(meter.events.length, 1);
  assert.equal(rateNow({ ...meter, planned: false }, 7, on(5)), 7);
  assert.equal(rateNow({ ...meter, line: [] }, 7, on(5)), 7);
});

test("a copy knows what the meter knows, and what is noted on it does not show on the meter", () => {
  const { meter } = metered({}, { pauses: [{ from: on(1), to: on(2) }], capitalises: new Set([at(5)]), base: 7 });
  noteRate(terms(), meter, { type: "rateChanged", keep: "term", ratePpb: percent(10), id: "r", sequence: 2, valueDate: on(10), businessDate: on(10) });
  const copy = copyMeter(meter);
  assert.deepEqual(copy, meter);
  copy.events.pop();
  copy.pauses.pop();
  copy.capitalises.clear();
  assert.deepEqual([meter.events.length, meter.pauses.length, meter.capitalises.size], [1, 1, 1]);
});
