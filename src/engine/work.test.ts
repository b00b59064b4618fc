import assert from "node:assert/strict";
import { test } from "node:test";
import { newWork } from "./run.ts";
import type { InstallmentState } from "./state.ts";
import type { LoanTermsInput, Parts } from "./terms.ts";
import { day, plainTerms } from "./testing/worked.ts";
import { newRow, noteSettlement, orderRows, outstandingOf, owed, owedTotal, planBalances } from "./work.ts";

const parts = (principal: number, interest: number, fee: number, penalty: number): Parts => ({ principal, interest, fee, penalty });
const row = (over: Partial<InstallmentState> = {}): InstallmentState => ({ ...newRow("installment", day("2026-01-15"), day("2026-02-15")), ...over });

test("a new row owes nothing and has had nothing", () => {
  assert.deepEqual(newRow("down_payment", day("2026-01-15"), day("2026-01-15")), {
    number: 0, kind: "down_payment", fromDate: "2026-01-15", dueDate: "2026-01-15", due: parts(0, 0, 0, 0), paid: parts(0, 0, 0, 0), waived: parts(0, 0, 0, 0), writtenOff: parts(0, 0, 0, 0),
    paidInAdvance: 0, paidLate: 0, settledDate: null, balanceAfter: 0, credited: 0, latePrincipal: [], charges: [],
  });
});

test("owed is what is due less what was paid, given up and written off, each component by itself", () => {
  const one = row({ due: parts(1000, 2000, 3000, 4000), paid: parts(1, 2, 3, 4), waived: parts(10, 20, 30, 40), writtenOff: parts(100, 200, 300, 400) });
  assert.deepEqual((["principal", "interest", "fee", "penalty"] as const).map((c) => owed(one, c)), [889, 1778, 2667, 3556]);
  assert.equal(owedTotal(one), 889 + 1778 + 2667 + 3556);
  assert.deepEqual(outstandingOf([one, row({ due: parts(1, 1, 1, 1) })]), parts(890, 1779, 2668, 3557));
});

test("a row is settled the day nothing is owed of it any more, open again when something is; one that never owed has no day", () => {
  for (const due of [parts(5, 0, 0, 0), parts(0, 5, 0, 0), parts(0, 0, 5, 0), parts(0, 0, 0, 5)]) {
    const one = row({ due });
    noteSettlement(one, day("2026-02-01"));
    assert.equal(one.settledDate, null);
    one.paid = { ...due };
    noteSettlement(one, day("2026-02-02"));
    noteSettlement(one, day("2026-02-03"));
    assert.equal(one.settledDate, "2026-02-02", "the first such day");
    one.paid = parts(0, 0, 0, 0);
    noteSettlement(one, day("2026-02-04"));
    assert.equal(one.settledDate, null);
  }
  const idle = row();
  noteSettlement(idle, day("2026-02-02"));
  assert.equal(idle.settledDate, null);
});

test("rows go by due date; on one day a classic loan puts the down payment first, others the installment, and an extra row is last", () => {
  const kinds = (model: LoanTermsInput["model"] & string) => {
    const work = newWork(plainTerms({ model }));
    const sameDay = { dueDate: day("2026-02-15") };
    work.rows = [row({ ...sameDay, kind: "extra" }), row({ dueDate: day("2026-03-15") }), row({ ...sameDay, kind: "installment" }), row({ ...sameDay, kind: "down_payment" }), row({ dueDate: day("2026-01-20") })];
    orderRows(work);
    return work.rows.map((r) => `${r.number} ${r.dueDate.slice(5)} ${r.kind}`);
  };
  assert.deepEqual(kinds("classic"), ["1 01-20 installment", "2 02-15 down_payment", "3 02-15 installment", "4 02-15 extra", "5 03-15 installment"]);
  assert.deepEqual(kinds("progressive"), ["1 01-20 installment", "2 02-15 installment", "3 02-15 down_payment", "4 02-15 extra", "5 03-15 installment"]);
});

test("planned balances: what was paid out by a due date less what is repaid by it; on the day itself classic counts it, others the row after", () => {
  const balances = (model: LoanTermsInput["model"] & string) => {
    const work = newWork(plainTerms({ model }));
    work.rows = [
      row({ dueDate: day("2026-02-15"), due: parts(100, 9, 9, 9) }), row({ fromDate: day("2026-02-15"), dueDate: day("2026-03-15"), due: parts(150, 0, 0, 0), credited: 50 }),
      row({ fromDate: day("2026-03-15"), dueDate: day("2026-04-15"), due: parts(200, 0, 0, 0) }),
    ];
    const payout = (date: string, amount: number) => ({ eventId: date, date: day(date), amount, fees: 0 });
    // Out of order, as they are when interest became principal before a later payout.
    work.disbursements = [payout("2026-01-15", 1000), payout("2026-03-15", 300)];
    work.capitalised = [payout("2026-02-15", 20), payout("2026-03-01", 7)];
    planBalances(work);
    return work.rows.map((r) => r.balanceAfter);
  };
  assert.deepEqual(balances("classic"), [920, 1127, 927]);
  assert.deepEqual(balances("progressive"), [900, 827, 927]);
});

test("a payout on the first day of a row belongs to it, before any row to the first", () => {
  const work = newWork(plainTerms({ model: "progressive" }));
  const same = day("2026-01-15");
  work.rows = [row({ kind: "down_payment", dueDate: same, due: parts(250, 0, 0, 0) }), row({ due: parts(750, 0, 0, 0) })];
  work.disbursements = [{ eventId: "d", date: same, amount: 1000, fees: 0 }];
  planBalances(work);
  assert.deepEqual(work.rows.map((r) => r.balanceAfter), [750, 0]);
});
