import { isIsoDate, toDay } from "./date.ts";
import { isByCoupon, withoutCoupons } from "./coupon.ts";
import { isLoanDayCount } from "./day-count-ratio.ts";
import type { RatePlan } from "./plan-terms.ts";
import { EngineRefusal } from "./state.ts";
import type { RefusalCode } from "./state.ts";
import type { LoanTerms } from "./terms.ts";

function refuse(code: RefusalCode, detail: string): never {
  throw new EngineRefusal(code, detail);
}

/** Highest yearly rate, parts per billion: 1,000 %. */
const MAX_RATE = 10_000_000_000;
const isRate = (ppb: number): boolean => Number.isSafeInteger(ppb) && ppb >= 0 && ppb <= MAX_RATE;
const isShare = (ppb: number): boolean => Number.isSafeInteger(ppb) && ppb >= 0 && ppb <= 1_000_000_000_000;
const isDays = (every: number): boolean => Number.isInteger(every) && every >= 1 && every <= 10_000;

/**
 * Refuses rates, payments and dates that cannot make a schedule, or that the terms' model cannot follow.
 * @throws EngineRefusal  terms.rate_above_cap, terms.rate_out_of_range, terms.tiers_with_gap, terms.rows_not_adding_up,
 *                        terms.date_out_of_range, terms.maturity_before_first_due, terms.not_for_this_model, terms.malformed
 */
export function checkPlan(terms: LoanTerms): void {
  if (terms.ratePlan) checkRates(terms, terms.ratePlan);
  checkPayments(terms);
  checkDates(terms);
  checkInterest(terms);
  checkTogether(terms);
}

function checkRates(terms: LoanTerms, plan: RatePlan): void {
  let before = "";
  for (const step of plan.steps ?? []) {
    if (!isRate(step.ratePpb)) refuse("terms.rate_out_of_range", `a step to ${step.ratePpb} parts per billion`);
    if ("date" in step && !isIsoDate(step.date)) refuse("terms.date_out_of_range", `a step on ${step.date}`);
    if (!("date" in step) && (!Number.isInteger(step.installment) || step.installment < 1 || step.installment > terms.installments.count)) refuse("terms.malformed", `a step at installment ${step.installment} of ${terms.installments.count}`);
    const at = "date" in step ? step.date : String(step.installment).padStart(6, "0");
    if (at <= before && at.includes("-") === before.includes("-")) refuse("terms.malformed", "rate steps are out of order");
    before = at;
  }
  checkBands(plan);
  const { floating } = plan;
  if (!floating) return;
  const { capPpb, floorPpb } = floating;
  if (floating.index === "" || !isDays(floating.every) || !Number.isSafeInteger(floating.marginPpb)) refuse("terms.malformed", "a floating rate needs an index, a margin and whole reset periods");
  if (!isIsoDate(floating.firstReset)) refuse("terms.date_out_of_range", `first reset ${floating.firstReset}`);
  if ((capPpb !== null && !isRate(capPpb)) || (floorPpb !== null && !isRate(floorPpb)) || (floating.maxChangePpb !== undefined && !isRate(floating.maxChangePpb))) refuse("terms.rate_out_of_range", "a cap, floor or largest change");
  if (capPpb !== null && floorPpb !== null && floorPpb > capPpb) refuse("terms.rate_above_cap", `the floor ${floorPpb} is above the cap ${capPpb}`);
  for (const rate of [terms.interest.ratePpb, ...(plan.steps ?? []).map((s) => s.ratePpb)]) if (capPpb !== null && rate > capPpb) refuse("terms.rate_above_cap", `a rate of ${rate} is above the cap ${capPpb}`);
}

/** Bands cover every balance once: the first begins at zero, each next where the one before ends, the last is open. */
function checkBands({ tiers }: RatePlan): void {
  if (!tiers) return;
  let end: number | null = 0;
  for (const band of tiers.bands) {
    if (!Number.isSafeInteger(band.plusPpb) || Math.abs(band.plusPpb) > MAX_RATE) refuse("terms.rate_out_of_range", `a band of ${band.plusPpb} parts per billion`);
    if (band.above !== end) refuse("terms.tiers_with_gap", `a band begins above ${band.above}, the one before ends at ${end ?? "no limit"}`);
    if (band.upTo !== null && band.upTo <= band.above) refuse("terms.tiers_with_gap", `a band from ${band.above} to ${band.upTo}`);
    end = band.upTo;
  }
  if (end !== null) refuse("terms.tiers_with_gap", `balances above ${end} have no band`);
}

function checkPayments(terms: LoanTerms): void {
  const { payments, installments, principal } = terms;
  if (!payments) return;
  const { graduated, steps, seasonal, custom, multiple } = payments;
  if (graduated && (!isDays(graduated.every) || !Number.isSafeInteger(graduated.percentPpb) || graduated.percentPpb <= -1_000_000_000 || graduated.percentPpb > 1_000_000_000)) refuse("terms.malformed", "graduated payments grow by more than −100 % and at most 100 %, each whole number of installments");
  let last = 0;
  for (const step of steps ?? []) {
    if (!Number.isInteger(step.installment) || step.installment <= last || step.installment > installments.count) refuse("terms.malformed", `a payment step at installment ${step.installment}`);
    if ("amount" in step ? !(Number.isSafeInteger(step.amount) && step.amount > 0) : !isShare(step.factorPpb)) refuse("terms.malformed", `the payment of installment ${step.installment}`);
    last = step.installment;
  }
  const months = new Set(seasonal?.months.map((m) => m.month));
  if (seasonal && (months.size !== seasonal.months.length || seasonal.months.some((m) => !Number.isInteger(m.month) || m.month < 1 || m.month > 12 || !isShare(m.factorPpb)))) refuse("terms.malformed", "seasons name months 1 to 12, each once, with shares");
  if (months.size === 12 && seasonal?.months.every((m) => m.factorPpb === 0)) refuse("terms.malformed", "no month has a payment");
  if (multiple && !(Number.isSafeInteger(multiple.of) && multiple.of >= 1)) refuse("terms.malformed", `a multiple of ${multiple.of}`);
  if (!custom) return;
  if (graduated ?? steps ?? seasonal ?? terms.dates ?? terms.installmentAmount) refuse("terms.malformed", "rows given by hand come without other payments or dates");
  if (custom.length !== installments.count) refuse("terms.rows_not_adding_up", `${custom.length} rows are given, ${installments.count} installments agreed`);
  let [before, sum, isOpen] = [terms.disbursementDate as string, 0, false];
  for (const [i, row] of custom.entries()) {
    if (!isIsoDate(row.dueDate)) refuse("terms.date_out_of_range", `row ${i + 1} is due ${String(row.dueDate)}`);
    if (row.dueDate <= before) refuse("terms.maturity_before_first_due", `row ${i + 1} is due ${row.dueDate}, not after ${before}`);
    const amount = row.total ?? row.principal;
    if ((row.total !== undefined && row.principal !== undefined) || (amount === undefined && i < custom.length - 1) || (amount !== undefined && !(Number.isSafeInteger(amount) && amount >= 0))) refuse("terms.malformed", `row ${i + 1} names its principal or its total`);
    sum += row.principal ?? 0;
    isOpen ||= row.principal === undefined;
    before = row.dueDate;
  }
  if (sum > principal || (!isOpen && sum !== principal)) refuse("terms.rows_not_adding_up", `the rows repay ${sum} of ${principal}`);
}

function checkDates(terms: LoanTerms): void {
  const { dates, installments } = terms;
  if (!dates) return;
  if (installments.unit !== "months") refuse("terms.malformed", "dates of the month need installments in months");
  if (dates.kind === "semi_monthly" && (dates.days.some((d) => !Number.isInteger(d) || d < 1 || d > 31) || dates.days[0] === dates.days[1] || Math.min(...dates.days) > 28)) refuse("terms.malformed", `days ${dates.days.join(" and ")} of the month`);
  if (dates.kind === "nth_weekday" && (![1, 2, 3, 4, -1].includes(dates.nth) || !Number.isInteger(dates.weekday) || dates.weekday < 1 || dates.weekday > 7)) refuse("terms.malformed", `weekday ${dates.weekday}, number ${dates.nth} of the month`);
}

function checkInterest(terms: LoanTerms): void {
  const { dayCount, pauses, compounding, calculation } = terms.interest;
  if (dayCount !== undefined && !isLoanDayCount(dayCount) && !isByCoupon(dayCount)) refuse("terms.malformed", `${dayCount} counts no part of a period`);
  const without = dayCount !== undefined && isByCoupon(dayCount) ? withoutCoupons(terms) : null;
  if (without !== null) refuse("terms.malformed", `${dayCount}: ${without}`);
  if (dayCount !== undefined && calculation !== "actual_days" && terms.model !== "daily_simple") refuse("terms.malformed", "a day count needs interest by days");
  for (const pause of pauses ?? []) {
    if (!isIsoDate(pause.from) || !isIsoDate(pause.to)) refuse("terms.date_out_of_range", `a pause from ${pause.from} to ${pause.to}`);
    if (toDay(pause.to) <= toDay(pause.from)) refuse("terms.malformed", `a pause from ${pause.from} to ${pause.to}`);
  }
  if (compounding && !isDays(compounding.every)) refuse("terms.malformed", `compounding each ${compounding.every} ${compounding.unit}`);
}

/** What a model cannot follow is refused, never left out in silence. */
function checkTogether(terms: LoanTerms): void {
  const { model, interest, ratePlan, payments, grace, amortization } = terms;
  const varies = payments && (payments.graduated ?? payments.steps ?? payments.seasonal ?? payments.custom ?? payments.negativeAmortization);
  const others = varies ?? interest.compounding ?? (interest.pauses?.length ? interest.pauses : undefined) ?? (grace.interest === "accrue_to_first" ? undefined : grace.interest);
  const plans = ratePlan ?? others;
  if (interest.method !== "declining" && plans) refuse("terms.not_for_this_model", `${interest.method} interest goes with one rate and equal payments`);
  if (interest.method === "precomputed") {
    if (model !== "classic" || interest.recalculation !== null || amortization !== "equal_installments" || terms.balloon > 0 || terms.installmentAmount !== null || terms.tranches.max > 1) refuse("terms.not_for_this_model", "a precomputed charge goes with classic equal installments of one payout");
    if (grace.principalInstallments + grace.interestInstallments > 0) refuse("terms.not_for_this_model", "a precomputed charge goes without grace rows");
  }
  if (payments?.custom && interest.calculation === "equal_periods" && interest.ratePpb > 0 && model !== "daily_simple") refuse("terms.malformed", "rows given by hand bear interest by days");
}
