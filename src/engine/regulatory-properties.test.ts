import assert from "node:assert/strict";
import * as fc from "fast-check";
import { aprEffective } from "./apr-eu.ts";
import { aprRegulationZ } from "./apr-regz.ts";
import { keyFacts, keyFactsSchedule } from "./apr-india.ts";
import { addDays, addMonths, isoDate } from "./date.ts";
import { yieldTable } from "./effective-interest.ts";
import { INDIA_CLASSES, indiaClass, indiaMilestones, npaProvision, worstClass } from "./india-classification.ts";
import { holdsCheaply } from "./testing/property-kit.ts";
import { ruleOf78Earned, ruleOf78Refund } from "./rule-of-78.ts";
import { adverseActionDeadline, isAprAccurate, isFinanceChargeAccurate, REG_B_NOTICE_DAYS, tilaBox } from "./us-disclosure.ts";
import type { RegBEvent } from "./us-disclosure.ts";

/** Rules of regulators, as what must hold whatever the figures. */

const START = isoDate("2026-01-15");
const level = fc.record({ amount: fc.integer({ min: 1_000, max: 1_000_000 }), count: fc.integer({ min: 1, max: 60 }), percent: fc.double({ min: 0.5, max: 60, noNaN: true }) });
const paymentOf = ({ amount, count, percent }: { amount: number; count: number; percent: number }) => { const r = percent / 1200; return (amount * r) / (1 - (1 + r) ** -count); };

holdsCheaply("the yearly rate of Regulation Z of a level loan without charges is its own", level, (loan) => {
  const payments = Array.from({ length: loan.count }, (_v, k) => ({ date: addMonths(START, k + 1), amount: paymentOf(loan) }));
  const apr = aprRegulationZ([{ date: START, amount: loan.amount }], payments);
  if (loan.count > 1) assert.ok(apr !== null && Math.abs(apr * 100 - loan.percent) < 1e-4, `${apr} for ${loan.percent}`);
});

holdsCheaply("a charge kept back raises the yearly rate, in the US and in the EU", fc.tuple(level, fc.double({ min: 0.01, max: 0.2, noNaN: true })), ([loan, share]) => {
  const amount = paymentOf(loan);
  const payments = Array.from({ length: loan.count }, (_v, k) => ({ date: addMonths(START, k + 1), amount }));
  const timed = payments.map((_p, k) => ({ years: (k + 1) / 12, amount }));
  const [plain, dear] = [aprRegulationZ([{ date: START, amount: loan.amount }], payments), aprRegulationZ([{ date: START, amount: loan.amount * (1 - share) }], payments)];
  if (plain !== null && dear !== null) assert.ok(dear > plain);
  const [plainEu, dearEu] = [aprEffective([{ years: 0, amount: loan.amount }], timed), aprEffective([{ years: 0, amount: loan.amount * (1 - share) }], timed)];
  if (plainEu !== null && dearEu !== null) assert.ok(dearEu > plainEu);
});

holdsCheaply("the European rate of a loan makes drawdowns and payments worth the same", level, (loan) => {
  const amount = paymentOf(loan);
  const found = aprEffective([{ years: 0, amount: loan.amount }], Array.from({ length: loan.count }, (_v, k) => ({ years: (k + 1) / 12, amount })));
  assert.ok(found !== null);
  let worth = 0;
  for (let k = 1; k <= loan.count; k++) worth += amount / (1 + found) ** (k / 12);
  assert.ok(Math.abs(worth - loan.amount) < loan.amount * 1e-7);
});

holdsCheaply("an Indian key fact statement: net is the amount less fees, total what is paid, and its schedule repays the amount", fc.tuple(level, fc.double({ min: 0, max: 0.1, noNaN: true })), ([loan, share]) => {
  const fees = Math.floor(loan.amount * share);
  const facts = keyFacts({ principal: loan.amount, deductedFees: fees, annualRate: loan.percent / 100, instalments: loan.count });
  assert.equal(facts.netDisbursed, loan.amount - fees);
  assert.ok(Math.abs(facts.totalPayable - loan.amount - facts.totalInterest) < 0.02 * loan.count + 1e-6);
  const rows = keyFactsSchedule(loan.amount, loan.percent / 100, loan.count);
  assert.equal(rows.length, loan.count);
  assert.ok(Math.abs(rows.reduce((sum, row) => sum + row.principal, 0) - loan.amount) < 0.005 * loan.count + 1e-6);
});

holdsCheaply("by the sum of digits the share earned grows with each month, ends at one, and the refund is the rest of the charge", fc.tuple(fc.integer({ min: 1, max: 120 }), fc.bigInt({ min: 0n, max: 10n ** 9n })), ([term, charge]) => {
  let before = -1;
  for (let month = 0; month <= term; month++) {
    const earned = ruleOf78Earned(term, month);
    assert.ok(earned > before);
    before = earned;
    const refund = Number(ruleOf78Refund(charge, term, term - month));
    assert.ok(Math.abs(refund - Number(charge) * (1 - earned)) <= 0.5 + Number(charge) * 1e-12);
  }
  assert.equal(before, 1);
});

holdsCheaply("a day more overdue is never a better Indian class, and the worst of several is no better than any", fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 400 })), ([a, b]) => {
  const rank = (days: number) => INDIA_CLASSES.findIndex((c) => c.code === indiaClass(days));
  if (a <= b) assert.ok(rank(a) <= rank(b));
  assert.equal(worstClass([indiaClass(a), indiaClass(b)]), indiaClass(Math.max(a, b)));
});

holdsCheaply("the milestones of an unpaid Indian installment come in order and agree with its class", fc.integer({ min: 0, max: 5000 }), (days) => {
  const due = addDays(START, days);
  const m = indiaMilestones(due);
  const line = [m.overdue, m.sma0, m.sma1, m.sma2, m.npa];
  for (const [k, date] of line.entries()) if (k > 0) assert.ok(date >= (line[k - 1] ?? ""));
  assert.ok(m.npa > addDays(due, 89) && m.npa <= addDays(due, 92));
});

holdsCheaply("a provision is never more than what is outstanding, and more security never needs a larger one", fc.tuple(fc.constantFrom("SUB-STANDARD" as const, "DOUBTFUL-1" as const, "DOUBTFUL-2" as const, "DOUBTFUL-3" as const, "LOSS" as const), fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.bigInt({ min: 0n, max: 10n ** 12n })), ([category, outstanding, security, more]) => {
  const of = (realisableSecurity: bigint) => npaProvision({ category, outstanding, realisableSecurity, unsecuredAbInitio: false, infrastructureWithEscrow: false });
  assert.ok(of(security) <= outstanding && of(security) >= 0n);
  assert.ok(of(security + more) <= of(security));
});

holdsCheaply("the box of the Truth in Lending Act adds up: amount financed and finance charge are the payments", fc.tuple(fc.bigInt({ min: 1001n, max: 10n ** 9n }), fc.bigInt({ min: 0n, max: 1000n }), fc.array(fc.bigInt({ min: 1n, max: 10n ** 8n }), { minLength: 1, maxLength: 40 })), ([principal, prepaid, payments]) => {
  const box = tilaBox(principal, prepaid, payments);
  assert.equal(box.amountFinanced + box.financeCharge, box.totalOfPayments);
  assert.equal(box.totalOfPayments, payments.reduce((sum, p) => sum + p, 0n));
  assert.equal(box.amountFinanced, principal - prepaid);
});

holdsCheaply("a rate disclosed is accurate within an eighth of a percent, a quarter if irregular, on either side", fc.tuple(fc.bigInt({ min: 0n, max: 500_000_000n }), fc.oneof(fc.bigInt({ min: -5_000_000n, max: 5_000_000n }), fc.constantFrom(1_250_000n, -1_250_000n, 2_500_000n, -2_500_000n, 1_250_001n, 2_500_001n)), fc.boolean()), ([actual, off, irregular]) => {
  if (actual + off < 0n) return;
  const size = off < 0n ? -off : off;
  assert.equal(isAprAccurate(actual + off, actual, irregular), size <= (irregular ? 2_500_000n : 1_250_000n));
});

holdsCheaply("a finance charge stated exactly is accurate, and one stated a little too low no more than its tolerance", fc.tuple(fc.bigInt({ min: 100n, max: 10n ** 8n }), fc.boolean(), fc.bigInt({ min: 101_00n, max: 10n ** 8n })), ([actual, securedByDwelling, amountFinanced]) => {
  assert.ok(isFinanceChargeAccurate({ disclosed: actual, actual, securedByDwelling, amountFinanced }));
  assert.ok(!isFinanceChargeAccurate({ disclosed: actual - 100_01n, actual, securedByDwelling, amountFinanced }));
});

holdsCheaply("notice of adverse action is due as many days after its cause as Regulation B gives", fc.tuple(fc.constantFrom(...Object.keys(REG_B_NOTICE_DAYS) as RegBEvent[]), fc.integer({ min: 0, max: 3000 })), ([event, days]) => {
  const date = addDays(START, days);
  assert.equal(adverseActionDeadline(event, date), addDays(date, REG_B_NOTICE_DAYS[event]));
});

holdsCheaply("a table at the effective rate carries each row's closing to the next opening", fc.tuple(fc.integer({ min: 1_000, max: 1_000_000 }), fc.double({ min: 0, max: 0.1, noNaN: true }), fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 40 })), ([carrying, perPeriod, cash]) => {
  let opening = carrying;
  for (const row of yieldTable(carrying, perPeriod, cash)) {
    assert.ok(Math.abs(row.opening - opening) < 1e-6);
    assert.ok(Math.abs(row.closing - (row.opening + row.interest - row.cash)) < 1e-6);
    opening = row.closing;
  }
});
