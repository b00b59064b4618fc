import { START, type LabInput } from "./terms.ts";

/** Kinds of loans to begin from: only what differs from a plain one. */
export const PRESETS: readonly { readonly name: string; readonly changes: Partial<LabInput> }[] = [
  { name: "Level installments", changes: {} },
  { name: "Daily simple interest", changes: { model: "daily_simple", calculation: "actual_days", currency: "USD", principal: "10000.00", rate: "12.99", count: "36" } },
  { name: "Follows the balance", changes: { model: "progressive", prepayment: "reduce_term" } },
  { name: "Equal principal", changes: { amortization: "equal_principal" } },
  { name: "Interest only, then all", changes: { amortization: "interest_only", count: "12" } },
  { name: "Balloon", changes: { balloon: "80000.00", count: "36" } },
  { name: "Introductory rate", changes: { rate: "9", rateSteps: "7 = 18" } },
  { name: "Rate by slices of the balance", changes: { tiersOn: "marginal", tiers: "0 - 100000 = 0; 100000 - = -3" } },
  { name: "Grows each year", changes: { count: "36", graduated: "7.5 % every 12" } },
  { name: "Seasonal", changes: { seasonal: "6 = 0; 7 = 0", unpaid: "accrue_to_first" } },
  { name: "Moratorium, capitalised", changes: { graceInterest: "6", gracePrincipal: "6", graceRule: "capitalise", count: "36" } },
  { name: "Sum of digits", changes: { method: "precomputed", rebate: "rule_of_78", count: "12" } },
  { name: "Twice a month", changes: { dates: "semi_monthly 1, 15", calculation: "actual_days" } },
  { name: "Second Friday", changes: { dates: "nth_weekday 2, 5", calculation: "actual_days", count: "12" } },
  { name: "Pay in four", changes: { principal: "4000.00", rate: "0", count: "4", every: "14", unit: "days" } },
  { name: "Given rows", changes: { custom: "2026-03-01 60000.00\n2026-06-01 principal 50000.00\n2026-12-01", calculation: "actual_days" } },
];

/** What a preset shows, whole. */
export function presetOf(changes: Partial<LabInput>): LabInput {
  return { ...START, ...changes };
}
