import assert from "node:assert/strict";
import { test } from "node:test";
import { attributePoints, debtToIncome, discrimination, fixedObligationsToIncome, loanToValue, oddsOfScore, probabilityOfDefault, ratioPercent, scoreOfOdds, scoreScale, weightOfEvidence } from "./scorecard-math.ts";

const close = (actual: number, wanted: number, within = 1e-9) => assert.ok(Math.abs(actual - wanted) <= within, `${actual} is not ${wanted}`);

test("a scale needs odds and points to double above zero, each of the two", () => {
  for (const [odds, pdo] of [[0, 20], [-1, 20], [50, 0], [50, -1], [NaN, 20], [50, NaN]] as const) assert.throws(() => scoreScale(600, odds, pdo), /must be above zero/, `${odds}, ${pdo}`);
  const scale = scoreScale(600, 50, 20);
  close(scale.factor, 28.8539, 5e-5);
  close(scale.offset, 487.123, 5e-4);
  close(oddsOfScore(scale, 620), 100, 1e-6);
  close(scoreOfOdds(scale, 25), 580);
});

test("odds of nothing mean certain default, odds below nothing are none", () => {
  assert.equal(probabilityOfDefault(0), 1);
  assert.equal(probabilityOfDefault(1), 0.5);
  assert.throws(() => probabilityOfDefault(-0.001), /not odds/);
  assert.throws(() => probabilityOfDefault(NaN), /not odds/);
});

test("weight of evidence by hand, an empty side of a bin as half a case", () => {
  const { woe, iv } = weightOfEvidence([{ good: 33, bad: 4 }, { good: 667, bad: 296 }]);
  close(woe[0] ?? NaN, -1.2629, 5e-5);
  close(woe[1] ?? NaN, 0.0349, 5e-5);
  close(iv, 0.0439, 5e-5);
  // 10 good and no bad beside 10 good and 5 bad: the first bin's bad share is 0.5 of 5.
  const empty = weightOfEvidence([{ good: 10, bad: 0 }, { good: 0, bad: 5 }]);
  close(empty.woe[0] ?? NaN, Math.log(0.5 / 5 / (10 / 10)));
  close(empty.woe[1] ?? NaN, Math.log(5 / 5 / (0.5 / 10)));
});

test("counts below zero have no weight of evidence, nor have bins that are all good or all bad", () => {
  const refused = /counts must not be negative/;
  for (const bins of [[{ good: 5, bad: 5 }, { good: -1, bad: 2 }], [{ good: 5, bad: 5 }, { good: 2, bad: -1 }], [{ good: 0, bad: 3 }], [{ good: 3, bad: 0 }], []]) assert.throws(() => weightOfEvidence(bins), refused, JSON.stringify(bins));
});

test("points of an attribute share offset and intercept among the variables", () => {
  close(attributePoints({ scale: { factor: 20, offset: 300 }, intercept: -0.9, coefficient: 0.5, variables: 3 }, 0.8), 300 / 3 - 20 * (0.5 * 0.8 - 0.3));
  assert.throws(() => attributePoints({ scale: { factor: 20, offset: 300 }, intercept: 0, coefficient: 1, variables: 0 }, 0), /no variables/);
  assert.throws(() => attributePoints({ scale: { factor: 20, offset: 300 }, intercept: 0, coefficient: 1, variables: -2 }, 0), /no variables/);
});

test("Gini and KS of five cases by hand, whatever order they come in, a tie counting half", () => {
  // Bad at 1, 2 and 3; good at 2 and 4. Pairs (good above bad): 4 beats all three; 2 beats one, ties one, loses one: 4.5 of 6.
  const cases = [{ score: 4, bad: false }, { score: 1, bad: true }, { score: 3, bad: true }, { score: 2, bad: true }, { score: 2, bad: false }];
  for (const order of [cases, cases.toReversed()]) {
    const { gini, ks } = discrimination(order);
    close(gini, 2 * (4.5 / 6) - 1);
    // After score 3: all three bad seen and one of two good.
    close(ks, 1 - 1 / 2);
  }
  // A score that is wrong about everybody.
  assert.deepEqual(discrimination([{ score: 2, bad: true }, { score: 1, bad: false }]), { gini: -1, ks: 1 });
});

test("without good or without bad cases nothing can be told apart", () => {
  for (const cases of [[{ score: 1, bad: true }], [{ score: 1, bad: false }], []]) assert.throws(() => discrimination(cases), /needs good and bad cases/);
});

test("ratios in per cent; a part of nothing is fine, a part below nothing or a whole of nothing is none", () => {
  close(ratioPercent([0], 100), 0);
  close(debtToIncome([1500, 100, 400], 6000), 100 / 3);
  close(fixedObligationsToIncome(12_000, 20_000, 80_000), 40);
  close(loanToValue(200_000, 250_000), 80);
  for (const [parts, whole] of [[[1], 0], [[1], -1], [[-1], 1], [[2, -1], 1], [[NaN], 1]] as const) assert.throws(() => ratioPercent(parts, whole), /parts must not be negative/, `${parts} of ${whole}`);
});
