import assert from "node:assert/strict";
import { test } from "node:test";
import { buildSchedule, payable, recompute, toDay } from "./index.ts";
import type { LoanTermsInput, ProgressiveBook, ProgressiveRow } from "./index.ts";
import { balanceOn, interestUntil } from "./progressive-rows.ts";
import { progressiveBook } from "./testing/progressive-loans.ts";
import { day, months, percent, plainTerms, refused } from "./testing/worked.ts";

/** Rows of a progressive book: 1,200.00 from 2026-01-15 at 1 % a month, three rows of 408.03. */

const on = (date: string) => toDay(day(date));
const bookOf = (more: Partial<LoanTermsInput> = {}): ProgressiveBook => progressiveBook(plainTerms({ model: "progressive", ...more }));
const row = (book: ProgressiveBook, number: number) => book.rows[number - 1] as ProgressiveRow;
const rows = (book: ProgressiveBook) => book.rows.map((r) => [r.principal, r.interest]);

test("the balance of a day: a payment counts from its day on, a row leaves on its due date at night", () => {
  const book = bookOf();
  const balances = (...dates: string[]) => dates.map((date) => balanceOn(book, on(date)));
  assert.deepEqual(balances("2026-01-15", "2026-02-15", "2026-02-16", "2026-03-15", "2026-03-16", "2026-04-15", "2026-04-16"), [1_200_00, 1_200_00, 803_97, 803_97, 403_98, 403_98, 0]);
  row(book, 1).payments.push({ day: on("2026-02-01"), amount: 100_00 });
  row(book, 1).paidPrincipal = 100_00;
  recompute(book);
  assert.deepEqual(balances("2026-01-31", "2026-02-01", "2026-02-15"), [1_200_00, 1_100_00, 1_100_00]);
  // What nobody has paid is still owed after the last due date.
  const late = bookOf();
  late.overdueUntil = on("2026-06-15");
  recompute(late);
  assert.equal(balanceOn(late, on("2026-06-01")), 1_200_00);
  assert.equal(balanceOn(bookOf({ balloon: 0, amortization: "bullet" }), on("2026-04-15")), 1_200_00);
});

test("interest of a row up to a day: none before it, all of it on its due date and later", () => {
  const book = bookOf();
  const until = (number: number, date: string) => interestUntil(book, row(book, number), on(date));
  assert.deepEqual([until(1, "2026-01-15"), until(1, "2026-01-16"), until(1, "2026-02-15"), until(1, "2026-03-01")], [0, 39, 12_00, 12_00]);
  // Of row 2: 8.04 for 28 days, and the days of a row to come are none.
  assert.deepEqual([until(2, "2026-02-14"), until(2, "2026-02-15"), until(2, "2026-03-01"), until(2, "2026-03-15")], [0, 0, 4_02, 8_04]);
  // Cut by a payment: 17 days of 1,200.00, then 7 of 14 of 1,100.00.
  row(book, 1).payments.push({ day: on("2026-02-01"), amount: 100_00 });
  row(book, 1).paidPrincipal = 100_00;
  recompute(book);
  assert.deepEqual([until(1, "2026-01-22"), until(1, "2026-02-01"), until(1, "2026-02-08"), until(1, "2026-02-15")], [2_71, 6_58, 9_06, 11_55]);
});

test("what a row asks for on a day: a row that puts its interest off asks for none unless all is paid, the last one asks for all", () => {
  const book = bookOf({ amortization: "bullet" });
  const asked = (number: number, date: string, isPayoff?: boolean) => {
    const { principal, interest } = payable(book, row(book, number), on(date), on(date), isPayoff);
    return [principal, interest];
  };
  assert.deepEqual([asked(1, "2026-02-01"), asked(1, "2026-02-01", false), asked(1, "2026-02-01", true)], [[0, 0], [0, 0], [0, 6_58]]);
  // 24.00 were put off, and 17 days of 31 bear 6.58.
  assert.deepEqual(asked(3, "2026-04-01"), [1_200_00, 30_58]);
});

test("the last row not paid takes differences; where the last is paid already, the one before it", () => {
  const book = bookOf();
  Object.assign(row(book, 3), { paidPrincipal: 403_98, paidInterest: 4_04 });
  row(book, 3).payments.push({ day: on("2026-02-15"), amount: 403_98 });
  recompute(book);
  // 403.98 came on 15 February: row 2 bears 1 % of 399.99, and takes the 4.04 that row 3 asked too much.
  assert.deepEqual(rows(book), [[396_03, 12_00], [399_99, 4_00], [403_98, 4_04]]);
  // At 2 % from then on row 2 bears 8.00, and takes that too: row 3 stays paid.
  book.rates.push({ fromDay: on("2026-02-15"), ratePpb: percent(24) });
  recompute(book);
  assert.deepEqual(rows(book), [[396_03, 12_00], [399_99, 8_00], [403_98, 4_04]]);
  // Lent again in the row: what is paid of it leaves it open.
  row(book, 3).credited = 50_00;
  book.lent.push({ day: on("2026-03-20"), amount: 50_00 });
  recompute(book);
  assert.equal(row(book, 3).principal, 453_98);
  assert.equal(row(book, 2).principal, 399_99);
  // At 3 % row 2 bears 12.00, and row 3, which is open again, takes the 4.00.
  book.rates.push({ fromDay: on("2026-02-15"), ratePpb: percent(36) });
  recompute(book);
  assert.deepEqual([row(book, 2).principal, row(book, 3).principal], [395_99, 457_98]);
});

test("quarters of equal periods are three months each", () => {
  // 1,200.00 at 3 % a quarter, four of them: 322.83.
  const quarters = buildSchedule(plainTerms({ model: "progressive", installments: { count: 4, every: 3, unit: "months" } })).rows;
  assert.deepEqual(quarters.map((r) => [r.total, r.interest]), [[322_83, 36_00], [322_83, 27_40], [322_83, 18_53], [322_84, 9_40]]);
});

test("an installment solved with two digits is that of two digits, its difference spread once", () => {
  // 0.137 ÷ 12 is 0.011: 400.00, of which the last is 26.50 more; a third of it is 8.83. Interest 13.00, 8.80, 4.40.
  const two = buildSchedule(plainTerms({ model: "progressive", interest: { ratePpb: percent(13.7) }, compatibility: { calculationDigits: 2 } })).rows;
  assert.deepEqual(two.map((r) => [r.total, r.interest]), [[408_83, 13_00], [408_83, 8_80], [408_54, 4_40]]);
});

test("a debt that grows beyond all counting is refused by name, whatever would repay it", () => {
  const grows = { installments: months(120), interest: { ratePpb: percent(800) }, grace: { principalInstallments: 110, interestInstallments: 110, interest: "capitalise" as const } };
  refused(() => buildSchedule(plainTerms({ model: "progressive", ...grows })), "terms.negative_amortization");
});
