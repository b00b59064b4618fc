import assert from "node:assert/strict";
import { test } from "node:test";
import { accruedInterest, addDays, buildSchedule, EngineRefusal, loanTerms, nextOfDay, payoff, replay } from "./index.ts";
import type { LoanTerms, LoanTermsInput, RefusalCode } from "./index.ts";
import { ruleOf78Refund } from "./rule-of-78.ts";
import { day, Life, months, percent } from "./testing/worked.ts";

/** One worked loan for each kind of plan: the sums can be checked with a pencil. */

/** 1,000.00 from 2026-01-15 at 12 % a year, three months: 1 % a month. */
const terms = (more: Partial<LoanTermsInput> = {}): LoanTerms => loanTerms({
  currency: "USD", principal: 1_000_00, disbursementDate: day("2026-01-15"), interest: { ratePpb: percent(12) }, installments: { count: 3, every: 1, unit: "months" }, ...more,
});

/** [principal, interest, balance] of each row. */
const rows = (more: Partial<LoanTermsInput>) => buildSchedule(terms(more)).rows.map((r) => [r.principal, r.interest, r.balance]);
const dues = (more: Partial<LoanTermsInput>) => buildSchedule(terms(more)).rows.map((r) => r.dueDate.slice(5));
const totals = (more: Partial<LoanTermsInput>) => buildSchedule(terms(more)).rows.map((r) => r.total);

class Story extends Life {
  due(): number[][] {
    return this.state.installments.map((r) => [r.due.principal, r.due.interest]);
  }
}

test("a step in the rate solves the payment again: 340.02, then 669.98 at 2 % a month in two payments", () => {
  assert.deepEqual(rows({ ratePlan: { steps: [{ installment: 2, ratePpb: percent(24) }] } }), [[330_02, 10_00, 669_98], [331_67, 13_40, 338_31], [338_31, 6_77, 0]]);
});

test("rates by day go with every model: the step doubles the interest of row 2, and the installment is solved again", () => {
  const recalculation = { rest: "daily" as const, advance: "reduce_installment" as const, payoffInterest: "to_payoff_date" as const, overdueEarnsInterest: false };
  const ratePlan = { steps: [{ installment: 2, ratePpb: percent(24) }] };
  for (const model of ["classic", "progressive"] as const) {
    const agreed = terms({ model, interest: { ratePpb: percent(12), recalculation }, ratePlan });
    assert.deepEqual(buildSchedule(agreed).rows.map((r) => [r.principal, r.interest, r.balance]), [[330_02, 10_00, 669_98], [331_67, 13_40, 338_31], [338_31, 6_77, 0]], model);
    const loan = new Story(agreed).pay("2026-02-15", 340_02).tell({ type: "rateChanged", ratePpb: percent(36), keep: "term", valueDate: day("2026-03-15") });
    assert.deepEqual(loan.due()[2], [338_31, 10_15], `${model}: 338.31 at 3 %`);
  }
  assert.deepEqual(totals({ model: "progressive", ratePlan: { ...ratePlan, onChange: "level" } }), [343_35, 343_35, 343_36], "its own choice: the last row nearest to the others");
});

test("one level payment over rates known in advance: 1,000.00 = x ÷ 1.01 + x ÷ (1.01 × 1.02) + x ÷ (1.01 × 1.02²)", () => {
  assert.deepEqual(totals({ ratePlan: { steps: [{ date: day("2026-02-15"), ratePpb: percent(24) }], onChange: "level" } }), [343_36, 343_36, 343_34]);
});

test("a payment that stays when the rate doubles needs one row more", () => {
  const sums = totals({ installments: months(12), ratePlan: { steps: [{ installment: 2, ratePpb: percent(24) }], onChange: "term" } });
  assert.equal(sums.length, 13);
  assert.ok(sums.slice(0, 12).every((sum) => sum === 88_85));
  assert.equal(sums[12], 65_41);
});

test("bands by slices and by the whole balance: 15,000.00 with 12 % to 10,000.00 and 18 % above", () => {
  const bands = [{ above: 0, upTo: 10_000_00, plusPpb: 0 }, { above: 10_000_00, upTo: null, plusPpb: percent(6) }];
  const first = (on: "marginal" | "whole_balance") => buildSchedule(terms({ principal: 15_000_00, amortization: "interest_only", ratePlan: { tiers: { on, bands } } })).rows[0]?.interest;
  assert.equal(first("marginal"), 175_00, "100.00 + 75.00");
  assert.equal(first("whole_balance"), 225_00);
});

test("a payment over bands leaves nothing but rounding to the last row", () => {
  const bands = [{ above: 0, upTo: 400_00, plusPpb: percent(6) }, { above: 400_00, upTo: null, plusPpb: 0 }];
  for (const on of ["marginal", "whole_balance"] as const) {
    const sums = totals({ installments: months(12), ratePlan: { tiers: { on, bands } } });
    assert.ok(Math.abs((sums.at(-1) ?? 0) - (sums[0] ?? 0)) <= 12, `${on}: ${sums.at(-1)} after ${sums[0]}`);
  }
});

const floating = { index: "SOFR", marginPpb: percent(2), capPpb: percent(15), floorPpb: percent(4), firstReset: day("2026-02-15"), every: 1, unit: "months" as const };

test("a fixing moves the rate at the next reset, within cap and floor, and solves the payment again", () => {
  for (const model of ["classic", "daily_simple"] as const) {
    const loan = new Story(terms({ model, interest: { ratePpb: percent(12), calculation: "actual_days", dayCount: "30E/360" }, ratePlan: { floating } }));
    loan.tell({ type: "indexFixed", index: "SOFR", ratePpb: percent(22), valueDate: day("2026-02-10") });
    // 24 % is above the cap: 15 % from 15 February, 1.25 % a month on 669.98 in two payments of 341.28.
    assert.deepEqual(loan.due().slice(0, 2), [[330_02, 10_00], [332_91, 8_37]], model);
    loan.pay("2026-02-15", 340_02);
    loan.tell({ type: "indexFixed", index: "SOFR", ratePpb: percent(1), valueDate: day("2026-02-16") });
    assert.deepEqual(loan.due()[1], [332_91, 8_37], `${model}: the reset is over`);
    assert.deepEqual(loan.due()[2], [337_07, 1_12], `${model}: the floor of 4 % from 15 March`);
  }
});

test("a fixing of an index the loan does not follow is refused, and a most a reset may move holds", () => {
  const loan = new Story(terms({ ratePlan: { floating: { ...floating, capPpb: null, maxChangePpb: percent(1) } } }));
  const fixing = (index: string) => loan.tell({ type: "indexFixed", index, ratePpb: percent(40), valueDate: day("2026-02-01") });
  assert.throws(() => fixing("EURIBOR"), (e) => e instanceof EngineRefusal && e.code === "event.index_not_agreed");
  fixing("SOFR");
  assert.equal(loan.due()[1]?.[1], 7_26, "669.98 at 13 % ÷ 12");
  assert.equal(replay(loan.state.terms, loan.state.events, day("2026-02-15")).ratePpb, percent(13));
});

test("a graduated payment mortgage of 60,000.00 at 10 %, payments growing 7.5 % a year for five years, begins at 400.22", () => {
  // Brueggeman and Fisher, Real Estate Finance and Investments: the graduated payment mortgage example.
  const schedule = buildSchedule(terms({ principal: 60_000_00, interest: { ratePpb: percent(10) }, installments: months(360), payments: { graduated: { every: 12, percentPpb: percent(7.5), times: 5 }, negativeAmortization: "capitalise" } }));
  assert.equal(schedule.rows[0]?.total, 400_22);
  assert.equal(schedule.rows[12]?.total, 430_24, "400.22 × 1.075");
  assert.equal(schedule.rows[0]?.principal, -99_78, "500.00 of interest less 400.22 becomes principal");
  assert.ok((schedule.rows.at(-1)?.balance ?? 1) === 0 && Math.abs((schedule.rows.at(-1)?.total ?? 0) - (schedule.rows.at(-2)?.total ?? 0)) < 15_00, "cents of 400.22 grow to dollars over 30 years");
  assert.throws(() => buildSchedule(terms({ principal: 60_000_00, interest: { ratePpb: percent(10) }, installments: months(360), payments: { graduated: { every: 12, percentPpb: percent(7.5), times: 5 } } })), (e) => e instanceof EngineRefusal && e.code === "terms.negative_amortization");
});

test("given payments first, then solved ones; and payments that step up by a factor", () => {
  assert.deepEqual(totals({ installments: months(4), payments: { steps: [{ installment: 1, amount: 100_00 }, { installment: 3, factorPpb: 1_000_000_000 }] } }), [100_00, 100_00, 415_70, 415_71]);
  assert.deepEqual(totals({ interest: { ratePpb: 0 }, installments: months(4), payments: { steps: [{ installment: 3, factorPpb: 1_500_000_000 }] } }), [200_00, 200_00, 300_00, 300_00]);
});

test("seasons: a month without payment puts its interest off, a harvest month pays double", () => {
  const plan = rows({ installments: months(6), payments: { seasonal: { months: [{ month: 3, factorPpb: 0 }, { month: 5, factorPpb: 2_000_000_000 }], unpaidInterest: "accrue_to_first" } } });
  assert.deepEqual(plan[1], [0, 0, 836_89]);
  assert.deepEqual(plan[2], [156_37, 16_74, 680_52], "two months of 8.37 in April");
  assert.equal((plan[3]?.[0] ?? 0) + (plan[3]?.[1] ?? 0), 346_22, "twice 173.11");
});

test("equal principal takes seasons too: shares of principal 1 : 0 : 1", () => {
  assert.deepEqual(rows({ amortization: "equal_principal", payments: { seasonal: { months: [{ month: 3, factorPpb: 0 }], unpaidInterest: "pay" } } }), [[500_00, 10_00, 500_00], [0, 5_00, 500_00], [500_00, 5_00, 0]]);
});

test("rows given by hand: principal, a total, and what is left, by days over 360", () => {
  const byDays = { ratePpb: percent(12), calculation: "actual_days" as const, daysInYear: 360 as const };
  const custom = [{ dueDate: day("2026-02-14"), principal: 300_00 }, { dueDate: day("2026-03-16"), total: 400_00 }, { dueDate: day("2026-06-14") }];
  assert.deepEqual(rows({ interest: byDays, payments: { custom } }), [[300_00, 10_00, 700_00], [393_00, 7_00, 307_00], [307_00, 9_21, 0]]);
});

const moratorium = (interest: "none" | "accrue_to_first" | "capitalise") => ({ grace: { principalInstallments: 1, interestInstallments: 1, interest } });

test("a moratorium: interest capitalised, put off, or not running", () => {
  assert.deepEqual(rows(moratorium("capitalise")), [[-10_00, 10_00, 1_010_00], [502_49, 10_10, 507_51], [507_51, 5_08, 0]], "1,010.00 in two payments of 512.59");
  assert.deepEqual(rows(moratorium("accrue_to_first")), [[0, 0, 1_000_00], [492_54, 20_00, 507_46], [507_46, 5_07, 0]]);
  assert.deepEqual(rows(moratorium("none")), [[0, 0, 1_000_00], [497_51, 10_00, 502_49], [502_49, 5_02, 0]]);
});

test("interest capitalised on its day is principal from then on, on the rows and in a payoff", () => {
  const loan = new Story(terms(moratorium("capitalise")));
  assert.deepEqual(loan.state.outstanding, { principal: 1_000_00, interest: 25_18, fee: 0, penalty: 0 });
  assert.equal(payoff(loan.state, day("2026-01-30")).total, 1_004_84, "15 of 31 days of 10.00");
  loan.tell({ type: "delinquencyClassified", bucket: null, since: null, installments: [], valueDate: day("2026-02-15") });
  assert.deepEqual(loan.state.outstanding, { principal: 1_010_00, interest: 15_18, fee: 0, penalty: 0 });
  const added = loan.state.transactions.find((t) => t.type === "capitalization");
  assert.deepEqual([added?.date, added?.amount, added?.parts.principal, added?.parts.interest], ["2026-02-15", 10_00, -10_00, 10_00]);
  assert.equal(added?.balanceAfter, 1_010_00);
  assert.equal(payoff(loan.state, day("2026-03-01")).principal, 1_010_00);
  loan.pay("2026-03-15", 512_59).pay("2026-04-15", 512_59);
  assert.equal(loan.state.status, "closed_paid");
});

test("the end of day tells a loan that its interest became principal, once", () => {
  const loan = new Story(terms(moratorium("capitalise")));
  assert.deepEqual(payoff(loan.state, day("2026-02-15")), { ...payoff(loan.state, day("2026-02-15")), principal: 1_010_00, interest: 0 }, "also before it was told");
  assert.equal(nextOfDay(loan.state, day("2026-02-13"))?.type, "accrualPosted");
  const draft = nextOfDay(loan.state, day("2026-02-14"));
  assert.deepEqual(draft, { type: "interestRefreshed", valueDate: "2026-02-15" });
  if (draft) loan.tell(draft);
  assert.equal(loan.state.outstanding.principal, 1_010_00);
  assert.notEqual(nextOfDay(loan.state, day("2026-02-14"))?.type, "interestRefreshed");
});

test("interest paid in cash during the moratorium is not lent again", () => {
  const loan = new Story(terms(moratorium("capitalise"))).pay("2026-02-10", 10_00);
  loan.tell({ type: "delinquencyClassified", bucket: null, since: null, installments: [], valueDate: day("2026-02-15") });
  assert.equal(loan.state.outstanding.principal, 1_000_00);
  assert.equal(loan.state.installments.reduce((sum, r) => sum + r.due.principal, 0), 1_000_00);
});

test("interest put off is owed by the day when a loan is paid off in its moratorium", () => {
  const loan = new Story(terms(moratorium("accrue_to_first")));
  assert.equal(payoff(loan.state, day("2026-01-30")).interest, 4_84, "15 of 31 days of 10.00");
  assert.equal(payoff(loan.state, day("2026-02-15")).interest, 10_00);
});

test("on daily simple interest a moratorium's interest stays interest, and bears interest from its due date", () => {
  const daily = (interest: "capitalise" | "accrue_to_first") => totals({ ...moratorium(interest), model: "daily_simple", interest: { ratePpb: percent(12), calculation: "actual_days", dayCount: "30E/360" } });
  assert.deepEqual(daily("capitalise"), [0, 512_59, 512_59], "1,010.00 in two payments");
  assert.deepEqual(daily("accrue_to_first"), [0, 512_54, 512_53], "1,000.00 + 10.00 that bears nothing");
});

test("days of a thirty-day month add up, whatever happens within it", () => {
  const agreed = terms({ model: "daily_simple", disbursementDate: day("2026-01-31"), interest: { ratePpb: percent(12), calculation: "actual_days", dayCount: "30/360_US" }, installments: months(6) });
  const quiet = new Story(agreed);
  const busy = new Story(agreed);
  for (const date of ["2026-02-10", "2026-02-27", "2026-03-15", "2026-03-30"]) busy.tell({ type: "interestRefreshed", valueDate: day(date) });
  for (const date of ["2026-02-28", "2026-03-31", "2026-04-30"]) assert.equal(accruedInterest(busy.state, day(date)), accruedInterest(quiet.state, day(date)), date);
  assert.equal(accruedInterest(quiet.state, day("2026-04-30")), 29_33, "28 + 30 + 30 days of 0.3333");
});

test("a second payout and a moratorium together: each tranche bears interest from its day, and the payment is solved again", () => {
  const loan = new Story(terms({ ...moratorium("capitalise"), installments: months(4), tranches: { max: 2, maxOutstanding: null, overApprovalPpb: 1_000_000_000 } }));
  loan.tell({ type: "disbursed", amount: 500_00, valueDate: day("2026-02-15") });
  const plan = loan.due();
  assert.deepEqual(plan[0], [-10_00, 10_00]);
  assert.deepEqual(plan[1], [498_33, 15_10], "1,510.00 at 1 % in three payments of 513.43");
  assert.equal(plan.reduce((sum, [p]) => sum + (p ?? 0), 0), 1_500_00);
});

test("due dates on two days of the month, month ends, and the n-th weekday", () => {
  assert.deepEqual(dues({ dates: { kind: "semi_monthly", days: [15, 31] }, installments: months(4) }), ["01-31", "02-15", "02-28", "03-15"]);
  assert.deepEqual(rows({ dates: { kind: "semi_monthly", days: [15, 31] }, installments: months(4) }).map((r) => r[1]), [5_00, 3_76, 2_51, 1_26], "a 24th of the year each");
  assert.deepEqual(dues({ disbursementDate: day("2026-01-31"), dates: { kind: "month_end" } }), ["02-28", "03-31", "04-30"]);
  assert.deepEqual(dues({ dates: { kind: "nth_weekday", nth: 3, weekday: 3 } }), ["02-18", "03-18", "04-15"]);
  assert.deepEqual(dues({ dates: { kind: "nth_weekday", nth: -1, weekday: 5 } }), ["02-27", "03-27", "04-24"]);
  assert.deepEqual(dues({ installments: { count: 3, every: 1, unit: "quarters" } }), ["04-15", "07-15", "10-15"]);
  assert.deepEqual(dues({ installments: { count: 3, every: 10, unit: "days" } }), ["01-25", "02-04", "02-14"]);
});

test("a day count of the market counts a loan's interest", () => {
  const first = (dayCount: NonNullable<LoanTerms["interest"]["dayCount"]>) => buildSchedule(terms({ principal: 360_000_00, amortization: "interest_only", interest: { ratePpb: percent(10), calculation: "actual_days", dayCount } })).rows[0]?.interest;
  assert.equal(first("30E/360"), 3_000_00, "30 days of 100.00");
  assert.equal(first("ACT/360"), 3_100_00, "31 days of 100.00");
  assert.equal(first("ACT/365F"), 3_057_53, "31 × 36,000.00 ÷ 365");
  assert.equal(first("ACT/ACT_ISDA"), 3_057_53);
});

test("no interest runs in a pause, agreed or told by an event, on either model", () => {
  const byDays = { ratePpb: percent(12), calculation: "actual_days" as const, daysInYear: 360 as const };
  const pause = { from: day("2026-02-20"), to: day("2026-03-02") };
  for (const model of ["classic", "daily_simple"] as const) {
    const agreed = terms({ model, amortization: "interest_only", interest: { ...byDays, pauses: [pause] } });
    assert.deepEqual(buildSchedule(agreed).rows.map((r) => r.interest), [10_33, 6_00, 10_33], `${model}: 28 days less 10`);
    const told = new Story(terms({ model, amortization: "interest_only", interest: byDays })).tell({ type: "interestPaused", ...pause, valueDate: day("2026-02-01") });
    assert.deepEqual(told.due().map((d) => d[1]), [10_33, 6_00, 10_33], model);
    told.pay("2026-02-15", 10_33);
    assert.equal(accruedInterest(told.state, day("2026-02-20")), accruedInterest(told.state, day("2026-03-02")), model);
  }
});

test("a pause told later changes no payment that was agreed: the last one gets smaller", () => {
  for (const model of ["classic", "daily_simple"] as const) {
    const loan = new Story(terms({ model, interest: { ratePpb: percent(12), calculation: "actual_days", daysInYear: 360 } }));
    const sums = () => loan.due().map(([p = 0, i = 0]) => p + i);
    const [first, second, third] = sums();
    loan.pay("2026-02-15", first ?? 0).tell({ type: "interestPaused", from: day("2026-03-01"), to: day("2026-03-11"), valueDate: day("2026-03-01") });
    assert.deepEqual(sums().slice(0, 2), [first, second], model);
    const saved = (third ?? 0) - (sums()[2] ?? 0);
    assert.ok(saved >= 2_25 && saved <= 2_27, `${model}: 10 days of 0.2234 are 2.23, a month's interest on them 0.02, each row rounded; found ${saved}`);
  }
});

test("interest compounds monthly: 10,000.00 at 12 % for a year on 30E/360 grows to 11,268.25", () => {
  for (const model of ["classic", "daily_simple"] as const) {
    const interest = { ratePpb: percent(12), calculation: "actual_days" as const, dayCount: "30E/360" as const, compounding: { every: 1, unit: "months" as const } };
    const plan = terms({ model, principal: 10_000_00, amortization: "bullet", interest, installments: { count: 1, every: 12, unit: "months" } });
    assert.equal(buildSchedule(plan).rows[0]?.interest, 1_268_25, `${model}: 10,000 × (1.01^12 − 1)`);
  }
});

test("a precomputed charge of 120.00 is earned by the sum of digits, and a payoff gets the Rule of 78 rebate", () => {
  const addOn = terms({ principal: 1_200_00, interest: { ratePpb: percent(10), method: "precomputed" }, installments: months(12) });
  assert.ok(buildSchedule(addOn).rows.every((r) => r.total === 110_00));
  assert.equal(buildSchedule(addOn).rows[0]?.interest, 18_46, "12/78 of 120.00");
  const loan = new Story(addOn).pay("2026-02-15", 110_00).pay("2026-03-15", 110_00).pay("2026-04-15", 110_00);
  const rebate = Number(ruleOf78Refund(120_00n, 12, 9));
  assert.equal(rebate, 69_23);
  assert.equal(payoff(loan.state, day("2026-04-15")).total, 9 * 110_00 - rebate);
  const total = payoff(loan.state, day("2026-04-15")).total;
  assert.equal(loan.pay("2026-04-15", total, { payoff: true }).state.status, "closed_paid");
  const actuarial = buildSchedule(terms({ principal: 1_200_00, interest: { ratePpb: percent(10), method: "precomputed", rebate: "actuarial" }, installments: months(12) }));
  assert.equal(actuarial.rows[0]?.interest, 17_97, "1,200.00 at the 1.4974 % a month that 12 × 110.00 yields");
  assert.equal(actuarial.totals.interest, 120_00);
});

test("payments rounded up to whole hundreds of yen, and dinars of three decimals", () => {
  assert.deepEqual(totals({ currency: "JPY", principal: 100_000, payments: { multiple: { of: 100, rounding: "up" } } }), [34_100, 34_100, 33_804]);
  assert.deepEqual(totals({ currency: "KWD", principal: 1_000_000 }), [340_022, 340_022, 340_023]);
});

test("plans that cannot make a schedule are refused by name before anything is computed", () => {
  const bands = (...limits: [number, number | null][]) => ({ ratePlan: { tiers: { on: "marginal" as const, bands: limits.map(([above, upTo]) => ({ above, upTo, plusPpb: 0 })) } } });
  const custom = (...principals: number[]) => ({ interest: { ratePpb: 0 }, payments: { custom: principals.map((principal, i) => ({ dueDate: addDays(day("2026-01-15"), 30 * (i + 1)), principal })) } });
  const cases: [Partial<LoanTermsInput>, RefusalCode][] = [
    [{ ratePlan: { floating: { ...floating, capPpb: percent(11) } } }, "terms.rate_above_cap"], [{ ratePlan: { floating: { ...floating, floorPpb: percent(16) } } }, "terms.rate_above_cap"],
    [bands([0, 100], [200, null]), "terms.tiers_with_gap"], [bands([0, 100], [100, 200]), "terms.tiers_with_gap"], [bands([10, null]), "terms.tiers_with_gap"],
    [custom(300_00, 300_00, 300_00), "terms.rows_not_adding_up"], [custom(300_00, 700_00), "terms.rows_not_adding_up"],
    [{ payments: { steps: [{ installment: 1, amount: 5_00 }] } }, "terms.payment_below_interest"],
    [{ payments: { graduated: { every: 1, percentPpb: percent(100), times: null } }, installments: months(24) }, "terms.negative_amortization"],
    [{ disbursementDate: day("9990-01-01"), installments: months(600) }, "terms.date_out_of_range"], [{ ratePlan: { steps: [{ date: "2026-02-30" as LoanTerms["disbursementDate"], ratePpb: 0 }] } }, "terms.date_out_of_range"],
    [{ interest: { ratePpb: percent(12), method: "flat" }, payments: { graduated: { every: 1, percentPpb: percent(5), times: null } } }, "terms.not_for_this_model"],
    [{ interest: { ratePpb: percent(12), calculation: "actual_days", dayCount: "1/1" } }, "terms.malformed"], [{ dates: { kind: "semi_monthly", days: [15, 15] } }, "terms.malformed"],
    [{ dates: { kind: "month_end" }, firstDueDate: day("2026-02-27") }, "terms.malformed"],
  ];
  for (const [more, code] of cases) assert.throws(() => buildSchedule(terms(more)), (e) => e instanceof EngineRefusal && e.code === code, `${code}: ${JSON.stringify(more)}`);
});

test("600 rows, a hundred rates and bands of 10^15 minor units are drawn in bounded time", () => {
  const began = performance.now();
  const steps = Array.from({ length: 99 }, (_v, i) => ({ installment: 2 + i * 6, ratePpb: percent(12) + i }));
  const tiers = { on: "marginal" as const, bands: [{ above: 0, upTo: 5e14, plusPpb: 0 }, { above: 5e14, upTo: null, plusPpb: 1 }] };
  const schedule = buildSchedule(terms({ principal: 1e15, installments: months(600), ratePlan: { steps, tiers } }));
  assert.equal(schedule.rows.reduce((sum, r) => sum + BigInt(r.principal), 0n), 10n ** 15n);
  assert.ok(performance.now() - began < 10_000, "half a second on a quiet machine");
});
