import { addMonths, divideRounded, isoDate, parseAmount, parseRate, PPB, type LoanTerms } from "#engine/index.ts";
import type { ProductDefinition } from "../definition.ts";

type PlanTerms = Partial<Pick<LoanTerms, "ratePlan" | "payments" | "dates" | "grace" | "downPayment" | "fixedLengthDays" | "balloon">> & { readonly ratePpb: number };

const ppb = (fraction: string): number => (fraction.startsWith("-") ? -Number(parseRate(fraction.slice(1)).ppb) : Number(parseRate(fraction).ppb));

/**
 * How rate, payments and dates of a loan vary under a product: the engine's parts of its plan, for a principal in minor units and the
 * rate that pricing gave; resets of a floating rate count from the payout. Without a plan, that rate alone.
 */
export function planFor(schedule: ProductDefinition["schedule"], currency: string, principal: number, pricedPpb: number, disbursementDate: string): PlanTerms {
  const plan = schedule.plan;
  if (plan === undefined) return { ratePpb: pricedPpb };
  const rates = ratesOf(plan, currency, pricedPpb, disbursementDate);
  const payments = {
    ...(plan.graduated === undefined ? {} : { graduated: { every: plan.graduated.every, percentPpb: ppb(plan.graduated.growth), times: plan.graduated.times } }),
    ...(plan.seasonal === undefined ? {} : { seasonal: { months: plan.seasonal.months.map((m) => ({ month: m.month, factorPpb: ppb(m.share) })), unpaidInterest: plan.seasonal.unpaidInterest } }),
    ...(plan.negativeAmortization === undefined ? {} : { negativeAmortization: plan.negativeAmortization }),
  };
  return {
    ...rates, ...(Object.keys(payments).length === 0 ? {} : { payments }), ...(plan.dates === undefined ? {} : { dates: plan.dates }), ...(plan.grace === undefined ? {} : { grace: plan.grace }),
    ...(plan.downPaymentShare === undefined ? {} : { downPayment: { percentPpb: ppb(plan.downPaymentShare), autoCollect: false } }), ...(plan.fixedLengthDays === undefined ? {} : { fixedLengthDays: plan.fixedLengthDays }),
    ...(plan.balloonShare === undefined ? {} : { balloon: Number(divideRounded(BigInt(principal) * BigInt(ppb(plan.balloonShare)), PPB, schedule.rounding)) }),
  };
}

/** An introductory rate comes first and the priced one after it; steps and bands stand beside the priced rate. */
function ratesOf(plan: NonNullable<ProductDefinition["schedule"]["plan"]>, currency: string, pricedPpb: number, disbursementDate: string): Pick<PlanTerms, "ratePpb" | "ratePlan"> {
  const { introductory, rateSteps = [], tiers, floating } = plan;
  const steps = [
    ...(introductory === undefined ? [] : [{ installment: introductory.installments + 1, ratePpb: pricedPpb }]),
    ...rateSteps.map((step) => ({ installment: step.installment, ratePpb: pricedPpb + ppb(step.plus) })),
  ];
  const ratePlan = {
    ...(steps.length === 0 ? {} : { steps }),
    ...(tiers === undefined ? {} : { tiers: { on: tiers.on, bands: tiers.bands.map((b) => ({ above: Number(parseAmount(b.above, currency).minor), upTo: b.upTo === null ? null : Number(parseAmount(b.upTo, currency).minor), plusPpb: ppb(b.plus) })) } }),
    ...(floating === undefined ? {} : { floating: floatingOf(floating, disbursementDate) }),
    ...(plan.onRateChange === undefined ? {} : { onChange: plan.onRateChange }),
  };
  return { ratePpb: introductory === undefined ? pricedPpb : ppb(introductory.annualRate), ...(Object.keys(ratePlan).length === 0 ? {} : { ratePlan }) };
}

/** Resets are counted in months from the payout. */
function floatingOf(floating: NonNullable<NonNullable<ProductDefinition["schedule"]["plan"]>["floating"]>, disbursementDate: string): NonNullable<NonNullable<LoanTerms["ratePlan"]>["floating"]> {
  const { index, margin, cap, floor, maximumChange, firstResetMonths, everyMonths } = floating;
  return {
    index, marginPpb: ppb(margin), capPpb: cap === null ? null : ppb(cap), floorPpb: floor === null ? null : ppb(floor), ...(maximumChange === undefined ? {} : { maxChangePpb: ppb(maximumChange) }),
    firstReset: addMonths(isoDate(disbursementDate), firstResetMonths), every: everyMonths, unit: "months",
  };
}
