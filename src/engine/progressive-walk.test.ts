import assert from "node:assert/strict";
import { test } from "node:test";
import { toDay } from "./index.ts";
import type { LoanTermsInput } from "./index.ts";
import { copyBook } from "./progressive-book.ts";
import type { ProgressiveBook, ProgressiveRow } from "./progressive-book.ts";
import { carriedInto, walkRows } from "./progressive-walk.ts";
import { progressiveBook } from "./testing/progressive-loans.ts";
import { day, months, percent, plainTerms } from "./testing/worked.ts";

/** A walk over rows keeps what nothing new touches, and gives what a walk over all of them would. 1,200.00 at 1 % a month in six rows. */

const on = (date: string) => toDay(day(date));

const bookOf = (more: Partial<LoanTermsInput> = {}): ProgressiveBook => progressiveBook(plainTerms({ model: "progressive", installments: months(6), ...more }));

const row = (book: ProgressiveBook, number: number) => book.rows[number - 1] as ProgressiveRow;
const told = (book: ProgressiveBook) => book.rows.map((r, i) => [r.principal, r.interest, r.balance, r.segments.map((s) => [s.from, s.to, s.balance, s.interest, s.compounded]), carriedInto(book, i)]).concat([[carriedInto(book, book.rows.length)]]);

/** Numbers of the rows worked out again; what is remembered must give what nothing remembered gives. */
function again(book: ProgressiveBook, change: (book: ProgressiveBook) => void): string {
  const before = book.rows.map((r) => r.segments);
  change(book);
  walkRows(book);
  const { book: fresh } = copyBook(book);
  delete fresh.memo;
  walkRows(fresh);
  assert.deepEqual(told(book), told(fresh));
  return book.rows.flatMap((r, i) => (r.segments === before[i] ? [] : [i + 1])).join(" ");
}

const pay = (r: ProgressiveRow, date: string, amount: number) => {
  r.payments.push({ day: on(date), amount });
  r.paidPrincipal += amount;
};

test("a row is worked out again when something of its own has changed, and those after it when that changes them", () => {
  const book = bookOf();
  assert.equal(again(book, () => undefined), "");
  assert.equal(again(book, (b) => { row(b, 3).amount += 10_00; }), "3 4 5 6");
  assert.equal(again(book, (b) => { row(b, 3).amount -= 10_00; }), "3 4 5 6");
  assert.equal(again(book, (b) => { row(b, 2).credited += 5_00; }), "2 3 4 5 6");
  assert.equal(again(book, (b) => { row(b, 2).credited = 0; }), "2 3 4 5 6");
  // Less than is due leaves the row as it was; more is asked for.
  assert.equal(again(book, (b) => { row(b, 2).paidInterest = 1_00; }), "2");
  assert.equal(again(book, (b) => { row(b, 2).paidPrincipal = 1_00; }), "2");
  assert.equal(again(book, (b) => { row(b, 2).paidInterest = 50_00; }), "2 3 4 5 6");
  assert.equal(again(book, (b) => { row(b, 2).paidPrincipal = 300_00; }), "2 3 4 5 6");
});

test("money lent or paid ahead touches rows from its day on; on a due date it counts for the next row", () => {
  const book = bookOf();
  assert.equal(again(book, (b) => b.lent.push({ day: on("2026-03-20"), amount: 50_00 })), "3 4 5 6");
  assert.equal(again(book, (b) => b.lent.push({ day: on("2026-04-15"), amount: 1 })), "3 4 5 6");
  assert.equal(again(book, (b) => pay(row(b, 4), "2026-02-20", 10_00)), "2 3 4 5 6");
  // Two at once, the earlier told first.
  assert.equal(again(book, (b) => { b.lent.push({ day: on("2026-02-17"), amount: 2 }); pay(row(b, 6), "2026-03-17", 1); }), "2 3 4 5 6");
  // Before what is known already, and beside it on its day.
  assert.equal(again(book, (b) => pay(row(b, 5), "2026-02-16", 7_00)), "2 3 4 5 6");
  assert.equal(again(book, (b) => pay(row(b, 5), "2026-02-20", 3_00)), "2 3 4 5 6");
  // On its due date and later, a payment changes no balance: the row leaves it by itself.
  assert.equal(again(book, (b) => pay(row(b, 1), "2026-02-15", 1_00)), "1");
  assert.equal(again(book, (b) => pay(row(b, 1), "2026-02-25", 1_00)), "1");
  assert.equal(again(book, (b) => { b.rates.push({ fromDay: on("2026-05-01"), ratePpb: percent(24) }); }), "1 2 3 4 5 6");
  assert.equal(again(book, (b) => { b.rates.splice(1, 0, { fromDay: on("2026-03-20"), ratePpb: percent(6) }); }), "1 2 3 4 5 6");
  // What was lent is told anew: all is.
  assert.equal(again(book, (b) => { b.lent.pop(); }), "1 2 3 4 5 6");
  assert.equal(again(book, (b) => { b.rows.pop(); }), "1 2 3 4 5");
});

test("overdue principal bears interest until a day: rows it reaches are worked out again as that day moves", () => {
  const book = bookOf();
  assert.equal(again(book, (b) => { b.overdueUntil = on("2026-02-15"); }), "");
  // Row 1 is unpaid: ten days more of it stand in row 2.
  assert.equal(again(book, (b) => { b.overdueUntil = on("2026-02-25"); }), "1 2 3 4 5 6");
  assert.equal(again(book, (b) => { b.overdueUntil = on("2026-03-15"); }), "1 2 3 4 5 6");
  assert.equal(again(book, (b) => { pay(row(b, 1), "2026-03-05", row(b, 1).principal); }), "1 2 3 4 5 6");
  // Paid by now: a later day moves nothing of row 1, but what row 2 owes.
  assert.equal(again(book, (b) => { b.overdueUntil = on("2026-03-25"); }), "2 3 4 5 6");
  assert.equal(again(book, (b) => { pay(row(b, 2), "2026-03-20", row(b, 2).principal); }), "2 3 4 5 6");
  assert.equal(again(book, (b) => { b.overdueUntil = on("2026-04-10"); }), "");
  // Until a day before a payment that is known, it counts as paid on that day.
  assert.equal(again(book, (b) => { b.overdueUntil = on("2026-03-18"); }), "2 3 4 5 6");
  assert.equal(again(book, (b) => { b.overdueUntil = on("2026-03-20"); }), "2 3 4 5 6");
  assert.equal(again(book, (b) => { b.overdueUntil = null; }), "1 2 3 4 5 6");
});

test("a row leaves the balance on its due date unless overdue principal bears interest beyond it", () => {
  const book = bookOf({ installments: months(3) });
  book.overdueUntil = on("2026-02-15");
  pay(row(book, 1), "2026-02-25", row(book, 1).principal);
  walkRows(book);
  // 1 % of 803.97, as if row 1 had been paid.
  assert.deepEqual([row(book, 2).interest, row(book, 2).segments.length], [8_04, 1]);
});

test("by rules a row is worked out again when money came ahead, interest was given up, or another row takes what is left", () => {
  const book = bookOf({ amortization: "equal_principal" });
  assert.equal(again(book, () => undefined), "");
  assert.equal(again(book, (b) => { row(b, 3).ahead = 20_00; }), "3 4 5 6");
  assert.equal(again(book, (b) => { delete row(b, 3).ahead; }), "3 4 5 6");
  assert.equal(again(book, (b) => { row(b, 3).waivedInterest = 2_00; }), "3");
  assert.equal(again(book, (b) => { row(b, 3).waivedInterest = 50_00; }), "3");
  assert.equal(again(book, (b) => { b.takes = row(b, 5); }), "5 6");
  assert.equal(again(book, (b) => { b.takes = null; }), "5 6");
  assert.equal(again(book, (b) => { delete b.takes; }), "6");
});

test("interest that waits and bears interest is carried from row to row, less what is paid of it", () => {
  const book = bookOf({ amortization: "bullet", interest: { ratePpb: percent(12), compounding: { every: 1, unit: "months" } } });
  assert.deepEqual([0, 1, 2, 6].map((i) => carriedInto(book, i)), [0, 12_00, 24_12, 0]);
  // 1 % of 1,212.00, then of 1,224.12.
  assert.deepEqual(book.rows.slice(1, 3).map((r) => r.segments.map((s) => [s.compounded, s.interest])), [[[12_00, 12_12]], [[24_12, 12_24]]]);
  const paid = (r: ProgressiveRow, date: string, amount: number) => {
    (r.interestPayments ??= []).push({ day: on(date), amount });
    r.paidInterest += amount;
  };
  // 10.00 of them paid on 2 March, after 15 of 28 days.
  assert.equal(again(book, (b) => paid(row(b, 2), "2026-03-02", 10_00)), "2 3 4 5 6");
  assert.deepEqual(row(book, 2).segments.map((s) => [s.compounded, s.interest]), [[12_00, 6_49], [8_49, 5_61]]);
  assert.equal(carriedInto(book, 2), 14_10);
  assert.equal(again(book, (b) => paid(row(b, 3), "2026-03-15", 4_10)), "3 4 5 6");
  assert.equal(row(book, 3).segments[0]?.compounded, 10_00);

  // Every twenty days: 7.89 of the 12.26 carried into row 2 bear interest, after 5.00 are paid 7.26.
  const often = bookOf({ amortization: "bullet", interest: { ratePpb: percent(12), calculation: "actual_days", daysInYear: 365, compounding: { every: 20, unit: "days" } } });
  assert.deepEqual([carriedInto(often, 1), row(often, 2).segments[0]?.compounded], [12_26, 7_89]);
  again(often, (b) => paid(row(b, 2), "2026-02-15", 5_00));
  assert.equal(row(often, 2).segments[0]?.compounded, 7_26);
});
