import assert from "node:assert/strict";
import { test } from "node:test";
import { isoDate, type LoanEvent } from "#engine/index.ts";
import { inPersonalLoan, termsFor } from "#modules/products/index.ts";
import { pastBooks } from "./past-books.ts";

const version = { ...inPersonalLoan, definition: { ...inPersonalLoan.definition, fees: [] } };

/** The days of a loan of 120,000.00 paid out on 2026-01-15. */
function daysAt(today: string) {
  const disbursementDate = isoDate("2026-01-15");
  const terms = termsFor(version, { amount: { minor: 12_000_000n, currency: "INR" }, termMonths: 12, annualRate: "0.18", disbursementDate });
  const paidOut: LoanEvent = { type: "disbursed", id: "lev_1", sequence: 1, valueDate: disbursementDate, businessDate: disbursementDate, amount: terms.principal };
  const { days, position } = pastBooks(version, terms, [paidOut], isoDate(today), () => null);
  return { principal: position.principal, days: days.map((d) => [d.date, d.event, ...d.facts.map((f) => `${f.fact} ${f.amounts["principal"] ?? f.amounts["total"]}`)]) };
}

test("a loan paid out today brings its payout into today's books", () => {
  assert.deepEqual(daysAt("2026-01-15"), { principal: 12_000_000, days: [["2026-01-15", true, "disbursement 12000000"]] });
});

test("a loan paid out yesterday brings its payout into the books of yesterday, and nothing into today's", () => {
  assert.deepEqual(daysAt("2026-01-16").days.map(([date, event]) => [date, event]), [["2026-01-15", true]]);
});

test("a loan to be paid out tomorrow brings nothing", () => {
  assert.deepEqual(daysAt("2026-01-14"), { principal: 0, days: [] });
});
