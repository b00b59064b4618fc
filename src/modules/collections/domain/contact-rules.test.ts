import assert from "node:assert/strict";
import { test } from "node:test";
import { contactAllowance, localMinute, type PastContact } from "./contact-rules.ts";

const NOON = 12 * 60;

test("a borrower is called in the day's hours of the country only, to the minute", () => {
  const table = [
    ["IN", "call", 7 * 60 + 59, false], ["IN", "call", 8 * 60, true], ["IN", "call", 19 * 60, true], ["IN", "call", 19 * 60 + 1, false], ["IN", "email", 23 * 60, true],
    ["US", "call", 7 * 60 + 59, false], ["US", "call", 21 * 60, true], ["US", "call", 21 * 60 + 1, false], ["US", "email", 23 * 60, false], ["FR", "call", 20 * 60, false],
  ] as const;
  for (const [country, channel, minute, allowed] of table) assert.equal(contactAllowance(country, channel, minute, []).allowed, allowed, `${country} ${channel} ${minute}`);
});

test("the eighth call in seven days is refused, and allowed again when the first is seven days old", () => {
  const calls = (oldest: number): PastContact[] => Array.from({ length: 7 }, (_v, i) => ({ channel: "call", outcome: "no_answer", ageDays: oldest - i * 0.1 }));
  assert.equal(contactAllowance("US", "call", NOON, calls(6.99)).rule, "seven_in_seven_days");
  assert.equal(contactAllowance("US", "call", NOON, calls(7)).attemptsLeft, 1);
  assert.equal(contactAllowance("US", "email", NOON, calls(6.99)).allowed, true, "letters are not calls");
});

test("after a conversation no call follows for seven days in the US, unless the borrower asked to be called", () => {
  assert.equal(contactAllowance("US", "call", NOON, [{ channel: "call", outcome: "refused", ageDays: 3 }]).rule, "seven_days_after_conversation");
  assert.equal(contactAllowance("US", "call", NOON, [{ channel: "call", outcome: "refused", ageDays: 7 }]).allowed, true);
  assert.equal(contactAllowance("US", "call", NOON, [{ channel: "call", outcome: "refused", ageDays: 3 }, { channel: "call", outcome: "call_back", ageDays: 1 }]).allowed, true);
  assert.equal(contactAllowance("IN", "call", NOON, [{ channel: "call", outcome: "refused", ageDays: 3 }]).allowed, true);
});

test("local time follows the zone, summer time included", () => {
  assert.equal(localMinute(Date.parse("2026-01-15T04:00:00Z"), "Asia/Kolkata"), 9 * 60 + 30);
  assert.equal(localMinute(Date.parse("2026-01-15T13:59:00Z"), "America/Chicago"), 7 * 60 + 59);
  assert.equal(localMinute(Date.parse("2026-07-15T13:00:00Z"), "America/Chicago"), 8 * 60);
});
