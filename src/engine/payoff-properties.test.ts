import assert from "node:assert/strict";
import * as fc from "fast-check";
import { anyDay } from "./testing/any-loan.ts";
import { anyHappenings, anyTerms, live } from "./testing/histories.ts";
import { accruedInterest, addDays, advanceTo, apply, daysPastDue, delinquencyOf, later, loanTerms, nextDue, overdueOf, payoff, totalOf } from "./index.ts";
import { accrualsToPost } from "./dues.ts";
import type { LoanState, LoanTerms } from "./index.ts";
import { holds, possible } from "./testing/property-kit.ts";

/** What closes a loan, what is overdue and what is earned, on loans with any past. */

function lived(terms: LoanTerms, happenings: Parameters<typeof live>[1]): LoanState | null {
  return possible(() => live(terms, happenings))?.states.at(-1) ?? null;
}

const today = (state: LoanState) => state.events.reduce((day, e) => later(day, e.businessDate), state.asOf);
const daily = (terms: LoanTerms): LoanTerms => loanTerms({ ...terms, model: "daily_simple" });
const past = fc.tuple(anyTerms, anyHappenings, fc.integer({ min: 0, max: 500 }));

holds("a payoff is the sum of its parts, none below zero", past, ([terms, happenings, days]) => {
  const state = lived(terms, happenings);
  if (!state) return;
  const sum = payoff(state, addDays(today(state), days));
  assert.equal(sum.principal + sum.interest + sum.fees + sum.penalties, sum.total);
  for (const part of [sum.principal, sum.interest, sum.fees, sum.penalties, sum.perDiem]) assert.ok(part >= 0);
});

holds("a payoff asks for all principal lent and not repaid", past, ([terms, happenings, days]) => {
  const state = lived(terms, happenings);
  if (state) assert.equal(payoff(state, addDays(today(state), days)).principal, state.outstanding.principal);
});

holds("one cent less than the payoff leaves one cent owed", past, ([terms, happenings, days]) => {
  const state = lived(daily(terms), happenings);
  if (!state) return;
  const date = addDays(today(state), days);
  const { total } = payoff(state, date);
  if (total < 2) return;
  const after = apply(state, { type: "paymentReceived", kind: "repayment", id: "less", sequence: 5000, amount: total - 1, valueDate: date, businessDate: date });
  assert.equal(payoff(after, date).total, 1);
});

holds("a payment lowers the payoff of its day by as much, where interest accrues by the day", fc.tuple(past, fc.double({ min: 0, max: 1, noNaN: true })), ([[terms, happenings, days], share]) => {
  const state = lived(daily(terms), happenings);
  if (!state) return;
  const date = addDays(today(state), days);
  const { total } = payoff(state, date);
  const amount = Math.floor(total * share);
  if (amount < 1) return;
  const after = apply(state, { type: "paymentReceived", kind: "repayment", id: "part", sequence: 5000, amount, valueDate: date, businessDate: date });
  assert.equal(payoff(after, date).total, total - amount);
});

holds("where interest accrues by the day, the payoff grows from day to day by the per-diem, rounded", past, ([terms, happenings, days]) => {
  const state = lived(daily(terms), happenings);
  if (!state) return;
  const date = addDays(today(state), days);
  const [now, then] = [payoff(state, date), payoff(state, addDays(date, 1))];
  assert.ok(Math.abs(then.interest - now.interest - now.perDiem) <= 1, `${now.interest} + ${now.perDiem} is not ${then.interest}`);
});

holds("where interest accrues by the day, none is ever lost by waiting", past, ([terms, happenings, days]) => {
  const state = lived(daily(terms), happenings);
  if (!state) return;
  const date = today(state);
  assert.ok(accruedInterest(state, addDays(date, days)) >= accruedInterest(state, date));
});

holds("without money coming in, a loan is never less overdue than before", past, ([terms, happenings, days]) => {
  const state = lived(terms, happenings);
  if (!state || state.chargedOffDate !== null) return;
  const date = today(state);
  const [now, then] = [daysPastDue(state, date), daysPastDue(state, addDays(date, days))];
  if (now > 0) assert.equal(then, now + days);
  else assert.ok(then <= days);
});

holds("nothing is past due on the day of the payout, nor after a payoff", past, ([terms, happenings, days]) => {
  const state = lived(terms, happenings);
  if (!state) return;
  const date = addDays(today(state), days);
  const { total } = payoff(state, date);
  if (total === 0) return;
  const closed = apply(state, { type: "paymentReceived", kind: "repayment", id: "off", sequence: 5000, amount: total, payoff: true, valueDate: date, businessDate: date });
  assert.equal(daysPastDue(closed, addDays(date, 1000)), 0);
  assert.equal(totalOf(overdueOf(closed, addDays(date, 1000))), 0);
  assert.equal(nextDue(closed, date), null);
});

holds("the bucket is the one whose days hold the days past due", past, ([terms, happenings, days]) => {
  const state = lived(terms, happenings);
  if (!state) return;
  const { pastDueDays, delinquentDays, bucket } = delinquencyOf(state, addDays(today(state), days));
  assert.ok(delinquentDays <= pastDueDays);
  const found = state.terms.delinquency.buckets.find((b) => b.code === bucket);
  if (bucket === null) assert.ok(!state.terms.delinquency.buckets.some((b) => b.from <= delinquentDays && (b.to ?? Infinity) >= delinquentDays));
  else assert.ok(found && found.from <= delinquentDays && (found.to ?? Infinity) >= delinquentDays);
});

holds("what is due next is owed, and is the oldest row that owes", past, ([terms, happenings, days]) => {
  const state = lived(terms, happenings);
  if (!state) return;
  const next = nextDue(state, addDays(today(state), days));
  if (!next) return;
  assert.ok(next.total > 0);
  assert.equal(totalOf(next.parts), next.total);
});

holds("income to post is never below zero, and what was posted is not posted again", fc.tuple(anyTerms, anyHappenings, anyDay), ([terms, happenings, day]) => {
  const state = lived(terms, happenings.filter((h) => h.kind === "pay"));
  if (!state) return;
  const date = later(today(state), day);
  const seen = advanceTo(state, date);
  const drafts = accrualsToPost(seen, date);
  let posted = seen;
  for (const [index, draft] of drafts.entries()) {
    assert.ok(draft.interest >= 0 && draft.fee >= 0 && draft.penalty >= 0);
    posted = apply(posted, { type: "accrualPosted", id: `a${index}`, sequence: 6000 + index, ...draft, businessDate: date });
  }
  assert.deepEqual(accrualsToPost(posted, date), []);
});
