import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoanState } from "./index.ts";
import { paidOut, pay, onwards } from "./testing/one-loan.ts";
import { day } from "./testing/worked.ts";

/** Principal moved between rows of 1,200.00 without interest in three parts of 400.00. */

const loan = () => paidOut({ interest: { ratePpb: 0 } });
const rows = (state: LoanState) => state.installments.map((r) => [r.number, r.fromDate.slice(5), r.dueDate.slice(5), r.due.principal, r.balanceAfter, r.settledDate]);
const aged = (state: LoanState, on: string, startDate: string, installments: number) => onwards(state, { type: "reAged", startDate: day(startDate), installments, every: 1, unit: "months", valueDate: day(on) });

test("what was not paid moves to new rows from their first due date, each beginning where the one before ends", () => {
  const open = (state: LoanState) => rows(state).filter((r) => r[3] !== 0);
  assert.deepEqual(open(aged(onwards(loan(), pay(400_00, "2026-02-15")), "2026-02-20", "2026-03-15", 2)), [
    [1, "01-15", "02-15", 400_00, 800_00, "2026-02-15"], [3, "02-15", "03-15", 400_00, 400_00, null], [5, "03-15", "04-15", 400_00, 0, null],
  ], "rows that gave all they had stay, settled; the new one does not begin with the one due on its day");
  assert.deepEqual(open(aged(loan(), "2026-02-01", "2026-02-10", 2)), [[1, "02-01", "02-10", 600_00, 600_00, null], [3, "02-10", "03-10", 600_00, 0, null]], "before any row was due, from the day it was agreed");
  const grace = aged(paidOut({ interest: { ratePpb: 0 }, grace: { principalInstallments: 1, interestInstallments: 0 } }), "2026-02-01", "2026-02-15", 1);
  assert.deepEqual(rows(grace)[0], [1, "02-01", "02-15", 1_200_00, 0, null], "a row that never asked for anything is gone");
});

test("rows to come share what was overdue, those paid ahead too, which are then open again; after the last there is nobody to share it", () => {
  const ahead = onwards(paidOut({ interest: { ratePpb: 0 }, allocation: { strategy: "configurable", direction: "horizontal", order: ["in_advance_principal", "due_principal", "past_due_principal"], future: { default: "last_installment" } } }), pay(400_00, "2026-02-01"));
  assert.deepEqual(ahead.installments.map((r) => r.settledDate), [null, null, "2026-02-01"]);
  const shared = onwards(ahead, { type: "reAmortized", valueDate: day("2026-02-20") });
  assert.deepEqual(rows(shared), [[1, "01-15", "02-15", 0, 1_200_00, "2026-02-20"], [2, "02-15", "03-15", 600_00, 600_00, null], [3, "03-15", "04-15", 600_00, 0, null]]);
  const late = onwards(loan(), { type: "reAmortized", valueDate: day("2026-05-01") });
  assert.deepEqual([rows(late).map((r) => r[3]), late.transactions.at(-1)?.amount], [[400_00, 400_00, 400_00], 0]);
});
