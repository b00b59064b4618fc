import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { apply, aprOf, effectiveInterest, flowsOf, isoDate, levelYield, loanTerms, replay, xirrOf } from "./index.ts";
import type { LoanEvent, LoanTerms } from "./index.ts";
import { anyTerms } from "./testing/histories.ts";

const near = (actual: number | null, expected: number, within = 5e-7) => assert.ok(actual !== null && Math.abs(actual - expected) <= within, `${actual} is not ${expected}`);

const monthly = loanTerms({ currency: "USD", principal: 10_000_00, disbursementDate: isoDate("2026-01-15"), interest: { ratePpb: 120_000_000 }, installments: { count: 12, every: 1, unit: "months" } });

function paidOut(terms: LoanTerms): LoanEvent {
  return { type: "disbursed", id: "d", sequence: 1, amount: terms.principal, valueDate: terms.disbursementDate, businessDate: terms.disbursementDate };
}

test("12 % in monthly payments is 12 % by Regulation Z and India's key facts, and 12.68 % where the rate is effective", () => {
  near(aprOf(monthly, "US_REG_Z"), 0.12, 2e-6);
  near(aprOf(monthly, "IN_RBI"), 0.12, 2e-6);
  near(aprOf(monthly, "EU_CCD"), 1.01 ** 12 - 1, 3e-6);
  near(aprOf(monthly, "UK_CONC"), 1.01 ** 12 - 1, 3e-6);
});

test("what is kept back of the payout raises the rate: 20,000 less 400 in 24 payments at 15 % is 17.07 % in India", () => {
  // RBI, annex B of the circular on key facts: principal 20,000, fees 400, 15 %, 24 monthly installments, APR 17.07 %.
  const terms = loanTerms({
    currency: "INR", principal: 20_000_00, disbursementDate: isoDate("2026-01-15"), interest: { ratePpb: 150_000_000 }, installments: { count: 24, every: 1, unit: "months" },
    charges: [{ code: "processing", component: "fee", timing: "at_disbursement", basis: "flat", amount: 400_00, deducted: true }],
  });
  assert.equal(flowsOf(terms)[0]?.amount, -19_600_00);
  near(aprOf(terms, "IN_RBI"), 0.1707, 5e-5);
});

test("payments that are not monthly have an effective rate in India; who pays back no more than they had pays 0", () => {
  const weekly = { ...monthly, installments: { count: 52, every: 1, unit: "weeks" as const } };
  assert.ok((aprOf(weekly, "IN_RBI") ?? 0) > 0.126);
  assert.equal(aprOf({ ...monthly, interest: { ...monthly.interest, ratePpb: 0 } }, "EU_CCD"), 0);
});

test("what a lender has of a loan is the rate of the money that really moved", () => {
  const terms = loanTerms({
    currency: "USD", principal: 1_000_00, disbursementDate: isoDate("2025-01-01"), interest: { ratePpb: 100_000_000, calculation: "actual_days" }, amortization: "bullet",
    installments: { count: 1, every: 1, unit: "years" },
  });
  let loan = replay(terms, [paidOut(terms)], isoDate("2025-01-01"));
  near(xirrOf(loan), 0.1);
  loan = apply(loan, { type: "paymentReceived", kind: "repayment", id: "p", sequence: 2, amount: 500_00, valueDate: isoDate("2026-01-01"), businessDate: isoDate("2026-01-01") });
  near(xirrOf(loan, "none"), -0.5);
  near(xirrOf(loan, "payoff"), 0.1);
});

test("a bond bought at 1,000 that pays 59 a year and 1,250 after five years yields 10 %, as the standard works it", () => {
  // IFRS 9, Guidance on implementing, B.26: interest income 100, 104, 109, 113, 119 on carrying amounts 1,000, 1,041, 1,086, 1,136, 1,190.
  // The standard counts whole years; one of these five has a leap day, so a unit may move.
  const flows = [-1000_00, 59_00, 59_00, 59_00, 59_00, 1309_00].map((amount, i) => ({ date: isoDate(`${2021 + i}-01-01`), amount }));
  const { yearly, rows } = levelYield(flows);
  near(yearly, 0.1, 5e-4);
  for (const [i, income] of [100, 104, 109, 113, 119].entries()) assert.ok(Math.abs((rows[i]?.income ?? 0) / 100 - income) <= 1, `year ${i + 1}`);
  assert.equal(rows.at(-1)?.carrying, 0);
});

test("fees kept back become income over the life of the loan, more of them while more is lent", () => {
  const terms = loanTerms({
    currency: "USD", principal: 10_000_00, disbursementDate: isoDate("2026-01-15"), interest: { ratePpb: 120_000_000 }, installments: { count: 12, every: 1, unit: "months" },
    charges: [{ code: "origination", component: "fee", timing: "at_disbursement", basis: "flat", amount: 200_00, deducted: true }],
  });
  const { yearly, rows } = effectiveInterest(replay(terms, [paidOut(terms)], isoDate("2026-01-15")));
  assert.ok(yearly !== null && yearly > 0.1268);
  assert.equal(rows.reduce((sum, r) => sum + r.deferred, 0), 200_00);
  assert.ok((rows[1]?.deferred ?? 0) > (rows[10]?.deferred ?? 0));
});

test("whatever the terms, income by the level yield adds up to what is received beyond what is paid out and leaves nothing carried", () => {
  fc.assert(fc.property(anyTerms, (terms) => {
    const loan = replay(terms, [paidOut(terms)], terms.disbursementDate);
    const { yearly, rows } = effectiveInterest(loan);
    if (yearly === null) return;
    assert.equal(rows.at(-1)?.carrying, 0);
    assert.equal(rows.reduce((sum, r) => sum + r.income, 0), loan.installments.reduce((sum, r) => sum + r.due.interest + r.due.fee, 0));
  }), { numRuns: 60 });
});
