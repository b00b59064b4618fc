import assert from "node:assert/strict";
import { test } from "node:test";
import { isoDate } from "../date.ts";
import { refused } from "../testing/worked.ts";
import { advanceIncome, advanceTerms, applyAdvance, expectedRemittances, purchasedAmount, replayAdvance, simpleYearlyCost } from "./merchant-advance.ts";
import type { AdvanceEvent, AdvanceTerms } from "./merchant-advance.ts";
import { payInN } from "./pay-in-n.ts";
import { advanceApr, advanceTerm, reconcileAdvance } from "./reconcile.ts";

const day = isoDate;
/** 100.00 for 130.00 in four weekly parts of 32.50, from Friday 2026-01-02. */
const WEEKLY = advanceTerms({ currency: "USD", startDate: day("2026-01-02"), advance: 10_000, factorPpb: 1_300_000_000, remittance: { kind: "fixed", amount: 3_250, every: "week", sharePpb: 100_000_000 } });
const of = (more: Partial<AdvanceTerms>) => ({ ...WEEKLY, ...more });
const event = (id: number, date: string, more: { type: "remitted" | "receiptsReported" | "remittanceAdjusted"; amount: number }): AdvanceEvent => ({ id: `e${id}`, sequence: id, valueDate: day(date), businessDate: day(date), ...more });

test("terms of an advance: what is left out has its documented default; what cannot be is refused by name, its edges are not", () => {
  const { rounding, feeKeptBack, weekend, holidays } = advanceTerms({ currency: "USD", startDate: WEEKLY.startDate, advance: 10_000, factorPpb: 1_300_000_000, remittance: WEEKLY.remittance });
  assert.deepEqual({ rounding, feeKeptBack, weekend, holidays }, { rounding: "half-even", feeKeptBack: 0, weekend: [6, 7], holidays: [] });
  for (const advance of [0, -1, 0.5]) refused(() => purchasedAmount(of({ advance })), "terms.principal_not_positive");
  for (const factorPpb of [999_999_999, 5_000_000_001, 1_000_000_000.5]) refused(() => purchasedAmount(of({ factorPpb })), "terms.rate_out_of_range");
  for (const feeKeptBack of [-1, 10_000, 10_001]) refused(() => purchasedAmount(of({ feeKeptBack })), "terms.malformed");
  for (const amount of [0, -1]) refused(() => purchasedAmount(of({ remittance: { kind: "fixed", amount, every: "week" } })), "terms.malformed");
  refused(() => purchasedAmount(of({ remittance: { kind: "share", sharePpb: 1, expectedDaily: 100 } })), "terms.malformed");
  assert.equal(purchasedAmount(of({ advance: 1, feeKeptBack: 0, factorPpb: 5_000_000_000 })), 5);
  assert.equal(purchasedAmount(of({ feeKeptBack: 9_999, factorPpb: 1_000_000_000 })), 10_000);
  assert.equal(purchasedAmount(of({ remittance: { kind: "share", sharePpb: 500_000_000, expectedDaily: 3 } })), 13_000, "a unit and a half a day is something");
  assert.equal(purchasedAmount(of({ remittance: { kind: "share", sharePpb: 300_000_000, expectedDaily: 2 } })), 13_000, "and so is the larger part of one");
});

test("weekly remittances fall on the same weekday, or the next day with work; the last takes what is left", () => {
  const shown = (terms: AdvanceTerms, changes?: Parameters<typeof expectedRemittances>[1]) => expectedRemittances(terms, changes).map((r) => `${r.date.slice(5)} ${r.amount} ${r.left}`);
  assert.deepEqual(shown(WEEKLY), ["01-09 3250 9750", "01-16 3250 6500", "01-23 3250 3250", "01-30 3250 0"]);
  assert.deepEqual(shown(of({ holidays: [day("2026-01-16")], remittance: { kind: "fixed", amount: 5_000, every: "week" } })), ["01-09 5000 8000", "01-19 5000 3000", "01-26 3000 0"]);
  assert.deepEqual(shown(WEEKLY, [{ from: day("2026-01-16"), amount: 4_000 }, { from: day("2026-01-24"), amount: 3_000 }]), ["01-09 3250 9750", "01-16 4000 5750", "01-23 4000 1750", "01-30 1750 0"]);
  assert.deepEqual(shown(of({ remittance: { kind: "fixed", amount: 6_500, every: "business_day" } })), ["01-05 6500 6500", "01-06 6500 0"]);
  assert.deepEqual(shown(of({ remittance: { kind: "share", sharePpb: 500_000_000, expectedDaily: 13_001 } })), ["01-05 6500 6500", "01-06 6500 0"], "half of 130.01, to even");
  assert.equal(expectedRemittances(of({ remittance: { kind: "fixed", amount: 5, every: "business_day" } })).length, 2_600);
  refused(() => expectedRemittances(of({ advance: 10_001, remittance: { kind: "fixed", amount: 5, every: "business_day" } })), "terms.installments_not_positive");
});

test("two thirds in seven days are two thirds to the nearest billionth, and the income of one remittance is all of it", () => {
  const once = (advance: number, factorPpb: number) => of({ advance, factorPpb, remittance: { kind: "fixed", amount: 100_000, every: "week" } });
  assert.equal(simpleYearlyCost(once(3_000, 1_666_666_667)), 0.666666667 * (365 / 7));
  assert.deepEqual(advanceIncome(once(3_000, 5_000_000_000)).rows.map((r) => [r.income, r.carrying]), [[12_000, 0]]);
  assert.equal(advanceApr(once(10_000, 1_300_000_000))?.toPrecision(6), (0.3 * (365 / 7)).toPrecision(6), "of one payment the whole term is the unit-period");
});

test("what is delivered in full has come to its end, however little the receipts would ask for", () => {
  const share = of({ remittance: { kind: "share", sharePpb: 100_000_000, expectedDaily: 13_000 } });
  const state = [event(1, "2026-01-09", { type: "remitted", amount: 13_000 }), event(2, "2026-01-16", { type: "receiptsReported", amount: 1 })].reduce(applyAdvance, replayAdvance(share, [], share.startDate));
  assert.deepEqual([reconcileAdvance(state).remittance, advanceTerm(state).end, advanceTerm(state).days], [0, "2026-01-16", 14]);
});

test("where an advance stands: delivered, expected by now, behind or beyond", () => {
  const life = [event(1, "2026-01-09", { type: "remitted", amount: 3_000 }), event(2, "2026-01-12", { type: "receiptsReported", amount: 40_000 }), event(3, "2026-01-13", { type: "remittanceAdjusted", amount: 4_000 })];
  const state = life.reduce(applyAdvance, replayAdvance(WEEKLY, [], WEEKLY.startDate));
  const { terms: _terms, events: _events, ...rest } = replayAdvance(WEEKLY, state.events, day("2026-01-16"));
  assert.deepEqual(rest, { asOf: "2026-01-16", purchased: 13_000, remitted: 3_000, outstanding: 10_000, expected: 7_250, behind: 4_250, receipts: 40_000, remittance: 4_000, overpaid: 0 });
  assert.equal(state.asOf, "2026-01-13");
  assert.equal(applyAdvance(state, event(4, "2026-01-10", { type: "remitted", amount: 10_500 })).asOf, "2026-01-13");
  const over = applyAdvance(state, event(4, "2026-01-14", { type: "remitted", amount: 10_500 }));
  assert.deepEqual([over.remitted, over.outstanding, over.overpaid], [13_000, 0, 500]);
  assert.equal(replayAdvance(WEEKLY, state.events, day("2026-01-12")).remittance, 3_250, "not adjusted yet");
});

test("income of four weekly parts at the rate they yield, rounded on the sum so far", () => {
  const { yearly, rows } = advanceIncome(WEEKLY);
  // 32.50 × (1 − v⁴) ÷ i = 100.00 at i = 11.388 % a week: 11.39, 8.98, 6.31 and 3.32.
  assert.deepEqual(rows, [
    { date: "2026-01-09", income: 1_139, remitted: 3_250, carrying: 7_889 }, { date: "2026-01-16", income: 898, remitted: 3_250, carrying: 5_537 },
    { date: "2026-01-23", income: 631, remitted: 3_250, carrying: 2_918 }, { date: "2026-01-30", income: 332, remitted: 3_250, carrying: 0 },
  ]);
  assert.ok(yearly !== null && Math.abs((1 + yearly) ** (7 / 365) - 1.11388) < 1e-5, String(yearly));
  assert.equal(advanceIncome(of({ feeKeptBack: 1_000 })).rows.reduce((sum, r) => sum + r.income, 0), 4_000);
});

test("cost a year by simple proportion: 30 % in 28 days; with 10.00 kept back 40.00 on 90.00", () => {
  assert.equal(simpleYearlyCost(WEEKLY), 0.3 * (365 / 28));
  assert.ok(Math.abs(simpleYearlyCost(of({ feeKeptBack: 1_000 })) - (4 / 9) * (365 / 28)) < 1e-8);
});

test("reconciled by the week of five days: a tenth of 400.00 in seven days of work asks for 28.57 a week", () => {
  const state = replayAdvance(WEEKLY, [event(1, "2026-01-09", { type: "remitted", amount: 3_000 }), event(2, "2026-01-12", { type: "receiptsReported", amount: 40_000 })], day("2026-01-13"));
  assert.deepEqual(reconcileAdvance(state), { share: 4_000, beyond: -1_000, remittance: 2_857 });
  const first = replayAdvance(WEEKLY, [event(1, "2026-01-02", { type: "receiptsReported", amount: 200_000 })], WEEKLY.startDate);
  assert.deepEqual(reconcileAdvance(first), { share: 13_000, beyond: -13_000, remittance: 100_000 }, "never more than was bought; on the first day one day of work");
  const daily = replayAdvance(of({ remittance: { kind: "share", sharePpb: 100_000_000, expectedDaily: 1_000 } }), [event(1, "2026-01-09", { type: "receiptsReported", amount: 7_000 })], day("2026-01-13"));
  assert.equal(reconcileAdvance(daily).remittance, 100);
});

test("how long it runs: weeks from today for what is left, a day with work; never, when nothing comes in or a life is too short", () => {
  const start = replayAdvance(WEEKLY, [], WEEKLY.startDate);
  assert.deepEqual(advanceTerm(start), { expectedEnd: "2026-01-30", expectedDays: 28, end: "2026-01-30", days: 28 });
  const part = replayAdvance(WEEKLY, [event(1, "2026-01-09", { type: "remitted", amount: 6_500 })], day("2026-01-09"));
  assert.deepEqual(advanceTerm(part), { expectedEnd: "2026-01-30", expectedDays: 28, end: "2026-01-23", days: 21 });
  const done = replayAdvance(WEEKLY, [event(1, "2026-01-09", { type: "remitted", amount: 13_000 })], day("2026-01-09"));
  assert.deepEqual([advanceTerm(done).end, advanceTerm(done).days], ["2026-01-09", 7]);
  const share = of({ remittance: { kind: "share", sharePpb: 100_000_000, expectedDaily: 10_000 } });
  const reported = (amount: number) => advanceTerm(replayAdvance(share, [event(1, "2026-01-09", { type: "receiptsReported", amount })], day("2026-01-09")));
  assert.deepEqual([reported(50_000).end, reported(50_000).expectedEnd], ["2026-01-28", "2026-01-21"], "1,000 a day of work: thirteen days");
  assert.deepEqual([reported(1).end, reported(1).days], [null, null]);
  const slow = (amount: number) => advanceTerm(replayAdvance(of({ advance: amount, factorPpb: 1_000_000_000, remittance: { kind: "share", sharePpb: 1_000_000_000, expectedDaily: 1_000 } }), [event(1, "2026-01-05", { type: "receiptsReported", amount: 1 })], day("2026-01-05"))).end;
  assert.notEqual(slow(25_000), null);
  assert.equal(slow(25_001), null);
});

test("the yearly rate of a disclosure: by weeks, by days, of one remittance by its days, and nothing where nothing is earned", () => {
  const near = (actual: number | null, wanted: number, within = 1e-3) => assert.ok(actual !== null && Math.abs(actual - wanted) <= within, `${actual} is not ${wanted}`);
  near(advanceApr(WEEKLY), 0.11388 * 52, 2e-3);
  // One remittance of 130.00 after 7 days: 30 % for 7 of 365 days.
  near(advanceApr(of({ remittance: { kind: "fixed", amount: 13_000, every: "week" } })), 0.3 * (365 / 7), 0.2);
  const daily = advanceApr(of({ remittance: { kind: "fixed", amount: 6_500, every: "business_day" } })) ?? 0;
  // 65.00 three and four days on.
  near(65 / (1 + daily / 365) ** 3 + 65 / (1 + daily / 365) ** 4, 100);
  assert.equal(advanceApr(of({ factorPpb: 1_000_000_000 })), 0);
  assert.ok((advanceApr(of({ factorPpb: 1_000_000_000, feeKeptBack: 1 })) ?? 0) > 0, "a fee is earned too");
  assert.ok((advanceApr(of({ feeKeptBack: 1_000 })) ?? 0) > (advanceApr(WEEKLY) ?? 0));
});

test("a purchase in parts: terms of a loan without interest, late fees within both caps", () => {
  const purchase = { currency: "USD", purchase: 99_99, date: day("2026-01-02"), parts: 4, every: 2, unit: "weeks" as const, lateFee: { amount: 8_00, graceDays: 10, ofPartPpb: 250_000_000, ofPurchasePpb: 100_000_000 } };
  const terms = payInN(purchase);
  assert.deepEqual(terms.charges, [{ code: "late_fee", component: "penalty", timing: "on_overdue", basis: "flat", amount: 6_24, graceDays: 10, lifetimeMaximum: 9_99 }]);
  assert.ok(terms.allocation.strategy === "configurable");
  assert.deepEqual([terms.allocation.direction, terms.allocation.future], ["horizontal", { default: "next_installment", merchant_refund: "last_installment", payout_refund: "last_installment" }]);
  assert.deepEqual(payInN({ ...purchase, lateFee: null }).charges, []);
  assert.deepEqual(payInN({ ...purchase, lateFee: { ...purchase.lateFee, amount: 0 } }).charges, []);
  assert.equal(payInN({ ...purchase, lateFee: { ...purchase.lateFee, amount: 5_00 } }).charges[0]?.amount, 5_00);
  assert.equal(payInN({ ...purchase, purchase: 4 }).principal, 4, "a cent a part");
  for (const parts of [1, 2.5]) refused(() => payInN({ ...purchase, parts }), "terms.installments_not_positive");
  for (const amount of [3, 4.5]) refused(() => payInN({ ...purchase, purchase: amount }), "terms.principal_not_positive");
});
