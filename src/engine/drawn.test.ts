import assert from "node:assert/strict";
import { test } from "node:test";
import { isoDate, toDay } from "./date.ts";
import { divideRow, rowInterest } from "./drawn.ts";
import type { Carry, DrawInput } from "./drawn.ts";
import type { RowRule } from "./row-rules.ts";
import type { LoanTermsInput } from "./terms.ts";
import { percent, plainTerms } from "./testing/worked.ts";

/** One row: what it earns and how it divides, in cents by hand. */

const carry = (more: Partial<Carry> = {}): Carry => ({ unit: 1n, balance: 1_000n, used: 0, deferred: 0n, deferredFrom: 0, compounded: 0n, ...more });
const on = (text: string) => toDay(isoDate(text));
/** [principal, interest, put off] of a row that earned 10 with a payment of 100, on 1,000. */
function divided(rule: RowRule, more: { payment?: bigint; earned?: bigint; counted?: bigint; isLast?: boolean; carry?: Partial<Carry>; terms?: Partial<LoanTermsInput> } = {}): number[] {
  const { payment = 100n, earned = 10n, counted = earned, isLast = false } = more;
  const out = divideRow(plainTerms(more.terms), rule, carry(more.carry), payment, earned, counted, isLast);
  return [out.principal, out.interest, out.putOff].map(Number);
}
const share = (interest: "pay" | "none" | "accrue_to_first" | "capitalise" = "pay"): RowRule => ({ pays: "share", factorPpb: 1_000_000_000, interest });
const WAITING = { carry: { deferred: 30n } };

test("a row divides by its rule: a payment holds its interest, principal comes with it on top, interest alone leaves principal", () => {
  assert.deepEqual(divided(share()), [90, 10, 0]);
  assert.deepEqual(divided(share(), { counted: 7n }), [93, 10, 0], "a broken period's difference is on top");
  assert.deepEqual(divided({ pays: "amount", amount: 100 }, { counted: 7n }), [90, 10, 0]);
  assert.deepEqual(divided({ pays: "principal", principal: 100 }), [100, 10, 0]);
  assert.deepEqual(divided({ pays: "interest_only" }), [0, 10, 0]);
  assert.deepEqual(divided(share(), { terms: { amortization: "equal_principal" } }), [100, 10, 0]);
});

test("interest that waits is asked for with the row's own, as far as its payment reaches", () => {
  assert.deepEqual(divided(share(), WAITING), [60, 40, 0]);
  assert.deepEqual(divided({ pays: "interest_only" }, WAITING), [0, 40, 0]);
  assert.deepEqual(divided({ pays: "principal", principal: 100 }, WAITING), [100, 40, 0]);
  assert.deepEqual(divided(share(), { ...WAITING, payment: 40n }), [0, 40, 0], "just all of it");
  assert.deepEqual(divided(share(), { ...WAITING, payment: 37n, counted: 7n }), [0, 40, 0], "just all of it, and what a broken period costs more on top");
  assert.deepEqual(divided(share(), { payment: 12n, counted: 15n }), [-3, 10, 0], "a short period's row whose payment does not reach a whole one's interest");
  assert.deepEqual(divided(share(), { ...WAITING, payment: 25n }), [0, 25, 15], "15 wait on");
  assert.deepEqual(divided(share(), { ...WAITING, payment: 10n }), [0, 10, 30], "its own alone");
  assert.deepEqual(divided(share(), { ...WAITING, payment: 9n }), [-31, 40, 0], "not even its own: below zero, for the terms to judge");
  assert.deepEqual(divided(share(), { payment: 9n }), [-1, 10, 0]);
});

test("a row without payment, or whose interest is not asked for: given up, kept, or added to principal", () => {
  const nothing = (interest: "none" | "accrue_to_first" | "capitalise"): RowRule => ({ pays: "nothing", interest });
  assert.deepEqual((["none", "accrue_to_first", "capitalise"] as const).map((where) => divided(nothing(where), WAITING)), [[0, 0, 30], [0, 0, 40], [-40, 40, 0]]);
  assert.deepEqual((["none", "accrue_to_first", "capitalise"] as const).map((where) => divided(share(where), WAITING)), [[100, 0, 30], [90, 0, 40], [50, 40, 0]]);
});

test("the last row repays what is left with all interest there is, but not what was given up", () => {
  assert.deepEqual(divided(share(), { ...WAITING, isLast: true }), [1_000, 40, 0]);
  for (const rule of [share("none"), { pays: "nothing", interest: "none" }] as RowRule[]) assert.deepEqual(divided(rule, { ...WAITING, isLast: true }), [1_000, 30, 0]);
  assert.deepEqual(divided({ pays: "nothing", interest: "capitalise" }, { isLast: true }), [1_000, 10, 0]);
  assert.deepEqual(divided({ pays: "interest_only" }, { isLast: true }), [1_000, 10, 0]);
});

const PERIOD = { from: on("2026-01-15"), to: on("2026-02-15"), due: on("2026-02-15") };
function earned(lent: [string, number][], more: Partial<LoanTermsInput> = {}, real?: [string, number][], start: Partial<Carry> = {}, rates: [string, number][] = [["2026-01-15", 12]]) {
  const input: DrawInput = {
    periods: [PERIOD], lent: lent.map(([day, amount]) => ({ day: on(day), amount })), rates: rates.map(([from, rate]) => ({ fromDay: on(from), ratePpb: percent(rate) })), pauses: [], foreseen: [], start: PERIOD.from, noPrincipal: () => false, noInterest: () => false,
    skipped: new Map(), respread: new Set(), added: new Map(), baseCount: 1, amounts: [], offset: 0,
  };
  const at = carry({ balance: 0n, ...start });
  const made = rowInterest(plainTerms(more), input, at, PERIOD, 0, (day) => day < PERIOD.due, real?.map(([day, amount]) => ({ day: on(day), amount })));
  return [Number(made.interest), Number(made.lent), Number(at.balance), made.stretches.length];
}

test("payouts inside a row bear interest from their day, or as if from its start where periods are whole", () => {
  const whole = { interest: { ratePpb: percent(12), partialPeriods: false } };
  assert.deepEqual(earned([["2026-01-15", 310_000]]), [3_100, 310_000, 310_000, 1]);
  assert.deepEqual(earned([["2026-01-15", 310_000], ["2026-01-25", 310_000]]), [5_200, 620_000, 620_000, 2], "21 of 31 days of 31.00");
  assert.deepEqual(earned([["2026-01-10", 310_000]]), [3_100, 310_000, 310_000, 1], "money lent before counts from the start");
  assert.deepEqual(earned([["2026-01-15", 310_000], ["2026-01-25", 310_000]], whole), [6_200, 620_000, 620_000, 1]);
  assert.deepEqual(earned([["2026-01-15", 310_000], ["2026-01-25", 310_000]], { interest: { ratePpb: percent(12), partialPeriods: false, calculation: "actual_days", daysInYear: 360 } }), [5_373, 620_000, 620_000, 2], "by days partial periods are days: 32.03 and 21.70");
  assert.deepEqual(earned([["2026-02-15", 310_000]]), [0, 0, 0, 1], "a payout on the due date belongs to the next row");
});

test("what really came in is rounded for each balance there was, in finer units too", () => {
  assert.deepEqual(earned([["2026-01-15", 310_000]], {}, [["2026-01-25", -155_000]]), [2_050, 310_000, 155_000, 2], "10.00 and 10.50");
  assert.deepEqual(earned([["2026-01-15", 310_050]], {}, [["2026-01-25", -155_025], ["2026-02-05", -100_000]]), [1_728, 310_050, 55_025, 3], "10.00, 5.50 and 1.775, each rounded by itself");
  assert.deepEqual(earned([["2026-01-15", 310_000]], {}, [["2026-01-25", -155_000]], { unit: 4n }), [8_200, 1_240_000, 620_000, 2], "quarters of a unit");
});

test("interest is rounded where the balance really changed, and nowhere else", () => {
  assert.deepEqual(earned([["2026-01-15", 310_124]], {}, [["2026-01-25", -155_011], ["2026-02-05", -92_989]])[0], 1_750, "1,000.4 and 550.4 and 200.4: what they add up to would be 1,751.2");
  const rates: [string, number][] = [["2026-01-15", 12], ["2026-01-25", 24]];
  assert.deepEqual([earned([["2026-01-15", 310_093]], {}, [], {}, rates)[0], earned([["2026-01-15", 310_093]], {}, undefined, {}, rates)[0]], [5_202, 5_202], "1,000.3 and 4,201.26 at two rates on one balance");
  const compounding = { interest: { ratePpb: percent(12), compounding: { every: 2, unit: "weeks" as const } } };
  assert.equal(earned([["2026-01-15", 310_000]], compounding, [["2026-01-25", -155_000]])[0], 2_057, "10.00 and 2.00 of two weeks bear interest with 1,550.00 for 17 days: 8.57");
});
