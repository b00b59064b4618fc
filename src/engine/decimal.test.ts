import assert from "node:assert/strict";
import { test } from "node:test";
import { decimal, divideDecimal } from "./decimal.ts";

/** Quotients with few digits: 2.5 is a tie, and what is above it by however little is none. */

test("a quotient is rounded once: a tie goes to the even digit, a remainder far behind it goes up", () => {
  assert.deepEqual(divideDecimal(decimal(25), decimal(10), 1), decimal(2));
  assert.deepEqual(divideDecimal(decimal(35), decimal(10), 1), decimal(4));
  assert.deepEqual(divideDecimal(decimal(25_000_001), decimal(10_000_000), 1), decimal(3), "2.5000001");
  assert.deepEqual(divideDecimal(decimal(24_999_999), decimal(10_000_000), 1), decimal(2), "2.4999999");
});
