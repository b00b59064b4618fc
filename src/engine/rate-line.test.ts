import assert from "node:assert/strict";
import { test } from "node:test";
import { fromDay, toDay } from "./date.ts";
import type { IndexFixed, RateChanged } from "./events.ts";
import { periodsOf } from "./periods.ts";
import { addFractions, compoundingDays, cutsBetween, effectiveRate, fixedRate, isInterestPaused, rateLine, rateOn, yearlyInterest, yearsOf, yearsWithin } from "./rate-line.ts";
import type { LoanTerms, LoanTermsInput } from "./terms.ts";
import type { FloatingRate, RateBand } from "./plan-terms.ts";
import { day, percent, plainTerms } from "./testing/worked.ts";

const at = (text: string) => toDay(day(text));
const START = at("2026-01-15");
const head = (date: string, sequence: number) => ({ id: `e${sequence}`, sequence, valueDate: day(date), businessDate: day(date) });
const fixed = (date: string, rate: number, index = "SOFR"): IndexFixed => ({ type: "indexFixed", index, ratePpb: percent(rate), ...head(date, 1) });
const changed = (date: string, rate: number): RateChanged => ({ type: "rateChanged", ratePpb: percent(rate), keep: "term", ...head(date, 2) });

/** Day and rate (in per cent) of each entry. */
function line(more: Partial<LoanTermsInput>, events: readonly (RateChanged | IndexFixed)[] = []): string[] {
  const terms = plainTerms(more);
  return rateLine(terms, periodsOf(terms, START), START, events).map((r) => `${fromDay(r.fromDay)} ${r.ratePpb / 10_000_000}${r.keep ? ` ${r.keep}` : ""}`);
}

test("steps by date, by installment, and changes by event, in order of day, whatever order they are told in", () => {
  assert.deepEqual(line({}), ["2026-01-15 12"]);
  assert.deepEqual(line({ ratePlan: { steps: [{ date: day("2026-03-01"), ratePpb: percent(15) }, { installment: 2, ratePpb: percent(14) }] } }), ["2026-01-15 12", "2026-02-15 14", "2026-03-01 15"]);
  assert.deepEqual(line({ ratePlan: { steps: [{ installment: 9, ratePpb: percent(14) }] } }), ["2026-01-15 12"], "there is no ninth installment");
  assert.deepEqual(line({}, [changed("2026-03-01", 11), changed("2026-02-01", 13)]), ["2026-01-15 12", "2026-02-01 13 term", "2026-03-01 11 term"]);
  assert.equal(rateLine(plainTerms({ ratePlan: {} }), [], START, []).length, 1, "a plan without steps, before there are rows");
});

const floating: FloatingRate = { index: "SOFR", marginPpb: percent(2), capPpb: null, floorPpb: null, firstReset: day("2026-02-01"), every: 1, unit: "months" };
const float = (more: Partial<FloatingRate>, events: readonly (RateChanged | IndexFixed)[], steps: { date: ReturnType<typeof day>; ratePpb: number }[] = []) => line({ ratePlan: { floating: { ...floating, ...more }, steps } }, events);

test("each reset takes the newest fixing of its index on or before it, until the end of the last period", () => {
  assert.deepEqual(float({}, []), ["2026-01-15 12"]);
  assert.deepEqual(float({}, [fixed("2026-02-01", 5), fixed("2026-02-02", 6)]), ["2026-01-15 12", "2026-02-01 7", "2026-03-01 8"], "on the day itself; after it, from the next reset");
  assert.deepEqual(float({}, [fixed("2026-02-15", 5)]), ["2026-01-15 12", "2026-03-01 7"], "no fixing before the first reset");
  assert.deepEqual(float({}, [fixed("2026-02-01", 5), fixed("2026-02-20", 5)]), ["2026-01-15 12", "2026-02-01 7"], "the same again is no change");
  assert.deepEqual(float({}, [fixed("2026-02-01", 5, "EURIBOR"), changed("2026-02-10", 11)]), ["2026-01-15 12", "2026-02-10 11 term"], "another index is none of its business");
  // The last period ends on 2026-04-15: a reset of that day comes too late.
  assert.deepEqual(float({ firstReset: day("2026-04-15") }, [fixed("2026-02-01", 5)]), ["2026-01-15 12"]);
  assert.deepEqual(float({ firstReset: day("2026-04-14") }, [fixed("2026-02-01", 5)]), ["2026-01-15 12", "2026-04-14 7"]);
});

test("a reset moves at most so far from the rate in force before it, which a step or an earlier reset may have set", () => {
  const most = { maxChangePpb: percent(1) };
  assert.deepEqual(float(most, [fixed("2026-02-01", 5)]), ["2026-01-15 12", "2026-02-01 11", "2026-03-01 10", "2026-04-01 9"]);
  assert.deepEqual(float(most, [fixed("2026-02-01", 20)]), ["2026-01-15 12", "2026-02-01 13", "2026-03-01 14", "2026-04-01 15"]);
  assert.deepEqual(float(most, [fixed("2026-02-01", 5)], [{ date: day("2026-03-10"), ratePpb: percent(20) }, { date: day("2026-02-10"), ratePpb: percent(18) }]),
    ["2026-01-15 12", "2026-02-01 11", "2026-02-10 18", "2026-03-01 17", "2026-03-10 20", "2026-04-01 19"]);
  assert.deepEqual(float({ ...most, firstReset: day("2026-01-15"), every: 3 }, [fixed("2026-01-15", 5)]), ["2026-01-15 12", "2026-01-15 11"], "before the first day stands the agreed rate");
  assert.equal(fixedRate({ marginPpb: percent(2), capPpb: percent(7), floorPpb: null }, percent(5.25), percent(6)), percent(7));
  assert.equal(fixedRate({ marginPpb: percent(-2), capPpb: null, floorPpb: percent(4) }, percent(5.25), percent(6)), percent(4));
  assert.equal(fixedRate({ marginPpb: percent(-9), capPpb: null, floorPpb: null }, percent(5.25), percent(6)), 0, "never below nothing");
});

test("the rate of a day is that of the last entry on or before it; before all of them the first", () => {
  const rates = [{ fromDay: 10, ratePpb: 1 }, { fromDay: 20, ratePpb: 2 }];
  assert.deepEqual([5, 10, 19, 20, 30].map((d) => rateOn(rates, d)), [1, 1, 1, 2, 2]);
  assert.equal(rateOn([], 5), 0);
});

test("a balance bears the rate of its band, whole or slice by slice; the upper end belongs to the band", () => {
  const bands: RateBand[] = [{ above: 0, upTo: 100, plusPpb: 0 }, { above: 100, upTo: null, plusPpb: 5 }];
  const bears = (on: "marginal" | "whole_balance", balance: bigint, unit = 1n) => yearlyInterest(plainTerms({ ratePlan: { tiers: { on, bands } } }), balance, 10, unit);
  assert.deepEqual([50n, 100n, 101n, 150n].map((b) => bears("marginal", b)), [500n, 1000n, 1015n, 1750n]);
  assert.deepEqual([50n, 100n, 101n, 150n].map((b) => bears("whole_balance", b)), [500n, 1000n, 1515n, 2250n]);
  assert.deepEqual([bears("marginal", 150_000n, 1000n), bears("whole_balance", 100_000n, 1000n)], [1_750_000n, 1_000_000n], "in thousandths");
  assert.deepEqual([bears("marginal", 0n), bears("marginal", -50n), bears("whole_balance", -50n)], [0n, -500n, -500n], "below zero the plain rate");
  assert.equal(yearlyInterest(plainTerms({ ratePlan: { tiers: { on: "marginal", bands: [{ above: 0, upTo: null, plusPpb: -20 }] } } }), 50n, 10, 1n), 0n, "a band takes off no more than there is");
  const terms = plainTerms({ ratePlan: { tiers: { on: "marginal", bands } } });
  assert.deepEqual([effectiveRate(terms, 150, 10), effectiveRate(terms, 0, 10), effectiveRate(terms, -1, 10), effectiveRate(terms, 1, 10)], [11, 10, 10, 10]);
});

const share = (terms: LoanTerms, from: string, to: string, index = 0) => {
  const { numerator, denominator } = yearsOf(terms, { from: at(from), to: at(to), due: at(to) }, index, at(from), at(to));
  return Number(numerator) / Number(denominator);
};

test("years of a period: by equal periods a whole one, a broken first one by the days of the period it ends; by days their share", () => {
  const broken = plainTerms({ firstDueDate: day("2026-03-01") });
  assert.equal(share(plainTerms(), "2026-01-15", "2026-02-15"), 1 / 12);
  // 45 days against the 28 of the month that ends on 2026-03-01.
  assert.equal(share(broken, "2026-01-15", "2026-03-01"), 45 / (28 * 12));
  assert.equal(share(broken, "2026-01-15", "2026-03-01", 1), 1 / 12, "a later row is whole");
  assert.equal(share(plainTerms({ firstDueDate: day("2026-03-01"), interest: { ratePpb: 1, partialPeriods: false } }), "2026-01-15", "2026-03-01"), 1 / 12);
  assert.equal(share(plainTerms({ dates: { kind: "month_end" } }), "2026-01-15", "2026-02-28"), 44 / (28 * 12));
  const days = (daysInYear: 360 | 365 | "actual") => share(plainTerms({ installments: { count: 3, every: 10, unit: "days" }, interest: { ratePpb: 1, daysInYear } }), "2026-01-15", "2026-01-25");
  assert.deepEqual([days(360), days(365), days("actual")], [10 / 360, 10 / 365, 10 / 365]);
  assert.equal(share(plainTerms({ interest: { ratePpb: 1, calculation: "actual_days", daysInYear: 360 } }), "2026-01-15", "2026-02-15"), 31 / 360);
});

test("parts of a period add up to it, where months have thirty days too", () => {
  const terms = plainTerms({ interest: { ratePpb: 1, calculation: "actual_days", daysInYear: 360, daysInMonth: 30 } });
  const part = (from: string, to: string) => { const { numerator, denominator } = yearsWithin(terms, at("2026-01-31"), at(from), at(to)); return (360 * Number(numerator)) / Number(denominator); };
  assert.deepEqual([part("2026-01-31", "2026-02-15"), part("2026-02-15", "2026-02-28"), part("2026-01-31", "2026-02-28")], [15, 13, 28]);
  assert.deepEqual(addFractions({ numerator: 1n, denominator: 3n }, { numerator: 1n, denominator: 3n }), { numerator: 2n, denominator: 3n });
  assert.deepEqual(addFractions({ numerator: 1n, denominator: 2n }, { numerator: 1n, denominator: 3n }), { numerator: 5n, denominator: 6n });
});

test("interest is cut where rates, pauses or compounding change it, within the days asked for", () => {
  const pauses = [{ from: day("2026-02-10"), to: day("2026-02-20") }, { from: day("2026-01-01"), to: day("2026-03-31") }];
  const cuts = (more: Partial<LoanTermsInput> = {}) => cutsBetween(plainTerms(more), [{ fromDay: START, ratePpb: 1 }, { fromDay: at("2026-03-01"), ratePpb: 2 }, { fromDay: at("2026-02-15"), ratePpb: 3 }], pauses, START, START, at("2026-03-15")).map((d) => fromDay(d).slice(5));
  assert.deepEqual(cuts(), ["01-15", "02-10", "02-15", "02-20", "03-01", "03-15"]);
  assert.deepEqual(cuts({ interest: { ratePpb: 1, compounding: { every: 20, unit: "days" } } }), ["01-15", "02-04", "02-10", "02-15", "02-20", "02-24", "03-01", "03-15"]);
  assert.deepEqual([at("2026-02-09"), at("2026-02-10"), at("2026-02-19"), at("2026-02-20")].map((d) => isInterestPaused(pauses.slice(0, 1), d)), [false, true, true, false]);
});

test("interest compounds at each step from the payout on: after the first day asked for, up to the last", () => {
  const steps = (every: number, unit: "days" | "weeks" | "months" | "years", from: string, to: string) => compoundingDays(plainTerms({ interest: { ratePpb: 1, compounding: { every, unit } } }), START, at(from), at(to)).map(fromDay).join(" ");
  assert.equal(steps(1, "months", "2026-01-15", "2026-04-15"), "2026-02-15 2026-03-15 2026-04-15");
  assert.equal(steps(1, "months", "2026-02-15", "2026-04-14"), "2026-03-15");
  assert.equal(steps(1, "months", "2026-02-14", "2026-02-15"), "2026-02-15");
  assert.equal(steps(3, "months", "2026-01-15", "2027-01-15"), "2026-04-15 2026-07-15 2026-10-15 2027-01-15");
  assert.equal(steps(2, "weeks", "2026-03-01", "2026-04-01"), "2026-03-12 2026-03-26");
  assert.equal(steps(1, "days", "2030-01-01", "2030-01-03"), "2030-01-02 2030-01-03");
  assert.equal(steps(1, "years", "2026-06-01", "2029-01-15"), "2027-01-15 2028-01-15 2029-01-15");
  assert.equal(steps(1, "months", "2045-12-20", "2046-02-20"), "2046-01-15 2046-02-15", "twenty years on");
  assert.deepEqual(compoundingDays(plainTerms(), START, START, START + 400), []);
});

test("a fixing moves from the rate before its day, whatever else changes on it", () => {
  const floating: FloatingRate = { index: "SOFR", marginPpb: 0, capPpb: null, floorPpb: null, firstReset: day("2026-02-15"), every: 3, unit: "months", maxChangePpb: percent(1) };
  assert.deepEqual(line({ ratePlan: { floating } }, [fixed("2026-02-01", 30), changed("2026-02-15", 20)]), ["2026-01-15 12", "2026-02-15 20 term", "2026-02-15 13"]);
});

test("a first period as it is counted is whole, though it begins on a longer month's end", () => {
  const terms = plainTerms({ disbursementDate: day("2026-01-31") });
  const [period] = periodsOf(terms, at("2026-01-31"));
  assert.ok(period);
  const { numerator, denominator } = yearsOf(terms, period, 0, period.from, period.to);
  assert.deepEqual([fromDay(period.to), Number(numerator) / Number(denominator)], ["2026-02-28", 1 / 12]);
});
