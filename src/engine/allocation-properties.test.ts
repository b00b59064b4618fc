import assert from "node:assert/strict";
import * as fc from "fast-check";
import { anyHappenings, anyTerms, live } from "./testing/histories.ts";
import { addDays, apply, COMPONENTS, later, loanTerms, owed, owedTotal, totalOf } from "./index.ts";
import type { AllocationTerms, LoanEvent, LoanState, LoanTerms } from "./index.ts";
import { holds, possible } from "./testing/property-kit.ts";

/** How money is divided, on loans with any past. */

const PFIP: AllocationTerms = { strategy: "penalty_fee_interest_principal" };
const amounts = fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 50_000_000 }));

/** Rows that nothing but payments changes: interest fixed when drawn up. */
function resting(terms: LoanTerms, allocation: AllocationTerms = PFIP): LoanTerms {
  return loanTerms({ ...terms, model: "classic", allocation, interest: { ...terms.interest, recalculation: null }, compatibility: { ...terms.compatibility, chargesEnter: "from_start" } });
}

function lived(terms: LoanTerms, happenings: Parameters<typeof live>[1]): LoanState | null {
  const life = possible(() => live(terms, happenings));
  return life?.states.at(-1) ?? null;
}

/** The day after everything known, when money may come. */
function tomorrow(state: LoanState): LoanState["asOf"] {
  return addDays(state.events.reduce((day, e) => later(day, e.businessDate), state.asOf), 1);
}

function paid(state: LoanState, amount: number, id = "pay", sequence = 5000): LoanState {
  const day = tomorrow(state);
  const event: LoanEvent = { type: "paymentReceived", kind: "repayment", id, sequence, amount, valueDate: day, businessDate: day };
  return apply(state, event);
}

const pastAndAmount = fc.tuple(anyTerms, anyHappenings, amounts);

holds("a payment is what it paid by component and what was left over", pastAndAmount, ([terms, past, amount]) => {
  const state = lived(terms, past);
  const after = state && possible(() => paid(state, amount));
  const tx = after?.transactions.find((t) => t.eventId === "pay");
  if (tx) assert.equal(totalOf(tx.parts) + tx.overpayment, amount);
});

holds("the lines of a transaction add up to its parts", pastAndAmount, ([terms, past, amount]) => {
  const state = lived(terms, past);
  const tx = (state && possible(() => paid(state, amount)))?.transactions.find((t) => t.eventId === "pay");
  if (tx) for (const c of COMPONENTS) assert.equal(tx.lines.reduce((sum, line) => sum + line.parts[c], 0), tx.parts[c], c);
});

holds("nothing is left over while anything is owed", pastAndAmount, ([terms, past, amount]) => {
  const state = lived(resting(terms), past);
  const after = state && possible(() => paid(state, amount));
  if (after && (after.transactions.find((t) => t.eventId === "pay")?.overpayment ?? 0) > 0) assert.equal(totalOf(after.outstanding), 0);
});

holds("what is outstanding falls by what was paid", pastAndAmount, ([terms, past, amount]) => {
  const state = lived(resting(terms), past);
  const after = state && possible(() => paid(state, amount));
  const tx = after?.transactions.find((t) => t.eventId === "pay");
  if (state && after && tx) for (const c of COMPONENTS) assert.equal(after.outstanding[c], state.outstanding[c] - tx.parts[c], c);
});

holds("row by row: a later row gets nothing of a payment while an earlier one still owes", pastAndAmount, ([terms, past, amount]) => {
  const state = lived(resting(terms), past);
  const after = state && possible(() => paid(state, amount));
  const lines = after?.transactions.find((t) => t.eventId === "pay")?.lines ?? [];
  const reached = Math.max(0, ...lines.map((l) => l.installment));
  for (const row of after?.installments ?? []) if (row.number < reached) assert.equal(owedTotal(row), 0, `row ${row.number} of ${reached}`);
});

holds("within a row principal comes last: none is paid while penalty, fee or interest is owed", pastAndAmount, ([terms, past, amount]) => {
  const state = lived(resting(terms), past);
  const after = state && possible(() => paid(state, amount));
  for (const line of after?.transactions.find((t) => t.eventId === "pay")?.lines ?? []) {
    const row = after?.installments.find((r) => r.number === line.installment);
    if (row && line.parts.principal > 0) assert.equal(owed(row, "penalty") + owed(row, "fee") + owed(row, "interest"), 0);
  }
});

holds("by component: no due principal is paid while due interest is owed on any row", pastAndAmount, ([terms, past, amount]) => {
  const state = lived(resting(terms, { strategy: "by_component", order: ["penalty", "fee", "interest", "principal"] }), past);
  const after = state && possible(() => paid(state, amount));
  const tx = after?.transactions.find((t) => t.eventId === "pay");
  if (!after || !tx || !tx.lines.some((l) => l.dueDate <= tx.date && l.parts.principal > 0)) return;
  for (const row of after.installments) if (row.dueDate <= tx.date) assert.equal(owed(row, "interest"), 0, `row ${row.number}`);
});

holds("more money never pays less of any row or component", fc.tuple(anyTerms, anyHappenings, amounts, amounts), ([terms, past, amount, more]) => {
  const state = lived(resting(terms), past);
  const [less, larger] = [state && possible(() => paid(state, amount)), state && possible(() => paid(state, amount + more))];
  if (!less || !larger) return;
  for (const [index, row] of less.installments.entries()) for (const c of COMPONENTS) assert.ok((larger.installments[index]?.paid[c] ?? 0) >= row.paid[c], `row ${row.number} ${c}`);
});

holds("a payment in two parts on one day pays what one payment would have", fc.tuple(anyTerms, anyHappenings, amounts, amounts), ([terms, past, first, second]) => {
  const state = lived(resting(terms), past);
  if (!state) return;
  const day = tomorrow(state);
  const once = possible(() => paid(state, first + second));
  const half = possible(() => paid(state, first));
  if (!once || !half) return;
  const twice = apply(half, { type: "paymentReceived", kind: "repayment", id: "pay2", sequence: 5001, amount: second, valueDate: day, businessDate: day });
  assert.deepEqual(twice.outstanding, once.outstanding);
  assert.equal(twice.overpayment, once.overpayment);
  assert.deepEqual(twice.installments.map((r) => r.paid), once.installments.map((r) => r.paid));
});

holds("what charges were paid is what rows were paid of fees and penalties", pastAndAmount, ([terms, past, amount]) => {
  const state = lived(resting(terms), past.filter((h) => h.kind !== "chargeback" && h.kind !== "credit"));
  const after = state && possible(() => paid(state, amount));
  if (!after) return;
  assert.equal(after.charges.reduce((sum, c) => sum + c.paid, 0), after.installments.reduce((sum, r) => sum + r.paid.fee + r.paid.penalty, 0));
});

holds("interest given up is at most what was owed, and touches nothing else", pastAndAmount, ([terms, past, amount]) => {
  const state = lived(resting(terms), past);
  if (!state) return;
  const day = tomorrow(state);
  const after = possible(() => apply(state, { type: "interestWaived", id: "waive", sequence: 5000, amount, valueDate: day, businessDate: day }));
  if (!after) return;
  assert.equal(after.outstanding.interest, Math.max(0, state.outstanding.interest - amount));
  for (const c of ["principal", "fee", "penalty"] as const) assert.equal(after.outstanding[c], state.outstanding[c]);
});

holds("a charge adds its amount to what is owed, unless an overpayment pays it, and giving it up takes it off again", pastAndAmount, ([terms, past, amount]) => {
  // Charges that were always there would be met by earlier money: here they come on their day.
  const rested = resting(terms);
  const state = lived({ ...rested, compatibility: { ...rested.compatibility, chargesEnter: "by_date" } }, past);
  if (!state || state.overpayment > 0 || totalOf(state.outstanding) === 0) return;
  const day = tomorrow(state);
  const fee = Math.min(amount, 1_000_000);
  const charged = possible(() => apply(state, { type: "chargeAdded", id: "fee", sequence: 5000, code: "fee", component: "fee", timing: "specified_date", basis: "flat", amount: fee, dueDate: day, valueDate: day, businessDate: day }));
  if (!charged) return;
  assert.equal(charged.outstanding.fee, state.outstanding.fee + fee);
  const given = apply(charged, { type: "chargeWaived", id: "given", sequence: 5001, chargeId: "fee", valueDate: day, businessDate: day });
  assert.deepEqual(given.outstanding, state.outstanding);
});
