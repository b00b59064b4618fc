/** A scorecard's scale: score = offset + factor · ln(odds good:bad). */
export type ScoreScale = { readonly factor: number; readonly offset: number };

/**
 * The scale on which `score` means `odds` and `pdo` more points double the odds.
 *
 * @param odds  good to bad, above zero
 * @throws RangeError  odds or points to double that are not above zero
 * @source      N. Siddiqi, Credit Risk Scorecards (2006), chapter 6
 * @example     scoreScale(600, 50, 20): factor 28.8539, offset 487.123
 */
export function scoreScale(score: number, odds: number, pdo: number): ScoreScale {
  if (!(odds > 0) || !(pdo > 0)) throw new RangeError(`odds ${odds} and points to double ${pdo} must be above zero`);
  const factor = pdo / Math.LN2;
  return { factor, offset: score - factor * Math.log(odds) };
}

/** Odds good:bad of a score. @source as {@link scoreScale} @example oddsOfScore(scoreScale(300, 30, 20), 340) is 120 */
export function oddsOfScore({ factor, offset }: ScoreScale, score: number): number {
  return Math.exp((score - offset) / factor);
}

/** Score of odds good:bad. @source as {@link scoreScale} @example scoreOfOdds(scoreScale(600, 50, 20), 50) is 600 */
export function scoreOfOdds({ factor, offset }: ScoreScale, odds: number): number {
  return offset + factor * Math.log(odds);
}

/** Probability of default of odds good:bad. @example probabilityOfDefault(8) is 1/9 */
export function probabilityOfDefault(odds: number): number {
  if (!(odds >= 0)) throw new RangeError(`not odds: ${odds}`);
  return 1 / (1 + odds);
}

/** Counts of one bin of a variable. */
export type Bin = { readonly good: number; readonly bad: number };

/** Weight of evidence of each bin and the information value of the variable. */
export type WeightOfEvidence = { readonly woe: readonly number[]; readonly iv: number };

/**
 * Weight of evidence ln(share of all bad ÷ share of all good) per bin, and the information value Σ (bad share − good share)·WoE.
 * An empty side of a bin counts as `floor` cases (the usual half), so that the logarithm exists.
 *
 * @throws RangeError  no bins, a negative count, or no good or no bad at all
 * @source             I. J. Good, Probability and the Weighing of Evidence (1950); Siddiqi (2006), chapter 6
 * @example            two bins, good 33 and 667, bad 4 and 296: WoE −1.2629 and 0.0349, IV 0.0439
 */
export function weightOfEvidence(bins: readonly Bin[], floor = 0.5): WeightOfEvidence {
  const good = bins.reduce((sum, b) => sum + b.good, 0);
  const bad = bins.reduce((sum, b) => sum + b.bad, 0);
  if (bins.some((b) => !(b.good >= 0 && b.bad >= 0)) || !(good > 0 && bad > 0)) throw new RangeError("counts must not be negative, with some good and some bad");
  const shares = bins.map((b) => ({ good: (b.good || floor) / good, bad: (b.bad || floor) / bad }));
  const woe = shares.map((s) => Math.log(s.bad / s.good));
  return { woe, iv: shares.reduce((sum, s, i) => sum + (s.bad - s.good) * (woe[i] ?? 0), 0) };
}

/** A variable's share in a logistic model that predicts bad. */
export type PointsModel = { readonly scale: ScoreScale; readonly intercept: number; readonly coefficient: number; readonly variables: number };

/**
 * Points of one attribute: offset/n − factor·(coefficient·WoE + intercept/n), unrounded.
 * @source  Siddiqi (2006), chapter 6
 * @example factor 28.8539, offset 487.1229, intercept −0.9, coefficient 0.85, 3 variables, WoE 0.8181: 150.97
 */
export function attributePoints({ scale, intercept, coefficient, variables }: PointsModel, woe: number): number {
  if (!(variables > 0)) throw new RangeError("no variables");
  return scale.offset / variables - scale.factor * (coefficient * woe + intercept / variables);
}

/** A scored case and what became of it. */
export type ScoredCase = { readonly score: number; readonly bad: boolean };

/**
 * Gini coefficient (2·AUC − 1) and Kolmogorov–Smirnov distance of a score; higher scores should be good. Ties count half.
 *
 * @throws RangeError  no good or no bad case
 * @source             D. J. Hand, W. E. Henley, Statistical classification methods in consumer credit scoring, J. R. Stat. Soc. A 160 (1997)
 * @example            scores 1 (bad) and 2 (good): both 1
 */
export function discrimination(cases: readonly ScoredCase[]): { readonly gini: number; readonly ks: number } {
  const sorted = [...cases].sort((a, b) => a.score - b.score);
  const bad = cases.filter((c) => c.bad).length;
  const good = cases.length - bad;
  if (bad === 0 || good === 0) throw new RangeError("needs good and bad cases");
  let [seenBad, seenGood, area, ks] = [0, 0, 0, 0];
  for (let i = 0; i < sorted.length;) {
    let [tiedBad, tiedGood] = [0, 0];
    const score = sorted[i]?.score;
    for (; i < sorted.length && sorted[i]?.score === score; i++) if (sorted[i]?.bad) tiedBad++; else tiedGood++;
    area += tiedGood * (seenBad + tiedBad / 2);
    seenBad += tiedBad;
    seenGood += tiedGood;
    ks = Math.max(ks, Math.abs(seenBad / bad - seenGood / good));
  }
  return { gini: (2 * area) / (bad * good) - 1, ks };
}

/**
 * A plain ratio in per cent: debt to income, obligations to income, loan to value.
 * @throws RangeError  a denominator that is not above zero, or a negative part
 * @example            ratioPercent([1500, 100, 400], 6000) is 33.33
 */
export function ratioPercent(parts: readonly number[], whole: number): number {
  if (!(whole > 0) || parts.some((p) => !(p >= 0))) throw new RangeError("parts must not be negative, the whole above zero");
  return (parts.reduce((sum, p) => sum + p, 0) / whole) * 100;
}

/** Debt to income in per cent. @throws RangeError no income @source CFPB, "What is a debt-to-income ratio?" @example debtToIncome([1500, 100, 400], 6000) is 33.33 */
export function debtToIncome(monthlyDebt: readonly number[], grossMonthlyIncome: number): number {
  return ratioPercent(monthlyDebt, grossMonthlyIncome);
}

/** Fixed obligations to income in per cent. @throws RangeError no income @example fixedObligationsToIncome(12000, 20000, 80000) is 40 */
export function fixedObligationsToIncome(existingObligations: number, proposedInstalment: number, netMonthlyIncome: number): number {
  return ratioPercent([existingObligations, proposedInstalment], netMonthlyIncome);
}

/** Loan to value in per cent, other liens included when given. @throws RangeError no value @example loanToValue(200000, 250000, 25000) is 90 */
export function loanToValue(loan: number, value: number, otherLiens = 0): number {
  return ratioPercent([loan, otherLiens], value);
}
