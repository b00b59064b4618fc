import assert from "node:assert/strict";
import { test } from "node:test";
import { addBusinessDays, adjustToBusinessDay, calendar } from "./calendar.ts";
import { addDays, isoDate } from "./date.ts";

/** Single days of 2026: 3 January is a Saturday, 25 December a Friday. */

const day = isoDate;

test("the nearest business day of a Sunday or Monday is the next, of any other day the one before", () => {
  const at = calendar("SAT_SUN", [day("2026-12-25"), day("2026-08-31")]);
  const moved = (date: string) => adjustToBusinessDay("NEAREST", at, day(date));
  assert.deepEqual(["2026-01-03", "2026-01-04", "2026-08-31", "2026-12-25"].map(moved), ["2026-01-02", "2026-01-05", "2026-09-01", "2026-12-24"]);
});

test("by half months a date stays in its half: up to the 15th, or after it", () => {
  const at = calendar("SAT_SUN", [day("2026-06-15")]);
  const moved = (date: string, on = calendar("SAT_SUN")) => adjustToBusinessDay("MODIFIED_FOLLOWING_BI_MONTHLY", on, day(date));
  assert.deepEqual(["2026-06-14", "2026-06-20", "2026-11-15"].map((date) => moved(date)), ["2026-06-15", "2026-06-22", "2026-11-13"], "forward within the half, else back");
  assert.equal(moved("2026-06-14", at), "2026-06-12", "the 15th is closed, the 16th is the other half");
});

test("business days are counted forward or back, and nobody closes for more than sixty days", () => {
  const at = calendar("SAT_SUN");
  assert.deepEqual([2, 0, -1, -2].map((count) => addBusinessDays(at, day("2026-01-05"), count)), ["2026-01-07", "2026-01-05", "2026-01-02", "2026-01-01"]);
  const closed = (days: number) => calendar("NONE", Array.from({ length: days }, (_v, k) => addDays(day("2026-03-01"), k)));
  assert.equal(adjustToBusinessDay("FOLLOWING", closed(60), day("2026-03-01")), "2026-04-30");
  assert.throws(() => adjustToBusinessDay("FOLLOWING", closed(61), day("2026-03-01")), /no business day/);
  assert.throws(() => calendar("MON_TUE"), /unknown weekend: "MON_TUE"/);
});
