import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { adjustToBusinessDay, addBusinessDays, BUSINESS_DAY_RULES, calendar, isBusinessDay } from "./calendar.ts";
import { fromDay, isoDate, toDay } from "./date.ts";
import { DAY_COUNT_CONVENTIONS, dayCountDays, yearFraction } from "./daycount.ts";
import { scheduleDates } from "./schedule-dates.ts";

const days = fc.integer({ min: -20_000, max: 60_000 });
const ADDITIVE = ["ACT/360", "ACT/364", "ACT/365F", "ACT/365.25", "ACT/366", "ACT/ACT_ISDA", "NL/365", "NL/360"] as const;

test("a period counts as the sum of its parts where the convention is additive", () => {
  fc.assert(fc.property(fc.constantFrom(...ADDITIVE), fc.tuple(days, days, days), (convention, numbers) => {
    const [a = 0, b = 0, c = 0] = [...numbers].sort((x, y) => x - y);
    const [from, middle, to] = [fromDay(a), fromDay(b), fromDay(c)];
    assert.equal(dayCountDays(convention, from, middle) + dayCountDays(convention, middle, to), dayCountDays(convention, from, to));
    assert.ok(Math.abs(yearFraction(convention, from, middle) + yearFraction(convention, middle, to) - yearFraction(convention, from, to)) < 1e-9);
  }), { numRuns: 5000 });
});

test("no convention counts a year as less than 360/366 or more than 366/360 of one", () => {
  fc.assert(fc.property(fc.constantFrom(...DAY_COUNT_CONVENTIONS), days, (convention, day) => {
    const [start, end] = [fromDay(day), fromDay(day + 365)];
    const context = { frequencyMonths: 12, periodEnd: end, scheduleStart: start, scheduleEnd: fromDay(day + 3650) };
    const years = yearFraction(convention, start, end, context);
    assert.ok(years > 0.98 && years < 1.02, `${convention} ${start}: ${years}`);
  }), { numRuns: 5000 });
});

test("an end before the start is refused", () => {
  assert.throws(() => dayCountDays("ACT/360", isoDate("2026-02-01"), isoDate("2026-01-01")), RangeError);
  for (const convention of ["ACT/ACT_ICMA", "ACT/365L"] as const) {
    for (const context of [{}, { frequencyMonths: 1 }, { periodEnd: isoDate("2026-02-01") }]) assert.throws(() => yearFraction(convention, isoDate("2026-01-01"), isoDate("2026-02-01"), context), /needs frequencyMonths and periodEnd/, convention);
  }
});

test("a period is one whatever its days; a contract's last February counts its days by ISDA's rule alone; 2100 has no leap day", () => {
  const days = (convention: (typeof DAY_COUNT_CONVENTIONS)[number], from: string, to: string, terminates = false) => dayCountDays(convention, isoDate(from), isoDate(to), terminates ? { terminationDate: isoDate(to) } : {});
  assert.equal(days("1/1", "2026-01-01", "2026-03-01"), 1);
  assert.deepEqual([days("30E/360_ISDA", "2026-01-31", "2026-02-28", true), days("30E/360_ISDA", "2026-01-31", "2026-02-28"), days("30E/365", "2026-01-31", "2026-02-28", true)], [28, 30, 30]);
  assert.deepEqual([days("30E+/360", "2026-01-30", "2026-03-31"), days("30E+/360", "2026-01-31", "2026-12-31")], [61, 331], "a 31st is the first of the next month");
  assert.deepEqual([days("NL/365", "2099-12-31", "2100-12-31"), days("NL/365", "2027-12-31", "2028-12-31")], [365, 365]);
  for (const [from, to, d] of [["2026-03-01", "2026-03-31", 30], ["2026-01-02", "2026-01-03", 1]] as const) assert.equal(yearFraction("ACT/ACT_ISDA", isoDate(from), isoDate(to)), d / 365, "within a year days are a plain share of it");
});

test("by ICMA a coupon of one month is a twelfth, cut short by a month end or begun before its regular day or not", () => {
  const part = (from: string, to: string, coupon: string, frequencyMonths = 1) => yearFraction("ACT/ACT_ICMA", isoDate(from), isoDate(to), { frequencyMonths, periodEnd: isoDate(coupon) });
  assert.equal(part("2026-03-31", "2026-04-30", "2026-04-30"), 1 / 12);
  assert.equal(part("2026-01-10", "2026-02-20", "2026-02-20"), 1 / 12, "from before the regular start");
  assert.equal(part("2026-03-15", "2026-03-31", "2026-04-15"), 16 / (12 * 31));
  assert.equal(part("2026-03-20", "2026-03-31", "2026-04-15"), 11 / (12 * 31), "inside its coupon");
  assert.equal(part("2026-02-28", "2026-02-28", "2026-02-28", 12), 0);
});

test("an adjusted date is a business day, close by, and stays when adjusted again", () => {
  const holidays = [isoDate("2026-01-01"), isoDate("2026-12-25"), isoDate("2026-04-03"), isoDate("2026-04-06")];
  const at = calendar("SAT_SUN", holidays);
  fc.assert(fc.property(fc.constantFrom(...BUSINESS_DAY_RULES.filter((r) => r !== "NO_ADJUST")), fc.integer({ min: 20_454, max: 20_818 }), (rule, day) => {
    const adjusted = adjustToBusinessDay(rule, at, fromDay(day));
    assert.ok(isBusinessDay(at, adjusted) && Math.abs(toDay(adjusted) - day) <= 5);
    assert.equal(adjustToBusinessDay(rule, at, adjusted), adjusted);
    if (rule === "MODIFIED_FOLLOWING") assert.equal(adjusted.slice(0, 7), fromDay(day).slice(0, 7));
  }), { numRuns: 3000 });
  assert.equal(addBusinessDays(at, isoDate("2026-01-02"), 1), "2026-01-05");
  assert.throws(() => adjustToBusinessDay("FOLLOWING", { weekend: [1, 2, 3, 4, 5, 6, 7], holidays: new Set() }, isoDate("2026-01-01")), /no business day/);
});

test("a schedule starts and ends where it is told, ascends, and its regular periods are of one length", () => {
  fc.assert(fc.property(days, fc.integer({ min: 20, max: 4000 }), fc.constantFrom(1, 2, 3, 6, 12), fc.constantFrom("SHORT_INITIAL", "LONG_INITIAL", "SMART_INITIAL", "SHORT_FINAL", "LONG_FINAL", "SMART_FINAL"), (day, length, months, stub) => {
    const request = { start: fromDay(day), end: fromDay(day + length), frequency: { months }, stub, roll: null, firstRegular: null, lastRegular: null, rule: "NO_ADJUST", calendar: calendar("SAT_SUN") } as const;
    const { unadjusted } = scheduleDates(request);
    assert.equal(unadjusted[0], request.start);
    assert.equal(unadjusted.at(-1), request.end);
    for (let k = 1; k < unadjusted.length; k++) assert.ok((unadjusted[k] ?? "") > (unadjusted[k - 1] ?? ""));
    const regular = stub.endsWith("_INITIAL") ? unadjusted.slice(1) : unadjusted.slice(0, -1);
    for (let k = 1; k < regular.length; k++) {
      const gap = toDay(isoDate(regular[k] ?? "")) - toDay(isoDate(regular[k - 1] ?? ""));
      assert.ok(gap >= months * 28 && gap <= months * 31, `${regular[k - 1]} to ${regular[k]}`);
    }
  }), { numRuns: 2000 });
});

test("a stub where none may be is refused", () => {
  assert.throws(() => scheduleDates({ start: isoDate("2026-01-10"), end: isoDate("2026-06-01"), frequency: { months: 1 }, stub: "NONE", roll: null, firstRegular: null, lastRegular: null, rule: "NO_ADJUST", calendar: calendar("NONE") }), /stub is left/);
});
