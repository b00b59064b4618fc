import assert from "node:assert/strict";
import { test } from "node:test";
import { money } from "#engine/index.ts";
import { CASH_POSTING_RULES, FACTS, inPersonalLoan, STANDARD_POSTING_RULES, termsFor, usPersonalLoan, type ProductDefinition } from "#modules/products/index.ts";
import { exampleBooks, type ExampleBook } from "./example-books.ts";
import { exampleLife, type LifeEnd } from "./example-life.ts";

const IN = { currency: "INR", definition: inPersonalLoan.definition };
const US = { currency: "USD", definition: usPersonalLoan.definition };
/** The Indian loan with its fee, and a commission, as part of its yield. */
const LEVEL = { ...IN, definition: { ...IN.definition, fees: IN.definition.fees.map((fee) => ({ ...fee, recognition: "effective_interest" as const })), costs: [{ code: "commission", label: { en: "Commission" }, basis: "percent_of_principal" as const, value: "0.0075" }] } };
type Version = { readonly currency: string; readonly definition: ProductDefinition };

function life(version: Version, end: LifeEnd, everyDay = false) {
  const terms = termsFor(version, { amount: money(1_200_000n, version.currency), termMonths: 12, annualRate: "0.12", disbursementDate: "2026-01-15" });
  return exampleLife(terms, { end, everyDay, version, delinquency: { ...version.definition.delinquency, chargeOffDays: 180 } });
}
const withCash = (version: Version) => ({ ...version.definition, books: [{ book: "management" as const, basis: "cash" as const, postingRules: CASH_POSTING_RULES }] });
const balances = (book: ExampleBook | undefined): Record<string, bigint> => Object.fromEntries((book?.accounts ?? []).map((a) => [a.account, a.debits - a.credits]));
const ALL = [[IN, "loss"], [IN, "payoff"], [US, "loss"], [US, "payoff"], [LEVEL, "loss"], [LEVEL, "payoff"]] as const;

test("every entry of the example balances, in each book, and each balance shown is the sum of the lines before it", () => {
  for (const [version, end] of ALL) for (const book of exampleBooks(withCash(version), life(version, end).entries)) {
    const running = new Map<string, bigint>();
    for (const entry of book.entries) {
      assert.equal(entry.debits, entry.credits, `${book.book} ${entry.date} ${entry.step}`);
      for (const line of entry.lines) {
        const balance = (running.get(line.account) ?? 0n) + (line.side === "debit" ? line.minor : -line.minor);
        running.set(line.account, balance);
        assert.equal(line.balance, balance);
      }
    }
    assert.deepEqual(Object.fromEntries(running), balances(book));
  }
});

test("whatever the end, nothing is left receivable or deferred", () => {
  for (const [version, end] of ALL) for (const book of exampleBooks(withCash(version), life(version, end).entries)) {
    for (const account of ["principal_receivable", "interest_receivable", "fee_receivable", "penalty_receivable", "overpayment_liability", "deferred_fee_income", "deferred_costs"]) assert.equal(balances(book)[account] ?? 0n, 0n, `${end} ${book.book} ${account}`);
  }
});

test("the two ends together show every fact that a personal loan can have, and each step of the life is taken", () => {
  const facts = new Set(ALL.flatMap(([version, end]) => life(version, end).entries.flatMap((e) => e.facts.map((f) => f.fact))));
  // Fees on top of a running loan are added by people only; interest is suspended where the product asks for it.
  assert.deepEqual(Object.keys(FACTS).filter((fact) => !facts.has(fact as never)), ["fee_charged", "interest_suspended", "suspense_used"]);
  for (const [version, end] of ALL) assert.deepEqual(life(version, end).leftOut, []);
});

test("day by day the same interest is earned as month by month", () => {
  const [byMonth, byDay] = [life(IN, "loss"), life(IN, "loss", true)].map((each) => exampleBooks(IN.definition, each.entries)[0]);
  assert.ok((byDay?.entries.length ?? 0) > 300, "an entry for each day");
  assert.deepEqual(balances(byDay), balances(byMonth));
});

// 12,000.00 at 12 % a year. January to mid-February: a month's 120.00. The installments of March (ten days late) and April hold 110.54 and 100.99;
// the money paid ahead on 16 April holds one day's 3.04. What was earned after that was never paid.
test("in a cash book interest is income when paid: nothing before, nothing of it taken to loss, and a returned payment takes it back", () => {
  const [accrual, cash] = exampleBooks(withCash(IN), life(IN, "loss").entries);
  assert.equal(balances(cash)["interest_income"], -(120_00n + 110_54n + 100_99n + 3_04n));
  assert.equal(cash?.accounts.some((a) => a.account === "interest_receivable"), false);
  const lines = (step: string) => cash?.entries.find((e) => e.step === step)?.lines.map((l) => [l.account, l.side, l.minor]);
  assert.deepEqual(lines("payment_returned"), [["principal_receivable", "debit", 946_00n], ["interest_income", "debit", 120_00n], ["bank", "credit", 1066_00n]]);
  const loss = (book: ExampleBook | undefined) => balances(book)["charge_off_expense"] ?? 0n;
  const earnedAndLost = -(balances(accrual)["interest_income"] ?? 0n) - (120_00n + 110_54n + 100_99n + 3_04n);
  const feeLost = (balances(accrual)["effective_interest_income"] ?? 0n) - (balances(cash)["fee_income"] ?? 0n);
  assert.equal(loss(accrual) - loss(cash), earnedAndLost - feeLost, "the accrual book loses what it had taken as income; both stand at the same result");
});

test("each line names the rule it came from, and a rule that does not balance is refused", () => {
  const { entries } = life(US, "loss");
  for (const line of exampleBooks(US.definition, entries)[0]?.entries.flatMap((e) => e.lines) ?? []) assert.equal(US.definition.postingRules[line.fact]?.[line.slot], line.account);
  const { "credit.penalty": _left, ...chargeOff } = STANDARD_POSTING_RULES["charge_off"] as Record<string, string>;
  assert.throws(() => exampleBooks({ postingRules: { ...STANDARD_POSTING_RULES, charge_off: chargeOff } }, entries), /charge_off is off by/);
});

test("where the product suspends interest, the books lose what the cash book loses: what was never paid was never income", () => {
  const delinquency = { ...IN.definition.delinquency, chargeOffDays: 180, nonAccrual: { fromDays: 91, until: "arrears_paid" as const, wholeBorrower: true } };
  const terms = termsFor(IN, { amount: money(1_200_000n, "INR"), termMonths: 12, annualRate: "0.12", disbursementDate: "2026-01-15" });
  const { entries } = exampleLife(terms, { end: "loss", everyDay: false, delinquency });
  assert.ok(entries.some((e) => e.step === "interest_suspended"));
  const [accrual, cash] = exampleBooks(withCash(IN), entries).map(balances);
  assert.equal(accrual?.["interest_suspense"], 0n);
  for (const account of ["interest_income", "charge_off_expense"]) assert.equal(accrual?.[account], cash?.[account], account);
});
