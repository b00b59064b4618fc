import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { anyPlan, ppb } from "./testing/any-plan.ts";
import { anyHappenings, anyTerms, live, START } from "./testing/histories.ts";
import { possible } from "./testing/property-kit.ts";
import { classicPlan } from "./classic.ts";
import { drawPlan } from "./composed.ts";
import { addDays, apply, buildSchedule, owedTotal, payoff, replay, totalOf } from "./index.ts";
import type { LoanEvent, LoanState, LoanTerms } from "./index.ts";
import { planInput } from "./structure.ts";

/** Properties of loans whose rates, payments and dates vary, all in any combination the terms allow. */

const options = { numRuns: Number(process.env["PROPERTY_RUNS"] ?? 300), seed: Number(process.env["PROPERTY_SEED"] ?? 20_260_102) };
const paidOut = (terms: LoanTerms): LoanEvent => ({ type: "disbursed", id: "d0", sequence: 1, valueDate: START, businessDate: START, amount: terms.principal });
const payment = (sequence: number, date: LoanState["asOf"], amount: number, isPayoff = false): LoanEvent => (
  { type: "paymentReceived", kind: "repayment", id: `p${sequence}`, sequence, valueDate: date, businessDate: date, amount, payoff: isPayoff }
);

test("most combinations of plans are possible, so what is proved of them is proved of something", () => {
  const drawn = fc.sample(anyPlan, { ...options, numRuns: 300 }).filter((terms) => possible(() => buildSchedule(terms)) !== null).length;
  assert.ok(drawn > 180, `${drawn} of 300`);
});

test("whatever varies, a schedule repays exactly the principal, ends at zero, and its rows add up", () => {
  fc.assert(fc.property(anyPlan, (terms) => {
    const schedule = possible(() => buildSchedule(terms));
    if (!schedule) return;
    let sum = 0;
    for (const row of schedule.rows) {
      sum += row.principal;
      assert.equal(row.balance, terms.principal - sum);
      assert.equal(row.total, row.principal + row.interest);
      assert.ok(row.total >= 0 && row.interest >= 0, `row ${row.number}`);
    }
    assert.equal(sum, terms.principal);
  }), options);
});

test("a plain loan drawn by row rules has the schedule of the plain drawing", () => {
  fc.assert(fc.property(anyTerms, (any) => {
    const terms: LoanTerms = { ...any, model: "classic", interest: { ...any.interest, method: "declining", recalculation: null } };
    const draw = (plan: typeof classicPlan) => possible(() => plan(terms, planInput(terms, [paidOut(terms) as Extract<LoanEvent, { type: "disbursed" }>])).map((r) => [r.due, r.principal, r.interest, r.balance])) ?? "refused";
    assert.deepEqual(draw((t, input) => drawPlan(t, { ...input, offset: 0 })), draw(classicPlan));
  }), options);
});

test("a loan that varies is booked as it was quoted, and every installment paid on its day closes it", () => {
  fc.assert(fc.property(anyPlan, (terms) => {
    const schedule = possible(() => buildSchedule(terms));
    if (!schedule) return;
    const events: LoanEvent[] = [paidOut(terms)];
    let state = replay(terms, events, START);
    assert.deepEqual(state.installments.map((r) => [r.dueDate, r.due.principal, r.due.interest]), schedule.rows.map((r) => [r.dueDate, r.principal, r.interest]));
    for (const row of schedule.rows) {
      if (row.total > 0) {
        const due = state.installments[row.number - 1];
        assert.ok(due);
        events.push(payment(events.length + 1, row.dueDate, terms.model === "classic" || row === schedule.rows.at(-1) ? owedTotal(due) : row.total));
        state = apply(state, events.at(-1) as LoanEvent);
      }
    }
    assert.deepEqual(state.outstanding, { principal: 0, interest: 0, fee: 0, penalty: 0 });
    assert.equal(state.overpayment, 0);
    assert.equal(state.status, "closed_paid");
    assert.deepEqual(replay(terms, [...events].reverse(), state.asOf), state);
  }), { ...options, numRuns: Math.min(options.numRuns, 100) });
});

test("fixed rows and daily interest ask for the same payments of the same plan, but for fractions carried from row to row", () => {
  let compared = 0;
  fc.assert(fc.property(anyPlan, (plan) => {
    const byModel = (model: "classic" | "daily_simple") => possible(() => buildSchedule({ ...plan, model, interest: { ...plan.interest, calculation: "actual_days" } }).rows);
    const [fixed, daily] = [byModel("classic"), byModel("daily_simple")];
    if (!fixed || !daily || plan.ratePlan?.onChange === "term") return;
    compared++;
    assert.equal(daily.length, fixed.length);
    const slack = 2 * plan.installments.count + plan.principal / 1e7;
    // The row that repays the last of it, which with payments rounded up may not be the last, takes what rounding left.
    for (const [i, { total, balance }] of fixed.entries()) assert.ok(Math.abs(total - (daily[i]?.total ?? 0)) <= (balance === 0 ? slack : 1), `row ${i + 1}: ${total} and ${daily[i]?.total}`);
  }), options);
  assert.ok(compared > options.numRuns / 3);
});

test("a payoff on any day closes a loan that varies, and nothing is owed after it", () => {
  fc.assert(fc.property(anyPlan, fc.integer({ min: 1, max: 700 }), (terms, days) => {
    if (!possible(() => buildSchedule(terms))) return;
    const open = replay(terms, [paidOut(terms)], START);
    const date = addDays(START, days);
    const sum = payoff(open, date);
    const closed = apply(open, payment(2, date, sum.total, true));
    assert.equal(totalOf(closed.outstanding) + closed.overpayment, 0);
    assert.equal(closed.status, "closed_paid");
    assert.equal(payoff(closed, addDays(date, 40)).total, 0);
  }), { ...options, numRuns: Math.min(options.numRuns, 150) });
});

const floating = { index: "BASE", marginPpb: ppb(2), capPpb: ppb(40), floorPpb: ppb(1), firstReset: addDays(START, 31), every: 3, unit: "months" as const };
const anyFixing = fc.record({ day: fc.integer({ min: 1, max: 500 }), ratePpb: fc.integer({ min: 0, max: ppb(20) }), pause: fc.boolean() });

test("a loan that varies, lived through fixings, pauses, payments and their reversals, is the same told at once in any order, and conserves", () => {
  let lived = 0;
  fc.assert(fc.property(anyPlan, anyHappenings, fc.array(anyFixing, { maxLength: 3 }), (plan, happenings, fixings) => {
    const terms: LoanTerms = { ...plan, ratePlan: { ...plan.ratePlan, floating }, tranches: { max: 3, maxOutstanding: null, overApprovalPpb: 500_000_000 } };
    const life = possible(() => live(terms, happenings));
    if (!life) return;
    let state = life.states.at(-1) as LoanState;
    let sequence = 1_000;
    for (const f of fixings) {
      const valueDate = addDays(START, f.day);
      const head = { id: `x${++sequence}`, sequence, valueDate, businessDate: addDays(valueDate, 1_000) };
      const next = possible(() => apply(state, f.pause ? { ...head, type: "interestPaused", from: valueDate, to: addDays(valueDate, 20) } : { ...head, type: "indexFixed", index: "BASE", ratePpb: f.ratePpb }));
      if (next) state = next;
    }
    lived++;
    assert.deepEqual(replay(terms, [...state.events].reverse(), state.asOf), state);
    for (const c of ["principal", "interest", "fee", "penalty"] as const) {
      const booked = state.transactions.reduce((sum, t) => (t.reversed ? sum : sum + t.lines.reduce((s, l) => s + l.parts[c], 0)), 0);
      if (!state.transactions.some((t) => t.type === "chargeback" || t.type === "credit_balance_refund")) assert.equal(state.installments.reduce((sum, r) => sum + r.paid[c], 0), booked, c);
    }
    const standing = state.transactions.filter((t) => !t.reversed && t.type === "repayment");
    for (const t of standing) assert.equal(t.parts.principal + t.parts.interest + t.parts.fee + t.parts.penalty + t.overpayment, t.amount);
    if (state.chargedOffDate === null && state.overpayment === 0) assert.equal(state.installments.reduce((sum, r) => sum + r.due.principal, 0) >= state.disbursed, true);
  }), options);
  assert.ok(lived > options.numRuns / 2, `${lived} lives`);
});

test("a second payout is spread over the rows to come, whatever varies, and all is repaid", () => {
  fc.assert(fc.property(anyPlan, fc.integer({ min: 1, max: 300 }), fc.integer({ min: 10_000, max: 1_000_000 }), (plan, days, amount) => {
    const terms: LoanTerms = { ...plan, tranches: { max: 2, maxOutstanding: null, overApprovalPpb: 20_000_000_000 } };
    const date = addDays(START, days);
    const state = possible(() => replay(terms, [paidOut(terms), { type: "disbursed", id: "d1", sequence: 2, valueDate: date, businessDate: date, amount }], START));
    const later = state && possible(() => replay(terms, state.events, date));
    // After maturity there are no rows to come.
    if (!later || date >= (state?.installments.at(-1)?.dueDate ?? date)) return;
    const lent = terms.principal + amount;
    assert.equal(later.installments.reduce((sum, r) => sum + r.due.principal, 0), lent);
    assert.equal(later.installments.at(-1)?.balanceAfter, 0);
    const closing = payoff(later, addDays(date, 10));
    assert.equal(apply(later, payment(3, addDays(date, 10), closing.total, true)).status, "closed_paid");
  }), options);
});
