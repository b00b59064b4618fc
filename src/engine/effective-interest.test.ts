import assert from "node:assert/strict";
import { test } from "node:test";
import { amortizeFee, expectedCreditLoss, lifetimeExpectedLoss, matrixLoss, matrixLossRates } from "./effective-interest.ts";

/** Level yield and expected losses by pencil. */

const close = (actual: number, wanted: number) => assert.ok(Math.abs(actual - wanted) < 1e-9, `${actual} is not ${wanted}`);

test("a probability is from 0 to 1, both included, and the one that is not is named", () => {
  assert.equal(expectedCreditLoss(100, 0, 1), 0);
  assert.equal(expectedCreditLoss(100, 1, 0.5), 50);
  assert.throws(() => expectedCreditLoss(100, 1.5, 0.5), /^RangeError: PD 1.5 is not/);
  assert.throws(() => expectedCreditLoss(100, 0.5, -0.5), /^RangeError: LGD -0.5 is not/);
  assert.throws(() => expectedCreditLoss(100, Number.NaN, 0.5), /PD NaN/);
  assert.throws(() => matrixLoss([1], [2]), /loss rate 2 is not/);
});

test("a lifetime loss sums what defaults each year, of all or of those that survived, with a loss given default for all years or for each", () => {
  const two = { ead: [100, 50], eir: 0.25 } as const;
  const marginal = lifetimeExpectedLoss({ ...two, pd: [0.1, 0.2], pdKind: "marginal", lgd: 0.5 });
  close(marginal.lifetime, 0.1 * 0.5 * 100 / 1.25 + 0.2 * 0.5 * 50 / 1.5625);
  close(marginal.twelveMonth, 4);
  const conditional = lifetimeExpectedLoss({ ...two, pd: [0.1, 0.2], pdKind: "conditional", lgd: [0.5, 0.8], timing: 2 });
  close(conditional.lifetime, 0.1 * 0.5 * 100 / 1.5625 + 0.9 * 0.2 * 0.8 * 50 / 1.953125);
  assert.deepEqual(lifetimeExpectedLoss({ pd: [], pdKind: "marginal", lgd: 0.5, ead: [], eir: 0 }), { lifetime: 0, twelveMonth: 0 });
});

test("no more than all can default, and lists are as long as each other", () => {
  const two = { pdKind: "marginal", lgd: 0.5, ead: [100, 50], eir: 0 } as const;
  close(lifetimeExpectedLoss({ ...two, pd: [0.5, 0.5] }).lifetime, 37.5);
  assert.throws(() => lifetimeExpectedLoss({ ...two, pd: [0.5, 0.6] }), /more than all default/);
  close(lifetimeExpectedLoss({ ...two, pd: [1, 1e-12] }).lifetime, 50);
  assert.throws(() => lifetimeExpectedLoss({ ...two, pd: [0.5] }), /differ in length/);
  assert.throws(() => lifetimeExpectedLoss({ ...two, pd: [0.1, 0.1], lgd: [0.5] }), /differ in length/);
  assert.throws(() => lifetimeExpectedLoss({ ...two, pd: [0.1, 0.1, 0.1] }), /differ in length/);
  assert.throws(() => lifetimeExpectedLoss({ ...two, pd: [1.5, 0], pdKind: "conditional" }), /^RangeError: PD 1.5/);
  assert.throws(() => lifetimeExpectedLoss({ ...two, pd: [1.5, 0] }), /^RangeError: PD 1.5/);
  assert.throws(() => lifetimeExpectedLoss({ ...two, pd: [0.1, 0.1], lgd: 2 }), /^RangeError: LGD 2/);
});

test("a matrix needs open amounts, and a rate for each bucket", () => {
  assert.deepEqual(matrixLossRates(1, [], 1), [1]);
  for (const open of [0, -1, Number.NaN]) assert.throws(() => matrixLossRates(100, [open], 1), /not an open amount/);
  assert.throws(() => matrixLoss([1, 2], [0.1]), /differ in number/);
  assert.deepEqual(matrixLoss([100, 10], [0.1, 1]), { perBucket: [10, 10], total: 20 });
});

test("a fee on cash that repays nothing has no level yield", () => {
  assert.equal(amortizeFee({ principal: 100, netFee: 2, noteRatePerPeriod: 0.1, cash: [0, 0] }), null);
});
