import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, explain } from "./index.ts";
import type { Figure, LoanState } from "./index.ts";
import { day, Life, percent, plainTerms } from "./testing/worked.ts";

/** Value, formula, inputs, events, rule and sentence, each as text. */
function told(loan: LoanState, figure: Figure): string[] {
  const { value, formula, inputs, events, rule, sentence } = explain(loan, figure);
  return [value, formula, inputs.map((i) => `${i.name} ${i.value}`).join(", "), events.join(" "), rule, sentence];
}

const MONTHLY = "yearly rate for one of the periods of 1 months";
const DAILY = "actual days over a year of its own days";
const fees = plainTerms({ charges: [{ code: "collection", component: "fee", timing: "every_installment", basis: "flat", amount: 2_00 }] });
/** The first installment paid, 100.00 on the second, and a late fee of 5.00. */
const classic = new Life(fees).pay("2026-02-15", 410_03).pay("2026-03-20", 100_00)
  .tell({ type: "chargeAdded", code: "late", component: "penalty", timing: "specified_date", basis: "flat", amount: 5_00, dueDate: day("2026-03-25"), valueDate: day("2026-03-21") }).state;
/** One per mille a day: 49.20 for 41 days and 400.00 paid on 2026-02-25, then 3.00 of the 8.00 earned by 2026-03-07. */
const daily = new Life(plainTerms({ model: "daily_simple", interest: { ratePpb: percent(36.5), daysInYear: "actual" } })).pay("2026-02-25", 449_20).pay("2026-03-07", 3_00).state;

test("each part of an installment: formula, inputs, events up to its due date, rule and sentence", () => {
  const first = "opening principal 1200.00, rate 12 %, days 31, interest 12.00, principal 396.03";
  const of = (number: number, part: "principal" | "interest" | "total" | "balance") => told(classic, { kind: "installment", number, part });
  assert.deepEqual(of(1, "principal"), ["396.03", "principal = installment − interest", first, "e1 e2", MONTHLY, "Installment 1 repays 396.03: 408.03 less 12.00 of interest."]);
  assert.deepEqual(of(1, "interest"), ["12.00", "interest = principal × rate × time, rounded once", first, "e1 e2", MONTHLY, `Installment 1 bears 12.00 of interest: 1200.00 at 12 % from 2026-01-15 to 2026-02-15 (31 days), by ${MONTHLY}.`]);
  assert.deepEqual(of(1, "balance"), ["803.97", "balance = opening principal − principal", first, "e1 e2", MONTHLY, "After installment 1 the planned principal is 803.97."]);
  const last = "opening principal 403.98, rate 12 %, days 31, interest 4.04, principal 403.98";
  assert.deepEqual(of(3, "principal"), ["403.98", "principal = what is left", last, "e1 e2 e3", MONTHLY, "The last installment repays the 403.98 that is left."]);
  assert.deepEqual(of(3, "total"), ["415.02", "total = principal + interest + fees + penalties", last, "e1 e2 e3", MONTHLY, "415.02 is due on 2026-04-15: principal 403.98, interest 4.04, fees 2.00, penalties 5.00."]);
  assert.throws(() => of(4, "total"), /no installment 4/);
});

test("principal lent again in a row does not count as planned", () => {
  const back = new Life(plainTerms()).pay("2026-02-15", 408_03).tell({ type: "chargedBack", paymentId: "e2", amount: 50_00, valueDate: day("2026-03-01") }).state;
  assert.deepEqual(told(back, { kind: "installment", number: 2, part: "principal" }), ["449.99", "principal = installment − interest",
    "opening principal 803.97, rate 12 %, days 28, interest 8.04, principal 449.99", "e1 e2 e3", MONTHLY, "Installment 2 repays 449.99: 458.03 less 8.04 of interest."]);
});

test("interest by the day: what a settled row paid, what the first open row would pay with what accrued before, and a later one", () => {
  const of = (number: number) => told(daily, { kind: "installment", number, part: "interest" });
  const formula = "interest = accrued before + principal × rate × days ÷ days of the year, rounded when paid";
  assert.deepEqual(of(1), ["49.20", formula, "rate 36.5 %, settled 2026-02-25", "e1", DAILY, `Installment 1 paid 49.20 of the interest that had accrued by the day, by ${DAILY}, when its money came.`]);
  // 18 days of 0.80 from 2026-02-25, of which 8 are to come: 6.40 + 5.00 + the 3.00 paid.
  assert.deepEqual(of(2), ["14.40", formula, "principal 800.00, rate 36.5 %, from 2026-03-07, days 8, accrued before 5.00", "e1 e2 e3", DAILY, `If installment 2 is paid on 2026-03-15, 14.40 of it is interest: 800.00 at 36.5 % from 2026-03-07 (8 days), by ${DAILY}, and 5.00 accrued before.`]);
  assert.deepEqual(of(3), ["12.87", formula, "principal 415.12, rate 36.5 %, from 2026-03-15, days 31, accrued before 0.00", "e1 e2 e3", DAILY, `If installment 3 is paid on 2026-04-15, 12.87 of it is interest: 415.12 at 36.5 % from 2026-03-15 (31 days), by ${DAILY}.`]);
  const fresh = new Life(plainTerms({ model: "daily_simple", interest: { ratePpb: percent(36.5), daysInYear: 360 } })).state;
  assert.equal(told(fresh, { kind: "installment", number: 1, part: "interest" })[5], "If installment 1 is paid on 2026-02-15, 37.72 of it is interest: 1200.00 at 36.5 % from 2026-01-15 (31 days), by actual days over a year of 360 days.");
  assert.equal(told(fresh, { kind: "installment", number: 1, part: "total" })[1], "total = principal + interest + fees + penalties");
  const byDays = new Life(plainTerms({ interest: { ratePpb: percent(36.5), calculation: "actual_days" } })).state;
  assert.equal(told(byDays, { kind: "installment", number: 1, part: "interest" })[4], "actual days over a year of 365 days");
});

test("outstanding: principal from what was paid out, the rest row by row", () => {
  const of = (component: "principal" | "interest" | "fee" | "penalty", loan = classic) => told(loan, { kind: "outstanding", component });
  const rest = ["e1 e2 e3", "balances by component"];
  assert.deepEqual(of("principal"), ["714.01", "outstanding = paid out − repaid", "paid out 1200.00, repaid 485.99", ...rest, "1200.00 was paid out and 485.99 of it repaid, so 714.01 of principal is outstanding."]);
  assert.deepEqual(of("penalty"), ["5.00", "outstanding = Σ (due − paid − waived)", "installment 3, due 2026-04-15 5.00", ...rest, "5.00 of penalty is owed on 1 installment."]);
  const fresh = new Life(fees).state;
  assert.deepEqual(of("fee", fresh), ["6.00", "outstanding = Σ (due − paid − waived)", "installment 1, due 2026-02-15 2.00, installment 2, due 2026-03-15 2.00, installment 3, due 2026-04-15 2.00", "e1", "balances by component", "6.00 of fee is owed on 3 installments."]);
  assert.equal(of("penalty", fresh)[5], "0.00 of penalty is owed on 0 installments.");
});

test("interest earned to a day: of rows what is due and the days' share of the current one, by the day from the last event", () => {
  const of = (loan: LoanState, asOf: string) => told(loan, { kind: "accrued_interest", asOf: day(asOf) });
  const formula = "accrued = interest due and unpaid + interest of the current installment by its days";
  // 12.00 × 17 ÷ 31; then 8.04 due and 4.04 × 2 ÷ 31; then 4.04 × 5 ÷ 31, the money having come.
  assert.deepEqual(of(classic, "2026-02-01"), ["6.58", formula, "due and unpaid 0.00, interest of the current installment 12.00, its days gone 17 of 31", "e1", MONTHLY, "6.58 of interest is earned and unpaid on 2026-02-01: 0.00 is due, 6.58 is of installment 1 for 17 of 31 days."]);
  assert.deepEqual(of(classic, "2026-03-17").slice(0, 4), ["8.30", formula, "due and unpaid 8.04, interest of the current installment 4.04, its days gone 2 of 31", "e1 e2"]);
  assert.equal(of(classic, "2026-03-20")[5], "0.65 of interest is earned and unpaid on 2026-03-20: 0.00 is due, 0.65 is of installment 3 for 5 of 31 days.");
  assert.equal(of(classic, "2026-02-15")[2], "due and unpaid 0.00, interest of the current installment 8.04, its days gone 0 of 28");
  assert.deepEqual(of(classic, "2026-05-01").slice(2), ["due and unpaid 4.04, interest of the current installment 0.00, its days gone 0", "e1 e2 e3", MONTHLY, "4.04 of interest is earned and unpaid on 2026-05-01: 4.04 is due."]);
  const byDay = "accrued = carried forward + principal × rate × days ÷ days of the year";
  assert.deepEqual(of(daily, "2026-02-20"), ["43.20", byDay, "principal 1200.00, rate 36.5 %, since 2026-01-15, days 36, carried forward 0.00", "e1", DAILY, `43.20 of interest is earned and unpaid on 2026-02-20: 1200.00 at 36.5 % since 2026-01-15 (36 days), by ${DAILY}.`]);
  assert.deepEqual(of(daily, "2026-03-10"), ["7.40", byDay, "principal 800.00, rate 36.5 %, since 2026-03-07, days 3, carried forward 5.00", "e1 e2 e3", DAILY, `7.40 of interest is earned and unpaid on 2026-03-10: 800.00 at 36.5 % since 2026-03-07 (3 days), by ${DAILY}, and 5.00 from before.`]);
  assert.equal(of(daily, "2026-01-01")[0], "0.00", "before anything was paid out");
});

test("a payoff by component, with what another day adds; a payment that was reversed is no event of it", () => {
  assert.deepEqual(told(classic, { kind: "payoff", date: day("2026-03-26") }), ["720.44", "payoff = principal + interest to the day + fees + penalties", "principal 714.01, interest 1.43, fees 0.00, penalties 5.00, per diem 0.13", "e1 e2 e3", MONTHLY,
    "720.44 closes the loan on 2026-03-26: principal 714.01, interest 1.43, fees 0.00, penalties 5.00. Each further day adds 0.13."]);
  const reversed = new Life(plainTerms()).pay("2026-02-15", 408_03).tell({ type: "reversed", eventId: "e2", valueDate: day("2026-02-16") }).state;
  assert.equal(told(reversed, { kind: "payoff", date: day("2026-02-16") })[3], "e1");
});

test("the division of a payment, and what was left over", () => {
  const formula = "amount = penalties + fees + interest + principal + excess";
  const rule = "penalty_fee_interest_principal";
  assert.deepEqual(told(classic, { kind: "allocation", eventId: "e3" }), ["100.00", formula, "installment 2, due 2026-03-15, fee 2.00, installment 2, due 2026-03-15, interest 8.04, installment 2, due 2026-03-15, principal 89.96", "e3", rule,
    "100.00 of 2026-03-20 paid penalties 0.00, fees 2.00, interest 8.04, principal 89.96; 0.00 was left over."]);
  const over = new Life(fees).pay("2026-04-20", 1_300_00).state;
  assert.equal(told(over, { kind: "allocation", eventId: "e2" })[5], "1300.00 of 2026-04-20 paid penalties 0.00, fees 6.00, interest 24.08, principal 1200.00; 69.92 was left over.");
  assert.throws(() => told(classic, { kind: "allocation", eventId: "none" }), /no transaction of event none/);
});

test("days past due from the oldest unpaid due date, a pause told, on the due date none", () => {
  const of = (loan: LoanState, asOf: string) => told(loan, { kind: "days_past_due", asOf: day(asOf) });
  const formula = "days past due = day − oldest unpaid due date";
  assert.deepEqual(of(classic, "2026-03-16"), ["1", formula, "oldest unpaid due date 2026-03-15, paused days 0", "e1 e2", "0 days of grace", "Installment 2, due 2026-03-15, is unpaid on 2026-03-16: 1 days past due."]);
  assert.deepEqual(of(classic, "2026-03-15"), ["0", formula, "oldest unpaid due date none, paused days 0", "e1 e2", "0 days of grace", "Nothing is past due on 2026-03-15."]);
  const patient = plainTerms({ delinquency: { graceDays: 3, buckets: fees.delinquency.buckets, byInstallment: false } });
  const paused = new Life(patient).tell({ type: "delinquencyPaused", startDate: day("2026-02-20"), endDate: day("2026-02-25"), valueDate: day("2026-02-20") }).state;
  assert.deepEqual(of(paused, "2026-03-01").slice(2, 5), ["oldest unpaid due date 2026-02-15, paused days 5", "e1", "3 days of grace"]);
  // The first row asks for nothing.
  const idle = new Life(plainTerms({ grace: { principalInstallments: 1, interestInstallments: 1, interest: "none" } })).state;
  assert.equal(of(idle, "2026-03-01")[5], "Nothing is past due on 2026-03-01.");
  assert.equal(of(idle, "2026-03-20")[5], "Installment 2, due 2026-03-15, is unpaid on 2026-03-20: 5 days past due.");
});

test("a cell that is as agreed is explained as agreed; of a row changed by money, of several payouts, of fees, as it stands", () => {
  const cell = (loan: LoanState, row: number, column: "dueDate" | "principal" | "interest" | "fees" | "total" | "balance") => told(loan, { kind: "cell", row, column });
  assert.deepEqual(cell(classic, 2, "principal"), ["399.99", "principal = payment − interest", "payment 408.03, interest 8.04, opening balance 803.97, base payment 408.03", "e1 e2", "the level payment", "Row 2 repays 399.99: 408.03 less 8.04 of interest."]);
  assert.deepEqual(cell(classic, 2, "dueDate"), ["2026-03-15", "due date = date counted from the first, moved by the calendar", "period from 2026-02-15, days 28", "e1 e2", "every 1 months", "Row 2 is due on 2026-03-15: every 1 months."]);
  const now = "opening principal 403.98, rate 12 %, days 31, interest 4.04, principal 403.98";
  assert.deepEqual(cell(classic, 3, "fees").slice(0, 3), ["7.00", "total = principal + interest + fees + penalties", now]);
  assert.equal(cell(classic, 3, "total")[0], "415.02");
  assert.throws(() => cell(classic, 4, "total"), /no installment 4/);
  const two = new Life(plainTerms({ tranches: { max: 2, maxOutstanding: null, overApprovalPpb: 0 } }), 600_00).tell({ type: "disbursed", amount: 600_00, valueDate: day("2026-02-20") }).state;
  assert.deepEqual(cell(two, 2, "interest").slice(0, 2), ["8.95", "interest = principal × rate × time, rounded once"]);
  assert.deepEqual(cell(two, 2, "dueDate").slice(0, 2), ["2026-03-15", "total = principal + interest + fees + penalties"]);
  assert.deepEqual(cell(two, 1, "balance").slice(0, 2), ["401.99", "balance = opening principal − principal"]);
  // Less was paid out than agreed: explained by what was.
  const less = new Life(plainTerms(), 600_00).state;
  assert.equal(cell(less, 1, "interest")[5], "Row 1 bears 6.00 of interest: 600.00 at 12 % from 2026-01-15 to 2026-02-15 (31 days, 1/12 of a year), rounded half-even.");
  assert.deepEqual(cell(new Life(plainTerms()).tell({ type: "rateChanged", ratePpb: percent(24), keep: "term", valueDate: day("2026-02-15") }).state, 2, "interest")[0], "16.08");
});

test("the first open row by the day is told from the day interest really runs from, though its own days begin later", () => {
  const ahead = new Life(plainTerms({ model: "daily_simple", interest: { ratePpb: percent(36.5) } })).pay("2026-02-01", 447_40).state;
  const { value, inputs } = explain(ahead, { kind: "installment", number: 2, part: "interest" });
  const of = (name: string) => inputs.find((i) => i.name === name)?.value;
  const principal = Number(of("principal"));
  assert.deepEqual([ahead.installments[0]?.settledDate, of("from"), of("days")], ["2026-02-01", "2026-02-01", "42"]);
  assert.equal(value, (principal * 0.042).toFixed(2), "42 days at one per mille, not the 28 of its own");
});

test("interest of rows on a due date, in a period, and before anything runs", () => {
  const plain = new Life(plainTerms()).state;
  const at = (date: string) => { const { inputs, sentence } = explain(plain, { kind: "accrued_interest", asOf: day(date) }); return [inputs.map((i) => i.value), sentence]; };
  assert.deepEqual(at("2026-02-15")[0], ["12.00", "8.04", "0 of 28"]);
  assert.deepEqual(at("2026-02-20"), [["12.00", "8.04", "5 of 28"], "13.44 of interest is earned and unpaid on 2026-02-20: 12.00 is due, 1.44 is of installment 2 for 5 of 28 days."]);
  assert.deepEqual(at("2026-01-10")[0], ["0.00", "0.00", "0"]);
  assert.deepEqual(explain(daily, { kind: "accrued_interest", asOf: day("2026-01-10") }).inputs.map((i) => i.name), ["principal", "rate", "since", "days", "carried forward"]);
  const twice = new Life(plainTerms({ model: "daily_simple", interest: { ratePpb: percent(36.5) } })).pay("2026-02-20", 100_00);
  const backdated = apply(twice.state, { type: "paymentReceived", kind: "repayment", id: "late", sequence: 9, valueDate: day("2026-02-10"), businessDate: day("2026-02-21"), amount: 50_00 });
  assert.equal(explain(backdated, { kind: "accrued_interest", asOf: day("2026-03-01") }).inputs.find((i) => i.name === "since")?.value, "2026-02-20", "from the last day money came, not from the last recorded");
});

test("a cell of a row whose date, principal or interest is no more as agreed is told as it stands; there is no cell beyond the rows", () => {
  const cell = (state: LoanState, row: number, column: "dueDate" | "principal" | "interest") => explain(state, { kind: "cell", row, column }).value;
  const moved = new Life(plainTerms()).tell({ type: "rescheduled", fromDate: day("2026-04-15"), newDueDate: day("2026-04-20"), valueDate: day("2026-01-20") }).state;
  assert.deepEqual([moved.installments[2]?.due.interest, cell(moved, 3, "dueDate")], [4_04, "2026-04-20"]);
  const lent = new Life(plainTerms()).pay("2026-02-15", 408_03).tell({ type: "chargedBack", paymentId: "e2", amount: 50_00, valueDate: day("2026-03-01") }).state;
  assert.equal(cell(lent, 2, "principal"), "449.99");
  const dearer = new Life(plainTerms({ amortization: "equal_principal" })).tell({ type: "rateChanged", ratePpb: percent(24), keep: "term", valueDate: day("2026-02-15") }).state;
  assert.deepEqual([dearer.installments[1]?.due.principal, cell(dearer, 2, "interest")], [400_00, "16.00"]);
  assert.throws(() => cell(dearer, 4, "interest"), /there is no installment 4/);
});
