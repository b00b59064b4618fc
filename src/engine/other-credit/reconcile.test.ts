import assert from "node:assert/strict";
import { test } from "node:test";
import { advanceApr, advanceIncome, advanceTerm, advanceTerms, applyAdvance, EngineRefusal, isoDate, reconcileAdvance, replayAdvance } from "../index.ts";

const d = isoDate;
const at = (id: string, sequence: number, date: string) => ({ id, sequence, valueDate: d(date), businessDate: d(date) });
// 10,000.00 for 13,000.00, 100.00 a business day for a tenth of receipts, from Friday 2026-01-02.
const ADVANCE = advanceTerms({
  currency: "USD", startDate: d("2026-01-02"), advance: 1_000_000, factorPpb: 1_300_000_000, remittance: { kind: "fixed", amount: 10_000, every: "business_day", sharePpb: 100_000_000 },
});

/** Ten business days: 8,000.00 of receipts, 1,000.00 delivered. */
function tenDays() {
  const paid = replayAdvance(ADVANCE, [], d("2026-01-02"));
  const reported = applyAdvance(paid, { type: "receiptsReported", amount: 800_000, ...at("r", 1, "2026-01-16") });
  return applyAdvance(reported, { type: "remitted", amount: 100_000, ...at("m", 2, "2026-01-16") });
}

test("receipts below the estimate: 200.00 was delivered too much, and 80.00 a day is asked from now on", () => {
  assert.deepEqual(reconcileAdvance(tenDays()), { share: 80_000, beyond: 20_000, remittance: 8_000 });
  const none = { ...ADVANCE, remittance: { kind: "fixed", amount: 10_000, every: "business_day" } } as const;
  assert.throws(() => reconcileAdvance(replayAdvance(none, [], d("2026-01-16"))), (e: unknown) => e instanceof EngineRefusal && e.code === "schedule.not_for_this_model");
});

test("a remittance adjusted makes the advance last longer: 150 days of work at 80.00 instead of 120 at 100.00 for what is left", () => {
  const before = advanceTerm(tenDays());
  assert.deepEqual([before.expectedEnd, before.expectedDays, before.end], ["2026-07-03", 182, "2026-07-03"]);
  const state = applyAdvance(tenDays(), { type: "remittanceAdjusted", amount: 8_000, ...at("a", 3, "2026-01-17") });
  assert.equal(state.remittance, 8_000);
  // 12,000.00 ÷ 80.00 = 150 business days after 2026-01-17 = 30 weeks.
  assert.equal(advanceTerm(state).end, "2026-08-14");
  assert.equal(replayAdvance(ADVANCE, state.events, d("2026-01-23")).expected, 100_000 + 5 * 8_000);
  const undone = applyAdvance(state, { type: "reversed", eventId: "a", ...at("u", 4, "2026-01-18") });
  assert.equal(undone.remittance, 10_000);
});

test("a share of receipts is forecast by what came in, and follows them without being adjusted", () => {
  const terms = advanceTerms({ ...ADVANCE, remittance: { kind: "share", sharePpb: 100_000_000, expectedDaily: 100_000 } });
  const paid = replayAdvance(terms, [], d("2026-01-02"));
  assert.equal(advanceTerm(paid).end, "2026-07-03");
  const slow = applyAdvance(paid, { type: "receiptsReported", amount: 500_000, ...at("r", 1, "2026-01-16") });
  // 50.00 a day of work: 260 of them from 2026-01-16 are 52 weeks.
  assert.equal(advanceTerm(slow).end, "2027-01-15");
  assert.throws(() => applyAdvance(slow, { type: "remittanceAdjusted", amount: 1, ...at("a", 2, "2026-01-17") }), (e: unknown) => e instanceof EngineRefusal && e.code === "schedule.not_for_this_model");
});

test("the annual percentage rate of an advance compounds to its effective yield; at a factor of one it is nothing", () => {
  const apr = advanceApr(ADVANCE) ?? 0;
  const { yearly } = advanceIncome(ADVANCE);
  assert.ok(Math.abs((1 + apr / 365) ** 365 - 1 - (yearly ?? 0)) < 1e-6, `${apr} a year compounds to ${yearly}`);
  assert.ok(apr > 0.9 && apr < 1.1, "3,000.00 for half a year of about 6,000.00 on average is about 100 % a year");
  assert.equal(advanceApr({ ...ADVANCE, factorPpb: 1_000_000_000 }), 0);
});
