import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parseAmount } from "#engine/index.ts";
import * as ledger from "#modules/ledger/index.ts";
import { CASH_POSTING_RULES, PARALLEL_POSTING_RULES } from "#modules/products/index.ts";
import { reverseEvent } from "./commands/change-events.ts";
import { recordRepayment } from "./commands/record-repayment.ts";
import { accrueStep } from "./end-of-day/accrue.ts";
import { attendStep } from "./end-of-day/attend.ts";
import { viewLoan } from "./queries/get-loan-account.ts";
import { journalOf } from "./queries/loan-parts.ts";
import { lendingWorld, type LendingWorld } from "./testing/lender.ts";

/**
 * One loan in three books, by pencil. 12,000.00 at 12 % over twelve months from 15 January, 590.00 of fee and tax kept back: a month's interest is
 * 1 % of the balance, its days share it evenly. Installments are whole rupees: 1,066.00.
 *
 *     15 Jan – 15 Feb   1 % of 12,000.00                         120.00
 *     15 Feb – 15 Mar   1 % of 11,054.00 (12,000.00 less 946.00) 110.54
 */
let world: LendingWorld;
let loan: { loanAccountId: string; number: string };
const steps = [{ name: "servicing", endOfDay: [attendStep, accrueStep] }, ledger.module];
before(async () => {
  world = await lendingWorld({ books: [{ book: "investor", basis: "accrual", postingRules: PARALLEL_POSTING_RULES }, { book: "management", basis: "cash", postingRules: CASH_POSTING_RULES }] });
  loan = await world.lend(world.bharat, { amount: "12000.00", months: 12, rate: "0.12", firstDueDate: "2026-02-15" });
});
after(() => world.close());

const close = (date: string) => world.closeUntil(world.bharat, date, steps);
const pay = () => recordRepayment(world.as(["servicing_agent"], { tenantId: world.bharat }), { loanAccountId: loan.loanAccountId, amount: parseAmount("1066.00", "INR"), valueDate: today, channel: "bank_transfer" });
let today = "2026-01-15";
const until = async (date: string) => {
  await close(date);
  today = date;
};
/** Debits less credits of each account of a book; it balances, or the test fails here. */
async function standing(book: string): Promise<Record<string, bigint>> {
  const tb = await world.system(world.bharat).read((tx) => ledger.trialBalance(tx, { book }));
  for (const total of tb.totals) assert.equal(total.differenceMinor, 0n, `the ${book} book balances`);
  return Object.fromEntries(tb.accounts.map((a) => [a.account, a.debitMinor - a.creditMinor]));
}
const interest = async () => Object.fromEntries(await Promise.all(["statutory", "investor", "management"].map(async (book) => [book, -((await standing(book))["interest_income"] ?? 0n)])));

test("a payout is in all three books at once, in the others straight through the bank", async () => {
  const [statutory, investor, management] = [await standing("statutory"), await standing("investor"), await standing("management")];
  assert.deepEqual([statutory["principal_receivable"], statutory["disbursement_clearing"], statutory["bank"]], [12_000_00n, -11_410_00n, undefined]);
  for (const [other, fee] of [[investor, "deferred_fee_income"], [management, "fee_income"]] as const) assert.deepEqual([other["principal_receivable"], other["bank"], other[fee], other["tax_payable"]], [12_000_00n, -11_410_00n, -500_00n, -90_00n]);
});

test("interest is income as it is earned in the accrual books and not at all in the cash book", async () => {
  await until("2026-02-01");
  // 17 of 31 days of 120.00.
  assert.deepEqual(await interest(), { statutory: 65_81n, investor: 65_81n, management: 0n });
  assert.equal((await standing("management"))["interest_receivable"], undefined);
});

test("what is paid as interest is the cash book's income, and a payment that is taken back takes it back in every book", async () => {
  await until("2026-02-15");
  const paid = await pay();
  assert.deepEqual(await interest(), { statutory: 120_00n, investor: 120_00n, management: 120_00n });
  const management = await standing("management");
  assert.deepEqual([management["principal_receivable"], management["bank"]], [11_054_00n, -10_344_00n]);
  await reverseEvent(world.as(["servicing_agent"], { tenantId: world.bharat }), { loanAccountId: loan.loanAccountId, eventId: paid.eventId, reason: "Returned by the bank" });
  assert.deepEqual(await interest(), { statutory: 120_00n, investor: 120_00n, management: 0n });
  for (const book of ["statutory", "investor", "management"]) assert.equal((await standing(book))["principal_receivable"], 12_000_00n);
  await pay();
});

test("a loan's journal tells each entry's book, and the same facts stand in all of them", async () => {
  const entries = await world.system(world.bharat).read(async (tx) => journalOf(tx, await viewLoan(tx, loan.loanAccountId, {})));
  const payments = entries.filter((e) => e.memo.startsWith("Repayment") || e.memo.startsWith("Reversal"));
  for (const book of ["statutory", "investor", "management"]) assert.equal(payments.filter((e) => e.book === book).length, 3, `paid, taken back, paid again: ${book}`);
});

test("after two months the books differ by nothing but the interest that is earned and not paid", async () => {
  await until("2026-03-15");
  await pay();
  assert.deepEqual(await interest(), { statutory: 230_54n, investor: 230_54n, management: 230_54n });
  await until("2026-03-20");
  const [investor, management] = [await standing("investor"), await standing("management")];
  assert.equal(investor["principal_receivable"], 10_098_54n, "11,054.00 less the 955.46 that 1,066.00 leaves of 110.54");
  // 5 of 31 days of 1 % of 10,098.54.
  assert.deepEqual([investor["interest_receivable"], -(investor["interest_income"] ?? 0n)], [16_29n, 246_83n]);
  assert.equal(-(management["interest_income"] ?? 0n), 230_54n);
  assert.equal(management["principal_receivable"], investor["principal_receivable"]);
});

test("the control accounts of each book are proved against the loans at the end of each day, and a cent too much in one is named with its book", async () => {
  assert.deepEqual(await world.unproved(world.bharat), []);
  const proved = await world.system(world.bharat).read((tx) => ledger.proveControls(tx));
  assert.deepEqual(proved.filter((p) => p.account === "principal_receivable").map((p) => [p.book, p.expectedMinor]), [["statutory", 10_098_54n], ["management", 10_098_54n], ["investor", 10_098_54n]]);
  assert.deepEqual(proved.filter((p) => p.account === "interest_receivable").map((p) => p.book), ["statutory", "investor"], "a cash book carries no interest");
  const kept = await world.system(world.bharat).read((tx) => tx.client.query<{ book: string; same: boolean }>("SELECT book, bool_and(ledger_minor = expected_minor) AS same FROM ledger.proof WHERE business_date = '2026-03-19' AND check_name = 'control' GROUP BY book ORDER BY book"));
  assert.deepEqual(kept.rows, [{ book: "investor", same: true }, { book: "management", same: true }, { book: "statutory", same: true }]);
  const ctx = world.system(world.bharat);
  await ctx.transaction((tx) => ledger.post(tx, ctx, { book: "management", cause: { kind: "test", id: "t" }, businessDate: tx.businessDate, valueDate: tx.businessDate, currency: "INR", memo: "a cent", lines: [{ account: "principal_receivable", debit: 1n }, { account: "bank", credit: 1n }] }));
  assert.deepEqual((await world.unproved(world.bharat)).map((p) => [p.book, p.account, p.ledgerMinor - p.expectedMinor]), [["management", "principal_receivable", 1n]]);
});

test("a lender without other books has entries in the statutory one alone", async () => {
  await world.lend(world.prairie, { amount: "5000.00", months: 12, rate: "0.12" });
  const { rows } = await world.system(world.prairie).read((tx) => tx.client.query<{ book: string }>("SELECT DISTINCT book FROM ledger.posting"));
  assert.deepEqual(rows.map((r) => r.book), ["statutory"]);
});
