import assert from "node:assert/strict";
import * as fc from "fast-check";
import { accruedInterest, addDays, advanceTo, follow, later, payoff, replay } from "./index.ts";
import type { IsoDate, LoanEvent, LoanState, LoanTerms } from "./index.ts";
import { anyLoan } from "./testing/any-loan.ts";
import { anyPlan } from "./testing/any-plan.ts";
import { anyTerms } from "./testing/histories.ts";
import { frozen, holds, possible } from "./testing/property-kit.ts";
import { after, anyTurns, eventOf, paidOut } from "./testing/turns.ts";
import type { Turn } from "./testing/turns.ts";

/** A loan that goes on from where it stood is the loan told from the start: after each event of any kind, and on any day. */

const anyTold = fc.tuple(fc.oneof(anyTerms, anyLoan, anyPlan), anyTurns);

/** The same history in a list of its own, so that nothing is remembered of it. */
const fromStart = ({ terms, events, asOf }: LoanState): LoanState => replay(terms, events.map((e) => ({ ...e })), asOf);

/** Every state of a loan's life, each made from the one before; no state can be touched once it was made. */
function told(terms: LoanTerms, turns: readonly Turn[]): { state: LoanState; today: IsoDate; turn: Turn }[] {
  const states: { state: LoanState; today: IsoDate; turn: Turn }[] = [];
  let state = possible(() => frozen(paidOut(terms)));
  let today = terms.disbursementDate;
  for (const [index, turn] of turns.entries()) {
    if (state === null) break;
    today = addDays(today, turn.after);
    const event = eventOf(state, turn, today, index + 2);
    const next = event && after(state, event);
    if (!next) continue;
    state = frozen(next);
    states.push({ state, today, turn });
  }
  return states;
}

holds("one more event gives the state of the whole history told from the start", anyTold, ([terms, turns]) => {
  for (const { state } of told(terms, turns)) assert.deepEqual(state, fromStart(state));
});

holds("two things that may come next are told from one state, and neither knows of the other", fc.tuple(anyTold, anyTurns), ([[terms, turns], others]) => {
  for (const { state, today, turn } of told(terms, turns)) {
    const next = [turn, ...others.slice(0, 2)].map((t) => eventOf(state, t, addDays(today, 3), 900)).filter((e): e is LoanEvent => e !== null);
    for (const event of next) {
      const then = after(state, event);
      if (then) assert.deepEqual(then, fromStart(then));
    }
  }
});

holds("a loan that went on is looked at and paid off on any later day as one told from the start", fc.tuple(anyTold, fc.integer({ min: 0, max: 400 })), ([[terms, turns], days]) => {
  for (const { state } of told(terms, turns).slice(-2)) {
    const day = addDays(state.events.reduce((last, e) => later(last, e.valueDate), state.asOf), days);
    const slow = fromStart(state);
    assert.deepEqual(advanceTo(state, day), advanceTo(slow, day));
    assert.deepEqual(possible(() => payoff(state, day)), possible(() => payoff(slow, day)));
    assert.equal(possible(() => accruedInterest(state, day)), possible(() => accruedInterest(slow, day)));
    assert.deepEqual(advanceTo(state, state.asOf), slow, "looking leaves no trace");
  }
});

holds("what a log hands on is told to a loan as if it had been replayed whole", fc.tuple(anyTold, fc.nat(13)), ([[terms, turns], known]) => {
  const states = told(terms, turns).map(({ state }) => state);
  const [first, last] = [states[known % Math.max(1, states.length)], states.at(-1)];
  if (!first || !last) return;
  assert.deepEqual(follow(first, last.events.slice(first.events.length), last.asOf), fromStart(last));
});
