import assert from "node:assert/strict";
import { test } from "node:test";
import { toDay } from "./date.ts";
import { isPlanned, rowsAddedLater, ruleOf, ruleText } from "./row-rules.ts";
import type { RowRule } from "./row-rules.ts";
import { day, percent, plainTerms, rowsOf, totals } from "./testing/worked.ts";
import type { LoanTermsInput } from "./terms.ts";

const THREE = { principalInstallments: 0, interestInstallments: 0 };

test("a plain loan is drawn plainly; each part that varies asks for row rules", () => {
  const planned = (more: Partial<LoanTermsInput>) => isPlanned(plainTerms(more));
  assert.deepEqual([planned({}), planned({ payments: {} }), planned({ payments: { multiple: { of: 100 } } }), planned({ interest: { ratePpb: 1, pauses: [] } })], [false, false, false, false]);
  for (const more of [
    { ratePlan: {} }, { payments: { graduated: { every: 1, percentPpb: 1, times: null } } }, { payments: { steps: [] } }, { payments: { seasonal: { months: [], unpaidInterest: "pay" as const } } }, { payments: { custom: [] } },
    { payments: { negativeAmortization: "capitalise" as const } }, { dates: { kind: "month_end" as const } }, { interest: { ratePpb: 1, pauses: [{ from: day("2026-02-01"), to: day("2026-02-02") }] } },
    { interest: { ratePpb: 1, compounding: { every: 1, unit: "months" as const } } }, { grace: { ...THREE, interest: "none" as const } },
  ]) assert.equal(planned(more), true, JSON.stringify(more));
  assert.equal(planned({ dates: { kind: "month_end" }, interest: { ratePpb: 1, calculation: "actual_days" } }), false, "dates alone, where interest runs by days");
  const grace = { principalInstallments: 1, interestInstallments: 1 };
  assert.deepEqual([planned({ grace }), planned({ grace, model: "daily_simple" }), planned({ grace: { ...THREE, principalInstallments: 1 }, model: "daily_simple" }), planned({ grace: THREE, model: "daily_simple" })], [false, true, true, false]);
});

test("rows that a later change adds do not count before it", () => {
  const input = { respread: new Set([2, 5]), added: new Map([[2, 1], [5, 3]]), skipped: new Map([[4, 2]]) };
  assert.deepEqual([0, 1, 2, 3, 4, 5].map((index) => rowsAddedLater(input, index)), [6, 6, 5, 5, 3, 0]);
  assert.equal(rowsAddedLater({ ...input, added: new Map() }, 0), 2);
});

const PERIOD = { from: toDay(day("2026-01-15")), to: toDay(day("2026-02-15")), due: toDay(day("2026-02-15")) };
/** The rule of the row at `index`; the first `principal` rows lack principal, the first `interest` rows interest. */
function rule(more: Partial<LoanTermsInput>, index = 0, principal = 0, interest = 0, due = "2026-02-15"): RowRule {
  return ruleOf(plainTerms(more), { noPrincipal: (i) => i < principal, noInterest: (i) => i < interest }, { ...PERIOD, due: toDay(day(due)) }, index);
}

test("what a row pays: its share of the payment, interest alone, nothing, or as given", () => {
  assert.deepEqual(rule({}), { pays: "share", factorPpb: 1_000_000_000, interest: "pay" });
  assert.deepEqual(rule({}, 0, 1), { pays: "interest_only" });
  assert.deepEqual(rule({}, 0, 0, 1), { pays: "share", factorPpb: 1_000_000_000, interest: "accrue_to_first" });
  assert.deepEqual(rule({}, 0, 1, 1), { pays: "nothing", interest: "accrue_to_first" });
  assert.deepEqual(rule({ grace: { ...THREE, interest: "capitalise" } }, 0, 1, 1), { pays: "nothing", interest: "capitalise" });
  assert.deepEqual(rule({ amortization: "interest_only" }), { pays: "interest_only" });
  const custom = [{ dueDate: day("2026-02-15"), principal: 5 }, { dueDate: day("2026-03-15"), total: 7 }, { dueDate: day("2026-04-15") }];
  assert.deepEqual([0, 1, 2].map((i) => rule({ payments: { custom } }, i)), [{ pays: "principal", principal: 5 }, { pays: "amount", amount: 7 }, { pays: "share", factorPpb: 1_000_000_000, interest: "pay" }]);
});

test("interest of a bullet waits for its end or is capitalised; that which grace lets off does not run in it alone", () => {
  const bullet = (interest: "none" | "accrue_to_first" | "capitalise" | undefined, index: number) => rule({ amortization: "bullet", grace: { principalInstallments: 0, interestInstallments: 1, ...(interest ? { interest } : {}) } }, index, 0, 9);
  assert.deepEqual(bullet(undefined, 0), { pays: "nothing", interest: "accrue_to_first" });
  assert.deepEqual([bullet("none", 0), bullet("none", 1), bullet("none", 2)].map((r) => "interest" in r && r.interest), ["none", "accrue_to_first", "accrue_to_first"]);
  assert.deepEqual([bullet("capitalise", 0), bullet("capitalise", 1)].map((r) => "interest" in r && r.interest), ["capitalise", "capitalise"]);
  assert.deepEqual(rule({ amortization: "bullet" }, 2), { pays: "nothing", interest: "accrue_to_first" }, "its last row too, which then pays all");
  // The same grace of no interest in a loan of equal installments holds for all its rows of grace.
  assert.deepEqual(rule({ grace: { principalInstallments: 0, interestInstallments: 1, interest: "none" } }, 1, 9, 9), { pays: "nothing", interest: "none" });
});

test("seasons: a share of the payment in the months named, nothing or interest alone where it is none", () => {
  const seasonal = (factorPpb: number, unpaidInterest: "pay" | "none" | "capitalise" | "accrue_to_first") => ({ payments: { seasonal: { months: [{ month: 3, factorPpb }, { month: 2, factorPpb: 500_000_000 }], unpaidInterest } } });
  assert.deepEqual(rule(seasonal(0, "pay")), { pays: "share", factorPpb: 500_000_000, interest: "pay" });
  assert.deepEqual(rule(seasonal(0, "pay"), 0, 0, 0, "2026-04-15"), { pays: "share", factorPpb: 1_000_000_000, interest: "pay" });
  assert.deepEqual(rule(seasonal(0, "pay"), 0, 0, 0, "2026-03-15"), { pays: "interest_only" });
  assert.deepEqual(rule(seasonal(0, "capitalise"), 0, 0, 0, "2026-03-15"), { pays: "nothing", interest: "capitalise" });
  const steps = [{ installment: 1, amount: 30_000 }, { installment: 3, factorPpb: 2_000_000_000 }];
  const stepped = (index: number, due: string) => rule({ payments: { ...seasonal(0, "pay").payments, steps } }, index, 0, 0, due);
  assert.deepEqual(stepped(0, "2026-02-15"), { pays: "amount", amount: 15_000 });
  assert.deepEqual(stepped(1, "2026-04-15"), { pays: "amount", amount: 30_000 });
  assert.deepEqual(stepped(2, "2026-02-15"), { pays: "share", factorPpb: 1_000_000_000, interest: "pay" });
  assert.deepEqual(stepped(2, "2026-05-15"), { pays: "share", factorPpb: 2_000_000_000, interest: "pay" });
});

test("graduated payments grow at each step, at most so often, rounded down at each growth", () => {
  const factors = (every: number, percentPpb: number, times: number | null) => [0, 1, 2, 3, 4, 5].map((i) => { const r = rule({ payments: { graduated: { every, percentPpb, times } } }, i); return r.pays === "share" ? r.factorPpb : null; });
  assert.deepEqual(factors(2, percent(10), null), [1e9, 1e9, 1.1e9, 1.1e9, 1.21e9, 1.21e9]);
  assert.deepEqual(factors(1, percent(10), 2), [1e9, 1.1e9, 1.21e9, 1.21e9, 1.21e9, 1.21e9]);
  assert.deepEqual(factors(1, 333_333_333, null).slice(0, 3), [1_000_000_000, 1_333_333_333, 1_777_777_776]);
});

test("rules in words", () => {
  const text = (r: RowRule) => ruleText(r);
  assert.deepEqual([text({ pays: "amount", amount: 1 }), text({ pays: "principal", principal: 1 }), text({ pays: "interest_only" })], ["a given payment", "given principal, and interest on top", "interest alone"]);
  assert.deepEqual((["none", "accrue_to_first", "capitalise"] as const).map((interest) => text({ pays: "nothing", interest })), ["nothing is paid; no interest runs", "nothing is paid; its interest waits for the next row that pays", "nothing is paid; its interest becomes principal"]);
  assert.deepEqual([1_000_000_000, 1_100_000_000, 500_000_000].map((factorPpb) => text({ pays: "share", factorPpb, interest: "pay" })), ["the level payment", "110 % of the base payment", "50 % of the base payment"]);
});

test("rows drawn by them: a season without payment, a step, a growth of 10 %", () => {
  // 1,200.00: March pays nothing, its 1 % waits.
  const [, march] = rowsOf({ payments: { seasonal: { months: [{ month: 3, factorPpb: 0 }], unpaidInterest: "accrue_to_first" } } });
  assert.deepEqual(march?.slice(0, 3), ["03-15", 0, 0]);
  assert.deepEqual(totals({ interest: { ratePpb: 0 }, payments: { graduated: { every: 1, percentPpb: percent(10), times: null } } }), [362_54, 398_79, 438_67]);
  assert.deepEqual(totals({ interest: { ratePpb: 0 }, payments: { steps: [{ installment: 2, amount: 100_00 }, { installment: 3, factorPpb: 1_000_000_000 }] } }), [550_00, 100_00, 550_00]);
});
