import { dayToCivil } from "./date.ts";
import type { Day } from "./date.ts";
import type { PlanInput } from "./classic.ts";
import type { Period } from "./periods.ts";
import { formatPercent, rate } from "./rate.ts";
import type { UnpaidInterest } from "./plan-terms.ts";
import type { LoanTerms, Minor } from "./terms.ts";

const BILLION = 1_000_000_000;

/** What one row pays, before its amounts are known. */
export type RowRule =
  /** `factorPpb` times the payment that is solved (or given); its interest may be put off. */
  | { readonly pays: "share"; readonly factorPpb: number; readonly interest: "pay" | Exclude<UnpaidInterest, "pay"> }
  | { readonly pays: "amount"; readonly amount: Minor }
  | { readonly pays: "principal"; readonly principal: Minor }
  /** Principal is left alone. */
  | { readonly pays: "interest_only" }
  | { readonly pays: "nothing"; readonly interest: Exclude<UnpaidInterest, "pay"> };

/** Whether terms need the drawing by row rules; the others are drawn as plain classic or daily simple schedules. */
export function isPlanned(terms: LoanTerms): boolean {
  const { ratePlan, payments, interest, grace } = terms;
  const varies = payments !== undefined && (payments.graduated ?? payments.steps ?? payments.seasonal ?? payments.custom ?? payments.negativeAmortization) !== undefined;
  const byMonth = terms.dates !== undefined && interest.calculation === "equal_periods";
  return ratePlan !== undefined || varies || byMonth || (interest.pauses?.length ?? 0) > 0 || interest.compounding !== undefined
    || grace.interest !== undefined || (terms.model === "daily_simple" && grace.principalInstallments + grace.interestInstallments > 0);
}

/** Rows at the end that only a change of terms after row `index` adds: they do not count before it. */
export function rowsAddedLater(input: Pick<PlanInput, "respread" | "added" | "skipped">, index: number): number {
  let count = 0;
  for (const from of input.respread) if (from > index) count += input.added.get(from) ?? 0;
  for (const [from, rows] of input.skipped) if (from > index) count += rows;
  return count;
}

/** What the row at `index` of a schedule pays. `period` gives the month for seasons. */
export function ruleOf(terms: LoanTerms, input: Pick<PlanInput, "noPrincipal" | "noInterest">, period: Period, index: number): RowRule {
  const { payments } = terms;
  const custom = payments?.custom?.[index];
  if (custom?.total !== undefined) return { pays: "amount", amount: custom.total };
  if (custom?.principal !== undefined) return { pays: "principal", principal: custom.principal };
  const putOff = input.noInterest(index) ? putOffTo(terms, index) : null;
  if (putOff !== null && input.noPrincipal(index)) return { pays: "nothing", interest: putOff };
  if (terms.amortization === "bullet") return { pays: "nothing", interest: putOff ?? putOffTo(terms, index) };
  if (input.noPrincipal(index) || terms.amortization === "interest_only") return { pays: "interest_only" };
  const season = seasonOf(terms, period.due);
  if (season === 0) {
    const unpaid = payments?.seasonal?.unpaidInterest ?? "pay";
    return unpaid === "pay" ? { pays: "interest_only" } : { pays: "nothing", interest: unpaid };
  }
  const step = stepOf(terms, index);
  if (step !== null && "amount" in step) return { pays: "amount", amount: season === BILLION ? step.amount : Math.round((step.amount * season) / BILLION) };
  const share = (graduation(terms, index) * (step?.factorPpb ?? BILLION) * season) / BILLION / BILLION;
  return { pays: "share", factorPpb: Math.round(share), interest: putOff ?? "pay" };
}

/** Where interest of a row without it goes; a bullet's waits for its end, or is capitalized row by row, after its grace too. */
function putOffTo({ amortization, grace }: LoanTerms, index: number): Exclude<UnpaidInterest, "pay"> {
  const beyondGrace = amortization === "bullet" && index >= grace.interestInstallments;
  return beyondGrace && grace.interest === "none" ? "accrue_to_first" : (grace.interest ?? "accrue_to_first");
}

/** Share of the usual payment in the month of a day, parts per billion. */
function seasonOf(terms: LoanTerms, due: Day): number {
  const seasonal = terms.payments?.seasonal;
  if (!seasonal) return BILLION;
  const { month } = dayToCivil(due);
  return seasonal.months.find((m) => m.month === month)?.factorPpb ?? BILLION;
}

function stepOf(terms: LoanTerms, index: number) {
  return terms.payments?.steps?.findLast((step) => step.installment <= index + 1) ?? null;
}

/** How far graduated payments have grown by a row, parts per billion; rounded at each growth so that it can be checked with a pencil. */
function graduation(terms: LoanTerms, index: number): number {
  const graduated = terms.payments?.graduated;
  if (!graduated) return BILLION;
  const times = Math.min(Math.floor(index / graduated.every), graduated.times ?? Number.MAX_SAFE_INTEGER);
  let factor = BILLION;
  for (let k = 0; k < times; k++) factor += Number((BigInt(factor) * BigInt(graduated.percentPpb)) / BigInt(BILLION));
  return factor;
}

/** How a row's rule reads in a sentence. */
export function ruleText(rule: RowRule): string {
  const later = { none: "no interest runs", accrue_to_first: "its interest waits for the next row that pays", capitalise: "its interest becomes principal", pay: "its interest is paid" };
  switch (rule.pays) {
    case "amount": return "a given payment";
    case "principal": return "given principal, and interest on top";
    case "interest_only": return "interest alone";
    case "nothing": return `nothing is paid; ${later[rule.interest]}`;
    case "share": return `${rule.factorPpb === BILLION ? "the level payment" : `${formatPercent(rate(rule.factorPpb))} % of the base payment`}${rule.interest === "pay" ? "" : `; ${later[rule.interest]}`}`;
  }
}
