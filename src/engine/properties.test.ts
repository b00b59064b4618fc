import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { accruedInterest, addDays, advanceTo, apply, buildSchedule, differenceBetween, explain, later, nextDue, owedTotal, payoff, replay, totalOf } from "./index.ts";
import type { LoanEvent, LoanState, LoanTerms } from "./index.ts";
import { anyHappenings, anyTerms, live, START } from "./testing/histories.ts";
import { possible } from "./testing/property-kit.ts";

// The same cases each time, so that a change is judged by itself; wider and other ones by PROPERTY_RUNS and PROPERTY_SEED.
const options = { numRuns: Number(process.env["PROPERTY_RUNS"] ?? 300), seed: Number(process.env["PROPERTY_SEED"] ?? 20_260_101) };

const last = (states: readonly LoanState[]): LoanState => states[states.length - 1] as LoanState;

test("a schedule of any kind repays exactly the principal, ends at zero and owes nothing negative", () => {
  fc.assert(fc.property(anyTerms, (terms) => {
    const schedule = possible(() => buildSchedule(terms));
    if (!schedule) return;
    let sum = 0;
    for (const row of schedule.rows) {
      sum += row.principal;
      assert.ok(row.principal >= 0 && row.interest >= 0, `row ${row.number}`);
      assert.equal(row.balance, terms.principal - sum);
    }
    assert.equal(sum, terms.principal);
    assert.equal(schedule.totals.total, schedule.rows.reduce((s, r) => s + r.total, 0) + schedule.feesAtDisbursement);
  }), options);
});

test("the booked loan has the schedule that was quoted", () => {
  fc.assert(fc.property(anyTerms, (terms) => {
    const schedule = possible(() => buildSchedule(terms));
    if (!schedule) return;
    const { states } = live(terms, []);
    const rows = last(states).installments;
    assert.deepEqual(rows.map((r) => [r.dueDate, r.due.principal, r.due.interest, r.balanceAfter]), schedule.rows.map((r) => [r.dueDate, r.principal, r.interest, r.balance]));
  }), options);
});

test("a higher rate never lowers the total interest", () => {
  fc.assert(fc.property(anyTerms, fc.integer({ min: 1_000_000, max: 100_000_000 }), (terms, more) => {
    const low = possible(() => buildSchedule(terms));
    const high = possible(() => buildSchedule({ ...terms, interest: { ...terms.interest, ratePpb: terms.interest.ratePpb + more } }));
    // Rounding each row may cost a unit a row where the rate hardly differs.
    if (low && high) assert.ok(high.totals.interest + terms.installments.count >= low.totals.interest);
  }), options);
});

test("applying events one by one gives the state of replaying them all, whatever order they are handed over in", () => {
  fc.assert(fc.property(anyTerms, anyHappenings, fc.integer(), (terms, happenings, seed) => {
    const life = possible(() => live(terms, happenings));
    if (!life) return;
    const applied = last(life.states);
    const shuffled = [...life.events].sort((a, b) => ((a.sequence * 7919 + seed) % 101) - ((b.sequence * 7919 + seed) % 101));
    assert.deepEqual(replay(terms, shuffled, applied.asOf), applied);
  }), options);
});

test("every payment is divided without a unit made or lost, and the rows hold what the transactions say", () => {
  fc.assert(fc.property(anyTerms, anyHappenings, (terms, happenings) => {
    const life = possible(() => live(terms, happenings));
    if (!life) return;
    for (const state of life.states) conserves(state);
  }), options);
});

function conserves(state: LoanState): void {
  let [repaid, lentAgain, over] = [0, 0, 0];
  for (const tx of state.transactions) {
    if (tx.reversed || tx.type === "disbursement") continue;
    if (tx.type === "interest_waiver") assert.equal(tx.parts.interest, tx.amount);
    else if (tx.type === "chargeback" || tx.type === "credit_balance_refund") lentAgain += tx.amount;
    else {
      assert.equal(totalOf(tx.parts) + tx.overpayment, tx.amount, `${tx.type} of ${tx.date}`);
      repaid += tx.amount;
      over += tx.overpayment;
    }
  }
  const paid = state.installments.reduce((sum, r) => sum + totalOf(r.paid), 0);
  assert.equal(paid + state.overpayment, repaid - lentAgain + state.installments.reduce((sum, r) => sum + r.credited, 0) + metByOverpayment(state), "money in is on rows or overpaid");
  assert.ok(over >= 0 && state.overpayment >= 0);
  for (const row of state.installments) {
    for (const c of ["principal", "interest", "fee", "penalty"] as const) assert.ok(row.paid[c] <= row.due[c], `row ${row.number} ${c} overfilled: ${row.paid[c]} of ${row.due[c]}`);
    assert.ok(row.paidInAdvance + row.paidLate <= totalOf(row.paid));
    assert.equal(row.settledDate !== null || totalOf(row.due) === 0, owedTotal(row) === 0, `row ${row.number}`);
  }
  const principal = state.installments.reduce((sum, r) => sum + r.due.principal, 0);
  assert.equal(principal, state.disbursed + state.installments.reduce((sum, r) => sum + r.credited, 0), "all principal lent is on rows");
}

/** What chargebacks and refunds took straight from an overpayment, without touching a row. */
function metByOverpayment(state: LoanState): number {
  return state.transactions.filter((t) => !t.reversed && (t.type === "chargeback" || t.type === "credit_balance_refund") && t.parts.principal === 0 && t.lines.length === 0)
    .reduce((sum) => sum, 0);
}

test("a reversal puts everything back as it was", () => {
  fc.assert(fc.property(anyTerms, anyHappenings, fc.integer({ min: 1, max: 50_000_000 }), (terms, happenings, amount) => {
    const life = possible(() => live(terms, happenings));
    if (!life) return;
    const before = last(life.states);
    const date = later(before.asOf, START);
    const head = { valueDate: date, businessDate: lastBusiness(life.events, date) };
    const paid = possible(() => apply(before, { type: "paymentReceived", kind: "repayment", amount, id: "p", sequence: 1000, ...head }));
    if (!paid) return;
    const back = apply(paid, { type: "reversed", eventId: "p", id: "r", sequence: 1001, ...head, valueDate: head.businessDate });
    const again = advanceTo(before, back.asOf);
    assert.deepEqual(back.outstanding, again.outstanding);
    assert.deepEqual(back.installments, again.installments);
    assert.equal(back.overpayment, again.overpayment);
    assert.deepEqual(back.transactions.filter((t) => t.eventId !== "p"), again.transactions);
    assert.deepEqual(differenceBetween(again, back).transactions, []);
  }), options);
});

function lastBusiness(events: readonly LoanEvent[], date: LoanState["asOf"]): LoanState["asOf"] {
  return events.reduce((d, e) => (e.businessDate > d ? e.businessDate : d), date);
}

test("after a payoff nothing is owed, on that day or later", () => {
  fc.assert(fc.property(anyTerms, anyHappenings, fc.integer({ min: 0, max: 400 }), (terms, happenings, days) => {
    const life = possible(() => live(terms, happenings));
    if (!life) return;
    const before = last(life.states);
    const date = addDays(lastBusiness(life.events, before.asOf), days);
    const sum = payoff(before, date);
    if (sum.total === 0) return;
    assert.equal(sum.principal + sum.interest + sum.fees + sum.penalties, sum.total);
    assert.ok(sum.perDiem >= 0);
    const closed = apply(before, { type: "paymentReceived", kind: "repayment", amount: sum.total, payoff: true, valueDate: date, businessDate: date, id: "p", sequence: 1000 });
    assert.deepEqual(closed.outstanding, { principal: 0, interest: 0, fee: 0, penalty: 0 });
    assert.equal(closed.status, "closed_paid");
    assert.equal(nextDue(closed), null);
    assert.equal(payoff(closed, addDays(date, 100)).total, 0);
    assert.equal(accruedInterest(closed, addDays(date, 100)), 0);
  }), options);
});

test("a state survives being stored as JSON, and every figure can be explained", () => {
  fc.assert(fc.property(anyTerms, anyHappenings, (terms, happenings) => {
    const life = possible(() => live(terms, happenings));
    if (!life) return;
    const state = last(life.states);
    assert.deepEqual(JSON.parse(JSON.stringify(state)), state);
    for (const part of ["principal", "interest", "total", "balance"] as const) assert.ok(explain(state, { kind: "installment", number: 1, part }).sentence.length > 10);
    for (const tx of state.transactions) assert.ok(explain(state, { kind: "allocation", eventId: tx.eventId }).sentence.includes("paid"));
    assert.ok(explain(state, { kind: "payoff", date: addDays(state.asOf, 5) }).value.length > 3);
  }), options);
});

test("daily simple interest is principal × rate × days ÷ 365 between payments, whatever the payments", () => {
  fc.assert(fc.property(anyTerms, anyHappenings, (raw, happenings) => {
    const terms: LoanTerms = { ...raw, model: "daily_simple" };
    const life = possible(() => live(terms, happenings.filter((h) => h.kind === "pay").map((h) => ({ ...h, late: 0 }))));
    if (!life) return;
    let [principal, carried, date] = [0, 0n, START];
    const scale = 1_000_000n;
    for (const tx of last(life.states).transactions) {
      const days = BigInt((Date.parse(tx.date) - Date.parse(date)) / 86_400_000);
      carried += BigInt(Math.max(0, principal)) * BigInt(terms.interest.ratePpb) * days * scale / 365_000_000_000n;
      date = tx.date;
      if (tx.type === "disbursement") { principal += tx.amount; continue; }
      const due = Number((carried + scale / 2n) / scale);
      assert.ok(Math.abs(tx.parts.interest - Math.min(due, tx.amount)) <= 1, `interest of ${tx.date}: ${tx.parts.interest}, expected ${due}`);
      carried = tx.parts.interest >= due - 1 && tx.parts.principal > 0 ? 0n : carried - BigInt(tx.parts.interest) * scale;
      principal -= tx.parts.principal;
    }
  }), options);
});

test("the difference of two states tells what happened to the principal", () => {
  fc.assert(fc.property(anyTerms, anyHappenings, (terms, happenings) => {
    const life = possible(() => live(terms, happenings));
    if (!life) return;
    for (const [index, after] of life.states.entries()) {
      const before = life.states[index - 1];
      if (!before) continue;
      const { outstanding, overpayment, transactions } = differenceBetween(before, after);
      let [principal, over] = [0, 0];
      for (const { before: was, after: is } of transactions) {
        for (const [tx, sign] of [[was, -1], [is, 1]] as const) {
          if (!tx) continue;
          const lends = tx.type === "chargeback" || tx.type === "credit_balance_refund";
          principal += sign * (lends ? tx.parts.principal : -tx.parts.principal);
          over += sign * (lends ? -tx.overpayment : tx.overpayment);
        }
      }
      assert.equal(outstanding.principal, principal);
      assert.equal(overpayment, over);
    }
  }), options);
});
