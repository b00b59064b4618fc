import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BASE_SEGMENT } from "./layout.ts";
import { readBaseSegment, writeBaseSegment } from "./record.ts";
import { METRO2_STATUS, metro2Status, paymentHistoryProfile } from "./status.ts";

test("the fields of a base segment lie side by side over 426 columns", () => {
  let next = 1;
  for (const field of BASE_SEGMENT) {
    assert.equal(field.start, next, field.name);
    next += field.length;
  }
  assert.equal(next, 427);
});

test("what is written is read back", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 999_999_999 }), fc.stringMatching(/^[A-Z][A-Z0-9]{0,24}$/), (balance, surname) => {
    const line = writeBaseSegment({ recordDescriptorWord: 426, currentBalance: balance, surname, dateOpened: "2026-01-15" });
    assert.equal(line.length, 426);
    const read = readBaseSegment(line);
    assert.deepEqual([read["currentBalance"], read["surname"], read["dateOpened"], read["dateClosed"]], [balance, surname, "2026-01-15", null]);
    assert.equal(writeBaseSegment(read), line);
  }));
});

test("what does not fit is refused", () => {
  assert.throws(() => writeBaseSegment({ currentBalance: 1_000_000_000 }), /currentBalance does not hold/);
  assert.throws(() => writeBaseSegment({ currentBalance: -1 }), RangeError);
  assert.throws(() => writeBaseSegment({ surname: "Ünal" }), RangeError);
  assert.throws(() => writeBaseSegment({ nickname: "X" }), /no such field/);
  assert.throws(() => readBaseSegment("0426"), /426 columns/);
});

test("status follows days past due, and the history is filled with B", () => {
  for (const { from, status } of METRO2_STATUS) assert.equal(metro2Status(from).status, status);
  assert.deepEqual(metro2Status(89), { status: "78", code: "2" });
  assert.throws(() => metro2Status(-1), RangeError);
  assert.equal(paymentHistoryProfile(["1", "0"]), "10BBBBBBBBBBBBBBBBBBBBBB");
  assert.equal(paymentHistoryProfile([]), "B".repeat(24));
  assert.throws(() => paymentHistoryProfile(["B", "0"]), RangeError);
});
