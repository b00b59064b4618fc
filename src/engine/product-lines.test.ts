import assert from "node:assert/strict";
import { test } from "node:test";
import { accruedInterest, addDays, addMoney, apply, bucketOf, buildSchedule, chargesToRaise, daysPastDue, EngineRefusal, followUps, loanTerms, money, nextDue, payoff, replay } from "./index.ts";
import type { LoanEvent, LoanTerms, LoanTermsInput, RefusalCode } from "./index.ts";
import { day, Life } from "./testing/worked.ts";

class Story extends Life {
  /** What the newest repayment was divided into: penalty, fee, interest, principal, and what was left over. */
  parts(): number[] {
    const tx = this.state.transactions.findLast((t) => t.type === "repayment");
    assert.ok(tx);
    return [tx.parts.penalty, tx.parts.fee, tx.parts.interest, tx.parts.principal, tx.overpayment];
  }
}

const usTerms = (more: Partial<LoanTermsInput> = {}): LoanTerms => loanTerms({
  currency: "USD", principal: 10_000_00, disbursementDate: day("2026-01-15"), model: "daily_simple", prepayment: "reduce_term",
  interest: { ratePpb: 182_500_000, calculation: "actual_days", daysInYear: 365 }, installments: { count: 12, every: 1, unit: "months" },
  charges: [{ code: "late_fee", component: "penalty", timing: "on_overdue", basis: "percent_of_overdue", percentPpb: 50_000_000, maximum: 25_00, graceDays: 10 }],
  ...more,
});

test("a US loan at daily simple interest accrues 5.00 a day on 10,000.00 at 18.25 %", () => {
  const loan = new Story(usTerms());
  for (const [date, accrued] of [["2026-01-15", 0], ["2026-01-16", 5_00], ["2026-02-15", 155_00], ["2026-03-15", 295_00]] as const) assert.equal(accruedInterest(loan.state, day(date)), accrued);
  assert.deepEqual(payoff(loan.state, day("2026-02-15")), { date: "2026-02-15", principal: 10_000_00, interest: 155_00, fees: 0, penalties: 0, total: 10_155_00, perDiem: 5_00, currency: "USD" });
});

test("a payment five days late pays five days more of interest, and the last payment takes the difference", () => {
  const schedule = buildSchedule(usTerms());
  assert.ok(schedule.rows.slice(0, -1).every((r) => r.total === schedule.installmentAmount), "equal payments");
  assert.ok(Math.abs((schedule.rows.at(-1)?.total ?? 0) - schedule.installmentAmount) <= 12);
  const onTime = new Story(usTerms()).pay("2026-02-15", schedule.installmentAmount);
  assert.deepEqual(onTime.parts(), [0, 0, 155_00, schedule.installmentAmount - 155_00, 0]);
  const late = new Story(usTerms()).pay("2026-02-20", schedule.installmentAmount);
  assert.deepEqual(late.parts(), [0, 0, 180_00, schedule.installmentAmount - 180_00, 0]);
  const lastOf = (s: Story) => s.state.installments.at(-1);
  const [a, b] = [lastOf(onTime), lastOf(late)];
  // 762 repaid five days later bear 1.90 more; the 25.00 that went to interest stay principal for 23 days, another 0.29. Repaid only
  // at the end, those 2.19 grow by 1.5 % a month for ten months: 2.54.
  const more = (b?.due.principal ?? 0) + (b?.due.interest ?? 0) - (a?.due.principal ?? 0) - (a?.due.interest ?? 0);
  assert.ok(more >= 2_50 && more <= 2_58, `the last payment is ${more} higher`);
});

test("a late fee of 5 %, at most 25.00, is raised once, the day after ten days of grace", () => {
  const loan = new Story(usTerms());
  assert.equal(daysPastDue(loan.state, day("2026-02-25")), 10);
  assert.deepEqual(chargesToRaise(loan.state, day("2026-02-25")), []);
  const [fee, ...more] = chargesToRaise(loan.state, day("2026-02-26"));
  assert.ok(fee && more.length === 0);
  assert.equal(fee.amount, 25_00);
  loan.tell(fee);
  assert.deepEqual(chargesToRaise(loan.state, day("2026-03-10")), [], "once");
  assert.equal(loan.state.outstanding.penalty, 25_00);
  loan.pay("2026-02-27", 1_000_00);
  assert.deepEqual(loan.parts(), [25_00, 0, 215_00, 760_00, 0], "penalty, 43 days of interest, principal");
});

test("principal paid on top shortens the loan, or lowers the payments that follow", () => {
  const amount = buildSchedule(usTerms()).installmentAmount;
  const shorter = new Story(usTerms()).pay("2026-02-15", amount).pay("2026-02-15", 4_000_00, { principalOnly: true }).state;
  assert.ok(shorter.installments.filter((r) => r.due.principal > 0).length < 12);
  assert.equal(nextDue(shorter)?.total, amount + 0);
  const lower = new Story(usTerms({ prepayment: "reduce_installment" })).pay("2026-02-15", amount + 4_000_00).state;
  const next = nextDue(lower);
  assert.ok(next && next.total < amount * 0.65, `next payment ${next?.total}`);
  assert.equal(lower.installments.filter((r) => r.due.principal > 0).length, 12);
});

const inTerms = (more: Partial<LoanTermsInput> = {}): LoanTerms => loanTerms({
  currency: "INR", principal: 1_00_000_00, disbursementDate: day("2026-01-05"), interest: { ratePpb: 240_000_000 }, installments: { count: 12, every: 1, unit: "months" }, ...more,
});

test("an Indian EMI loan of 1,00,000 at 24 % over 12 months pays 9,455.96 a month: rate ÷ 12 on the declining balance", () => {
  const schedule = buildSchedule(inTerms());
  assert.equal(schedule.installmentAmount, 9_455_96);
  assert.deepEqual(schedule.rows.slice(0, 2).map((r) => [r.dueDate, r.interest, r.principal, r.balance]), [["2026-02-05", 2_000_00, 7_455_96, 92_544_04], ["2026-03-05", 1_850_88, 7_605_08, 84_938_96]]);
  assert.equal(schedule.rows.at(-1)?.balance, 0);
});

test("on actual days over 365 the payment is level although months differ", () => {
  const schedule = buildSchedule(inTerms({ interest: { ratePpb: 240_000_000, calculation: "actual_days", daysInYear: 365 } }));
  assert.equal(schedule.rows[0]?.interest, 2_038_36, "31 days");
  assert.ok(schedule.rows.slice(0, -1).every((r) => r.total === schedule.installmentAmount));
});

test("interest of a broken first period comes on top of the first installment, or inside it", () => {
  const added = buildSchedule(inTerms({ disbursementDate: day("2026-01-20"), firstDueDate: day("2026-03-05") }));
  // 44 days where a regular period (5 February to 5 March) has 28: 2,000.00 × 44 ÷ 28.
  assert.equal(added.rows[0]?.interest, 3_142_86);
  assert.equal(added.rows[0]?.total, 9_455_96 + 1_142_86);
  assert.equal(added.rows[1]?.total, 9_455_96);
  const within = buildSchedule(inTerms({ disbursementDate: day("2026-01-20"), firstDueDate: day("2026-03-05"), stub: "within_installment" }));
  assert.equal(within.rows[0]?.total, 9_455_96);
  assert.ok((within.rows.at(-1)?.total ?? 0) > 9_455_96 + 1_142_86);
});

test("a processing fee is kept back from the payout and paid in the same moment", () => {
  const terms = inTerms({ charges: [{ code: "processing_fee", component: "fee", timing: "at_disbursement", basis: "percent_of_principal", percentPpb: 20_000_000, deducted: true }] });
  assert.equal(buildSchedule(terms).feesAtDisbursement, 2_000_00);
  const { state } = new Story(terms);
  assert.deepEqual(state.charges.map((c) => [c.code, c.due, c.paid]), [["processing_fee", 2_000_00, 2_000_00]]);
  assert.equal(state.outstanding.fee, 0);
  assert.equal(state.disbursements[0]?.fees, 2_000_00);
});

test("interest given up is no longer owed, whichever way it accrues", () => {
  const daily = new Story(usTerms()).tell({ type: "interestWaived", amount: 50_00, valueDate: day("2026-02-15") });
  assert.equal(accruedInterest(daily.state, day("2026-02-15")), 105_00);
  assert.equal(accruedInterest(daily.state, day("2026-02-16")), 110_00);
  daily.pay("2026-02-15", 1_000_00);
  assert.deepEqual(daily.parts(), [0, 0, 105_00, 895_00, 0]);
  const tooMuch = new Story(usTerms()).tell({ type: "interestWaived", amount: 500_00, valueDate: day("2026-02-15") });
  assert.equal(tooMuch.state.transactions.at(-1)?.amount, 155_00, "only what has accrued");
  const emi = new Story(inTerms()).tell({ type: "interestWaived", amount: 500_00, valueDate: day("2026-02-05") });
  assert.equal(accruedInterest(emi.state, day("2026-02-05")), 1_500_00);
});

test("a payoff does not owe the fees of installments to come", () => {
  for (const model of ["classic", "progressive", "daily_simple"] as const) {
    const terms = inTerms({ model, charges: [{ code: "collection_fee", component: "fee", timing: "every_installment", basis: "flat", amount: 20_00 }] });
    const loan = new Story(terms).pay("2026-02-05", 9_475_96);
    assert.equal(loan.state.outstanding.fee, 11 * 20_00, model);
    const sum = payoff(loan.state, day("2026-03-05"));
    assert.equal(sum.fees, 20_00, model);
    loan.pay("2026-03-05", sum.total, { payoff: true });
    assert.equal(loan.state.status, "closed_paid", model);
    assert.equal(loan.state.charges[0]?.due, 40_00, model);
  }
});

test("a penal charge runs on the overdue installment alone and never on itself", () => {
  const terms = inTerms({ penalCharge: { code: "penal", ratePpb: 365_000_000, graceDays: 3, on: "overdue_installment" } });
  const loan = new Story(terms);
  assert.deepEqual(chargesToRaise(loan.state, day("2026-02-08")), [], "within grace");
  const first = chargesToRaise(loan.state, day("2026-03-05"));
  assert.deepEqual(first.map((c) => [c.amount, c.reference]), [[264_77, "penal:2026-02-05:0"]], "9,455.96 × 28 days at 0.1 % a day");
  for (const draft of first) loan.tell(draft);
  const second = chargesToRaise(loan.state, day("2026-04-05"));
  assert.deepEqual(second.map((c) => [c.amount, c.reference]), [[293_13, "penal:2026-02-05:1"], [293_13, "penal:2026-03-05:0"]], "31 days on each installment, nothing on the 264.77");
  loan.pay("2026-03-10", 9_455_96 + 264_77);
  const third = chargesToRaise(loan.state, day("2026-04-05"));
  assert.deepEqual(third.map((c) => [c.amount, c.reference]), [[47_28, "penal:2026-02-05:1"], [293_13, "penal:2026-03-05:0"]], "five days until it was paid");
});

test("kinds of schedules: equal principal, interest only, bullet, flat, balloon, days and weeks", () => {
  const rows = (more: Partial<LoanTermsInput>) => buildSchedule(inTerms({ principal: 12_000_00, interest: { ratePpb: 120_000_000 }, installments: { count: 4, every: 1, unit: "months" }, ...more })).rows.map((r) => [r.principal, r.interest]);
  assert.deepEqual(rows({ amortization: "equal_principal" }), [[300000, 12000], [300000, 9000], [300000, 6000], [300000, 3000]]);
  assert.deepEqual(rows({ amortization: "interest_only" }), [[0, 12000], [0, 12000], [0, 12000], [1200000, 12000]]);
  assert.deepEqual(rows({ amortization: "bullet" }), [[0, 0], [0, 0], [0, 0], [1200000, 48000]]);
  assert.deepEqual(rows({ interest: { ratePpb: 120_000_000, method: "flat" } }), [[300000, 12000], [300000, 12000], [300000, 12000], [300000, 12000]]);
  const balloon = rows({ balloon: 6_000_00 });
  assert.equal(balloon.reduce((sum, [p]) => sum + (p ?? 0), 0), 12_000_00);
  assert.ok((balloon.at(-1)?.[0] ?? 0) > 7_000_00 && Math.abs((balloon[0]?.[0] ?? 0) - 1_477_00) < 1_00);
  assert.deepEqual(buildSchedule(inTerms({ installments: { count: 3, every: 2, unit: "weeks" } })).rows.map((r) => r.dueDate), ["2026-01-19", "2026-02-02", "2026-02-16"]);
  const rolled = buildSchedule(inTerms({ calendar: { weekend: [6, 7], holidays: [day("2026-05-05")], roll: "following", movesInterest: false } })).rows.map((r) => r.dueDate);
  assert.deepEqual(rolled.slice(0, 4), ["2026-02-05", "2026-03-05", "2026-04-06", "2026-05-06"], "5 April is a Sunday, 5 May a holiday");
});

test("a floating rate is solved again from its day, keeping the term or the installment", () => {
  const base = () => new Story(inTerms({ model: "progressive", interest: { ratePpb: 240_000_000, recalculation: { rest: "daily", advance: "adjust_last", payoffInterest: "to_payoff_date", overdueEarnsInterest: false } } }));
  const before = base().state.installments[5]?.due;
  const up = base().tell({ type: "rateChanged", valueDate: day("2026-03-05"), ratePpb: 300_000_000, keep: "term" }).state;
  const kept = base().tell({ type: "rateChanged", valueDate: day("2026-03-05"), ratePpb: 300_000_000, keep: "installment" }).state;
  const total = (d: { principal: number; interest: number } | undefined) => (d ? d.principal + d.interest : 0);
  assert.ok(total(up.installments[5]?.due) > total(before), "a higher installment");
  assert.equal(total(kept.installments[5]?.due), total(before), "the same installment");
  assert.ok(total(kept.installments.at(-1)?.due) > total(up.installments.at(-1)?.due), "more at the end");
});

test("days past due count from the oldest unpaid due date, and buckets follow", () => {
  const loan = new Story(inTerms());
  assert.deepEqual(["2026-02-05", "2026-02-06", "2026-03-07", "2026-03-08"].map((d) => [daysPastDue(loan.state, day(d)), bucketOf(loan.state, day(d))]), [[0, null], [1, "1-29"], [30, "30-59"], [31, "30-59"]]);
  loan.pay("2026-03-08", 9_455_96);
  assert.equal(daysPastDue(loan.state, day("2026-03-08")), 3, "the next one");
});

test("terms that cannot make a schedule and events that cannot follow are refused by name, and change nothing", () => {
  const terms: [Partial<LoanTermsInput>, RefusalCode][] = [
    [{ principal: 0 }, "terms.principal_not_positive"], [{ installments: { count: 0, every: 1, unit: "months" } }, "terms.installments_not_positive"],
    [{ installmentAmount: 1_999_99 }, "terms.payment_below_interest"], [{ firstDueDate: day("2026-01-05") }, "terms.maturity_before_first_due"],
    [{ interest: { ratePpb: -1 } }, "terms.rate_out_of_range"], [{ grace: { principalInstallments: 12, interestInstallments: 0 } }, "terms.grace_too_long"], [{ balloon: -1 }, "terms.malformed"],
  ];
  for (const [more, code] of terms) assert.throws(() => buildSchedule(inTerms(more)), (e) => e instanceof EngineRefusal && e.code === code, code);
  const loan = new Story(inTerms()).pay("2026-02-05", 9_455_96);
  const head = { id: "x", sequence: 99, businessDate: day("2026-02-06") };
  const events: [LoanEvent, RefusalCode][] = [
    [{ ...head, type: "paymentReceived", kind: "repayment", amount: 1, valueDate: day("2026-02-07") }, "event.date_in_future"],
    [{ ...head, type: "paymentReceived", kind: "repayment", amount: 0, valueDate: day("2026-02-06") }, "event.amount_not_positive"],
    [{ ...head, type: "paymentReceived", kind: "repayment", amount: 1, valueDate: day("2026-01-01") }, "event.before_disbursement"],
    [{ ...head, id: "e1", type: "chargedOff", valueDate: day("2026-02-06") }, "event.duplicate"],
    [{ ...head, type: "reversed", eventId: "nothing", valueDate: day("2026-02-06") }, "event.target_not_found"],
    [{ ...head, type: "chargedOff", valueDate: day("2026-02-01") }, "loan.later_transaction_exists"],
    [{ ...head, type: "disbursed", amount: 1, valueDate: day("2026-02-06") }, "loan.too_many_tranches"],
    [{ ...head, type: "creditBalanceRefunded", amount: 1, valueDate: day("2026-02-06") }, "loan.not_overpaid"],
    [{ ...head, type: "chargedBack", paymentId: "e2", amount: 9_455_97, valueDate: day("2026-02-06") }, "chargeback.amount_above_payment"],
    [{ ...head, type: "delinquencyResumed", startDate: day("2026-02-06"), valueDate: day("2026-02-06") }, "delinquency.no_active_pause"],
  ];
  const before = JSON.stringify(loan.state);
  for (const [event, code] of events) assert.throws(() => apply(loan.state, event), (e) => e instanceof EngineRefusal && e.code === code, code);
  assert.equal(JSON.stringify(loan.state), before);
  assert.throws(() => addMoney(money(1, "INR"), money(1, "USD")), RangeError);
});

test("a charged-off loan takes no more charges, a payment on it is a recovery, and a write-off ends it", () => {
  const loan = new Story(inTerms()).tell({ type: "chargedOff", valueDate: day("2026-06-30") });
  assert.throws(() => loan.tell({ type: "chargeAdded", code: "fee", component: "fee", timing: "specified_date", basis: "flat", amount: 1, dueDate: day("2026-07-01"), valueDate: day("2026-07-01") }), EngineRefusal);
  loan.pay("2026-07-10", 5_000_00);
  assert.equal(loan.state.transactions.at(-1)?.afterChargeOff, true);
  loan.tell({ type: "writtenOff", valueDate: day("2026-08-01") });
  assert.equal(loan.state.status, "closed_written_off");
  assert.deepEqual(loan.state.outstanding, { principal: 0, interest: 0, fee: 0, penalty: 0 });
  assert.equal(payoff(loan.state, addDays(day("2026-08-01"), 30)).total, 0);
  assert.throws(() => loan.pay("2026-08-02", 1), (e) => e instanceof EngineRefusal && e.code === "loan.not_open");
  loan.tell({ type: "recoveryReceived", amount: 1_000_00, valueDate: day("2026-08-02") });
  assert.equal(loan.state.transactions.at(-1)?.type, "recovery");
});

test("a re-aged daily simple interest loan is current, repays all principal on its new rows and keeps the interest accrued", () => {
  const loan = new Story(usTerms());
  const before = loan.state.outstanding.principal;
  assert.equal(daysPastDue(loan.state, day("2026-05-01")), 75);
  loan.tell({ type: "reAged", valueDate: day("2026-05-01"), startDate: day("2026-06-01"), every: 1, unit: "months", installments: 24 });
  assert.equal(daysPastDue(loan.state, day("2026-05-01")), 0);
  const rows = loan.state.installments.filter((r) => r.dueDate >= "2026-06-01");
  assert.equal(rows.length, 24);
  assert.equal(rows.reduce((sum, r) => sum + r.due.principal, 0), before);
  assert.equal(payoff(loan.state, day("2026-05-01")).interest, 106 * 5_00);
  const emi = new Story(inTerms());
  assert.throws(() => emi.tell({ type: "reAmortized", valueDate: day("2026-05-01") }), (e) => e instanceof EngineRefusal && e.code === "schedule.not_for_this_model");
});

test("the largest amounts stay exact: 10^15 minor units over 600 installments", () => {
  const schedule = buildSchedule(inTerms({ principal: 1_000_000_000_000_000, interest: { ratePpb: 119_999_999 }, installments: { count: 600, every: 1, unit: "months" } }));
  assert.equal(schedule.rows.reduce((sum, r) => sum + BigInt(r.principal), 0n), 1_000_000_000_000_000n);
  assert.equal(schedule.rows.at(-1)?.balance, 0);
  assert.equal(schedule.rows[0]?.interest, 9_999_999_916_667);
});

test("an automatic down payment and the income of a closed loan follow by themselves", () => {
  const terms = inTerms({ downPayment: { percentPpb: 250_000_000, autoCollect: true } });
  const loan = new Story(terms);
  const empty = replay(terms, [], terms.disbursementDate);
  const [event] = loan.state.events;
  assert.ok(event);
  assert.deepEqual(followUps(empty, event, loan.state).map((d) => (d.type === "paymentReceived" ? [d.kind, d.amount] : [])), [["down_payment", 25_000_00]]);
});
