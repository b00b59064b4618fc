import assert from "node:assert/strict";
import { test } from "node:test";
import { addMonthsToDay, earlier, fromDay, isIsoDate, isoDate, later, MAX_DAY, MIN_DAY, toDay } from "./date.ts";

/** Days as text: what is one and what is not, character by character. */

test("a day is ten characters, four digits, two and two, with hyphens between", () => {
  for (const text of ["0001-01-01", "9999-12-31", "2024-02-29", "2000-02-29", "2026-10-01", "2026-01-10", "2019-09-09"]) assert.equal(isIsoDate(text), true, text);
  const wrong = [
    "", "2024-1-1", "2024-01-1", "2024-01-01T00:00", "2024-01-011", "2024x01-01", "2024-01x01", "20240101", "0000-01-01", "2024-00-10", "2024-13-10", "2024-01-00", "2024-01-32", "2024-04-31", "2023-02-29", "1900-02-29",
    "20/4-01-01", "20:4-01-01", "202/-01-01", "202:-01-01", "2/24-01-01", "2024-0:-01", "2024-01-1/", "2024-/9-01", "2024-01-0:", "2024-01-/9", "-024-01-01", " 024-01-01",
  ];
  for (const text of wrong) {
    assert.equal(isIsoDate(text), false, text);
    assert.throws(() => isoDate(text), /not a date/, text);
    assert.throws(() => toDay(text as never), RangeError, text);
  }
  for (const value of [null, 20240101, Array.from({ length: 10 })]) assert.equal(isIsoDate(value as never), false, "no text at all");
});

test("day numbers are whole and within the calendar", () => {
  assert.equal(fromDay(MIN_DAY), "0001-01-01");
  assert.equal(fromDay(MAX_DAY), "9999-12-31");
  assert.equal(toDay(isoDate("1970-01-02")), 1);
  for (const day of [MIN_DAY - 1, MAX_DAY + 1, 0.5, Number.NaN]) assert.throws(() => fromDay(day), /outside the calendar/);
});

test("of two days the earlier and the later, whichever is named first", () => {
  const [a, b] = [isoDate("2026-01-31"), isoDate("2026-02-01")];
  assert.deepEqual([earlier(a, b), earlier(b, a), later(a, b), later(b, a), earlier(a, a), later(b, b)], [a, a, b, b, a, b]);
});

test("months are counted from the day asked for, also when another was asked before", () => {
  const month = (text: string, months: number) => fromDay(addMonthsToDay(toDay(isoDate(text)), months));
  assert.deepEqual([month("2026-01-31", 1), month("2026-01-31", 2), month("2025-11-30", 3), month("2026-01-31", -2)], ["2026-02-28", "2026-03-31", "2026-02-28", "2025-11-30"]);
});
