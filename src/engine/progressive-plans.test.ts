import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, buildSchedule, explainCell, loanTerms, payoff } from "./index.ts";
import type { LoanEvent, LoanTermsInput } from "./index.ts";
import { day, Life, percent, plainTerms } from "./testing/worked.ts";

/** Progressive loans whose rates or payments vary: 1,200.00 at 12 %, a per cent a month, three installments. */

const FOLLOWS = { rest: "daily", advance: "adjust_last", payoffInterest: "to_payoff_date", overdueEarnsInterest: false } as const;
const drawn = (more: Partial<LoanTermsInput>) => buildSchedule(loanTerms({ ...plainTerms(), ...more, model: "progressive" } as LoanTermsInput)).rows.map((r) => [r.principal, r.interest, r.balance]);
const four = { count: 4, every: 1, unit: "months" as const };
const waits = (interest: "capitalise" | "accrue_to_first" | "none") => ({ installments: four, grace: { principalInstallments: 1, interestInstallments: 1, interest } });

test("a month of grace: its 12.00 becomes principal, waits for the first payment, or never runs", () => {
  assert.deepEqual(drawn(waits("capitalise")), [[-12_00, 12_00, 1_212_00], [399_99, 12_12, 812_01], [403_99, 8_12, 408_02], [408_02, 4_08, 0]]);
  // 412.07 of the second payment: 24.00 of interest first.
  assert.deepEqual(drawn(waits("accrue_to_first")), [[0, 0, 1_200_00], [388_07, 24_00, 811_93], [403_95, 8_12, 407_98], [407_98, 4_08, 0]]);
  assert.deepEqual(drawn(waits("none"))[0], [0, 0, 1_200_00]);
  assert.equal(drawn(waits("none"))[1]?.[1], 12_00);
});

test("a balloon, equal shares of principal, interest alone, all at the end", () => {
  assert.deepEqual(drawn({ balloon: 600_00 }).at(-1), [802_00, 8_02, 0]);
  assert.deepEqual(drawn({ amortization: "equal_principal" }), [[400_00, 12_00, 800_00], [400_00, 8_00, 400_00], [400_00, 4_00, 0]]);
  assert.deepEqual(drawn({ amortization: "interest_only" }), [[0, 12_00, 1_200_00], [0, 12_00, 1_200_00], [1_200_00, 12_00, 0]]);
  assert.deepEqual(drawn({ amortization: "bullet" }), [[0, 0, 1_200_00], [0, 0, 1_200_00], [1_200_00, 36_00, 0]]);
});

test("rates by band, and days without interest", () => {
  // 600.00 at 1 % and 600.00 at 2 %: 18.00.
  const tiers = { on: "marginal" as const, bands: [{ above: 0, upTo: 600_00, plusPpb: 0 }, { above: 600_00, upTo: null, plusPpb: percent(12) }] };
  assert.deepEqual(drawn({ ratePlan: { tiers } }), [[392_74, 18_00, 807_26], [400_59, 10_15, 406_67], [406_67, 4_07, 0]]);
  const pauses = [{ from: day("2026-02-15"), to: day("2026-03-15") }];
  assert.deepEqual(drawn({ interest: { ratePpb: percent(12), pauses } }), [[393_34, 12_00, 806_66], [405_34, 0, 401_32], [401_32, 4_01, 0]]);
});

test("interest that waits bears interest where the terms compound, until it is paid", () => {
  const compounding = { every: 1, unit: "months" as const };
  // Row 2: 1 % of 1,212.00 and the 12.00 of row 1.
  assert.deepEqual(drawn({ ...waits("accrue_to_first"), installments: { ...four, count: 3 }, interest: { ratePpb: percent(12), compounding } })[1], [590_98, 24_12, 609_02]);
  const life = new Life(plainTerms({ model: "progressive", interest: { ratePpb: percent(12), compounding, recalculation: FOLLOWS } }));
  const closing = payoff(life.state, day("2026-02-25"));
  const paid: LoanEvent = { type: "paymentReceived", kind: "repayment", payoff: true, amount: closing.total, id: "off", sequence: 99, valueDate: day("2026-02-25"), businessDate: day("2026-02-25") };
  assert.equal(apply(life.state, paid).status, "closed_paid");
});

test("a row of bands and pauses is explained by its own stretches", () => {
  const tiers = { on: "marginal" as const, bands: [{ above: 0, upTo: 600_00, plusPpb: 0 }, { above: 600_00, upTo: null, plusPpb: percent(12) }] };
  const terms = loanTerms({ ...plainTerms(), model: "progressive", ratePlan: { tiers } });
  assert.equal(explainCell(terms, 1, "interest").sentence, "Row 1 bears 18.00 of interest: 1200.00 at 18 % from 2026-01-15 to 2026-02-15 (31 days, 1/12 of a year), rounded half-even.");
});

test("interest given up on a row that is settled early does not come back on the next", () => {
  const life = new Life(plainTerms({ model: "progressive", amortization: "equal_principal", interest: { ratePpb: percent(12), recalculation: FOLLOWS } })).tell({ type: "interestWaived", amount: 5_00, valueDate: day("2026-02-14") });
  const closing = payoff(life.state, day("2026-02-15"));
  assert.deepEqual([closing.principal, closing.interest], [1_200_00, 7_00]);
  const paid: LoanEvent = { type: "paymentReceived", kind: "repayment", payoff: true, amount: closing.total, id: "off", sequence: 99, valueDate: day("2026-02-15"), businessDate: day("2026-02-15") };
  assert.equal(apply(life.state, paid).status, "closed_paid");
});

test("money that pays nothing but interest counts too: a row paid ahead asks for no principal beyond its installment", () => {
  // An installment of 2,642.54. Row 1 and then 2,237.80 of row 2 are paid ahead; what row 2 bears, 979.79, comes alone and settles it.
  const life = new Life(plainTerms({
    model: "progressive", prepayment: "reduce_term", principal: 27_217_52, installments: { count: 12, every: 1, unit: "months" }, disbursementDate: day("2027-12-20"),
    interest: { ratePpb: 291_912_843, recalculation: { ...FOLLOWS, advance: "reduce_count" } }, allocation: { strategy: "by_component", order: ["penalty", "fee", "interest", "principal"] },
  }), 27_217_52);
  const pay = (amount: number, date: string) => life.tell({ type: "paymentReceived", kind: "repayment", amount, valueDate: day(date) });
  for (const [amount, date] of [[3_624_24, "2027-12-20"], [2_237_80, "2028-01-03"], [979_79, "2028-02-15"]] as const) pay(amount, date);
  const [, second, third] = life.state.installments;
  assert.deepEqual([second?.due.principal, second?.due.interest, second?.settledDate], [2_237_80, 979_79, "2028-02-15"]);
  // The next row holds its interest within the installment again.
  assert.deepEqual([third?.due.principal, third?.due.interest], [2_039_27, 603_27]);
});

test("one minor unit missing on a due date changes next month's interest by nothing", () => {
  for (const advance of ["reduce_count", "reduce_installment", "adjust_last", "reschedule_next"] as const) {
    const second = (amount: number) => new Life(plainTerms({ model: "progressive", prepayment: "reduce_term", principal: 12_000_00, installments: { count: 12, every: 1, unit: "months" }, interest: { ratePpb: percent(12), recalculation: { ...FOLLOWS, advance } } })).pay("2026-02-15", amount).state.installments[1]?.due.interest;
    // 1 % of the 11,053.81 that is left.
    assert.deepEqual([second(1_066_19), second(1_066_18)], [110_54, 110_54], advance);
  }
});

test("a row of which more is paid ahead than its interest leaves room for asks for none; the next row asks for it", () => {
  const { state } = new Life(plainTerms({ model: "progressive", interest: { ratePpb: percent(12), recalculation: { ...FOLLOWS, advance: "reduce_count" } }, allocation: { strategy: "by_component", order: ["penalty", "fee", "interest", "principal"] } })).pay("2026-01-15", 405_00);
  // Row 1 would bear 1 % of 795.00; row 2 asks for that 7.95 and for 1 % of 791.97.
  assert.deepEqual(state.installments.map((row) => [row.due.principal, row.due.interest]), [[408_03, 0], [392_16, 15_87], [399_81, 4_00]]);
});

test("a payoff takes the interest a running row puts off, whatever order payments go by", () => {
  const configurable = {
    strategy: "configurable", direction: "horizontal", future: { default: "next_installment" },
    order: ["past_due_penalty", "past_due_fee", "past_due_interest", "past_due_principal", "due_penalty", "due_fee", "due_interest", "due_principal", "in_advance_penalty", "in_advance_fee", "in_advance_interest", "in_advance_principal"],
  } as const;
  for (const allocation of [configurable, { ...configurable, direction: "vertical" as const }, { ...configurable, future: { default: "last_installment" as const } }, { strategy: "penalty_fee_interest_principal" as const }]) {
    for (const date of ["2026-02-10", "2026-02-15", "2026-02-25", "2026-03-15", "2026-04-10"]) {
      const life = new Life(plainTerms({ model: "progressive", amortization: "bullet", interest: { ratePpb: percent(12), recalculation: FOLLOWS }, allocation, compatibility: { chargesEnter: "by_date" } }));
      const closing = payoff(life.state, day(date));
      assert.ok(closing.interest > 0);
      const closed = life.pay(date, closing.total, { payoff: true }).state;
      assert.deepEqual([closed.status, closed.transactions.at(-1)?.overpayment, closed.outstanding.interest], ["closed_paid", 0, 0], `${allocation.strategy} on ${date}`);
    }
  }
});

test("a payoff asks for interest that rules put off, whichever way money is divided, and for what became principal that very day", () => {
  const order = ["past_due_interest", "past_due_principal", "due_interest", "due_principal", "in_advance_interest", "in_advance_principal"] as const;
  const byBucket = { strategy: "configurable" as const, direction: "horizontal" as const, future: { default: "next_installment" as const }, order: [...order] };
  const interest = { ratePpb: percent(12), recalculation: FOLLOWS };
  const closed = (more: Partial<LoanTermsInput>, on: string) => {
    const { state } = new Life(plainTerms({ model: "progressive", interest, ...more }));
    const closing = payoff(state, day(on));
    const paid: LoanEvent = { type: "paymentReceived", kind: "repayment", payoff: true, amount: closing.total, id: "off", sequence: 99, valueDate: day(on), businessDate: day(on) };
    return [closing.principal, closing.interest, apply(state, paid).status];
  };
  // All at the end: on the first due date the month's 12.00 wait.
  assert.deepEqual(closed({ amortization: "bullet", allocation: byBucket }, "2026-02-15"), [1_200_00, 12_00, "closed_paid"]);
  // The month's 12.00 became principal that day.
  assert.deepEqual(closed({ ...waits("capitalise") }, "2026-02-15"), [1_212_00, 0, "closed_paid"]);
  // They wait and bear interest, 0.12 in March; paid on a due date, they bear none any more.
  assert.deepEqual(closed({ ...waits("accrue_to_first"), interest: { ...interest, compounding: { every: 1, unit: "months" } } }, "2026-03-15"), [1_200_00, 24_12, "closed_paid"]);
});

test("interest given up on a row that was settled early stays given up when the last money comes", () => {
  for (const allocation of [{ strategy: "penalty_fee_interest_principal" as const }, { strategy: "by_component" as const, order: ["penalty", "fee", "interest", "principal"] as const }]) {
    const life = new Life(plainTerms({ model: "progressive", amortization: "equal_principal", interest: { ratePpb: percent(12), recalculation: FOLLOWS }, allocation }));
    // Ten days of 31 bear 3.87, of which 2.00 are given up: 401.87 settle the row.
    life.tell({ type: "interestWaived", amount: 2_00, valueDate: day("2026-01-16") }).pay("2026-01-25", 401_87);
    assert.deepEqual([life.state.installments[0]?.due.principal, life.state.installments[0]?.due.interest], [400_00, 3_87]);
    const closing = payoff(life.state, day("2026-03-15"));
    // 800.00 bear 5.42 for the 21 days left, and 8.00 in the next row.
    assert.deepEqual([closing.principal, closing.interest], [800_00, 13_42]);
    const { state } = life.pay("2026-03-15", closing.total, { payoff: true });
    assert.deepEqual([state.status, state.installments[0]?.due.interest], ["closed_paid", 3_87]);
  }
});
