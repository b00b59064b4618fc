import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { keyFacts, keyFactsSchedule } from "./apr-india.ts";
import { isoDate } from "./date.ts";
import { amortizeFee, effectiveRate, expectedCreditLoss, lifetimeExpectedLoss, matrixLoss, matrixLossRates, yieldTable } from "./effective-interest.ts";
import { housingLoan, INDIA_CLASSES, indiaClass, indiaMilestones, mayUpgrade, npaCategory, npaCategoryByMonths, npaProvision, standardProvision, worstClass } from "./india-classification.ts";
import { levelSchedule } from "./level-schedule.ts";
import { ruleOf78Earned, ruleOf78Refund } from "./rule-of-78.ts";
import { discrimination, loanToValue, oddsOfScore, probabilityOfDefault, scoreOfOdds, scoreScale, weightOfEvidence } from "./scorecard-math.ts";
import { cumipmt, cumprinc, effect, fv, ipmt, nominal, nper, pmt, ppmt, pv, rate } from "./tvm.ts";
import { adverseActionDeadline, disclosedAprPpb, isAprAccurate, isFinanceChargeAccurate, tilaBox } from "./us-disclosure.ts";

const close = (actual: number | null | undefined, wanted: number, within = 0.005) => assert.ok(actual !== null && actual !== undefined && Math.abs(actual - wanted) <= within, `${actual} is not ${wanted}`);

test("the examples in the words of the functions come out", () => {
  close(pmt(0.08 / 12, 10, 10_000), -1037.03);
  close(fv(0, 120, -100, -100), 12_100);
  close(pv(0, 24, 1000, 10_000), -34_000);
  close(nper(0.01, -100, -1000, 10_000, 1), 59.67);
  close(rate(48, -200, 8000), 0.0077, 5e-5);
  assert.equal(adverseActionDeadline("completedApplication", isoDate("2026-01-15")), "2026-02-14");
  assert.equal(disclosedAprPpb(0.0968956), 96_900_000n);
  assert.deepEqual(tilaBox(500_000n, 10_000n, Array.from({ length: 24 }, () => 23_000n)), { amountFinanced: 490_000n, financeCharge: 62_000n, totalOfPayments: 552_000n });
  assert.equal(ruleOf78Refund(10_000n, 12, 9), 5769n);
  close(ruleOf78Earned(12, 3), 33 / 78, 1e-12);
  close(effectiveRate(98_000, Array.from({ length: 10 }, () => 16_275)), 0.104736, 1e-6);
  assert.equal(yieldTable(1000, 0.1, [59])[0]?.closing, 1041);
  assert.equal(expectedCreditLoss(1_000_000, 0.005, 0.25), 1250);
  assert.deepEqual(matrixLossRates(100_000, [50_000, 8_000], 2_000), [0.02, 0.04, 0.25]);
  assert.equal(matrixLoss([15_000], [0.005]).total, 75);
  close(lifetimeExpectedLoss({ pd: [0.02, 0.03, 0.04], pdKind: "conditional", lgd: 0.4, ead: [100_000, 70_000, 37_000], eir: 0.12 }).lifetime, 1771.09);
  close(keyFacts({ principal: 20_000, deductedFees: 400, annualRate: 0.15, instalments: 24 }).apr, 0.1707, 5e-5);
  close(keyFactsSchedule(20_000, 0.15, 24)[0]?.principal, 719.73);
  assert.equal(indiaClass(61), "SMA-2");
  assert.equal(indiaMilestones(isoDate("2021-03-31")).npa, "2021-06-29");
  assert.equal(npaCategoryByMonths(13), "DOUBTFUL-1");
  assert.equal(npaCategory(isoDate("2023-08-01"), isoDate("2024-08-01")), "DOUBTFUL-1");
  assert.equal(npaProvision({ category: "DOUBTFUL-2", outstanding: 400_000n, realisableSecurity: 150_000n, unsecuredAbInitio: false }), 310_000n);
  assert.equal(standardProvision("CRE", 10_000_000n).provision, 100_000n);
  assert.equal(housingLoan(270_000_000n, 300_000_000n).riskWeightPercent, 50);
  assert.equal(worstClass(["STANDARD", "NPA", "SMA-1"]), "NPA");
  assert.equal(mayUpgrade([0n, 1n]), false);
  close(probabilityOfDefault(8), 1 / 9, 1e-12);
  close(oddsOfScore(scoreScale(300, 30, 20), 340), 120, 1e-9);
  close(scoreOfOdds(scoreScale(600, 50, 20), 50), 600, 1e-9);
  close(loanToValue(200_000, 250_000, 25_000), 90, 1e-12);
  assert.equal(levelSchedule({ principal: 10_000, ratePpb: 94_822_000n, periods: 6, disbursed: isoDate("2024-01-01"), firstDue: isoDate("2024-02-01"), frequencyMonths: 1, daysInMonth: 30, daysInYear: 360, rateChanges: [] })[0]?.payment, 1713);
  const quarters = levelSchedule({ principal: 10_000, ratePpb: 120_000_000n, periods: 2, disbursed: isoDate("2026-01-01"), firstDue: isoDate("2026-04-01"), frequencyMonths: 3, daysInMonth: "ACTUAL", daysInYear: 365, rateChanges: [] });
  assert.deepEqual(quarters.map((row) => [row.payment, row.interest]), [[5224, 296], [5224, 152]], "of 90 and 91 days");
});

test("interest and principal parts add up to the payment, and principal to the loan", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 120 }), fc.constantFrom(0, 1) as fc.Arbitrary<0 | 1>, (basisPoints, periods, type) => {
    const r = basisPoints / 10_000;
    for (const per of [1, periods]) close(ipmt(r, per, periods, 1000, 0, type) + ppmt(r, per, periods, 1000, 0, type), pmt(r, periods, 1000, 0, type), 1e-9);
    close(cumprinc(r, periods, 1000, 1, periods, type), -1000, 1e-6);
    close(cumipmt(r, periods, 1000, 1, periods, type), pmt(r, periods, 1000, 0, type) * periods + 1000, 1e-6);
  }), { numRuns: 500 });
});

test("nominal undoes effect", () => {
  fc.assert(fc.property(fc.double({ min: -0.5, max: 5, noNaN: true }), fc.integer({ min: 1, max: 365 }), (r, n) => close(nominal(effect(r, n), n), r, 1e-9)));
});

test("a deferred fee is spread to the last cent when the payments repay the loan exactly", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 2, max: 120 }), fc.integer({ min: -50_000, max: 50_000 }), (basisPoints, periods, netFee) => {
    const note = basisPoints / 10_000;
    const made = amortizeFee({ principal: 1_000_000, netFee, noteRatePerPeriod: note, cash: Array.from({ length: periods }, () => -pmt(note, periods, 1_000_000)) });
    close(made?.rows.reduce((sum, r) => sum + r.amortization, 0), netFee, 1e-3);
    close(made?.rows.at(-1)?.carryingAmount, 0, 1e-3);
    close(made?.rows.at(-1)?.unamortizedNetFee, 0, 1e-3);
  }), { numRuns: 200 });
});

test("a level schedule repays all and no more", () => {
  fc.assert(fc.property(fc.integer({ min: 10_000, max: 100_000_000 }), fc.integer({ min: 0, max: 600_000_000 }), fc.integer({ min: 1, max: 120 }), (principal, ratePpb, periods) => {
    const rows = levelSchedule({ principal, ratePpb: BigInt(ratePpb), periods, disbursed: isoDate("2026-01-31"), firstDue: isoDate("2026-02-28"), frequencyMonths: 1, daysInMonth: "ACTUAL", daysInYear: 365, rateChanges: [] });
    assert.equal(rows.reduce((sum, r) => sum + r.principal, 0), principal);
    assert.equal(rows.at(-1)?.balance, 0);
  }), { numRuns: 200 });
});

test("the refund by Rule of 78 falls with each month and ends at nothing", () => {
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.integer({ min: 1, max: 120 }), (charge, term) => {
    assert.equal(ruleOf78Refund(charge, term, term), charge);
    assert.equal(ruleOf78Refund(charge, term, 0), 0n);
    for (let left = 1; left <= term; left++) assert.ok(ruleOf78Refund(charge, term, left) >= ruleOf78Refund(charge, term, left - 1));
  }), { numRuns: 100 });
  assert.throws(() => ruleOf78Refund(1n, 12, 13), RangeError);
});

test("a later day is never a better class, and a worse category never needs less provision", () => {
  const order = INDIA_CLASSES.map((c) => c.code);
  for (let d = 1; d <= 200; d++) assert.ok(order.indexOf(indiaClass(d)) >= order.indexOf(indiaClass(d - 1)));
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: 10n ** 14n }), fc.bigInt({ min: 0n, max: 10n ** 14n }), (outstanding, realisableSecurity) => {
    const needed = (["SUB-STANDARD", "DOUBTFUL-1", "DOUBTFUL-2", "DOUBTFUL-3", "LOSS"] as const).map((category) => npaProvision({ category, outstanding, realisableSecurity, unsecuredAbInitio: false }));
    for (let k = 1; k < needed.length; k++) assert.ok((needed[k] ?? 0n) >= (needed[k - 1] ?? 0n));
    assert.ok((needed[4] ?? 0n) === outstanding);
  }));
  assert.throws(() => indiaClass(-1), RangeError);
});

test("the edges of the disclosure tolerances belong to the accurate side", () => {
  assert.ok(isAprAccurate(121_250_000n, 120_000_000n, false) && !isAprAccurate(121_250_001n, 120_000_000n, false));
  assert.ok(isAprAccurate(117_500_000n, 120_000_000n, true) && !isAprAccurate(117_499_999n, 120_000_000n, true));
  assert.ok(isFinanceChargeAccurate({ disclosed: 900_000n, actual: 910_000n, securedByDwelling: true }) && !isFinanceChargeAccurate({ disclosed: 900_000n, actual: 910_001n, securedByDwelling: true }));
  assert.ok(isFinanceChargeAccurate({ disclosed: 999_999n, actual: 1n, securedByDwelling: true }), "overstated is accurate");
  assert.ok(!isFinanceChargeAccurate({ disclosed: 10_000n, actual: 10_501n, securedByDwelling: false, amountFinanced: 100_000n }));
});

test("a score that separates fully has Gini and KS of one, a useless one nothing, and swapping good and bad turns the evidence", () => {
  assert.deepEqual(discrimination([{ score: 1, bad: true }, { score: 2, bad: false }]), { gini: 1, ks: 1 });
  assert.deepEqual(discrimination([{ score: 1, bad: true }, { score: 1, bad: false }]), { gini: 0, ks: 0 });
  fc.assert(fc.property(fc.array(fc.record({ good: fc.integer({ min: 1, max: 999 }), bad: fc.integer({ min: 1, max: 999 }) }), { minLength: 1, maxLength: 8 }), (bins) => {
    const [one, other] = [weightOfEvidence(bins), weightOfEvidence(bins.map((b) => ({ good: b.bad, bad: b.good })))];
    one.woe.forEach((w, k) => close(w + (other.woe[k] ?? NaN), 0, 1e-12));
    close(one.iv, other.iv, 1e-12);
    assert.ok(one.iv >= 0);
  }));
  assert.throws(() => weightOfEvidence([{ good: 1, bad: 0 }]), RangeError);
});
