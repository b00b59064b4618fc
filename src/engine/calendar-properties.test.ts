import assert from "node:assert/strict";
import * as fc from "fast-check";
import { addBusinessDays, calendar, isBusinessDay } from "./calendar.ts";
import { addDays, addMonths, civilToDay, daysBetween, daysInMonth, daysInYear, dayToCivil, endOfMonth, fromDay, isIsoDate, isLeapYear, MAX_DAY, MIN_DAY, toDay, weekdayOf } from "./date.ts";
import { dayCountRatio, LOAN_DAY_COUNTS } from "./day-count-ratio.ts";
import { yearFraction } from "./daycount.ts";
import { holdsCheaply } from "./testing/property-kit.ts";
import { nextRollDate, previousRollDate, rollDate } from "./schedule-dates.ts";

/** Days, months, business days and day counts. */

const anyDayOfAll = fc.integer({ min: MIN_DAY, max: MAX_DAY });
const day = fc.integer({ min: -20_000, max: 60_000 });

holdsCheaply("a day's civil date leads back to it, over the whole calendar", anyDayOfAll, (n) => {
  const { year, month, day: dayOfMonth } = dayToCivil(n);
  assert.equal(civilToDay(year, month, dayOfMonth), n);
  assert.ok(month >= 1 && month <= 12 && dayOfMonth >= 1 && dayOfMonth <= daysInMonth(year, month));
  assert.equal(toDay(fromDay(n)), n);
});

holdsCheaply("the next day is the next of the month, or the first of the next month or year", fc.integer({ min: MIN_DAY, max: MAX_DAY - 1 }), (n) => {
  const [a, b] = [dayToCivil(n), dayToCivil(n + 1)];
  if (b.day === 1) assert.ok(a.day === daysInMonth(a.year, a.month) && (b.month === a.month + 1 ? b.year === a.year : b.month === 1 && a.month === 12 && b.year === a.year + 1));
  else assert.deepEqual(b, { ...a, day: a.day + 1 });
  assert.equal(weekdayOf(n + 1), (weekdayOf(n) % 7) + 1);
});

holdsCheaply("text is a day exactly when writing the day gives the text", fc.oneof(anyDayOfAll.map(String), anyDayOfAll.map(fromDay), fc.tuple(fc.integer({ min: 0, max: 9999 }), fc.oneof(fc.integer({ min: 0, max: 13 }), fc.constantFrom(2, 4, 6, 9, 11)), fc.oneof(fc.integer({ min: 0, max: 32 }), fc.constantFrom(28, 29, 30, 31))).map(([y, m, d]) => `${String(y).padStart(4, "0")}-${String(m).padStart(2, "0")}-${String(d).padStart(2, "0")}`), fc.string({ minLength: 9, maxLength: 11 })), (text) => {
  let written: string | null = null;
  const [y, m, d] = text.split("-").map(Number);
  if (y !== undefined && m !== undefined && d !== undefined && y >= 1 && m >= 1 && m <= 12 && d >= 1) written = Number.isInteger(y * m * d) && y <= 9999 && d <= 31 ? fromDay(civilToDay(y, m, d)) : null;
  assert.equal(isIsoDate(text), written === text);
});

holdsCheaply("a year has the days of its months", fc.integer({ min: 1, max: 9999 }), (year) => {
  let days = 0;
  for (let month = 1; month <= 12; month++) days += daysInMonth(year, month);
  assert.equal(days, daysInYear(year));
  assert.equal(daysInYear(year), isLeapYear(year) ? 366 : 365);
  assert.equal(civilToDay(year + 1, 1, 1) - civilToDay(year, 1, 1), days);
});

holdsCheaply("months added and taken off again lead back, unless the day had to be the month's last", fc.tuple(day, fc.integer({ min: -600, max: 600 })), ([n, months]) => {
  const date = fromDay(n);
  const there = addMonths(date, months);
  const back = addMonths(there, -months);
  const kept = there.slice(8) === date.slice(8);
  assert.equal(back, kept ? date : `${date.slice(0, 8)}${there.slice(8)}`);
  if (!kept) assert.equal(there, endOfMonth(there));
  assert.equal(addMonths(there, -months, Number(date.slice(8))), date);
});

holdsCheaply("days between are days added", fc.tuple(day, fc.integer({ min: -5000, max: 5000 })), ([n, days]) => {
  assert.equal(daysBetween(fromDay(n), addDays(fromDay(n), days)), days);
});

holdsCheaply("the last day of a month is followed by the first of the next", day, (n) => {
  const end = endOfMonth(fromDay(n));
  assert.equal(addDays(end, 1).slice(8), "01");
  assert.equal(end.slice(0, 7), fromDay(n).slice(0, 7));
});

holdsCheaply("as many business days later is that many business days away", fc.tuple(day, fc.integer({ min: 1, max: 60 })), ([n, count]) => {
  const holidays = [fromDay(n + 3), fromDay(n + 10)];
  const at = calendar("SAT_SUN", holidays);
  const then = addBusinessDays(at, fromDay(n), count);
  let passed = 0;
  for (let k = n + 1; k <= toDay(then); k++) if (isBusinessDay(at, fromDay(k))) passed++;
  assert.equal(passed, count);
  assert.ok(isBusinessDay(at, then) && !holidays.includes(then) && weekdayOf(toDay(then)) <= 5);
  for (const holiday of holidays) assert.ok(!isBusinessDay(at, holiday));
});

holdsCheaply("the exact share of a year is the one of the market convention", fc.tuple(fc.constantFrom(...LOAN_DAY_COUNTS), day, fc.integer({ min: 0, max: 4000 })), ([convention, n, days]) => {
  const { numerator, denominator } = dayCountRatio(convention, n, n + days);
  const years = yearFraction(convention, fromDay(n), fromDay(n + days));
  assert.ok(Math.abs(Number(numerator) / Number(denominator) - years) < 1e-9, `${convention}: ${numerator}/${denominator} is not ${years}`);
});

holdsCheaply("no day has a share of a year for nothing, and a longer span never has a smaller one", fc.tuple(fc.constantFrom(...LOAN_DAY_COUNTS), day, fc.integer({ min: 0, max: 800 }), fc.integer({ min: 0, max: 40 })), ([convention, n, days, more]) => {
  // Months of thirty days move one end of a period at a month's end and not the other: no time at all may count a day then, or take one off.
  if (convention.startsWith("30") && fromDay(n).slice(8) > "27") return;
  const value = (to: number) => { const { numerator, denominator } = dayCountRatio(convention, n, to); return Number(numerator) / Number(denominator); };
  assert.equal(value(n), 0);
  assert.ok(value(n + days + more) >= value(n + days) - 1e-12);
});

holdsCheaply("twelve months of thirty days are a year, whatever day they begin", fc.tuple(day, fc.constantFrom("30/360_US" as const, "30E/360" as const), fc.integer({ min: 1, max: 30 })), ([n, convention, years]) => {
  const start = fromDay(n);
  if (start.slice(8) > "27") return;
  const { numerator, denominator } = dayCountRatio(convention, n, toDay(addMonths(start, years * 12)));
  assert.equal(numerator, denominator * BigInt(years));
});

holdsCheaply("a rolled date stays when rolled again, and the next one's previous is before or at it", fc.tuple(day, fc.constantFrom("EOM" as const, "IMM" as const, "DAY_15" as const, "DAY_31" as const), fc.constantFrom(1, 3, 6, 12)), ([n, roll, months]) => {
  const rolled = rollDate(roll, fromDay(n));
  assert.equal(rollDate(roll, rolled), rolled);
  const next = nextRollDate(roll, rolled, { months });
  assert.ok(next > rolled && Math.abs(daysBetween(rolled, next) - months * 30.4) <= 10, `${rolled} to ${next}`);
  assert.equal(previousRollDate(roll, next, { months }), rolled);
});
