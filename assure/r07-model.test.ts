import assert from "node:assert/strict";
import { test } from "node:test";
import { isoDate, type LoanState } from "#engine/index.ts";
import { onwards, paidOut, pay } from "#engine/testing/one-loan.ts";
import { againstOneOrder, type Operation } from "./r07-model.ts";

const DAY = "2026-01-20";
const today = isoDate(DAY);
const start = paidOut();
const once = onwards(start, pay(100_00, DAY));
const twice = onwards(once, pay(50_00, DAY));
const idOf = (state: LoanState) => state.events.at(-1)?.id ?? "";

/** What the client was told whose payment led to this state. */
function paid(state: LoanState, from: number, to: number, more: Partial<Operation> = {}): Operation {
  const done = state.transactions.find((t) => t.eventId === idOf(state));
  return { kind: "repay", loanId: "la_1", from, to, eventIds: [idOf(state)], figures: { principal: state.outstanding.principal, excess: done?.overpayment ?? 0, paid: done?.amount ?? 0 }, ...more };
}
const read = (state: LoanState, from: number, to: number): Operation => ({ kind: "read", loanId: "la_1", from, to, figures: { principal: state.outstanding.principal, overpayment: state.overpayment, known: state.events.length } });
const judged = (operations: readonly Operation[]) => againstOneOrder(start.terms, today, twice.events, operations);

test("payments answered as the engine has them, in the order of the log, are in one order", () => {
  assert.deepEqual(judged([paid(once, 0, 10), paid(twice, 11, 20), read(once, 5, 15), read(twice, 21, 22)]), []);
  assert.deepEqual(judged([paid(twice, 0, 10), paid(once, 5, 20)]), [], "while both are under way either may be first");
});

test("who was answered before another began comes first", () => {
  assert.match(judged([paid(twice, 0, 10), paid(once, 11, 20)]).join(), /place 2, and place 3 was answered before it began/);
});

test("a read that misses what was answered before it, or knows what was not asked for yet, is not in order", () => {
  assert.match(judged([paid(once, 0, 10), paid(twice, 11, 20), read(once, 21, 22)]).join(), /knew 2 events, between 3 and 3/);
  assert.match(judged([paid(once, 0, 10), paid(twice, 30, 40), read(twice, 11, 12)]).join(), /knew 3 events, between 2 and 2/);
});

test("figures that the engine does not come to, lost answers, doubled and unasked events are told", () => {
  const wrong = { ...paid(once, 0, 10), figures: { principal: 1 } };
  assert.match(judged([wrong, paid(twice, 11, 20)]).join(), /principal 1, by the engine/);
  assert.match(judged([paid(once, 0, 10), paid(once, 11, 20)]).join(), /is the answer of 2 operations.*is the answer of 0 operations/);
  assert.match(judged([paid(once, 0, 10), paid(twice, 11, 20), paid(twice, 21, 30, { eventIds: ["ev_lost"] })]).join(), /ev_lost, which is not in the log/);
});

test("a refusal needs a moment at which the engine refuses too", () => {
  const refused: Operation = { kind: "refund", loanId: "la_1", from: 21, to: 22, code: "loan.not_overpaid" };
  assert.deepEqual(judged([paid(once, 0, 10), paid(twice, 11, 20), refused]), []);
  assert.match(judged([paid(once, 0, 10), paid(twice, 11, 20), { ...refused, kind: "repay", code: "loan.not_active" }]).join(), /refused by loan\.not_active, for which there was no reason/);
});
