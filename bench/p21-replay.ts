import { addDays, apply, isoDate, loanTerms, replay } from "#engine/index.ts";
import type { LoanEvent, LoanState, LoanTerms, LoanTermsInput } from "#engine/index.ts";
import { accruals } from "./calibrate.ts";
import type { Check } from "../assure/result.ts";

/** P21, engine part: a repayment of the past put before 500 later events, the whole history run again, for every model. */
const LIMIT_MS = 10;
const LATER = 500;
const START = isoDate("2020-01-15");

type Kind = { readonly name: string; readonly over: Partial<Omit<LoanTermsInput, "interest">> & { interest?: Partial<LoanTerms["interest"]> } };

const follows = { rest: "daily", advance: "reduce_installment", payoffInterest: "to_payoff_date", overdueEarnsInterest: true } as const;
const byDays = { calculation: "actual_days", daysInYear: "actual" } as const;

const KINDS: readonly Kind[] = [
  { name: "classic", over: {} },
  { name: "classic, flat", over: { interest: { method: "flat" } } },
  { name: "classic, redrawn", over: { interest: { recalculation: follows } } },
  { name: "classic, redrawn by days", over: { interest: { recalculation: follows, ...byDays } } },
  { name: "classic, redrawn at rests", over: { interest: { recalculation: { ...follows, rest: "same_as_installment" } } } },
  { name: "daily simple", over: { model: "daily_simple", interest: { calculation: "actual_days" } } },
  { name: "progressive", over: { model: "progressive", interest: { recalculation: { ...follows, overdueEarnsInterest: false } } } },
  { name: "progressive, overdue earns", over: { model: "progressive", interest: { recalculation: follows } } },
  { name: "progressive by days", over: { model: "progressive", interest: { recalculation: follows, ...byDays } } },
  { name: "progressive, prepaid", over: { model: "progressive", prepayment: "reduce_installment", interest: { recalculation: { ...follows, overdueEarnsInterest: false } } } },
];

function termsOf(kind: Kind): LoanTerms {
  return loanTerms({ currency: "USD", principal: 50_000_00, disbursementDate: START, installments: { count: 36, every: 1, unit: "months" }, ...kind.over, interest: { ratePpb: 120_000_000, ...kind.over.interest } });
}

/** Money every other day over the life of the loan: what a borrower paying by the week or a mandate presented again and again makes. */
function history(): LoanEvent[] {
  const events: LoanEvent[] = [{ type: "disbursed", id: "d", sequence: 0, amount: 50_000_00, valueDate: START, businessDate: START }];
  for (let i = 0; i < LATER; i++) {
    const day = addDays(START, 2 * i + 3);
    events.push({ type: "paymentReceived", kind: "repayment", id: `p${i}`, sequence: i + 1, amount: 9_000 + ((i * 37) % 500), valueDate: day, businessDate: day });
  }
  return events;
}

/** CPU milliseconds of the thread; other programs on the machine do not count. */
function cpuMs(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

function measure(kind: Kind, rounds: number): { replayMs: number; clockMedianMs: number; clockP99Ms: number; newestMs: number; different: number } {
  const terms = termsOf(kind);
  const events = history();
  const today = (events.at(-1) as LoanEvent).valueDate;
  const before = replay(terms, events, today);
  const late: LoanEvent = { type: "paymentReceived", kind: "repayment", id: "late", sequence: LATER + 1, amount: 12_34, valueDate: addDays(START, 2), businessDate: today };
  let after: LoanState = before;
  for (let i = 0; i < rounds / 4; i++) after = apply(before, late);
  const times: number[] = [];
  // The CPU clock ticks too coarsely for one replay: all rounds together are timed by it, each by the wall clock.
  const all = cpuMs(() => {
    for (let i = 0; i < rounds; i++) {
      const start = performance.now();
      after = apply(before, late);
      times.push(performance.now() - start);
    }
  });
  times.sort((a, b) => a - b);
  const different = JSON.stringify(after) === JSON.stringify(replay(terms, [...events, late], today)) ? 0 : 1;
  const young = replay(terms, events.slice(0, 19), addDays(START, 40));
  const newest = events[19] as LoanEvent;
  const newestMs = cpuMs(() => { for (let i = 0; i < 100; i++) apply(young, newest); }) / 100;
  const round = (n: number) => Math.round(n * 1000) / 1000;
  return { replayMs: round(all / rounds), clockMedianMs: round(times[rounds >> 1] ?? 0), clockP99Ms: round(times[Math.floor(rounds * 0.99)] ?? 0), newestMs: round(newestMs), different };
}

export const p21: Check = {
  id: "P21",
  title: "the engine's part of a back-dated repayment: 500 later events run again",
  run: async ({ cases = 60, say }) => {
    const text = JSON.stringify(history());
    const floor = cpuMs(() => { for (let i = 0; i < 400; i++) JSON.parse(text); }) / 400;
    const models = KINDS.map((kind) => ({ name: kind.name, ...measure(kind, cases) }));
    for (const m of models) say(`${m.name}: ${m.replayMs} ms (by the clock ${m.clockMedianMs}, p99 ${m.clockP99Ms}), a 20th event that is the newest ${m.newestMs} ms`);
    const value = Math.max(...models.map((m) => m.replayMs));
    const violations = models.reduce((sum, m) => sum + m.different, 0);
    return {
      pass: value <= LIMIT_MS && violations === 0, value, unit: "CPU ms of the slowest model", floor, efficiency: Math.round((floor / value) * 1000) / 1000,
      cases: cases * KINDS.length, violations, calibration: { accrualsPerSecond: accruals(500) }, detail: { limitMs: LIMIT_MS, laterEvents: LATER, floorIs: "reading the same events from JSON", models },
    };
  },
};
