import assert from "node:assert/strict";
import * as fc from "fast-check";
import { anyLoan, anyPlain } from "./testing/any-loan.ts";
import { addDays, buildSchedule, isoDate, loanTerms, toDay, weekdayOf } from "./index.ts";
import type { LoanTerms, Schedule } from "./index.ts";
import { frozen, holds, holdsCheaply, possible } from "./testing/property-kit.ts";

/** What every schedule keeps, and what plain ones do besides. */

const sum = (rows: Schedule["rows"], of: (row: Schedule["rows"][number]) => number) => rows.reduce((total, row) => total + of(row), 0);
const draw = (terms: LoanTerms) => possible(() => buildSchedule(terms));
const over = (terms: LoanTerms, change: Partial<LoanTerms>): LoanTerms => ({ ...terms, ...change });

holds("whatever the terms, principal of the rows is the amount lent and the balance ends at zero", anyLoan, (terms) => {
  const schedule = draw(terms);
  if (!schedule) return;
  assert.equal(sum(schedule.rows, (r) => r.principal), terms.principal);
  assert.equal(schedule.rows.at(-1)?.balance, 0);
});

holds("each row's balance is the amount lent less principal so far, and its total its parts", anyLoan, (terms) => {
  const schedule = draw(terms);
  let repaid = 0;
  for (const row of schedule?.rows ?? []) {
    repaid += row.principal;
    assert.equal(row.balance, terms.principal - repaid);
    assert.equal(row.total, row.principal + row.interest + row.fees);
  }
});

holds("totals are the sums of the rows, and fees kept back at the payout besides", anyLoan, (terms) => {
  const schedule = draw(terms);
  if (!schedule) return;
  const { totals, rows, feesAtDisbursement } = schedule;
  assert.equal(totals.interest, sum(rows, (r) => r.interest));
  assert.equal(totals.fees, sum(rows, (r) => r.fees) + feesAtDisbursement);
  assert.equal(totals.total, totals.principal + totals.interest + totals.fees);
});

holds("rows are numbered from one, and no due date is before the one before it or its own start", anyLoan, (terms) => {
  const rows = draw(terms)?.rows ?? [];
  for (const [index, row] of rows.entries()) {
    assert.equal(row.number, index + 1);
    assert.ok(row.dueDate >= row.fromDate);
    if (index > 0) assert.ok(row.dueDate >= (rows[index - 1]?.dueDate ?? ""));
  }
});

holds("no row has interest or fees below zero, nor principal unless the terms let unpaid interest become principal", anyLoan, (terms) => {
  for (const row of draw(terms)?.rows ?? []) {
    assert.ok(row.interest >= 0 && row.fees >= 0, `row ${row.number}`);
    if (!terms.payments && terms.grace.interest !== "capitalise") assert.ok(row.principal >= 0, `row ${row.number}: ${row.principal}`);
  }
});

holds("drawing a schedule changes nothing in its terms and gives the same again", anyLoan, (terms) => {
  const first = draw(frozen(terms));
  assert.deepEqual(draw(terms), first);
});

holds("terms stored as JSON draw the same schedule", anyLoan, (terms) => {
  assert.deepEqual(draw(JSON.parse(JSON.stringify(terms)) as LoanTerms), draw(terms));
});

holds("the currency changes no figure", anyLoan, (terms) => {
  const [a, b] = [draw(over(terms, { currency: "USD" })), draw(over(terms, { currency: "KWD" }))];
  assert.deepEqual(a?.rows, b?.rows);
  assert.equal(b?.currency ?? "KWD", "KWD");
});

holdsCheaply("without interest all is principal, and equal rows differ by at most one unit but for the last", anyPlain, (plain) => {
  const terms = over(plain, { interest: { ...plain.interest, ratePpb: 0 } });
  const { rows, totals } = buildSchedule(terms);
  assert.equal(totals.interest, 0);
  const principals = rows.slice(0, -1).map((r) => r.principal);
  if (principals.length > 0 && Math.round(terms.principal / rows.length) * (rows.length - 1) < terms.principal) assert.ok(Math.max(...principals) - Math.min(...principals) <= 1);
});

holdsCheaply("all installments of a plain loan are equal, but for the last, which differs by less than a unit for each row", anyPlain, (terms) => {
  const schedule = draw(terms);
  if (!schedule || schedule.rows.some((r) => r.balance === 0 && r.number < schedule.rows.length)) return;
  const [last, before] = [schedule.rows.at(-1), schedule.rows.slice(0, -1)];
  for (const row of before) assert.equal(row.total, schedule.installmentAmount);
  if (last && before.length > 0) assert.ok(Math.abs(last.total - schedule.installmentAmount) <= slack(terms), `${last.total} after ${schedule.installmentAmount}`);
});

/** What rounding each row by less than a unit can come to: it grows with interest until the end. */
function slack(terms: LoanTerms): number {
  return terms.installments.count * (1 + yearlyShare(terms)) ** terms.installments.count + 1;
}

/** Rate of one period, near enough. */
function yearlyShare({ interest, installments: { every, unit } }: LoanTerms): number {
  const years = { days: every / 365, weeks: every / 52, months: every / 12, years: every }[unit];
  return (interest.ratePpb / 1e9) * years;
}

holdsCheaply("the installments of a plain loan are worth the amount lent, discounted at its rate", anyPlain, (terms) => {
  const schedule = draw(terms);
  if (!schedule) return;
  const r = yearlyShare(terms);
  const worth = schedule.rows.reduce((total, row) => total + row.total / (1 + r) ** row.number, 0);
  assert.ok(Math.abs(worth - terms.principal) <= terms.installments.count + terms.principal * 1e-9, `${worth} for ${terms.principal}`);
});

holdsCheaply("interest of a plain row is the balance before it times the rate of a period, rounded", anyPlain, (terms) => {
  const schedule = draw(terms);
  const r = yearlyShare(terms);
  let balance = terms.principal;
  for (const row of schedule?.rows ?? []) {
    assert.ok(Math.abs(row.interest - balance * r) <= 0.5 + balance * 1e-12, `row ${row.number}`);
    balance = row.balance;
  }
});

holdsCheaply("a higher rate never lowers the interest of a plain loan", fc.tuple(anyPlain, fc.integer({ min: 1, max: 200_000_000 })), ([terms, more]) => {
  const [low, high] = [draw(terms), draw(over(terms, { interest: { ...terms.interest, ratePpb: terms.interest.ratePpb + more } }))];
  if (low && high) assert.ok(high.totals.interest + slack(terms) >= low.totals.interest);
});

holdsCheaply("a longer term never lowers the interest of a plain loan", fc.tuple(anyPlain, fc.integer({ min: 1, max: 12 })), ([terms, more]) => {
  const longer = over(terms, { installments: { ...terms.installments, count: terms.installments.count + more } });
  const [short, long] = [draw(terms), draw(longer)];
  if (short && long) assert.ok(long.totals.interest + slack(longer) >= short.totals.interest);
});

holdsCheaply("more money never costs less interest", fc.tuple(anyPlain, fc.integer({ min: 1, max: 1_000_000 })), ([terms, more]) => {
  const [less, larger] = [draw(terms), draw(over(terms, { principal: terms.principal + more }))];
  if (less && larger) assert.ok(larger.totals.interest + slack(terms) >= less.totals.interest);
});

holdsCheaply("equal principal: each row repays the same, the last what is left", anyPlain, (plain) => {
  const schedule = draw(over(plain, { amortization: "equal_principal" }));
  const shares = new Set((schedule?.rows ?? []).slice(0, -1).map((r) => r.principal));
  // A share rounded up may use the amount up before the last row.
  if (schedule && schedule.rows.slice(0, -1).every((r) => r.balance > 0)) assert.ok(shares.size <= 1, `${[...shares].join(" ")}`);
});

holdsCheaply("interest only and bullet repay nothing before the last row, and a bullet asks no interest before it either", fc.tuple(anyPlain, fc.constantFrom("interest_only" as const, "bullet" as const)), ([plain, amortization]) => {
  const rows = draw(over(plain, { amortization }))?.rows ?? [];
  for (const row of rows.slice(0, -1)) {
    assert.equal(row.principal, 0);
    if (amortization === "bullet") assert.equal(row.interest, 0);
  }
});

holdsCheaply("flat interest is the same in each row, whatever was repaid", anyPlain, (plain) => {
  const rows = draw(over(plain, { interest: { ...plain.interest, method: "flat" } }))?.rows ?? [];
  assert.ok(new Set(rows.map((r) => r.interest)).size <= 1);
});

holdsCheaply("a balloon is left for the last row", fc.tuple(anyPlain, fc.double({ min: 0, max: 0.9, noNaN: true })), ([plain, share]) => {
  const terms = over(plain, { balloon: Math.floor(plain.principal * share) });
  const last = draw(terms)?.rows.at(-1);
  if (last && terms.interest.ratePpb < 400_000_000) assert.ok(last.principal + terms.installments.count * 40 >= terms.balloon, `${last.principal} of ${terms.balloon}`);
});

holdsCheaply("rows of grace repay nothing", fc.tuple(anyPlain, fc.integer({ min: 1, max: 6 })), ([plain, grace]) => {
  const schedule = draw(over(plain, { grace: { principalInstallments: grace, interestInstallments: 0 } }));
  for (const row of (schedule?.rows ?? []).slice(0, grace)) assert.equal(row.principal, 0);
});

holdsCheaply("payments rounded to a multiple are multiples, but for the last", fc.tuple(anyPlain, fc.constantFrom(5, 100, 1000)), ([plain, multiple]) => {
  const schedule = draw(over(plain, { compatibility: { ...plain.compatibility, installmentMultiple: multiple } }));
  if (schedule && schedule.rows.slice(0, -1).every((r) => r.balance > 0)) for (const row of schedule.rows.slice(0, -1)) assert.equal(row.total % multiple, 0);
});

holdsCheaply("a due date rolled forward is a business day on or after the day as counted", fc.tuple(anyPlain, fc.integer({ min: 0, max: 2000 })), ([plain, later]) => {
  const disbursementDate = addDays(plain.disbursementDate, later);
  const calendar = { weekend: [6, 7], holidays: [isoDate("2027-01-01"), isoDate("2028-01-03")], roll: "following" as const, movesInterest: false };
  const counted = draw(over(plain, { disbursementDate }))?.rows ?? [];
  for (const [index, row] of (draw(over(plain, { disbursementDate, calendar }))?.rows ?? []).entries()) {
    assert.ok(weekdayOf(toDay(row.dueDate)) <= 5 && !calendar.holidays.includes(row.dueDate), row.dueDate);
    assert.ok(row.dueDate >= (counted[index]?.dueDate ?? "") && toDay(row.dueDate) - toDay(counted[index]?.dueDate ?? row.dueDate) <= 4);
  }
});

holdsCheaply("a down payment is due with the payout and is its share of it", fc.tuple(anyPlain, fc.integer({ min: 1, max: 999 })), ([plain, promille]) => {
  const terms = over(plain, { downPayment: { percentPpb: promille * 1_000_000, autoCollect: false } });
  const row = draw(terms)?.rows.find((r) => r.dueDate === terms.disbursementDate);
  const share = (terms.principal * promille) / 1000;
  if (Math.round(share) > 0) assert.ok(row !== undefined && Math.abs(row.principal - share) <= 0.5, `${row?.principal} of ${share}`);
});

holdsCheaply("monthly due dates keep the day of the month, or take the month's last", fc.tuple(anyPlain, fc.integer({ min: 0, max: 800 })), ([plain, later]) => {
  if (plain.installments.unit !== "months") return;
  const disbursementDate = addDays(plain.disbursementDate, later);
  const wanted = Number(disbursementDate.slice(8));
  for (const row of draw(over(plain, { disbursementDate }))?.rows ?? []) {
    const day = Number(row.dueDate.slice(8));
    assert.ok(day === wanted || (day < wanted && addDays(row.dueDate, 1).endsWith("-01")), `${row.dueDate} of day ${wanted}`);
  }
});

holdsCheaply("terms filled in twice are the same terms", anyPlain, (terms) => {
  assert.deepEqual(loanTerms(terms), terms);
});
