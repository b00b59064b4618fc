import assert from "node:assert/strict";
import { test } from "node:test";
import { isoDate, loanTerms } from "./index.ts";

test("terms of a plain loan: what is left out has its documented default", () => {
  const given = { currency: "INR", principal: 100_000_00, disbursementDate: isoDate("2026-01-15"), installments: { count: 4, every: 1, unit: "quarters" as const }, interest: { ratePpb: 240_000_000 } };
  const { delinquency, ...terms } = loanTerms(given);
  assert.deepEqual(terms, {
    ...given, rounding: "half-even", submittedDate: null, firstDueDate: null, countFrom: "disbursement", stub: "added_to_first", model: "classic", amortization: "equal_installments",
    installmentAmount: null, balloon: 0, fixedLengthDays: null, grace: { principalInstallments: 0, interestInstallments: 0 }, downPayment: null, tranches: { max: 1, maxOutstanding: null, overApprovalPpb: 0 },
    charges: [], penalCharge: null, allocation: { strategy: "penalty_fee_interest_principal" }, chargebackOrder: null, prepayment: "next_installments",
    calendar: { weekend: [], holidays: [], roll: "none", movesInterest: false }, installments: { count: 4, every: 3, unit: "months" },
    interest: { ratePpb: 240_000_000, method: "declining", calculation: "equal_periods", partialPeriods: true, daysInYear: 365, daysInMonth: "actual", recalculation: null },
    compatibility: {
      annuity: "exact", installmentMultiple: null, calculationDigits: null, chargesEnter: "from_start", chargeAccrualDate: "charge_due_date", accrualAtClosing: "always", waiverShows: "all",
      reAgeMovesPrincipalOnly: false, endOfDayRefreshesInterest: false, lastRowThresholdPpb: 500_000_000,
    },
  });
  assert.deepEqual([delinquency.graceDays, delinquency.byInstallment], [0, false]);
  assert.deepEqual(delinquency.buckets.map((b) => [b.code, b.from, b.to]), [["1-29", 1, 29], ["30-59", 30, 59], ["60-89", 60, 89], ["90-119", 90, 119], ["120+", 120, null]]);
});

test("what is given stands, part by part", () => {
  const terms = loanTerms({
    currency: "USD", principal: 1, disbursementDate: isoDate("2026-01-15"), installments: { count: 2, every: 2, unit: "weeks" }, model: "progressive", balloon: 5,
    interest: { ratePpb: 1, daysInYear: 360 }, compatibility: { annuity: "float64" },
  });
  assert.deepEqual([terms.model, terms.balloon, terms.installments, terms.interest.daysInYear, terms.interest.method, terms.compatibility.annuity, terms.compatibility.waiverShows],
    ["progressive", 5, { count: 2, every: 2, unit: "weeks" }, 360, "declining", "float64", "all"]);
});
