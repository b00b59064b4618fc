import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, replay } from "./index.ts";
import type { EventDraft, LoanEvent, LoanState } from "./index.ts";
import { day, Life, plainTerms } from "./testing/worked.ts";

/** Two tries from one state: what is done in the first does not show in the second, nor in the state itself. */

function next(state: LoanState, draft: EventDraft): LoanState {
  const sequence = state.events.length + 1;
  const after = apply(state, { ...draft, id: `e${sequence}`, sequence, businessDate: draft.valueDate } as LoanEvent);
  assert.deepEqual(after, replay(after.terms, after.events, after.asOf), "as told from the start");
  return after;
}
const charge = (amount: number, date: string) => ({ type: "chargeAdded", code: "late", component: "penalty", timing: "specified_date", basis: "flat", amount, dueDate: day(date), valueDate: day(date) }) as const;

test("a charge tried on an overpaid loan takes nothing of what another try may take", () => {
  // 88.00 is left over after 1,212.00: 5.00 of it pays one charge, or 7.00 another.
  const { state } = new Life(plainTerms({ interest: { ratePpb: 0 }, compatibility: { chargesEnter: "by_date" } })).pay("2026-02-15", 1_288_00);
  const before = structuredClone(state.transactions);
  assert.deepEqual([5_00, 7_00, 5_00].map((amount) => next(state, charge(amount, "2026-02-20")).overpayment), [83_00, 81_00, 83_00]);
  assert.deepEqual(state.transactions, before);
});

test("a charge told before the payout waits for each try of it", () => {
  const agreed = plainTerms();
  const waiting = replay(agreed, [{ ...charge(5_00, "2026-01-10"), dueDate: day("2026-02-15"), id: "e1", sequence: 1, businessDate: day("2026-01-10") }], day("2026-01-10"));
  for (let k = 0; k < 2; k++) {
    const paid = next(waiting, { type: "disbursed", amount: agreed.principal, valueDate: agreed.disbursementDate });
    assert.deepEqual(paid.installments.map((r) => r.due.penalty), [5_00, 0, 0]);
  }
});
