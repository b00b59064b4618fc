import assert from "node:assert/strict";
import { test } from "node:test";
import { accruedInterest, buildSchedule, loanTerms } from "./index.ts";
import type { LoanTermsInput } from "./index.ts";
import { copyBook } from "./progressive-book.ts";
import { PROGRESSIVE_LOANS, progressiveBook, progressiveLoan } from "./testing/progressive-loans.ts";
import { day, Life, months, percent, plainTerms } from "./testing/worked.ts";

/** How progressive loans count time: 1,200.00 from 2026-01-15 at 12 %, three rows. */

type Interest = Partial<LoanTermsInput["interest"]>;
const interests = (interest: Interest, more: Partial<LoanTermsInput> = {}) => buildSchedule(plainTerms({ model: "progressive", ...more, interest: { ratePpb: percent(12), ...interest } })).rows.map((row) => row.interest);
const byDays = { calculation: "actual_days", daysInYear: 365 } as const;

test("a broken first period counts by its days against the whole period that ends with it; all payments share it", () => {
  // 12.00 × 41 ÷ 31: 26 January to 25 February would be the month.
  const rows = buildSchedule(plainTerms({ model: "progressive", firstDueDate: day("2026-02-25") })).rows;
  assert.deepEqual(rows.map((r) => [r.principal, r.interest, r.balance]), [[393_46, 15_87, 806_54], [401_26, 8_07, 405_28], [405_28, 4_05, 0]]);
  // 12.00 × 21 ÷ 31.
  assert.equal(interests({}, { firstDueDate: day("2026-02-05") })[0], 8_13);
  assert.equal(interests({}, { firstDueDate: day("2026-02-15") })[0], 12_00);
  assert.equal(interests({ partialPeriods: false }, { firstDueDate: day("2026-02-25") })[0], 12_00);
  // 41 days of 365.
  assert.equal(interests(byDays, { firstDueDate: day("2026-02-25") })[0], 16_18);
  // Ten digits are carried, and a broken period is one all the same.
  assert.equal(interests({}, { firstDueDate: day("2026-02-25"), compatibility: { calculationDigits: 10 } })[0], 15_87);
  assert.equal(interests(byDays, { firstDueDate: day("2026-02-25"), compatibility: { calculationDigits: 10 } })[0], 16_18);
});

test("on the way through a broken first period interest grows by the same measure, and what is paid early saves by it", () => {
  const terms = plainTerms({ model: "progressive", firstDueDate: day("2026-02-25"), interest: { ratePpb: percent(12), recalculation: { rest: "daily", advance: "adjust_last", payoffInterest: "to_payoff_date", overdueEarnsInterest: false } } });
  const { state } = new Life(terms);
  // 12.00 × 10, 31 and 41 days ÷ 31.
  assert.deepEqual(["2026-01-25", "2026-02-15", "2026-02-25"].map((date) => accruedInterest(state, day(date))), [3_87, 12_00, 15_87]);
});

test("rows on dates agreed or given by hand bear interest for their own days", () => {
  // 44, 31 and 30 days of 365.
  const monthEnds = buildSchedule(plainTerms({ model: "progressive", amortization: "interest_only", dates: { kind: "month_end" }, interest: { ratePpb: percent(12), ...byDays } })).rows;
  assert.deepEqual(monthEnds.map((r) => [r.dueDate, r.interest]), [["2026-02-28", 17_36], ["2026-03-31", 12_23], ["2026-04-30", 11_84]]);
  // 16 days, then 15 and 13.
  assert.deepEqual(interests(byDays, { amortization: "interest_only", dates: { kind: "semi_monthly", days: [15, 31] } }), [6_31, 5_92, 5_13]);
  // By half months: the first, of 16 days to 31 January, is whole.
  assert.deepEqual(interests({}, { amortization: "interest_only", dates: { kind: "semi_monthly", days: [15, 31] } }), [6_00, 6_00, 6_00]);
  // Paid out on 20 January, eleven days of sixteen.
  assert.equal(interests({}, { amortization: "interest_only", disbursementDate: day("2026-01-20"), dates: { kind: "semi_monthly", days: [15, 31] } })[0], 4_12);
  const custom = [{ dueDate: day("2026-03-01"), principal: 200_00 }, { dueDate: day("2026-06-30"), principal: 500_00 }, { dueDate: day("2026-07-01") }];
  // 45 days of 1,200.00; 121 of 1,000.00; one of 500.00.
  assert.deepEqual(interests(byDays, { payments: { custom } }), [17_75, 39_78, 16]);
});

test("a core that carries two digits rounds each step to them, and counts its own days where rows are no usual periods", () => {
  const two = { amortization: "interest_only", compatibility: { calculationDigits: 2 } } as const;
  // 1 ÷ 12 is 0.083, of 13.7 % 0.011, of 1,200.00 13.20, in two digits 13.
  assert.deepEqual(interests({ ratePpb: percent(13.7) }, two), [13_00, 13_00, 13_00]);
  // 31 ÷ 365 is 0.085, of 13.7 % 0.012, to two places 0.01.
  assert.equal(interests({ ratePpb: percent(13.7), ...byDays }, two)[0], 12_00);
  const ten = { amortization: "interest_only", compatibility: { calculationDigits: 10 } } as const;
  assert.deepEqual(interests(byDays, { ...ten, dates: { kind: "month_end" } }), [17_36, 12_23, 11_84]);
  assert.deepEqual(interests(byDays, { ...ten, amortization: "equal_installments", payments: { custom: [{ dueDate: day("2026-03-01"), principal: 200_00 }, { dueDate: day("2026-06-30"), principal: 500_00 }, { dueDate: day("2026-07-01") }] } }), [17_75, 39_78, 16]);
  // 30E/360: thirty days each.
  assert.deepEqual(interests({ calculation: "actual_days", daysInYear: 360, dayCount: "30E/360" }, ten), [12_00, 12_00, 12_00]);
});

test("a copy of a book goes its own way", () => {
  const book = progressiveBook(plainTerms({ model: "progressive", amortization: "bullet", interest: { ratePpb: percent(12), compounding: { every: 1, unit: "months" } } }));
  const [first] = book.rows;
  assert.ok(first);
  first.interestPayments = [{ day: 1, amount: 1 }];
  first.payments.push({ day: 1, amount: 1 });
  const before = structuredClone({ rows: book.rows, lent: book.lent, rates: book.rates });
  const { book: copy, counterpartOf } = copyBook(book);
  const own = counterpartOf(first);
  assert.ok(copy.rows[0] === own && own !== first);
  own.interestPayments?.push({ day: 2, amount: 2 });
  own.payments.push({ day: 2, amount: 2 });
  own.amount = 7;
  copy.lent.push({ day: 2, amount: 2 });
  copy.rates.push({ fromDay: 2, ratePpb: 2 });
  assert.deepEqual({ rows: book.rows, lent: book.lent, rates: book.rates }, before);
  assert.equal(book.takes === undefined || book.rows.includes(book.takes ?? first), true);
  assert.ok(copy.takes === undefined || copy.takes === null || copy.rows.includes(copy.takes));
});

test("a payment in the middle of a row divides its days as they are, also where the month or the year turns", () => {
  const follows = { rest: "daily", advance: "adjust_last", payoffInterest: "to_payoff_date", overdueEarnsInterest: false } as const;
  const second = (start: string, paid: string, interest: Interest) => new Life(plainTerms({ model: "progressive", disbursementDate: day(start), installments: months(3), interest: { ratePpb: percent(12), recalculation: follows, ...interest } })).pay(paid, 600_00, { principalOnly: true }).state.installments[0]?.due.interest;
  // 31 days from 20 January: 21 of 1,200.00, 10 of 600.00.
  assert.equal(second("2026-01-20", "2026-02-10", byDays), 8_28 + 1_97);
  // From 15 December 2027: 17 of 1,200.00 in a year of 365 days and 14 of 600.00 in one of 366.
  assert.equal(second("2027-12-15", "2028-01-01", { calculation: "actual_days", daysInYear: "actual" }), 6_71 + 2_75);
});

test("weeks are fifty-two a year where periods are equal, and seven days by days", () => {
  const weekly = { amortization: "interest_only", installments: { count: 2, every: 2, unit: "weeks" } } as const;
  assert.deepEqual(interests({}, weekly), [5_54, 5_54]);
  assert.deepEqual(interests(byDays, weekly), [5_52, 5_52]);
});

test("a progressive schedule nobody has paid yet is the fixed one by the same terms", () => {
  // Those left out differ by their rules: a payment given that is too high, principal under a grace of interest alone, a broken period on top of the first payment.
  const own = new Set(["a given installment that is high", "grace of interest alone", "grace of interest alone that never runs", "grace of interest alone that becomes principal", "a broken first period"]);
  for (const name of PROGRESSIVE_LOANS.filter((n) => !own.has(n))) {
    const terms = progressiveLoan(name, 2);
    if (terms.compatibility.calculationDigits !== null) continue;
    const near = 10;
    const fixed = buildSchedule(loanTerms({ ...terms, model: "classic" })).rows;
    for (const [i, row] of buildSchedule(terms).rows.entries()) {
      // Each stretch of a progressive row is rounded; the payment solved may differ by a minor unit, and the last row takes what that makes.
      assert.ok(Math.abs(row.interest - (fixed[i]?.interest ?? 0)) <= near && Math.abs(row.principal - (fixed[i]?.principal ?? 0)) <= near, `${name}, row ${i + 1}: ${row.principal} ${row.interest}`);
    }
  }
});
