import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, EngineRefusal, isoDate, loanTerms, payoff, replay } from "./index.ts";
import type { EventDraft, LoanEvent, LoanState, LoanTermsInput } from "./index.ts";

/** Rows redrawn from the real balance, with every plan, by pencil: 1,000.00 at 12 % over three months. */

const START = isoDate("2026-01-15");
const percent = (n: number) => n * 10_000_000;
const FOLLOWS = { rest: "daily", advance: "reduce_installment", payoffInterest: "to_payoff_date", overdueEarnsInterest: false } as const;
type More = Partial<Omit<LoanTermsInput, "interest">> & { interest?: Partial<LoanTermsInput["interest"]>; advance?: "reduce_installment" | "reduce_count" | "reschedule_next"; late?: boolean };

function loanOf({ advance, late, ...more }: More = {}): LoanState {
  const terms = loanTerms({
    currency: "USD", principal: 1_000_00, disbursementDate: START, installments: { count: 3, every: 1, unit: "months" }, ...more,
    interest: { ratePpb: percent(12), recalculation: { ...FOLLOWS, advance: advance ?? "reduce_installment", overdueEarnsInterest: late ?? false }, ...more.interest },
  });
  return replay(terms, [{ type: "disbursed", id: "e1", sequence: 1, amount: terms.principal, valueDate: START, businessDate: START }], START);
}

function then(state: LoanState, draft: EventDraft): LoanState {
  const sequence = state.events.length + 1;
  const next = apply(state, { ...draft, id: `e${sequence}`, sequence, businessDate: draft.valueDate } as LoanEvent);
  assert.deepEqual(replay(next.terms, [...next.events].reverse(), next.asOf), next);
  return next;
}

const pay = (amount: number, date: string, more: object = {}) => ({ type: "paymentReceived", kind: "repayment", amount, valueDate: isoDate(date), ...more }) as const;
const rows = (state: LoanState) => state.installments.map((row) => [row.due.principal, row.due.interest]);
const seen = (state: LoanState, date: string) => replay(state.terms, state.events, isoDate(date));

const BANDS = { tiers: { on: "marginal", bands: [{ above: 0, upTo: 400_00, plusPpb: 0 }, { above: 400_00, upTo: null, plusPpb: percent(6) }] } } as const;

test("slices of the balance bear their own rates, of the balance that money ahead has really left", () => {
  const loan = loanOf({ ratePlan: BANDS });
  // 400.00 at 1 % and 600.00 at 1.5 %: 13.00; then 271.52 at 1.5 %.
  assert.deepEqual(rows(loan), [[328_48, 13_00], [333_41, 8_07], [338_11, 3_38]]);
  // 500.00 paid leaves 513.00: 4.00 + 1.70, and the two rows left are solved again.
  assert.deepEqual(rows(then(loan, pay(500_00, "2026-02-15"))), [[487_00, 13_00], [254_94, 5_70], [258_06, 2_58]]);
});

test("growing payments go on growing: from the rest, or by the payment agreed, when money came beyond what was due", () => {
  const graduated = { payments: { graduated: { every: 1, percentPpb: percent(10), times: null } } };
  assert.deepEqual(rows(loanOf(graduated)), [[298_37, 10_00], [332_19, 7_02], [369_44, 3_69]]);
  assert.deepEqual(rows(then(loanOf(graduated), pay(500_00, "2026-02-15"))), [[490_00, 10_00], [241_46, 5_10], [268_54, 2_69]]);
  // 308.37 × 1.1 = 339.21 stays; the last row takes what is left.
  assert.deepEqual(rows(then(loanOf({ ...graduated, advance: "reduce_count" }), pay(500_00, "2026-02-15"))), [[490_00, 10_00], [334_11, 5_10], [175_89, 1_76]]);
  // The 191.63 beyond the first payment is the principal of the second row, in part.
  assert.deepEqual(rows(then(loanOf({ ...graduated, advance: "reschedule_next" }), pay(500_00, "2026-02-15"))), [[490_00, 10_00], [142_48, 5_10], [367_52, 3_68]]);
});

const SEASON = { payments: { seasonal: { months: [{ month: 3, factorPpb: 0 }], unpaidInterest: "capitalise" as const } } };

test("interest of a month without payment becomes principal on its due date, and is owed with the rest", () => {
  const loan = then(loanOf(SEASON), pay(510_02, "2026-02-15"));
  assert.deepEqual(rows(loan), [[500_02, 10_00], [-5_00, 5_00], [504_98, 5_05]]);
  const april = seen(loan, "2026-03-20");
  assert.deepEqual(april.transactions.filter((t) => t.type === "capitalization").map((t) => [t.date, t.amount, t.parts.interest, t.parts.principal]), [["2026-03-15", 5_00, 5_00, -5_00]]);
  // 499.98 + 5.00, and five of 31 days at 1 %.
  assert.deepEqual([april.outstanding.principal, payoff(april, isoDate("2026-03-20")).interest], [504_98, 81]);
});

test("interest paid in cash before its due date is not lent again", () => {
  const loan = then(then(loanOf(SEASON), pay(510_02, "2026-02-15")), { type: "interestWaived", amount: 2_00, valueDate: isoDate("2026-03-10") });
  const april = seen(loan, "2026-03-20");
  assert.deepEqual(april.transactions.find((t) => t.type === "capitalization")?.parts.interest, 3_00);
  assert.equal(april.outstanding.principal, 499_98 + 3_00);
  assert.equal(april.installments.reduce((sum, row) => sum + row.due.principal, 0), 1_000_00);
});

test("a floating rate is fixed at its reset, under its cap, and the rows left are solved again", () => {
  const floating = { index: "BASE", marginPpb: percent(2), capPpb: percent(18), floorPpb: null, firstReset: isoDate("2026-02-15"), every: 1, unit: "months" } as const;
  const loan = then(loanOf({ ratePlan: { floating, onChange: "payment" } }), { type: "indexFixed", index: "BASE", ratePpb: percent(22), valueDate: isoDate("2026-02-01") });
  // 22 % and 2 % are above the cap: 18 %, so 669.98 bear 10.05.
  assert.deepEqual(rows(loan), [[330_02, 10_00], [332_50, 10_05], [337_48, 5_06]]);
  assert.deepEqual([loan.ratePpb, seen(loan, "2026-02-15").ratePpb], [percent(12), percent(18)]);
  const level = { ratePlan: { steps: [{ installment: 2, ratePpb: percent(24) }], onChange: "level" as const } };
  assert.deepEqual(rows(loanOf(level)), [[333_36, 10_00], [330_03, 13_33], [336_61, 6_73]]);
});

test("a payment that stays needs more rows at a higher rate, and fewer once money came beyond it", () => {
  const stays = { installments: { count: 12, every: 1, unit: "months" as const }, ratePlan: { steps: [{ installment: 2, ratePpb: percent(24) }], onChange: "term" as const } };
  const loan = loanOf(stays);
  assert.deepEqual([loan.installments.length, loan.installments[5]?.due.principal], [13, 88_85 - (loan.installments[5]?.due.interest ?? 0)]);
  assert.equal(loan.installments.at(-1)?.dueDate, "2027-02-15");
  assert.ok(then(loanOf({ ...stays, advance: "reduce_count" }), pay(500_00, "2026-02-15")).installments.length < 9);
});

test("a pause told later lets days go free and changes no payment; interest that became principal is repaid by the rows to come", () => {
  const loan = loanOf();
  assert.deepEqual(rows(loan), [[330_02, 10_00], [333_32, 6_70], [336_66, 3_37]]);
  // 14 of the 28 days to 15 March bear interest: 3.35 of 6.70, and the payment of 340.02 repays more.
  const paused = then(loan, { type: "interestPaused", from: isoDate("2026-02-15"), to: isoDate("2026-03-01"), valueDate: isoDate("2026-02-15") });
  assert.deepEqual(rows(paused), [[330_02, 10_00], [336_67, 3_35], [333_31, 3_33]]);
  const capitalised = then(loan, { type: "interestCapitalised", amount: 10_00, valueDate: isoDate("2026-02-15") });
  assert.deepEqual([capitalised.outstanding.principal, capitalised.installments.reduce((sum, row) => sum + row.due.principal, 0)], [1_010_00, 1_010_00]);
});

test("compounding days let interest that waits bear interest; principal that stays overdue goes on earning beside it", () => {
  const waits = { grace: { principalInstallments: 1, interestInstallments: 1, interest: "accrue_to_first" as const } };
  const compounds = { ...waits, interest: { ratePpb: percent(12), compounding: { every: 1, unit: "months" as const } } };
  // The first month's 10.00 waits; from 15 February it bears 1 % too.
  assert.deepEqual([rows(loanOf(waits))[1]?.[1], rows(loanOf(compounds))[1]?.[1]], [20_00, 20_10]);
  // 330.02 overdue from 15 February to 20 March: 28 days of the second row and five of the third.
  const late = seen(then(loanOf({ late: true, ratePlan: BANDS }), pay(1_00, "2026-03-15")), "2026-03-15");
  assert.ok((late.installments[1]?.due.interest ?? 0) > 8_07);
});

test("what a payment does not cover is refused, or becomes principal where that is agreed", () => {
  const small = { payments: { steps: [{ installment: 1, amount: 4_00 }, { installment: 2, factorPpb: 1_000_000_000 }] } };
  assert.throws(() => loanOf(small), (e: unknown) => e instanceof EngineRefusal && e.code === "terms.payment_below_interest");
  const agreed = loanOf({ payments: { ...small.payments, negativeAmortization: "capitalise" } });
  assert.deepEqual(rows(agreed)[0], [-6_00, 10_00]);
  assert.equal(agreed.installments.at(-1)?.balanceAfter, 0);
});

test("rows by hand must repay what is lent, also where they are redrawn", () => {
  const custom = (last: number) => ({ interest: { ratePpb: percent(12), calculation: "actual_days" as const, daysInYear: 360 as const }, payments: { custom: [{ dueDate: isoDate("2026-02-14"), total: 500_00 }, { dueDate: isoDate("2026-03-16"), total: 300_00 }, { dueDate: isoDate("2026-04-15"), total: last }] } });
  // 10.00, then 510.00 and 215.10 at 1 % for thirty days.
  assert.deepEqual(rows(loanOf(custom(217_25))), [[490_00, 10_00], [294_90, 5_10], [215_10, 2_15]]);
  assert.throws(() => loanOf(custom(217_26)), (e: unknown) => e instanceof EngineRefusal && e.code === "terms.rows_not_adding_up");
});

test("a payment that stays far below the interest makes a debt without end, and is refused by that name", () => {
  // 20.00 over twelve years without interest, then 15 % a year, and the payment stays: what it leaves grows by a tenth and more each year.
  assert.throws(
    () => loanOf({ principal: 20_00, installments: { count: 12, every: 1, unit: "years" }, interest: { ratePpb: 0, recalculation: { ...FOLLOWS } }, ratePlan: { steps: [{ installment: 3, ratePpb: percent(15) }], onChange: "term" }, payments: { negativeAmortization: "capitalise" } }),
    (error: unknown) => error instanceof EngineRefusal && error.code === "terms.negative_amortization",
  );
});
