import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoanTermsInput, Recalculation } from "./index.ts";
import { day, Life, percent, plainTerms } from "./testing/worked.ts";

/** Rows by rules over the real balance. As long as no money came ahead and none is late, they are the rows of the plan as it was agreed. */

const BASIC: Recalculation = { rest: "daily", advance: "reduce_installment", payoffInterest: "to_payoff_date", overdueEarnsInterest: false };
type More = Partial<Omit<LoanTermsInput, "interest">> & { interest?: Partial<LoanTermsInput["interest"]> };
const of = (more: More = {}, recalculation: Recalculation | null = BASIC, amount?: number) => new Life(plainTerms({ ...more, interest: { ratePpb: percent(12), recalculation, ...more.interest } }), amount);

const YEAR: More = { installments: { count: 12, every: 1, unit: "months" } };
const TRANCHES: More = { tranches: { max: 3, maxOutstanding: null, overApprovalPpb: 0 } };
const season = (unpaidInterest: "none" | "accrue_to_first" | "capitalise" | "pay", factorPpb = 0): More => ({ payments: { seasonal: { months: [{ month: 3, factorPpb }], unpaidInterest } } });
const STEP = { steps: [{ installment: 2, ratePpb: percent(24) }] };
const lent = (date: string) => (life: Life) => life.tell({ type: "disbursed", amount: 200_00, valueDate: day(date) });
const rate = (keep: "term" | "installment", date: string) => (life: Life) => life.tell({ type: "rateChanged", ratePpb: percent(30), keep, valueDate: day(date) });

const PLANS: Record<string, [More, ...((life: Life) => Life)[]]> = {
  "a month without payment, given up": [season("none")], "put off": [season("accrue_to_first")], "capitalised": [season("capitalise")], "interest alone": [season("pay")], "half": [season("capitalise", 500_000_000)],
  "put off, half": [season("accrue_to_first", 500_000_000)],
  "grace given up": [{ grace: { principalInstallments: 1, interestInstallments: 1, interest: "none" } }], "grace put off": [{ grace: { principalInstallments: 1, interestInstallments: 1, interest: "accrue_to_first" } }],
  "grace capitalised": [{ grace: { principalInstallments: 1, interestInstallments: 1, interest: "capitalise" } }], "grace of interest alone, capitalised": [{ grace: { principalInstallments: 0, interestInstallments: 1, interest: "capitalise" } }],
  "grace of interest alone, put off": [{ grace: { principalInstallments: 0, interestInstallments: 1, interest: "accrue_to_first" } }],
  "compounding": [{ interest: { compounding: { every: 7, unit: "days" } }, grace: { principalInstallments: 2, interestInstallments: 2, interest: "accrue_to_first" } }],
  "a pause agreed": [{ interest: { pauses: [{ from: day("2026-02-20"), to: day("2026-03-01") }] } }],
  "a dearer rate": [{ ratePlan: { ...STEP, onChange: "payment" } }], "level": [{ ratePlan: { ...STEP, onChange: "level" } }], "the payment stays": [{ ...YEAR, ratePlan: { ...STEP, onChange: "term" } }],
  "the payment stays, cheaper": [{ ...YEAR, ratePlan: { steps: [{ installment: 2, ratePpb: percent(3) }], onChange: "term" } }],
  "graduated": [{ ...YEAR, payments: { graduated: { every: 3, percentPpb: percent(10), times: 2 } } }], "a multiple": [{ ...YEAR, ratePlan: STEP, payments: { multiple: { of: 5_00, rounding: "up" } } }],
  "a payment given": [{ ...YEAR, ratePlan: STEP, installmentAmount: 120_00 }], "a low one": [{ ...YEAR, ratePlan: STEP, installmentAmount: 90_00 }],
  "a very low one, capitalised": [{ ...YEAR, ratePlan: STEP, installmentAmount: 11_00, payments: { negativeAmortization: "capitalise", steps: [{ installment: 3, factorPpb: 12_000_000_000 }] } }],
  "a balloon": [{ ...season("capitalise"), balloon: 300_00 }], "a balloon, and the payment stays": [{ ...YEAR, ratePlan: { ...STEP, onChange: "term" }, balloon: 300_00 }],
  "equal principal": [{ ...season("capitalise"), amortization: "equal_principal" }], "bullet": [{ ratePlan: STEP, amortization: "bullet" }], "bullet capitalised": [{ amortization: "bullet", grace: { principalInstallments: 0, interestInstallments: 0, interest: "capitalise" } }],
  "interest alone, to the end": [{ ratePlan: STEP, amortization: "interest_only" }], "tiers": [{ ratePlan: { tiers: { on: "marginal", bands: [{ above: 0, upTo: 400_00, plusPpb: 0 }, { above: 400_00, upTo: null, plusPpb: percent(6) }] } } }],
  "a longer first period": [{ ...season("capitalise"), firstDueDate: day("2026-02-25") }], "a first period on top": [{ ...season("capitalise"), firstDueDate: day("2026-02-25"), stub: "added_to_first" }],
  "a first period by days": [{ ...season("capitalise"), firstDueDate: day("2026-02-25"), interest: { partialPeriods: true } }], "days": [{ ...season("capitalise"), interest: { calculation: "actual_days" } }],
  "days, with a rate that changes inside": [{ interest: { calculation: "actual_days" }, ratePlan: { steps: [{ date: day("2026-02-20"), ratePpb: percent(24) }] } } as More],
  "lent again on a due date": [{ ...season("capitalise"), ...TRANCHES }, lent("2026-02-15")], "lent again inside a row": [{ ...season("capitalise"), ...TRANCHES }, lent("2026-02-20")],
  "lent again inside the last row": [{ ...season("capitalise"), ...TRANCHES }, lent("2026-03-20")], "lent again on the last due date": [{ ...season("capitalise"), ...TRANCHES }, lent("2026-04-15")],
  "lent again, interest waits": [{ ...season("accrue_to_first"), ...TRANCHES }, lent("2026-03-15")], "lent again, and the payment stays": [{ ...YEAR, ...TRANCHES, ratePlan: { ...STEP, onChange: "term" } }, lent("2026-06-15")],
  "lent again, days": [{ ...season("capitalise"), ...TRANCHES, interest: { calculation: "actual_days" } }, lent("2026-02-20")], "lent again with a payment given": [{ ...YEAR, ...TRANCHES, ratePlan: STEP, installmentAmount: 120_00 }, lent("2026-05-15")],
  "a rate told": [{ ...YEAR, ...season("capitalise") }, rate("term", "2026-04-15")], "a rate told, the payment stays": [{ ...YEAR, ...season("capitalise") }, rate("installment", "2026-04-15")],
  "a rate told inside a row": [{ ...YEAR, ...season("capitalise"), interest: { calculation: "actual_days" } }, rate("term", "2026-04-20")],
};

for (const [name, [terms, ...events]] of Object.entries(PLANS)) {
  test(`${name}: the rows of the plan agreed`, () => {
    const rows = (recalculation: Recalculation | null) => events.reduce((life, tell) => tell(life), of(terms, recalculation, events.length > 0 ? 800_00 : 1_200_00)).state.installments;
    assert.deepEqual(rows(BASIC), rows(null));
  });
}
