import assert from "node:assert/strict";
import { test } from "node:test";
import { isoDate } from "./date.ts";
import { levelSchedule } from "./level-schedule.ts";
import type { LevelTerms } from "./level-schedule.ts";
import { ruleOf78Earned, ruleOf78Refund } from "./rule-of-78.ts";
import { disclosedAprPpb, isAprAccurate, isFinanceChargeAccurate, isRegBEvent, tilaBox } from "./us-disclosure.ts";

test("a yearly rate is accurate within its tolerance, whichever of the two is the larger, and when they are equal", () => {
  assert.ok(isAprAccurate(120_000_000n, 120_000_000n, false));
  for (const [disclosed, actual] of [[120_000_000n, 121_250_000n], [121_250_000n, 120_000_000n]] as const) assert.ok(isAprAccurate(disclosed, actual, false));
  for (const [disclosed, actual] of [[120_000_000n, 121_250_001n], [121_250_001n, 120_000_000n]] as const) assert.ok(!isAprAccurate(disclosed, actual, false));
  assert.equal(disclosedAprPpb(0.12345), 123_450_000n);
  assert.equal(disclosedAprPpb(0.123455), 123_460_000n, "half a thousandth of a per cent up");
});

test("a finance charge not on a dwelling: five dollars either side, ten when more than a thousand is financed", () => {
  const accurate = (disclosed: bigint, actual: bigint, amountFinanced?: bigint) => isFinanceChargeAccurate({ disclosed, actual, securedByDwelling: false, ...(amountFinanced === undefined ? {} : { amountFinanced }) });
  assert.ok(accurate(100_00n, 100_00n) && accurate(105_00n, 100_00n) && accurate(95_00n, 100_00n));
  assert.ok(!accurate(105_01n, 100_00n) && !accurate(94_99n, 100_00n));
  assert.ok(!accurate(106_00n, 100_00n, 1_000_00n), "a thousand is not more than a thousand");
  assert.ok(accurate(106_00n, 100_00n, 1_000_01n) && accurate(110_00n, 100_00n, 1_000_01n) && accurate(90_00n, 100_00n, 1_000_01n));
  assert.ok(!accurate(110_01n, 100_00n, 1_000_01n) && !accurate(89_99n, 100_00n, 1_000_01n));
});

test("a disclosure needs payments, and a prepaid charge from nothing to less than the loan", () => {
  assert.deepEqual(tilaBox(100n, 0n, [60n, 50n]), { amountFinanced: 100n, financeCharge: 10n, totalOfPayments: 110n });
  assert.deepEqual(tilaBox(100n, 99n, [1n]), { amountFinanced: 1n, financeCharge: 0n, totalOfPayments: 1n });
  for (const [principal, prepaid, payments] of [[100n, 0n, []], [100n, -1n, [110n]], [100n, 100n, [110n]], [100n, 101n, [110n]]] as const) assert.throws(() => tilaBox(principal, prepaid, payments), /no payments, or a prepaid charge/);
  assert.ok(isRegBEvent("counteroffer") && !isRegBEvent("toString"));
});

test("the sum of the digits of three months: 3, 2 and 1 sixths of the charge; other months there are not", () => {
  assert.deepEqual([0, 1, 2, 3].map((n) => Math.round(ruleOf78Earned(3, n) * 6)), [0, 3, 5, 6]);
  assert.deepEqual([0, 1, 2, 3].map((n) => ruleOf78Refund(6_00n, 3, n)), [0n, 1_00n, 3_00n, 6_00n]);
  assert.equal(ruleOf78Refund(3n, 3, 1), 1n, "half a cent up");
  assert.equal(ruleOf78Refund(3n, 3, 1, "down"), 0n);
  for (const [term, months] of [[2.5, 1], [3, 1.5], [0, 0], [-1, -1], [3, -1], [3, 4]] as const) {
    assert.throws(() => ruleOf78Refund(100n, term, months), /months of a term of/, `${months} of ${term}`);
    assert.throws(() => ruleOf78Earned(term, months), /months of a term of/, `${months} of ${term}`);
  }
});

const LEVEL: LevelTerms = {
  principal: 1_200_00, ratePpb: 120_000_000n, periods: 3, disbursed: isoDate("2026-01-01"), firstDue: isoDate("2026-02-01"), frequencyMonths: 1,
  daysInMonth: 30, daysInYear: 360, rateChanges: [],
};
const rowsOf = (over: Partial<LevelTerms>) => levelSchedule({ ...LEVEL, ...over }).map((r) => [r.number, r.payment, r.interest, r.principal, r.balance]);

test("three level payments at 1 % a month, the last takes the difference", () => {
  assert.deepEqual(rowsOf({}), [[1, 408_03, 12_00, 396_03, 803_97], [2, 408_03, 8_04, 399_99, 403_98], [3, 408_02, 4_04, 403_98, 0]]);
  // Every third month bears three per cent.
  assert.equal(rowsOf({ frequencyMonths: 3, firstDue: isoDate("2026-04-01") })[0]?.[2], 36_00);
  assert.throws(() => levelSchedule({ ...LEVEL, periods: 0 }), /no periods/);
  assert.throws(() => levelSchedule({ ...LEVEL, firstDue: isoDate("2026-01-01") }), /not after it starts/);
  assert.throws(() => levelSchedule({ ...LEVEL, firstDue: isoDate("2025-12-01") }), /not after it starts/);
});

test("a rate that changes counts from its day, by the days of its period, in whatever order changes are given; the payment is solved again", () => {
  const to = (from: string, ratePpb: bigint) => ({ from: isoDate(from), ratePpb });
  const half = rowsOf({ rateChanges: [to("2026-02-15", 240_000_000n)] });
  assert.deepEqual(half[0], [1, 408_03, 12_00, 396_03, 803_97], "the first period is before the change and does not foresee it");
  // February: 14 days at 1 %, 14 at 2 %: 803.97 × 1.5 %.
  assert.equal(half[1]?.[2], 12_06);
  assert.equal(half[2]?.[2], Math.round((half[1]?.[4] ?? 0) * 0.02));
  assert.notEqual(half[1]?.[1], 408_03);
  // On the first day of a period it is that period's alone; on a due date the period that ends there does not know it.
  const first = rowsOf({ rateChanges: [to("2026-02-01", 240_000_000n)] });
  assert.deepEqual(first[0], half[0]);
  assert.equal(first[1]?.[2], 16_08);
  // A change before the loan holds from the start.
  assert.equal(rowsOf({ rateChanges: [to("2025-12-01", 240_000_000n)] })[0]?.[2], 24_00);
  const [a, b] = [to("2026-02-01", 240_000_000n), to("2026-03-01", 0n)];
  assert.deepEqual(rowsOf({ rateChanges: [b, a] }), rowsOf({ rateChanges: [a, b] }));
  assert.equal(rowsOf({ rateChanges: [b, a] })[2]?.[2], 0);
  // Two changes within January: 10 days at 1 %, 10 at 2 %, 11 at 3 %.
  assert.equal(rowsOf({ rateChanges: [to("2026-01-11", 240_000_000n), to("2026-01-21", 360_000_000n)] })[0]?.[2], Math.round((1_200_00 * (10 + 20 + 33)) / 3100));
});
