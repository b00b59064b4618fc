import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { addDays, apply, buildSchedule, EngineRefusal, isoDate, loanTerms, replay } from "../index.ts";
import type { EventDraft, IsoDate, LoanEvent, LoanState, LoanTerms } from "../index.ts";

/** Random loans and lives for property tests. */

export const START = isoDate("2025-01-15");

const CONFIGURABLE = {
  strategy: "configurable", direction: "horizontal", future: { default: "next_installment", goodwill_credit: "last_installment", merchant_refund: "spread_evenly" },
  order: ["past_due_penalty", "past_due_fee", "past_due_interest", "past_due_principal", "due_penalty", "due_fee", "due_interest", "due_principal",
    "in_advance_penalty", "in_advance_fee", "in_advance_interest", "in_advance_principal"],
} as const;

export const anyTerms: fc.Arbitrary<LoanTerms> = fc.record({
  principal: fc.integer({ min: 50_000, max: 500_000_000 }),
  ratePpb: fc.integer({ min: 0, max: 480_000_000 }),
  count: fc.integer({ min: 1, max: 24 }),
  unit: fc.constantFrom("months" as const, "weeks" as const),
  model: fc.constantFrom("classic" as const, "progressive" as const, "daily_simple" as const),
  calculation: fc.constantFrom("equal_periods" as const, "actual_days" as const),
  amortization: fc.constantFrom("equal_installments" as const, "equal_installments" as const, "equal_principal" as const, "interest_only" as const, "bullet" as const),
  method: fc.constantFrom("declining" as const, "declining" as const, "flat" as const),
  recalculates: fc.boolean(),
  strategy: fc.constantFrom("penalty_fee_interest_principal" as const, "due_pfip_in_advance_ppfi" as const, "due_pipf_in_advance_pipf" as const, "configurable" as const, "by_component" as const),
  advance: fc.constantFrom("reduce_installment" as const, "reduce_count" as const, "reschedule_next" as const),
  prepayment: fc.constantFrom("next_installments" as const, "reduce_term" as const, "reduce_installment" as const),
  overdueEarnsInterest: fc.boolean(),
}).map((r) => loanTerms({
  currency: "USD", principal: r.principal, disbursementDate: START, installments: { count: r.count, every: 1, unit: r.unit }, model: r.model,
  amortization: r.amortization, prepayment: r.prepayment, tranches: { max: 3, maxOutstanding: null, overApprovalPpb: 500_000_000 },
  allocation: r.strategy === "configurable" ? CONFIGURABLE : r.strategy === "by_component" ? { strategy: r.strategy, order: ["penalty", "fee", "interest", "principal"] } : { strategy: r.strategy },
  interest: {
    ratePpb: r.ratePpb, calculation: r.calculation, method: r.model === "classic" && !r.recalculates ? r.method : "declining",
    recalculation: r.recalculates ? { rest: "daily", advance: r.advance, payoffInterest: "to_payoff_date", overdueEarnsInterest: r.overdueEarnsInterest } : null,
  },
  compatibility: { chargesEnter: r.strategy === "configurable" ? "by_date" : "from_start" },
}));

/** Something that may happen: days from the start to its value date, days more until it is recorded, and a size from 0 to 1. */
export type Happening = { kind: "pay" | "prepay" | "waive" | "rate" | "charge" | "goodwill" | "refund" | "reverse" | "chargeback" | "credit"; day: number; late: number; size: number };

export const anyHappenings: fc.Arbitrary<Happening[]> = fc.array(fc.record({
  kind: fc.constantFrom("pay" as const, "pay" as const, "pay" as const, "prepay" as const, "waive" as const, "rate" as const, "charge" as const, "goodwill" as const, "refund" as const, "reverse" as const, "chargeback" as const, "credit" as const),
  day: fc.integer({ min: 0, max: 900 }), late: fc.integer({ min: 0, max: 40 }), size: fc.double({ min: 0, max: 1, noNaN: true }),
}), { maxLength: 12 });

/** A loan paid out, then lived through: happenings that the engine refuses are left out. Returns every state on the way. */
export function live(terms: LoanTerms, happenings: readonly Happening[]): { states: LoanState[]; events: LoanEvent[] } {
  const events: LoanEvent[] = [{ type: "disbursed", id: "d0", sequence: 1, valueDate: START, businessDate: START, amount: terms.principal }];
  let state = replay(terms, events, START);
  const states = [state];
  const ordered = [...happenings].sort((a, b) => a.day + a.late - b.day - b.late);
  for (const [index, happening] of ordered.entries()) {
    const valueDate = addDays(START, happening.day);
    const draft = draftOf(state, happening, valueDate);
    if (!draft) continue;
    const businessDate = addDays(valueDate, happening.late);
    const isNow = draft.type === "reversed" || draft.type === "chargedBack" || draft.type === "chargeAdded";
    const event = { ...draft, id: `e${index}`, sequence: index + 2, businessDate, valueDate: isNow ? businessDate : valueDate } as LoanEvent;
    try {
      state = apply(state, event);
    } catch (error) {
      if (error instanceof EngineRefusal) continue;
      throw error;
    }
    events.push(event);
    states.push(state);
  }
  return { states, events };
}

function draftOf(state: LoanState, h: Happening, valueDate: IsoDate): EventDraft | null {
  const size = Math.max(1, Math.round((state.terms.principal / state.terms.installments.count) * h.size * 2.5));
  const payments = state.transactions.filter((t) => t.type === "repayment" && !t.reversed);
  const chosen = payments[Math.floor(h.size * payments.length * 0.999)];
  switch (h.kind) {
    case "pay": return { type: "paymentReceived", kind: "repayment", amount: size, valueDate };
    case "prepay": return { type: "paymentReceived", kind: "repayment", amount: size, valueDate, principalOnly: true };
    case "waive": return { type: "interestWaived", amount: size, valueDate };
    case "rate": return { type: "rateChanged", ratePpb: Math.round(h.size * 400_000_000), keep: h.size > 0.5 ? "term" : "installment", valueDate };
    case "goodwill": return { type: "paymentReceived", kind: "goodwill_credit", amount: size, valueDate };
    case "refund": return { type: "paymentReceived", kind: "merchant_refund", amount: size, valueDate };
    case "charge": return { type: "chargeAdded", code: "fee", component: h.size > 0.5 ? "fee" : "penalty", timing: "specified_date", basis: "flat", amount: 1 + Math.round(h.size * 5000), dueDate: valueDate, valueDate };
    case "reverse": return chosen ? { type: "reversed", eventId: chosen.eventId, valueDate } : null;
    case "chargeback": return chosen ? { type: "chargedBack", paymentId: chosen.eventId, amount: Math.max(1, Math.round(chosen.amount * h.size)), valueDate } : null;
    case "credit": return state.overpayment > 0 ? { type: "creditBalanceRefunded", amount: Math.max(1, Math.round(state.overpayment * h.size)), valueDate } : null;
  }
}

test("random terms make a schedule whose principal is the amount lent, or are refused by name", () => {
  let drawn = 0;
  fc.assert(fc.property(anyTerms, (terms) => {
    try {
      const { rows } = buildSchedule(terms);
      assert.equal(rows.reduce((sum, row) => sum + row.principal, 0), terms.principal);
      assert.equal(rows.at(-1)?.balance, 0);
      drawn++;
    } catch (error) {
      if (!(error instanceof EngineRefusal)) throw error;
    }
  }), { numRuns: 300, seed: 7 });
  assert.ok(drawn > 200, "most random terms must be possible, or the lives drawn from them prove little");
});
