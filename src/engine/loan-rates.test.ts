import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { advanceTo, apply, aprOf, effectiveInterest, flowsOf, isoDate, levelYield, loanTerms, replay, xirrOf } from "./index.ts";
import type { LoanEvent, LoanTerms } from "./index.ts";
import { flowsOfState } from "./loan-rates.ts";
import { aprEffective, yearsEu, yearsUk } from "./apr-eu.ts";
import { anyTerms } from "./testing/histories.ts";
import { Life, plainTerms } from "./testing/worked.ts";

const near = (actual: number | null, expected: number, within = 5e-7) => assert.ok(actual !== null && Math.abs(actual - expected) <= within, `${actual} is not ${expected}`);

const monthly = loanTerms({ currency: "USD", principal: 10_000_00, disbursementDate: isoDate("2026-01-15"), interest: { ratePpb: 120_000_000 }, installments: { count: 12, every: 1, unit: "months" } });

function paidOut(terms: LoanTerms): LoanEvent {
  return { type: "disbursed", id: "d", sequence: 1, amount: terms.principal, valueDate: terms.disbursementDate, businessDate: terms.disbursementDate };
}

test("12 % in monthly payments is 12 % by Regulation Z and India's key facts, and 12.68 % where the rate is effective", () => {
  near(aprOf(monthly, "US_REG_Z"), 0.12, 2e-6);
  near(aprOf(monthly, "IN_RBI"), 0.12, 2e-6);
  near(aprOf(monthly, "EU_CCD"), 1.01 ** 12 - 1, 3e-6);
  near(aprOf(monthly, "UK_CONC"), 1.01 ** 12 - 1, 3e-6);
});

test("what is kept back of the payout raises the rate: 20,000 less 400 in 24 payments at 15 % is 17.07 % in India", () => {
  // RBI, annex B of the circular on key facts: principal 20,000, fees 400, 15 %, 24 monthly installments, APR 17.07 %.
  const terms = loanTerms({
    currency: "INR", principal: 20_000_00, disbursementDate: isoDate("2026-01-15"), interest: { ratePpb: 150_000_000 }, installments: { count: 24, every: 1, unit: "months" },
    charges: [{ code: "processing", component: "fee", timing: "at_disbursement", basis: "flat", amount: 400_00, deducted: true }],
  });
  assert.equal(flowsOf(terms)[0]?.amount, -19_600_00);
  near(aprOf(terms, "IN_RBI"), 0.1707, 5e-5);
});

test("payments that are not monthly have an effective rate in India; who pays back no more than they had pays 0", () => {
  const weekly = { ...monthly, installments: { count: 52, every: 1, unit: "weeks" as const } };
  assert.ok((aprOf(weekly, "IN_RBI") ?? 0) > 0.126);
  assert.equal(aprOf({ ...monthly, interest: { ...monthly.interest, ratePpb: 0 } }, "EU_CCD"), 0);
});

test("what a lender has of a loan is the rate of the money that really moved", () => {
  const terms = loanTerms({
    currency: "USD", principal: 1_000_00, disbursementDate: isoDate("2025-01-01"), interest: { ratePpb: 100_000_000, calculation: "actual_days" }, amortization: "bullet",
    installments: { count: 1, every: 1, unit: "years" },
  });
  let loan = replay(terms, [paidOut(terms)], isoDate("2025-01-01"));
  near(xirrOf(loan), 0.1);
  loan = apply(loan, { type: "paymentReceived", kind: "repayment", id: "p", sequence: 2, amount: 500_00, valueDate: isoDate("2026-01-01"), businessDate: isoDate("2026-01-01") });
  near(xirrOf(loan, "none"), -0.5);
  near(xirrOf(loan, "payoff"), 0.1);
});

test("a bond bought at 1,000 that pays 59 a year and 1,250 after five years yields 10 %, as the standard works it", () => {
  // IFRS 9, Guidance on implementing, B.26: interest income 100, 104, 109, 113, 119 on carrying amounts 1,000, 1,041, 1,086, 1,136, 1,190.
  // The standard counts whole years; one of these five has a leap day, so a unit may move.
  const flows = [-1000_00, 59_00, 59_00, 59_00, 59_00, 1309_00].map((amount, i) => ({ date: isoDate(`${2021 + i}-01-01`), amount }));
  const { yearly, rows } = levelYield(flows);
  near(yearly, 0.1, 5e-4);
  for (const [i, income] of [100, 104, 109, 113, 119].entries()) assert.ok(Math.abs((rows[i]?.income ?? 0) / 100 - income) <= 1, `year ${i + 1}`);
  assert.equal(rows.at(-1)?.carrying, 0);
});

test("fees kept back become income over the life of the loan, more of them while more is lent", () => {
  const terms = loanTerms({
    currency: "USD", principal: 10_000_00, disbursementDate: isoDate("2026-01-15"), interest: { ratePpb: 120_000_000 }, installments: { count: 12, every: 1, unit: "months" },
    charges: [{ code: "origination", component: "fee", timing: "at_disbursement", basis: "flat", amount: 200_00, deducted: true }],
  });
  const { yearly, rows } = effectiveInterest(replay(terms, [paidOut(terms)], isoDate("2026-01-15")));
  assert.ok(yearly !== null && yearly > 0.1268);
  assert.equal(rows.reduce((sum, r) => sum + r.deferred, 0), 200_00);
  assert.ok((rows[1]?.deferred ?? 0) > (rows[10]?.deferred ?? 0));
});

test("whatever the terms, income by the level yield adds up to what is received beyond what is paid out and leaves nothing carried", () => {
  fc.assert(fc.property(anyTerms, (terms) => {
    const loan = replay(terms, [paidOut(terms)], terms.disbursementDate);
    const { yearly, rows } = effectiveInterest(loan);
    if (yearly === null) return;
    assert.equal(rows.at(-1)?.carrying, 0);
    assert.equal(rows.reduce((sum, r) => sum + r.income, 0), loan.installments.reduce((sum, r) => sum + r.due.interest + r.due.fee, 0));
  }), { numRuns: 60 });
});

const fee = { component: "fee" as const, basis: "flat" as const };
const START = isoDate("2026-01-15");

test("flows of agreed terms: fees paid before and kept back lower the payout, rows that ask for nothing are none", () => {
  assert.deepEqual(flowsOf(plainTerms({ charges: [{ ...fee, code: "kept", timing: "at_disbursement", amount: 20_00, deducted: true }, { ...fee, code: "first", timing: "at_application", amount: 5_00 }] })),
    [{ date: "2026-01-15", amount: -1_175_00 }, { date: "2026-02-15", amount: 408_03 }, { date: "2026-03-15", amount: 408_03 }, { date: "2026-04-15", amount: 408_02 }]);
  assert.deepEqual(flowsOf(plainTerms({ amortization: "bullet" })), [{ date: "2026-01-15", amount: -1_200_00 }, { date: "2026-04-15", amount: 1_236_00 }]);
});

test("time is counted by the period of the payments: months, weeks, years or days, by the rule of each place", () => {
  const of = (regime: "EU_CCD" | "UK_CONC", count: number, every: number, unit: "days" | "weeks" | "months" | "years") => aprOf(plainTerms({ disbursementDate: isoDate("2024-01-31"), installments: { count, every, unit }, interest: { ratePpb: 120_000_000, calculation: "equal_periods" } }), regime);
  for (const regime of ["EU_CCD", "UK_CONC"] as const) {
    near(of(regime, 12, 1, "months"), 1.01 ** 12 - 1, 1e-5);
    near(of(regime, 2, 3, "months"), 1.03 ** 4 - 1, 1e-5);
    near(of(regime, 6, 2, "weeks"), (1 + 0.24 / 52) ** 26 - 1, 1e-5);
    near(of(regime, 2, 1, "years"), 0.12, 1e-5);
    near(of(regime, 2, 12, "months"), 0.12, 1e-5);
  }
  // Ten days of a year of 365 days by the directive, of the leap year 2024 in the UK.
  near(of("EU_CCD", 5, 10, "days"), (1 + 0.12 / 36.5) ** 36.5 - 1, 5e-5);
  near(of("UK_CONC", 5, 10, "days"), (1 + 0.12 / 36.5) ** 36.6 - 1, 5e-5);
});

test("yearly payments count years, also when the first is broken, however a year is told", () => {
  const broken = (every: number, unit: "months" | "years") => plainTerms({ installments: { count: 2, every, unit }, firstDueDate: START.replace("01-15", "07-01") as typeof START, interest: { ratePpb: 120_000_000, calculation: "actual_days" } });
  for (const [regime, years] of [["EU_CCD", yearsEu], ["UK_CONC", yearsUk]] as const) {
    const by = (unit: "year" | "month") => { const [out, ...back] = flowsOf(broken(1, "years")); return aprEffective([{ years: 0, amount: -(out?.amount ?? 0) }], back.map((f) => ({ years: years(START, f.date, unit), amount: f.amount }))); };
    const wanted = by("year") ?? Number.NaN;
    near(aprOf(broken(1, "years"), regime), wanted, 1e-12);
    near(aprOf(broken(12, "months"), regime), wanted, 1e-12);
    assert.ok(Math.abs((by("month") ?? 0) - wanted) > 1e-6, "months would give another");
  }
  // Four weeks are no month, though one month has one payment and the next day of the month is near.
  near(aprOf(plainTerms({ installments: { count: 1, every: 4, unit: "weeks" } }), "IN_RBI"), (1_211_08 / 1_200_00) ** (365 / 28) - 1, 1e-6);
});

test("in India payments are monthly when each month has one and the first comes a month after the payout, give or take three days", () => {
  const of = (more: Parameters<typeof plainTerms>[0]) => aprOf(plainTerms(more), "IN_RBI");
  near(of({}), 0.12, 1e-5);
  near(of({ disbursementDate: isoDate("2026-01-31") }), 0.12, 1e-5);
  // 1 + 3/28 of a month for the first: as twelve times the monthly rate it would be above, as an effective one it is.
  const [three, four] = [of({ firstDueDate: isoDate("2026-02-18") }), of({ firstDueDate: isoDate("2026-02-19") })];
  near(three, 0.125824, 5e-6);
  near(four, 0.128374, 5e-6);
  near(of({ firstDueDate: isoDate("2026-03-15") }), 0.133651, 5e-6);
  near(of({ grace: { principalInstallments: 1, interestInstallments: 1 } }), 0.129066, 5e-6);
  near(of({ installments: { count: 2, every: 3, unit: "months" } }), 0.126874, 5e-6);
  near(of({ installments: { count: 2, every: 1, unit: "years" } }), 0.12, 1e-4);
});

test("what really moved: two payouts, a payment, a charge-back; credits and what was reversed are no money", () => {
  const life = new Life(plainTerms({ tranches: { max: 2, maxOutstanding: null, overApprovalPpb: 0 } }), 600_00).pay("2026-02-15", 204_01)
    .tell({ type: "disbursed", amount: 600_00, valueDate: isoDate("2026-02-20") }).tell({ type: "paymentReceived", kind: "goodwill_credit", amount: 10_00, valueDate: isoDate("2026-02-21") })
    .pay("2026-02-25", 100_00).tell({ type: "reversed", eventId: "e5", valueDate: isoDate("2026-02-26") }).tell({ type: "chargedBack", paymentId: "e2", amount: 50_00, valueDate: isoDate("2026-03-01") }).state;
  const flows = (rest?: "schedule" | "payoff" | "none") => flowsOfState(life, rest).map((f) => [f.date, f.amount]);
  const moved = [["2026-01-15", -600_00], ["2026-02-15", 204_01], ["2026-02-20", -600_00], ["2026-03-01", -50_00]];
  assert.deepEqual(flows("none"), moved);
  assert.deepEqual(flows(), [...moved, ["2026-03-15", 548_52], ["2026-04-15", 507_44]]);
  assert.deepEqual(flows("payoff"), [...moved.slice(0, 3), ["2026-03-01", 1_050_94 - 50_00]]);
  assert.equal(xirrOf(life, "none"), null, "most of it has not come back");
  // What is overdue is counted on the day the loan is seen on.
  const late = advanceTo(new Life(plainTerms()).state, isoDate("2026-03-15"));
  assert.deepEqual(flowsOfState(late).map((f) => [f.date, f.amount]), [["2026-01-15", -1_200_00], ["2026-03-15", 816_06], ["2026-04-15", 408_02]]);
  const closed = new Life(plainTerms()).pay("2026-02-15", 1_212_00, { payoff: true }).state;
  assert.deepEqual(flowsOfState(closed, "payoff").map((f) => [f.date, f.amount]), [["2026-01-15", -1_200_00], ["2026-02-15", 1_212_00]]);
});

test("money one way alone has no rate, nor has none at all", () => {
  const empty = replay(plainTerms(), [], START);
  for (const rest of ["none", "payoff"] as const) assert.equal(xirrOf(empty, rest), null);
  assert.equal(xirrOf(new Life(plainTerms()).state, "none"), null);
  const flow = (date: string, amount: number) => ({ date: isoDate(date), amount });
  for (const flows of [[], [flow("2026-01-01", -100)], [flow("2026-01-01", 100), flow("2026-02-01", 5)], [flow("2026-01-01", -100), flow("2026-02-01", -5)], [flow("2026-01-01", -100), flow("2026-01-01", 100)]]) {
    assert.deepEqual(levelYield(flows), { yearly: null, rows: [] }, JSON.stringify(flows));
  }
  // No rate makes 1.00 and 3.00 paid worth 3.00 got between them.
  assert.deepEqual(levelYield([flow("2026-01-01", -100), flow("2027-01-01", 300), flow("2028-01-01", -300)]), { yearly: null, rows: [] });
});

test("income of two years at 10 %, flows in any order: 10.00 and 5.24 of 100.00, the last row taking what rounding left", () => {
  // 100.00 × 1.1 − 57.62 = 52.38; × 1.1 = 57.62.
  const flows = [{ date: isoDate("2027-01-01"), amount: 57_62 }, { date: isoDate("2025-01-01"), amount: -100_00 }, { date: isoDate("2026-01-01"), amount: 57_62 }];
  const { yearly, rows } = levelYield(flows);
  near(yearly, 0.1, 1e-4);
  assert.deepEqual(rows, [{ date: "2026-01-01", income: 10_00, cash: 57_62, carrying: 52_38 }, { date: "2027-01-01", income: 5_24, cash: 57_62, carrying: 0 }]);
});

test("fees of rows are stated beside interest; rows of one day are one", () => {
  const charges = [{ ...fee, code: "collection", timing: "every_installment" as const, amount: 2_00 }];
  const { rows } = effectiveInterest(new Life(plainTerms({ charges })).state);
  assert.deepEqual(rows.map((r) => [r.date, r.stated]), [["2026-02-15", 14_00], ["2026-03-15", 10_04], ["2026-04-15", 6_04]]);
  assert.deepEqual(rows.map((r) => r.income - r.stated), rows.map((r) => r.deferred));
  assert.equal(rows.reduce((sum, r) => sum + r.deferred, 0), 0);
});

test("a loan of which all is kept back has no rate; a dozen weeks are weeks, and days are days", () => {
  const kept = (count: number) => plainTerms({ installments: { count, every: 1, unit: "months" }, charges: [{ code: "all", component: "fee", timing: "at_disbursement", basis: "percent_of_principal", percentPpb: 1_000_000_000, deducted: true }] });
  for (const count of [1, 3]) assert.equal(aprOf(kept(count), "IN_RBI"), null);
  const by = (terms: LoanTerms, regime: "EU_CCD" | "UK_CONC", unit: "week" | "day") => {
    const timed = (sign: number) => flowsOf(terms).filter((f) => f.amount * sign > 0).map((f) => ({ years: (regime === "EU_CCD" ? yearsEu : yearsUk)(terms.disbursementDate, f.date, unit), amount: Math.abs(f.amount) }));
    return aprEffective(timed(-1), timed(1));
  };
  const weeks = plainTerms({ installments: { count: 6, every: 12, unit: "weeks" } });
  const days = plainTerms({ disbursementDate: isoDate("2024-01-15"), installments: { count: 14, every: 30, unit: "days" } });
  for (const regime of ["EU_CCD", "UK_CONC"] as const) assert.deepEqual([aprOf(weeks, regime), aprOf(days, regime)], [by(weeks, regime, "week"), by(days, regime, "day")], regime);
});
