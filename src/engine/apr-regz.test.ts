import assert from "node:assert/strict";
import { test } from "node:test";
import { aprRegulationZ, chooseUnitPeriod, seriesDay, unitPeriodSpan, unitPeriodsPerYear } from "./apr-regz.ts";
import type { UnitPeriod } from "./apr-regz.ts";
import { addMonths, isoDate } from "./date.ts";

/** Regulation Z, Appendix J: how time is counted in unit-periods. Each sum can be done with a calendar and a pencil. */

const on = (...dates: string[]) => dates.map((date) => ({ date: isoDate(date), amount: 100 }));
const span = (from: string, to: string, kind: UnitPeriod["kind"], multiple = 1, anchor?: number) => unitPeriodSpan(isoDate(from), isoDate(to), { kind, multiple }, anchor);

test("time is full unit-periods counted back from the later day, and the odd days at the start", () => {
  assert.deepEqual(span("2026-01-10", "2026-02-15", "month"), { full: 1, fraction: 5 / 30 });
  assert.deepEqual(span("2026-01-10", "2026-08-10", "month", 3), { full: 2, fraction: 30 / 90 });
  assert.deepEqual(span("2026-01-01", "2026-01-20", "day"), { full: 19, fraction: 0 });
  assert.deepEqual(span("2026-01-01", "2026-01-20", "day", 30), { full: 0, fraction: 19 / 30 });
  assert.deepEqual(span("2026-01-01", "2026-01-20", "week"), { full: 2, fraction: 5 / 7 });
  assert.deepEqual(span("2026-01-01", "2026-01-20", "week", 2), { full: 1, fraction: 5 / 14 });
  assert.deepEqual(span("2026-01-15", "2026-03-05", "semimonth"), { full: 3, fraction: 6 / 15 }, "a month of 30 and 21 days");
  assert.deepEqual(span("2026-01-15", "2026-03-05", "semimonth", 2), { full: 1, fraction: 21 / 30 });
  assert.deepEqual(span("2026-01-10", "2026-01-10", "term"), { full: 0, fraction: 0 });
  assert.deepEqual(span("2026-01-10", "2031-01-10", "term"), { full: 1, fraction: 0 });
});

test("a year's odd part is months by 12 where months are whole, else days by 365", () => {
  for (const [kind, months] of [["year", 1], ["month", 12]] as const) {
    assert.deepEqual(span("2026-01-10", "2028-01-10", kind, months), { full: 2, fraction: 0 });
    assert.deepEqual(span("2026-01-10", "2028-01-10", kind, 2 * months), { full: 1, fraction: 0 });
    assert.deepEqual(span("2025-01-10", "2028-04-10", kind, months), { full: 3, fraction: 3 / 12 });
    assert.deepEqual(span("2025-01-10", "2028-04-10", kind, 2 * months), { full: 1, fraction: 1.25 / 2 });
    assert.deepEqual(span("2025-01-10", "2028-04-15", kind, months), { full: 3, fraction: 95 / 365 });
  }
});

test("a series on month ends, or pinned to the 30th, keeps its full months through February", () => {
  assert.deepEqual(span("2026-01-31", "2026-02-28", "month", 1, 31), { full: 1, fraction: 0 });
  assert.deepEqual(span("2026-01-31", "2026-02-28", "month"), { full: 0, fraction: 28 / 30 });
  assert.deepEqual(span("2026-01-30", "2026-02-28", "month", 1, 30), { full: 1, fraction: 0 });
  assert.deepEqual(span("2026-01-20", "2026-02-20", "month", 1, 31), { full: 1, fraction: 0 }, "a day that is not the pinned one counts by itself");
  assert.equal(seriesDay([]), 0);
  assert.equal(seriesDay([isoDate("2026-02-28"), isoDate("2026-04-30")]), 31);
  assert.equal(seriesDay([isoDate("2026-01-30"), isoDate("2026-02-28"), isoDate("2026-03-30")]), 30);
  assert.equal(seriesDay([isoDate("2026-01-15"), isoDate("2026-02-15")]), 15);
});

test("one advance and one payment make the term the unit-period, a year at the most", () => {
  assert.deepEqual(chooseUnitPeriod(on("2026-01-10"), on("2027-01-09")), { kind: "term", multiple: 1 });
  assert.deepEqual(chooseUnitPeriod(on("2026-01-10"), on("2027-01-10")), { kind: "month", multiple: 12 });
});

test("the interval that occurs most is the unit-period; of equally frequent ones the smaller", () => {
  const choose = (...dates: string[]) => chooseUnitPeriod(on(dates[0] ?? ""), on(...dates.slice(1)));
  assert.deepEqual(choose("2026-01-10", "2026-03-10", "2026-02-10", "2026-03-20"), { kind: "month", multiple: 1 }, "in whatever order they are told");
  assert.deepEqual(choose("2026-01-01", "2026-01-15", "2026-01-29", "2026-02-12"), { kind: "week", multiple: 2 });
  assert.deepEqual(choose("2026-01-01", "2026-01-11", "2026-01-21"), { kind: "day", multiple: 10 });
  assert.deepEqual(choose("2026-01-01", "2026-02-10", "2026-03-22"), { kind: "day", multiple: 40 }, "a month and ten days are no month");
  assert.deepEqual(choose("2026-01-15", "2026-01-31", "2026-02-15", "2026-02-28", "2026-03-15"), { kind: "semimonth", multiple: 1 }, "16, 15 and 13 days");
  assert.deepEqual(choose("2026-01-01", "2026-01-18", "2026-02-04"), { kind: "day", multiple: 17 });
  assert.deepEqual(choose("2026-01-01", "2026-01-13", "2026-01-25"), { kind: "day", multiple: 12 });
  assert.deepEqual(choose("2026-01-01", "2026-01-17", "2026-02-02", "2026-02-10"), { kind: "semimonth", multiple: 1 });
  assert.deepEqual(choose("2026-02-01", "2026-02-14", "2026-02-27", "2026-03-08"), { kind: "semimonth", multiple: 1 });
  assert.deepEqual(choose("2026-01-10", "2026-02-10", "2026-03-10", "2026-03-17", "2026-03-24"), { kind: "week", multiple: 1 }, "two months and two weeks");
  assert.deepEqual(choose("2026-01-10", "2026-01-17", "2026-01-24", "2026-02-24", "2026-03-24"), { kind: "week", multiple: 1 });
  assert.deepEqual(choose("2026-01-10", "2026-01-17", "2026-02-17", "2026-03-17"), { kind: "month", multiple: 1 }, "two months and a week");
  assert.deepEqual(choose("2024-01-10", "2025-01-09", "2028-01-10", "2029-01-09"), { kind: "month", multiple: 12 }, "365 days and more are a year");
});

test("intervals are those of the days in order, however they are told, and the most frequent is found wherever it stands", () => {
  const days = ["2026-04-10", "2026-03-10", "2026-02-10"];
  assert.deepEqual(chooseUnitPeriod(on("2026-01-10"), on(...days)), { kind: "month", multiple: 1 });
  assert.deepEqual(chooseUnitPeriod(on("2026-01-10"), on("2026-12-10", "2026-01-20", "2026-01-30", "2026-02-09")), { kind: "day", multiple: 10 });
  assert.deepEqual(chooseUnitPeriod(on("2026-01-01"), on("2026-04-01", "2026-04-08", "2026-04-15", "2026-04-22")), { kind: "week", multiple: 1 }, "three months once, a week three times");
  assert.deepEqual(unitPeriodSpan(isoDate("2026-01-15"), isoDate("2026-03-15"), { kind: "semimonth", multiple: 1 }), { full: 4, fraction: 0 });
});

test("where no interval occurs twice, the average counts: in whole months if there is one, else in days", () => {
  const choose = (...dates: string[]) => chooseUnitPeriod(on(dates[0] ?? ""), on(...dates.slice(1)));
  assert.deepEqual(choose("2026-01-01", "2026-01-11", "2026-01-31"), { kind: "day", multiple: 15 }, "10 and 20 days");
  assert.deepEqual(choose("2026-01-01", "2026-02-10", "2026-04-01"), { kind: "month", multiple: 1 }, "40 and 50 days");
  assert.deepEqual(choose("2026-01-01", "2026-02-20", "2026-04-21"), { kind: "month", multiple: 2 }, "50 and 60 days");
  assert.deepEqual(choose("2026-01-01", "2026-01-11", "2029-01-12"), { kind: "month", multiple: 12 }, "10 days and three years");
});

test("unit-periods a year", () => {
  const [from, to] = [isoDate("2026-01-10"), isoDate("2026-04-10")];
  const perYear = (kind: UnitPeriod["kind"], multiple: number, end = to) => unitPeriodsPerYear({ kind, multiple }, from, end);
  assert.equal(perYear("day", 73), 5);
  assert.equal(perYear("week", 2), 26);
  assert.equal(perYear("semimonth", 2), 12);
  assert.equal(perYear("month", 3), 4);
  assert.equal(perYear("year", 2), 0.5);
  assert.equal(perYear("term", 1), 4, "three whole months");
  assert.equal(perYear("term", 1, isoDate("2026-04-11")), 365 / 91);
  assert.equal(perYear("term", 1, isoDate("2026-01-24")), 365 / 14);
});

test("the rate does not depend on the order in which advances and payments are told", () => {
  const term: UnitPeriod = { kind: "term", multiple: 1 };
  const payments = [{ date: isoDate("2026-02-10"), amount: 53 }, { date: isoDate("2026-04-10"), amount: 50 }];
  const rate = aprRegulationZ(on("2026-01-10"), payments, term) ?? 0;
  assert.ok(Math.abs(rate - 0.12) < 1e-9, `3 % for three months is 12 % a year, not ${rate}`);
  assert.equal(aprRegulationZ(on("2026-01-10"), payments.toReversed(), term), rate);
  const advances = on("2026-01-10", "2026-02-10");
  const monthly = Array.from({ length: 12 }, (_, i) => ({ date: addMonths(isoDate("2026-03-10"), i), amount: 18 }));
  assert.equal(aprRegulationZ(advances.toReversed(), monthly), aprRegulationZ(advances, monthly));
});

test("what has no answer is refused, or has none", () => {
  const month: UnitPeriod = { kind: "month", multiple: 1 };
  assert.throws(() => span("2026-02-10", "2026-02-09", "month"), /before the first advance/);
  for (const multiple of [0, -1, 1.5]) assert.throws(() => span("2026-01-10", "2026-02-10", "day", multiple), /not a multiple/);
  for (const [advances, payments] of [[[], on("2026-01-10", "2026-02-10")], [on("2026-01-10", "2026-02-10"), []], [on("2026-01-10"), on("2026-01-10")]] as const) {
    assert.throws(() => chooseUnitPeriod(advances, payments), /needs an advance and a later payment/);
  }
  assert.throws(() => aprRegulationZ([], on("2026-02-10"), month), /needs an advance and a payment/);
  assert.throws(() => aprRegulationZ(on("2026-01-10"), [], month), /needs an advance and a payment/);
  assert.equal(aprRegulationZ(on("2026-01-10"), [{ date: isoDate("2026-02-10"), amount: 0 }], month), null, "nothing is paid back");
});
