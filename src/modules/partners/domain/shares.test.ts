import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addDays, EngineRefusal, isoDate, loanTerms, replay, type LoanEvent, type LoanState } from "#engine/index.ts";
import { AMOUNTS, differences, movementsOf, netOf, partOf, shareOf, WHOLE_PPB, type ShareLine, type ShareTerms } from "./shares.ts";

const START = isoDate("2026-01-15");
const END = isoDate("2027-12-31");
const terms = loanTerms({ currency: "INR", principal: 1_000_00, disbursementDate: START, interest: { ratePpb: 96_000_000 }, installments: { count: 10, every: 1, unit: "months" } });

type Act = { kind: "pay" | "charge" | "refund" | "reverse" | "lose"; day: number; minor: number };
const acts = fc.array(fc.record({ kind: fc.constantFrom<Act["kind"]>("pay", "pay", "pay", "charge", "reverse", "lose", "refund"), day: fc.integer({ min: 0, max: 500 }), minor: fc.integer({ min: 1, max: 40_000 }) }), { maxLength: 14 });

/** A loan's life; what the engine refuses did not happen. */
function live(all: readonly Act[]): LoanState {
  let events: LoanEvent[] = [event("disbursed", 1, 0, { amount: 1_000_00 })];
  for (const act of all) {
    const sequence = events.length + 1;
    const next = act.kind === "pay" ? event("paymentReceived", sequence, act.day, { kind: "repayment", amount: act.minor }) : act.kind === "charge" ? event("chargeAdded", sequence, act.day, { chargeId: `c${sequence}`, code: "late", component: "penalty", amount: act.minor })
      : act.kind === "refund" ? event("creditBalanceRefunded", sequence, act.day, { amount: act.minor }) : act.kind === "lose" ? event("chargedOff", sequence, act.day, {}) : event("reversed", sequence, act.day, { eventId: events[act.minor % events.length]?.id });
    try {
      replay(terms, [...events, next], END);
      events = [...events, next];
    } catch (error) {
      if (!(error instanceof EngineRefusal)) throw error;
    }
  }
  return replay(terms, events, END);
}

function event(type: string, sequence: number, day: number, more: object): LoanEvent {
  const valueDate = addDays(START, day);
  return { id: `e${sequence}`, sequence, type, valueDate, businessDate: valueDate, recordedAt: "2026-01-15T00:00:00.000Z", ...more } as unknown as LoanEvent;
}

/** Owners of the whole of a loan, in parts cut at random places. */
const owners = fc.uniqueArray(fc.integer({ min: 1, max: WHOLE_PPB - 1 }), { maxLength: 4 }).map((cuts) => {
  const at = [0, ...cuts.sort((a, b) => a - b), WHOLE_PPB];
  return at.slice(1).map((end, i): ShareTerms => ({ offsetPpb: at[i] as number, sharePpb: end - (at[i] as number), fromDate: START, feeBasis: "interest", feePpb: 250_000_000, charges: "shared" }));
});
const sumOf = (lines: readonly ShareLine[], part: (typeof AMOUNTS)[number]) => lines.reduce((sum, l) => sum + l[part], 0);

test("the parts of all owners add up to every receipt, and what they hold to the loan's principal, in any life", () => {
  let shared = 0;
  fc.assert(fc.property(acts, owners, (life, all) => {
    const state = live(life);
    const lines = all.map((terms) => shareOf(state, terms, END));
    for (const m of movementsOf(state)) {
      const of = lines.flatMap((own) => own.filter((l) => l.key === m.key));
      if (of.length === 0) continue;
      shared += 1;
      assert.equal(sumOf(of, "principal"), m.principal - m.lent, "principal");
      for (const part of ["interest", "fee", "penalty", "recovery", "loss"] as const) assert.equal(sumOf(of, part), m[part], part);
    }
    const held = lines.map((own) => -sumOf(own, "principal") - sumOf(own, "loss"));
    const principal = movementsOf(state).reduce((sum, m) => sum + m.lent - m.principal - m.loss, 0);
    assert.equal(held.reduce((sum, one) => sum + one, 0), principal);
    if (state.chargedOffDate === null) assert.equal(principal, state.outstanding.principal, "and that is what the engine says is owed");
    if (principal === 0) assert.deepEqual(held.map((h) => h === 0), held.map(() => true), "nobody holds a cent of what is paid");
  }), { numRuns: 300 });
  assert.ok(shared > 500, `only ${shared} facts were shared`);
});

test("statement after statement says in all what one statement at the end would say, whatever was reversed between them", () => {
  fc.assert(fc.property(acts, owners, fc.array(fc.integer({ min: 0, max: 14 }), { maxLength: 4 }), (life, all, cuts) => {
    const share = all[0] as ShareTerms;
    let stated: ShareLine[] = [];
    for (const upto of [...cuts.sort((a, b) => a - b), life.length]) {
      const lines = differences(shareOf(live(life.slice(0, upto)), share, END), stated);
      stated = merged([...stated, ...lines]);
    }
    const once = shareOf(live(life), share, END);
    for (const part of AMOUNTS) assert.equal(sumOf(stated, part), sumOf(once, part), part);
    assert.equal(stated.reduce((sum, l) => sum + netOf(l), 0), once.reduce((sum, l) => sum + netOf(l), 0));
  }), { numRuns: 150 });
});

function merged(lines: readonly ShareLine[]): ShareLine[] {
  const byKey = new Map<string, ShareLine>();
  for (const l of lines) {
    const known = byKey.get(l.key);
    byKey.set(l.key, known === undefined ? l : { ...known, ...(Object.fromEntries(AMOUNTS.map((a) => [a, known[a] + l[a]])) as unknown as ShareLine), key: l.key, kind: l.kind, date: l.date });
  }
  return [...byKey.values()];
}

test("an owner's part of what came in so far is never off by more than a minor unit, and grows with it", () => {
  assert.equal(partOf(92_00, { offsetPpb: 0, sharePpb: 400_000_000 }), 36_80);
  const thirds = [0, 333_333_333, 666_666_666].map((offsetPpb, i) => partOf(100_00, { offsetPpb, sharePpb: i === 2 ? 333_333_334 : 333_333_333 }));
  assert.deepEqual(thirds, [33_33, 33_34, 33_33]);
  fc.assert(fc.property(fc.integer({ min: 0, max: 1_000_000_000_00 }), fc.integer({ min: 0, max: WHOLE_PPB - 1 }), fc.integer({ min: 1, max: WHOLE_PPB }), (minor, offsetPpb, length) => {
    const sharePpb = Math.min(length, WHOLE_PPB - offsetPpb);
    const exact = BigInt(minor) * BigInt(sharePpb);
    const off = BigInt(partOf(minor, { offsetPpb, sharePpb })) * BigInt(WHOLE_PPB) - exact;
    assert.ok(off <= BigInt(WHOLE_PPB) && off >= -BigInt(WHOLE_PPB));
  }));
});
