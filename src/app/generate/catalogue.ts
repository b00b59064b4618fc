import type { LoanTermsInput } from "#engine/index.ts";
import type { ProductDefinition } from "#modules/products/index.ts";
import { inPersonalLoan, usPersonalLoan } from "#modules/products/index.ts";

/** A product of the generated portfolio, and the loans that are made of it. Amounts in major units. */
export interface Kind {
  readonly code: string;
  readonly name: string;
  readonly schedule: Partial<ProductDefinition["schedule"]>;
  /** Share of the portfolio; the shares of all kinds add up to 100. */
  readonly share: number;
  readonly amounts: readonly [number, number];
  /** Numbers of installments. */
  readonly counts: readonly number[];
  /** Yearly rates in basis points. */
  readonly rates: readonly [number, number];
  /** What only the contract says: residual values, tranches. `principal` is in minor units. */
  readonly contract?: (principal: number) => Partial<LoanTermsInput>;
}

const FIXED = { method: "declining", calculation: "equal_periods", partialPeriods: true, daysInYear: 365, daysInMonth: "actual", recalculation: null } as const;
const FOLLOWING = { ...FIXED, recalculation: { rest: "daily", advance: "reduce_count", payoffInterest: "to_payoff_date", overdueEarnsInterest: false } } as const;
const DAILY = { ...FIXED, calculation: "actual_days" } as const;

/** Twelve products as lenders of all sizes have them. */
export const KINDS: readonly Kind[] = [
  { code: "gen-annuity", name: "Personal loan, level installments", share: 18, amounts: [500, 20_000], counts: [12, 18, 24, 36], rates: [1_200, 2_400], schedule: { model: "classic", amortization: "equal_installments", interest: FIXED } },
  { code: "gen-follows", name: "Personal loan that follows the balance", share: 14, amounts: [1_000, 30_000], counts: [24, 36, 48, 60], rates: [1_000, 2_000], schedule: { model: "progressive", amortization: "equal_installments", interest: FOLLOWING, prepayment: "reduce_term" } },
  { code: "gen-daily", name: "Simple interest by the day", share: 16, amounts: [1_000, 35_000], counts: [12, 24, 36, 48, 60], rates: [700, 2_900], schedule: { model: "daily_simple", amortization: "equal_installments", interest: DAILY, prepayment: "next_installments" } },
  { code: "gen-principal", name: "Business loan, equal principal", share: 8, amounts: [5_000, 100_000], counts: [12, 24, 36], rates: [1_000, 1_800], schedule: { model: "classic", amortization: "equal_principal", interest: FIXED } },
  { code: "gen-flat", name: "Two-wheeler loan, flat rate", share: 8, amounts: [500, 3_000], counts: [12, 18, 24, 36], rates: [600, 1_200], schedule: { model: "classic", amortization: "equal_installments", interest: { ...FIXED, method: "flat" } } },
  { code: "gen-balloon", name: "Car loan with a balloon", share: 7, amounts: [8_000, 40_000], counts: [36, 48, 60], rates: [500, 1_100], schedule: { model: "classic", amortization: "equal_installments", interest: FIXED }, contract: (principal) => ({ balloon: Math.round(principal / 400) * 100 }) },
  { code: "gen-interest", name: "Working capital, interest only", share: 4, amounts: [10_000, 200_000], counts: [12, 24], rates: [900, 1_600], schedule: { model: "classic", amortization: "interest_only", interest: FIXED } },
  { code: "gen-payday", name: "Payday loan, one payment", share: 4, amounts: [100, 500], counts: [1], rates: [3_600, 3_600], schedule: { model: "classic", amortization: "bullet", interest: DAILY } },
  { code: "gen-bnpl", name: "Pay in four", share: 6, amounts: [50, 800], counts: [4], rates: [0, 0], schedule: { model: "classic", amortization: "equal_installments", interest: FIXED, every: 14, unit: "days" } },
  { code: "gen-micro", name: "Group loan, weekly", share: 6, amounts: [150, 900], counts: [25, 50], rates: [1_800, 2_400], schedule: { model: "classic", amortization: "equal_installments", interest: { ...DAILY, daysInYear: 364 }, every: 1, unit: "weeks" } },
  { code: "gen-mortgage", name: "Home loan", share: 5, amounts: [40_000, 400_000], counts: [180, 240, 300], rates: [450, 950], schedule: { model: "progressive", amortization: "equal_installments", interest: FOLLOWING, prepayment: "reduce_term" } },
  { code: "gen-lease", name: "Equipment finance with a residual value", share: 4, amounts: [10_000, 150_000], counts: [36, 48, 60], rates: [600, 1_300], schedule: { model: "classic", amortization: "equal_principal", interest: FIXED }, contract: (principal) => ({ balloon: Math.round(principal / 1_000) * 100 }) },
];

/** The definition of a kind for a country: what is not of its schedule is that of the country's personal loan, without fees. */
export function definitionOf(kind: Kind, country: "IN" | "US"): ProductDefinition {
  const base = (country === "IN" ? inPersonalLoan : usPersonalLoan).definition;
  const [low, high] = kind.amounts;
  return {
    ...base, fees: [],
    limits: { minimumAmount: `${low}.00`, maximumAmount: `${high}.00`, amountMultiple: "10.00", terms: [...kind.counts] },
    schedule: { ...base.schedule, every: 1, unit: "months", installmentMultipleMinor: null, ...kind.schedule },
  };
}
