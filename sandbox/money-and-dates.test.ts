import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { daysFrom, fromDayNumber, isDate, monthNumber, monthText, plusDays, toDayNumber } from "./civil-date.ts";
import { toMinor, toText } from "./money-text.ts";

test("an amount comes back as the text it was, with the currency's decimals", () => {
  fc.assert(fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.constantFrom("INR", "JPY", "KWD"), (minor, currency) => {
    assert.equal(toMinor(toText(minor, currency), currency), minor);
  }));
  assert.deepEqual([toText(-5n, "INR"), toText(7n, "JPY"), toText(7n, "KWD"), toMinor("5.0400", "USD")], ["-0.05", "7", "0.007", 504n]);
});

test("what is no amount of the currency is refused", () => {
  for (const text of ["", "1.", ".5", "1e3", "1,000", " 1", "1.005", "٣"]) assert.throws(() => toMinor(text, "USD"), RangeError, text);
  assert.throws(() => toMinor("1", "XXX"), RangeError);
});

test("days are the calendar's own", () => {
  // Every day of four centuries, for a fault of the arithmetic may show on a single one.
  for (let day = toDayNumber("1800-01-01"), before = ""; day < toDayNumber("2200-01-01"); day += 1) {
    const date = fromDayNumber(day);
    if (toDayNumber(date) !== day || date <= before) assert.fail(`${date} is not day ${day}, or not after ${before}`);
    before = date;
  }
  assert.deepEqual([toDayNumber("1970-01-01"), plusDays("2024-02-28", 1), plusDays("2026-12-31", 1), daysFrom("2026-01-15", "2027-01-15"), monthText(monthNumber("2026-12-31") + 1)], [0, "2024-02-29", "2027-01-01", 365, "2027-01"]);
  assert.deepEqual(["2026-02-29", "2028-02-29", "2026-13-01", "26-1-1"].map(isDate), [false, true, false, false]);
});
