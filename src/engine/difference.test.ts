import assert from "node:assert/strict";
import { test } from "node:test";
import { differenceBetween } from "./difference.ts";
import { paidOut, pay, onwards } from "./testing/one-loan.ts";

test("a transaction that came to another amount or on another day is told of, one that is as it was is not", () => {
  const loan = onwards(paidOut(), pay(408_03, "2026-02-15"));
  const told = (more: Partial<(typeof loan.transactions)[number]>) => differenceBetween(loan, { ...loan, transactions: loan.transactions.map((t) => (t.type === "repayment" ? { ...t, ...more } : t)) }).transactions.map((c) => [c.type, c.before?.amount, c.after?.amount, c.after?.date]);
  assert.deepEqual(told({}), []);
  assert.deepEqual(told({ amount: 408_04 }), [["repayment", 408_03, 408_04, "2026-02-15"]]);
  assert.deepEqual(told({ date: "2026-02-16" as never }), [["repayment", 408_03, 408_03, "2026-02-16"]]);
});

test("loans in two currencies have no difference", () => {
  assert.throws(() => differenceBetween(paidOut(), paidOut({ currency: "EUR" })), /currencies differ: USD and EUR/);
});
