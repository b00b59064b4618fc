import assert from "node:assert/strict";
import * as fc from "fast-check";
import { anyHappenings, anyTerms, live } from "./testing/histories.ts";
import { addDays, advanceTo, apply, differenceBetween, EngineRefusal, later, replay, toMoney, totalOf } from "./index.ts";
import type { LoanEvent, LoanState, LoanTerms } from "./index.ts";
import { frozen, holds, possible } from "./testing/property-kit.ts";

/** What holds of a loan's log: purity, order, refusals, notes. */

const past = fc.tuple(anyTerms, anyHappenings);
const lived = (terms: LoanTerms, happenings: Parameters<typeof live>[1]) => possible(() => live(terms, happenings));
const last = (states: readonly LoanState[]): LoanState => states[states.length - 1] as LoanState;
const today = (state: LoanState) => state.events.reduce((day, e) => later(day, e.businessDate), state.asOf);

holds("a state handed in is never touched, nor its terms", fc.tuple(past, fc.integer({ min: 1, max: 50_000_000 })), ([[terms, happenings], amount]) => {
  const life = lived(frozen(terms), happenings);
  if (!life) return;
  const state = frozen(last(life.states));
  const date = today(state);
  possible(() => apply(state, { type: "paymentReceived", kind: "repayment", id: "p", sequence: 9000, amount, valueDate: date, businessDate: date }));
  possible(() => apply(state, { type: "paymentReceived", kind: "repayment", id: "q", sequence: 9001, amount, valueDate: state.asOf, businessDate: date }));
});

holds("the same event known twice is refused and nothing changes", past, ([terms, happenings]) => {
  const life = lived(terms, happenings);
  if (!life) return;
  const state = last(life.states);
  for (const event of life.events) assert.throws(() => apply(state, event), (error) => error instanceof EngineRefusal && error.code === "event.duplicate");
});

holds("an event of a day the books have not reached is refused", past, ([terms, happenings]) => {
  const life = lived(terms, happenings);
  if (!life) return;
  const state = last(life.states);
  const date = today(state);
  assert.throws(() => apply(state, { type: "paymentReceived", kind: "repayment", id: "p", sequence: 9000, amount: 1, valueDate: addDays(date, 1), businessDate: date }), (error) => error instanceof EngineRefusal && error.code === "event.date_in_future");
});

holds("amounts that are none are refused by name", fc.tuple(past, fc.constantFrom(0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53)), ([[terms, happenings], amount]) => {
  const life = lived(terms, happenings);
  if (!life) return;
  const state = last(life.states);
  const date = today(state);
  assert.throws(() => apply(state, { type: "paymentReceived", kind: "repayment", id: "p", sequence: 9000, amount, valueDate: date, businessDate: date }), (error) => error instanceof EngineRefusal && error.code === "event.amount_not_positive");
});

holds("a state as of a day knows exactly the events up to it", fc.tuple(past, fc.integer({ min: 0, max: 900 })), ([[terms, happenings], days]) => {
  const life = lived(terms, happenings.filter((h) => h.kind !== "reverse"));
  if (!life) return;
  const first = life.events[0] as LoanEvent;
  const asOf = addDays(first.valueDate, days);
  const whole = replay(terms, life.events, asOf);
  const part = replay(terms, life.events.filter((e) => e.valueDate <= asOf), asOf);
  assert.deepEqual({ ...whole, events: [] }, { ...part, events: [] });
});

holds("looking at another day and back shows the same loan", fc.tuple(past, fc.integer({ min: 0, max: 900 })), ([[terms, happenings], days]) => {
  const life = lived(terms, happenings);
  if (!life) return;
  const state = last(life.states);
  assert.deepEqual(advanceTo(advanceTo(state, addDays(state.asOf, days)), state.asOf), state);
});

holds("notes of a closed day change no figure, and a state made by them is the state of a replay", fc.tuple(past, fc.integer({ min: 0, max: 100 })), ([[terms, happenings], days]) => {
  const life = lived(terms, happenings);
  if (!life) return;
  const date = addDays(today(last(life.states)), days);
  const before = advanceTo(last(life.states), date);
  const head = { valueDate: date, businessDate: date };
  const accrued: LoanEvent = { type: "accrualPosted", id: "a", sequence: 9000, interest: 12, fee: 3, penalty: 0, ...head };
  const classified: LoanEvent = { type: "delinquencyClassified", id: "c", sequence: 9001, bucket: null, since: null, installments: [], ...head };
  const after = apply(apply(before, accrued), classified);
  assert.deepEqual(after.outstanding, before.outstanding);
  assert.deepEqual(after.installments, before.installments);
  assert.deepEqual(after, replay(terms, [...life.events, accrued, classified], date));
});

holds("payments recorded in any order give the state of chronological order", fc.tuple(anyTerms, fc.array(fc.record({ day: fc.integer({ min: 0, max: 700 }), amount: fc.integer({ min: 1, max: 5_000_000 }) }), { minLength: 2, maxLength: 8 }), fc.infiniteStream(fc.nat(1000))), ([terms, payments, chance]) => {
  const days = [...new Map(payments.map((p) => [p.day, p])).values()];
  const first: LoanEvent = { type: "disbursed", id: "d", sequence: 0, amount: terms.principal, valueDate: terms.disbursementDate, businessDate: terms.disbursementDate };
  const asOf = addDays(terms.disbursementDate, 700);
  const events = days.map((p, i): LoanEvent => ({ type: "paymentReceived", kind: "repayment", id: `p${i}`, sequence: 0, amount: p.amount, valueDate: addDays(terms.disbursementDate, p.day), businessDate: asOf }));
  const numbered = (order: readonly LoanEvent[]) => [first, ...order.map((e, i) => ({ ...e, sequence: i + 1 }))];
  const sorted = [...events].sort((a, b) => (a.valueDate < b.valueDate ? -1 : 1));
  const keys = new Map(events.map((e) => [e.id, chance.next().value as number]));
  const mixed = [...events].sort((a, b) => (keys.get(a.id) ?? 0) - (keys.get(b.id) ?? 0));
  const [straight, crooked] = [possible(() => replay(terms, numbered(sorted), asOf)), possible(() => replay(terms, numbered(mixed), asOf))];
  assert.deepEqual(crooked?.outstanding, straight?.outstanding);
  assert.deepEqual(crooked?.installments, straight?.installments);
  assert.equal(crooked?.overpayment, straight?.overpayment);
});

holds("two payments taken back in either order leave the same loan", fc.tuple(past, fc.integer({ min: 1, max: 5_000_000 }), fc.integer({ min: 1, max: 5_000_000 })), ([[terms, happenings], a, b]) => {
  const life = lived(terms, happenings);
  if (!life) return;
  const state = last(life.states);
  const date = today(state);
  const head = { valueDate: date, businessDate: date };
  const pay = (id: string, sequence: number, amount: number): LoanEvent => ({ type: "paymentReceived", kind: "repayment", id, sequence, amount, ...head });
  const both = possible(() => apply(apply(state, pay("x", 9000, a)), pay("y", 9001, b)));
  if (!both) return;
  const back = (first: string, second: string) => apply(apply(both, { type: "reversed", id: "r1", sequence: 9002, eventId: first, ...head }), { type: "reversed", id: "r2", sequence: 9003, eventId: second, ...head });
  const [one, other] = [back("x", "y"), back("y", "x")];
  assert.deepEqual(one.installments, other.installments);
  assert.deepEqual(one.outstanding, advanceTo(state, date).outstanding);
});

holds("a loan compared with itself differs in nothing", past, ([terms, happenings]) => {
  const life = lived(terms, happenings);
  if (!life) return;
  const { outstanding, overpayment, transactions } = differenceBetween(last(life.states), last(life.states));
  assert.equal(totalOf(outstanding) + overpayment + transactions.length, 0);
});

holds("every amount of a state is of the loan's currency and a whole number of its units", past, ([terms, happenings]) => {
  const life = lived({ ...terms, currency: "KWD" }, happenings);
  if (!life) return;
  const state = last(life.states);
  assert.equal(toMoney(state, state.outstanding.principal).currency, "KWD");
  const whole = (value: unknown): void => {
    if (typeof value === "number") assert.ok(Number.isSafeInteger(value) && !Object.is(value, -0), String(value));
    else if (typeof value === "object" && value !== null) for (const part of Object.values(value)) whole(part);
  };
  whole([state.installments, state.transactions, state.outstanding, state.overpayment, state.charges]);
});

holds("principal lent is principal repaid, given up and outstanding", past, ([terms, happenings]) => {
  const life = lived(terms, happenings);
  if (!life) return;
  for (const { installments, outstanding, disbursed } of life.states) {
    const sum = (of: (r: (typeof installments)[number]) => number) => installments.reduce((total, r) => total + of(r), 0);
    assert.equal(outstanding.principal, disbursed + sum((r) => r.credited) - sum((r) => r.paid.principal + r.waived.principal + r.writtenOff.principal));
  }
});
