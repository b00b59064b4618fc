import { attributePoints, discrimination, scoreScale, weightOfEvidence, type ScoreScale } from "#engine/scorecard-math.ts";
import type { ProductDefinition } from "#modules/products/index.ts";
import { scoreOf, type Facts } from "./scoring.ts";

/** A past applicant: what was known when they asked, and whether they paid. */
export interface Outcome { readonly facts: Facts; readonly bad: boolean }
type Card = ProductDefinition["scorecard"];
type CardBin = Card["characteristics"][number]["bins"][number];

/** A characteristic that may enter the card. */
export interface Candidate { readonly fact: string; readonly label: string; readonly reasonCode: string }

export interface Fit {
  readonly card: Card;
  readonly training: { readonly cases: number; readonly gini: number; readonly ks: number };
  readonly holdout: { readonly cases: number; readonly gini: number; readonly ks: number };
  readonly informationValues: Readonly<Record<string, number>>;
  /** Score and outcome of each case the fit never saw. */
  readonly holdoutScores: readonly { readonly score: number; readonly bad: boolean }[];
}

/** 600 points mean six good for one bad; forty points more double that. */
export const DEMO_SCALE: ScoreScale = scoreScale(600, 6, 40);
const LEAST_IV = 0.02;
const MOST_BINS = 5;
/** A bin holds at least this share of the cases, so that its weight is not chance. */
const LEAST_SHARE = 0.05;
const RIDGE = 1e-3;

/**
 * Fits a score card: bins and weights of evidence on the training cases, their shares by logistic regression, points by the scale.
 * Characteristics that say little, or that would work against their own evidence, are left out.
 *
 * @param holdout  cases the fit never saw; Gini and KS are told for both
 * @source         N. Siddiqi, Credit Risk Scorecards (2006), chapters 5 and 6
 */
export function fitScorecard(version: string, candidates: readonly Candidate[], training: readonly Outcome[], holdout: readonly Outcome[], scale: ScoreScale = DEMO_SCALE): Fit {
  let chosen = candidates.map((c) => binned(c, training)).filter((b) => b.iv >= LEAST_IV);
  let weights = logistic(chosen, training);
  // A negative share would turn the evidence of a characteristic around: it is covered by others, so it goes.
  while (weights.coefficients.some((w) => w <= 0) && chosen.length > 1) {
    const worst = weights.coefficients.indexOf(Math.min(...weights.coefficients));
    chosen = chosen.filter((_b, i) => i !== worst);
    weights = logistic(chosen, training);
  }
  const n = chosen.length;
  const average = attributePoints({ scale, intercept: weights.intercept, coefficient: 0, variables: n }, 0);
  const card: Card = {
    version, base: Math.round(average * n),
    characteristics: chosen.map((b, i) => ({
      fact: b.candidate.fact, label: b.candidate.label, reasonCode: b.candidate.reasonCode,
      bins: b.bins.map((bin) => ({ ...bin.rule, points: Math.round(attributePoints({ scale, intercept: weights.intercept, coefficient: weights.coefficients[i] as number, variables: n }, bin.woe) - average) })),
    })),
  };
  const scores = (cases: readonly Outcome[]) => cases.map((c) => ({ score: scoreOf(card, c.facts).score, bad: c.bad }));
  const measure = (cases: readonly Outcome[]) => ({ cases: cases.length, ...discrimination(scores(cases)) });
  return { card, training: measure(training), holdout: measure(holdout), informationValues: Object.fromEntries(chosen.map((b) => [b.candidate.fact, b.iv])), holdoutScores: scores(holdout) };
}

interface Binned { readonly candidate: Candidate; readonly iv: number; readonly bins: readonly { readonly rule: Omit<CardBin, "points">; readonly woe: number; readonly holds: (value: Facts[string]) => boolean }[] }
interface Group { rule: Omit<CardBin, "points">; holds: (value: Facts[string]) => boolean; good: number; bad: number }

function binned(candidate: Candidate, cases: readonly Outcome[]): Binned {
  const known = cases.filter((c) => (c.facts[candidate.fact] ?? null) !== null);
  const numeric = known.length > 0 && known.every((c) => typeof c.facts[candidate.fact] === "number");
  const groups = numeric ? numericGroups(candidate.fact, known) : wordGroups(candidate.fact, known);
  const { woe, iv } = groups.length < 2 ? { woe: groups.map(() => 0), iv: 0 } : weightOfEvidence(groups);
  // What is not known is neither for nor against.
  const missing = { rule: { missing: true }, woe: 0, holds: (value: Facts[string]) => value === null };
  return { candidate, iv, bins: [...groups.map((g, i) => ({ rule: g.rule, woe: woe[i] ?? 0, holds: g.holds })), missing] };
}

/** Quantiles, neighbours joined until the share of bad runs one way. */
function numericGroups(fact: string, cases: readonly Outcome[]): Group[] {
  const values = cases.map((c) => c.facts[fact] as number).sort((a, b) => a - b);
  const cuts = [...new Set(Array.from({ length: MOST_BINS - 1 }, (_v, i) => values[Math.floor(((i + 1) * values.length) / MOST_BINS)] as number))].filter((cut) => cut > (values[0] as number));
  for (;;) {
    const groups = groupsOf(fact, cases, cuts);
    const rates = groups.map((g) => g.bad / (g.good + g.bad || 1));
    const rising = (rates.at(-1) ?? 0) >= (rates[0] ?? 0);
    const broken = rates.findIndex((r, i) => i > 0 && (rising ? r < (rates[i - 1] as number) : r > (rates[i - 1] as number)));
    if (broken < 0 || cuts.length === 0) return groups;
    cuts.splice(broken - 1, 1);
  }
}

function groupsOf(fact: string, cases: readonly Outcome[], cuts: readonly number[]): Group[] {
  return [...cuts, Number.POSITIVE_INFINITY].map((below, i) => {
    const from = i === 0 ? Number.NEGATIVE_INFINITY : (cuts[i - 1] as number);
    const holds = (value: Facts[string]) => typeof value === "number" && value >= from && value < below;
    const inside = cases.filter((c) => holds(c.facts[fact] ?? null));
    return { rule: { below: below === Number.POSITIVE_INFINITY ? 1_000_000_000 : below }, holds, good: inside.filter((c) => !c.bad).length, bad: inside.filter((c) => c.bad).length };
  });
}

/** One group per word; rare words join the group whose share of bad is nearest. */
function wordGroups(fact: string, cases: readonly Outcome[]): Group[] {
  const words = [...new Set(cases.map((c) => String(c.facts[fact])))].sort();
  let groups = words.map((word) => {
    const inside = cases.filter((c) => String(c.facts[fact]) === word);
    return { words: [word], good: inside.filter((c) => !c.bad).length, bad: inside.filter((c) => c.bad).length };
  });
  const rate = (g: { good: number; bad: number }) => (g.bad + 0.5) / (g.good + g.bad + 1);
  for (;;) {
    const rare = groups.find((g) => g.good + g.bad < cases.length * LEAST_SHARE);
    if (rare === undefined || groups.length < 3) break;
    const nearest = groups.filter((g) => g !== rare).toSorted((a, b) => Math.abs(rate(a) - rate(rare)) - Math.abs(rate(b) - rate(rare)))[0] as (typeof groups)[number];
    groups = groups.filter((g) => g !== rare && g !== nearest).concat({ words: [...nearest.words, ...rare.words], good: nearest.good + rare.good, bad: nearest.bad + rare.bad });
  }
  return groups.map((g) => ({ rule: { in: g.words.toSorted() }, holds: (value) => value !== null && g.words.includes(String(value)), good: g.good, bad: g.bad }));
}

/** Probability of bad on weights of evidence, by Newton's method with a small ridge. */
function logistic(chosen: readonly Binned[], cases: readonly Outcome[]): { intercept: number; coefficients: number[] } {
  const rows = cases.map((c) => [1, ...chosen.map((b) => b.bins.find((bin) => bin.holds(c.facts[b.candidate.fact] ?? null))?.woe ?? 0)]);
  let w: number[] = Array.from({ length: chosen.length + 1 }, () => 0);
  for (let round = 0; round < 25; round++) {
    const size = w.length;
    const gradient: number[] = w.map((v, i) => (i === 0 ? 0 : -RIDGE * v));
    const hessian = Array.from({ length: size }, (_v, i) => Array.from({ length: size }, (_u, j) => (i === j && i > 0 ? RIDGE : 0)));
    rows.forEach((x, k) => {
      const p = 1 / (1 + Math.exp(-x.reduce((sum, v, i) => sum + v * (w[i] as number), 0)));
      const error = (cases[k]?.bad === true ? 1 : 0) - p;
      for (let i = 0; i < size; i++) {
        gradient[i] = (gradient[i] as number) + error * (x[i] as number);
        const row = hessian[i] as number[];
        for (let j = 0; j < size; j++) row[j] = (row[j] as number) + p * (1 - p) * (x[i] as number) * (x[j] as number);
      }
    });
    const step = solve(hessian, gradient);
    w = w.map((v, i) => v + (step[i] as number));
    if (Math.max(...step.map(Math.abs)) < 1e-10) break;
  }
  return { intercept: w[0] as number, coefficients: w.slice(1) };
}

/** Gaussian elimination with pivots. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const a = matrix.map((row, i) => [...row, right[i] as number]);
  const n = right.length;
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c + 1; r < n; r++) if (Math.abs((a[r] as number[])[c] as number) > Math.abs((a[pivot] as number[])[c] as number)) pivot = r;
    [a[c], a[pivot]] = [a[pivot] as number[], a[c] as number[]];
    const top = a[c] as number[];
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const row = a[r] as number[];
      const factor = (row[c] as number) / (top[c] as number);
      for (let k = c; k <= n; k++) row[k] = (row[k] as number) - factor * (top[k] as number);
    }
  }
  return a.map((row, i) => (row[n] as number) / (row[i] as number));
}
