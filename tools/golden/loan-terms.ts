import type { AllocationBucket, AllocationTerms, Component, DelinquencyBucket, FutureRule, LoanTerms, ProductCharge, Recalculation } from "#engine/index.ts";
import { isoDate, loanTerms, parseAmount, parsePercent, safeNumber } from "#engine/index.ts";
import type { GoldenTerms } from "./loan-format.ts";

/** Minor units of a decimal string. */
export function minor(text: string, currency: string): number {
  return safeNumber(parseAmount(text, currency).minor);
}

/** Parts per billion of a per cent string. */
export function ppb(percent: string | number): number {
  return safeNumber(parsePercent(String(percent)).ppb);
}

/** The buckets of the format, section 6.8. */
const BUCKETS: readonly DelinquencyBucket[] = [[1, 3], [4, 30], [31, 60], [61, 90], [91, 120], [121, 150], [151, 180], [181, 240], [241, null]]
  .map(([from, to]) => ({ code: to === null ? `${from}+` : `${from}-${to}`, from: from as number, to: to ?? null }));

const ADVANCE: Readonly<Record<string, Recalculation["advance"]>> = {
  reduce_installment_amount: "reduce_installment", reduce_number_of_installments: "reduce_count", reschedule_next_installments: "reschedule_next", adjust_last_unpaid_installment: "adjust_last",
};

/** Terms of a golden case as terms of the engine: names and units only. */
export function translateTerms(t: GoldenTerms): LoanTerms {
  const rate = ppb(t.interest.rate_percent) * (t.interest.rate_unit === "month" ? 12 : 1);
  const cumulative = t.schedule_type === "cumulative";
  const multiple = t.installment_rounding_multiple;
  return loanTerms({
    currency: t.currency, rounding: roundingOf(t.rounding), principal: minor(t.principal, t.currency), submittedDate: isoDate(t.submitted_on),
    disbursementDate: isoDate(t.expected_disbursement_on), countFrom: t.first_due_date_counted_from === "submission_date" ? "submission" : "disbursement",
    model: cumulative ? "classic" : "progressive", amortization: t.amortization,
    interest: {
      ratePpb: rate, method: t.interest.method === "flat" ? "flat" : "declining", calculation: t.interest.calculation_period === "same_as_installment" ? "equal_periods" : "actual_days",
      partialPeriods: t.interest.partial_period ?? false, daysInYear: yearOf(t.interest.days_in_year), daysInMonth: t.interest.days_in_month === "30" ? 30 : "actual",
      recalculation: recalculationOf(t),
    },
    installments: { count: t.installments.count, every: t.installments.every, unit: t.installments.unit },
    installmentAmount: t.fixed_installment_amount === null ? null : minor(t.fixed_installment_amount, t.currency),
    fixedLengthDays: t.fixed_length_days,
    grace: { principalInstallments: t.grace.principal_installments, interestInstallments: t.grace.interest_installments },
    downPayment: t.down_payment === null ? null : { percentPpb: ppb(t.down_payment.percent), autoCollect: t.down_payment.auto_collect },
    tranches: {
      max: t.multi_disbursement.allowed ? (t.multi_disbursement.max_tranches ?? 1000) : 1,
      maxOutstanding: t.multi_disbursement.max_outstanding === null ? null : minor(t.multi_disbursement.max_outstanding, t.currency),
      overApprovalPpb: t.over_approval_percent === null ? 0 : ppb(t.over_approval_percent),
    },
    charges: t.product_charges.map(chargeOf), allocation: allocationOf(t), chargebackOrder: t.chargeback_credit_order as Component[] | null,
    delinquency: { graceDays: t.arrears_grace_days, buckets: BUCKETS, byInstallment: t.installment_level_delinquency },
    compatibility: {
      annuity: cumulative ? "float64" : "exact", installmentMultiple: multiple === null ? null : multiple * 100, calculationDigits: cumulative ? 19 : 12,
      accrualAtClosing: "unless_recalculated", waiverShows: "accrued", reAgeMovesPrincipalOnly: true,
      chargesEnter: t.allocation.strategy === "configurable_allocation" ? "by_date" : "from_start", lastRowThresholdPpb: ppb(t.last_installment_principal_threshold_percent),
    },
  });
}

function roundingOf(text: string): LoanTerms["rounding"] {
  if (text === "half_even") return "half-even";
  if (text === "half_up") return "half-up";
  throw new RangeError(`rounding ${text} is not understood`);
}

function yearOf(text: string): LoanTerms["interest"]["daysInYear"] {
  if (text === "actual") return "actual";
  const days = Number(text);
  if (days === 360 || days === 364 || days === 365) return days;
  throw new RangeError(`year of ${text} days is not understood`);
}

function recalculationOf(t: GoldenTerms): Recalculation | null {
  const r = t.interest.recalculation;
  if (!r) return null;
  const advance = ADVANCE[r.advance_payment_effect];
  if (advance === undefined) throw new RangeError(`effect ${r.advance_payment_effect} is not understood`);
  return { rest: r.rest_frequency, advance, payoffInterest: r.payoff_interest, overdueEarnsInterest: t.schedule_type === "cumulative" };
}

function chargeOf(c: GoldenTerms["product_charges"][number]): ProductCharge {
  if (c.timing !== "on_overdue") throw new RangeError(`charge timing ${c.timing} is not understood`);
  return { code: c.code, component: c.penalty ? "penalty" : "fee", timing: "on_overdue", dueOn: "installment", basis: c.basis as ProductCharge["basis"], percentPpb: ppb(c.amount) };
}

function allocationOf(t: GoldenTerms): AllocationTerms {
  const { strategy, direction, order, future_installment_rule: future } = t.allocation;
  if (strategy !== "configurable_allocation") {
    if (strategy === "penalty_fee_interest_principal" || strategy === "due_pfip_in_advance_ppfi" || strategy === "due_pipf_in_advance_pipf") return { strategy };
    throw new RangeError(`allocation ${strategy} is not understood`);
  }
  return { strategy: "configurable", direction: direction ?? "horizontal", order: (order ?? []) as AllocationBucket[], future: (future ?? {}) as Record<string, FutureRule> };
}
