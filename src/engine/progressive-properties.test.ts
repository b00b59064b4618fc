import assert from "node:assert/strict";
import * as fc from "fast-check";
import { accruedInterest, addDays, daysBetween, loanTerms, replay } from "./index.ts";
import type { IsoDate, LoanEvent, LoanState, LoanTermsInput } from "./index.ts";
import { holds } from "./testing/property-kit.ts";
import { day, percent } from "./testing/worked.ts";

/** What holds of every progressive loan whose interest follows its payments. */

const START = day("2027-12-20");
type Paid = { day: number; amount: number };
type Case = { advance: "reduce_count" | "reduce_installment" | "adjust_last" | "reschedule_next"; prepayment: "reduce_term" | "next_installments" | "reduce_installment"; principal: number; ratePpb: number; paid: Paid[] };

const anyCase: fc.Arbitrary<Case> = fc.record({
  advance: fc.constantFrom("reduce_count", "reduce_installment", "adjust_last", "reschedule_next"), prepayment: fc.constantFrom("reduce_term", "next_installments", "reduce_installment"),
  principal: fc.integer({ min: 1_000_00, max: 90_000_00 }), ratePpb: fc.integer({ min: percent(6), max: percent(48) }),
  paid: fc.array(fc.record({ day: fc.integer({ min: 0, max: 120 }), amount: fc.integer({ min: 1, max: 4_000_00 }) }), { maxLength: 4 }),
});

function lived({ advance, prepayment, principal, ratePpb, paid }: Case, more: Partial<LoanTermsInput> = {}): { state: LoanState; on: IsoDate } {
  const interest = { ...more.interest, ratePpb, recalculation: { rest: "daily" as const, advance, payoffInterest: "to_payoff_date" as const, overdueEarnsInterest: false } };
  const terms = loanTerms({
    currency: "INR", principal, disbursementDate: START, model: "progressive", installments: { count: 12, every: 1, unit: "months" }, prepayment,
    allocation: { strategy: "by_component", order: ["penalty", "fee", "interest", "principal"] }, ...more, interest,
  } as LoanTermsInput);
  const on = addDays(START, Math.max(0, ...paid.map((p) => p.day)));
  const money = paid.toSorted((a, b) => a.day - b.day).map(({ day: after, amount }, i): LoanEvent => (
    { type: "paymentReceived", kind: "repayment", amount, id: `p${i}`, sequence: i + 2, valueDate: addDays(START, after), businessDate: addDays(START, after) }
  ));
  const events: LoanEvent[] = [{ type: "disbursed", amount: principal, id: "e1", sequence: 1, valueDate: START, businessDate: START }, ...money];
  return { state: replay(terms, events, on), on };
}

/** What bears interest on a day: rows that are due have left the balance, of the others what was paid. */
const balanceOn = ({ terms, installments }: LoanState, on: IsoDate) => installments.reduce((left, row) => left - (row.dueDate <= on ? row.due.principal : row.paid.principal), terms.principal);

/** Each row still running or to come next: interest grown over it, what its balance bears, and how many roundings lie between. */
function* growths(state: LoanState, on: IsoDate, yearly: (balance: number) => number) {
  const row = state.installments.find((r) => r.fromDate <= on && on < r.dueDate);
  const next = state.installments.find((r) => r.fromDate === row?.dueDate);
  for (const r of [row, next]) {
    if (!r) continue;
    const from = r.fromDate < on ? on : r.fromDate;
    const balance = balanceOn(state, from);
    if (balance <= 0) continue;
    const part = daysBetween(from, r.dueDate) / daysBetween(r.fromDate, r.dueDate);
    yield { number: r.number, grown: accruedInterest(state, r.dueDate) - accruedInterest(state, from), bears: (yearly(balance) / 12) * part };
  }
}

holds("whatever was paid when, a row running and the one after it bear interest on the balance that is left", anyCase, (one) => {
  const { state, on } = lived(one);
  if (state.status !== "active") return;
  for (const { number, grown, bears } of growths(state, on, (balance) => balance * (one.ratePpb / 1e9))) assert.ok(Math.abs(grown - bears) <= 3, `row ${number} grows ${grown}, its balance bears ${bears}`);
});

holds("so they do where the rate goes by bands of the balance", anyCase, (one) => {
  const tiers = { on: "marginal" as const, bands: [{ above: 0, upTo: 10_000_00, plusPpb: 0 }, { above: 10_000_00, upTo: null, plusPpb: percent(3) }] };
  const { state, on } = lived(one, { ratePlan: { tiers } });
  if (state.status !== "active") return;
  const yearly = (balance: number) => balance * (one.ratePpb / 1e9) + Math.max(0, balance - 10_000_00) * 0.03;
  for (const { number, grown, bears } of growths(state, on, yearly)) assert.ok(Math.abs(grown - bears) <= 3, `row ${number} grows ${grown}, its balance bears ${bears}`);
});
