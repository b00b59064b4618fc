import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventDraft, LoanState, LoanTermsInput } from "./index.ts";
import { paidOut, pay, onwards } from "./testing/one-loan.ts";
import { day, percent } from "./testing/worked.ts";

/** Daily simple interest whose payments vary, at a thousandth a day of 1,200.00: 1.20. */

const daily = (more: Partial<LoanTermsInput> = {}, interest: Partial<LoanTermsInput["interest"]> = {}) => paidOut({ model: "daily_simple", ...more, interest: { ratePpb: percent(36.5), ...interest } });
const seen = (state: LoanState, on: string) => onwards(state, { type: "fraudMarked", fraud: false, valueDate: day(on) });
const accrued = (state: LoanState, on: string) => { const { accrual } = seen(state, on); return [accrual?.accrued, accrual?.compounded]; };
const due = (state: LoanState) => state.installments.map((r) => [r.due.principal, r.due.interest]);
const MARCH: Partial<LoanTermsInput> = { payments: { seasonal: { months: [{ month: 3, factorPpb: 0 }], unpaidInterest: "capitalise" } } };
const happens = (state: LoanState, draft: EventDraft) => onwards(state, draft);

test("the day on which unpaid interest begins to bear interest moves with its row", () => {
  assert.deepEqual(accrued(daily(MARCH), "2026-04-01"), [92_40, 70_80], "59 days, then 17 on 1,270.80");
  const moved = happens(daily(MARCH), { type: "rescheduled", fromDate: day("2026-03-15"), newDueDate: day("2026-03-20"), valueDate: day("2026-02-01") });
  assert.deepEqual(accrued(moved, "2026-04-01"), [92_12, 76_80], "64 days, then 12 on 1,276.80: none on 15 March");
  assert.deepEqual(due(moved), [[600_88, 37_20], [0, 0], [599_12, 38_96]]);
  const later = happens(seen(daily(MARCH), "2026-03-20"), { type: "rateChanged", ratePpb: percent(73), keep: "term", valueDate: day("2026-03-20") });
  assert.deepEqual(accrued(later, "2026-04-01"), [107_65, 70_80], "what had become so stays so: 5 days, then 12 at twice the rate");
});

test("days are counted whatever the periods say", () => {
  const doubled = { ratePlan: { steps: [{ installment: 2, ratePpb: percent(73) }] } };
  for (const calculation of ["equal_periods", "actual_days"] as const) assert.deepEqual(due(daily(doubled, { calculation })), [[387_04, 37_20], [396_62, 45_53], [416_34, 25_81]], calculation);
});

test("interest a due row will take is not solved into the payments after it", () => {
  const step = { ratePlan: { steps: [{ installment: 2, ratePpb: percent(36.5) }] } };
  const dearer = (date: string) => due(happens(daily(step), { type: "rateChanged", ratePpb: percent(73), keep: "term", valueDate: day(date) }));
  assert.deepEqual(dearer("2026-02-15"), [[387_04, 37_20], [396_62, 45_53], [416_34, 25_81]], "812.96 in two payments of 442.15, as without a plan");
  // Five days late: 43.20 of 424.24 is interest, so 818.96 from 20 February on, in two payments of 441.19.
  assert.deepEqual(dearer("2026-02-20"), [[381_04, 43_20], [403_52, 37_67], [415_44, 25_76]]);
});

test("a payment kept is the one in force, and money paid ahead is solved for from its day", () => {
  const step = { ratePlan: { steps: [{ installment: 1, ratePpb: percent(36.5) }], onChange: "payment" as const } };
  const kept = happens(onwards(daily(step), pay(424_24, "2026-02-15")), { type: "rateChanged", ratePpb: percent(73), keep: "installment", valueDate: day("2026-02-20") });
  assert.deepEqual(due(kept).slice(0, 2), [[387_04, 37_20], [382_78, 41_46]], "424.24 stays: 41.461 of interest");
  const ahead = onwards(daily(step), { ...pay(600_00, "2026-02-01"), prepayment: "reduce_installment" });
  assert.deepEqual(due(ahead), [[579_60, 20_40], [297_69, 26_06], [322_71, 10_00]]);
});

test("a payment kept is the base of the rows that pay, also where the first of them pays nothing", () => {
  const winter = daily({ payments: { seasonal: { months: [{ month: 2, factorPpb: 0 }], unpaidInterest: "accrue_to_first" } } });
  const total = (state: LoanState) => due(state).map(([principal = 0, interest = 0]) => principal + interest);
  const dearer = happens(winter, { type: "rateChanged", ratePpb: percent(40), keep: "installment", valueDate: day("2026-02-01") });
  assert.deepEqual([total(winter)[0], total(dearer)[0], total(dearer)[1]], [0, 0, total(winter)[1]]);
});
