/**
 * What a product version is: everything that differs between one loan product and another, as data.
 * Immutable once published; an application, an offer and a loan each carry the id of the version they were made with.
 * Amounts are decimal text in the product's currency, rates decimal fractions, so that the JSON can be read and edited by people.
 */
import type { AllocationTerms, CalendarTerms, DelinquencyTerms, InterestTerms, LoanTerms, ScheduleModel, Amortization } from "#engine/terms.ts";

export interface ProductDefinition {
  readonly regime: "IN_RBI" | "US_REG_Z";
  readonly limits: {
    readonly minimumAmount: string;
    readonly maximumAmount: string;
    readonly amountMultiple: string;
    readonly terms: readonly number[];
  };
  readonly schedule: {
    readonly model: ScheduleModel;
    readonly amortization: Amortization;
    readonly interest: Omit<InterestTerms, "ratePpb">;
    readonly rounding: LoanTerms["rounding"];
    readonly every: number;
    readonly unit: LoanTerms["installments"]["unit"];
    readonly installmentMultipleMinor: number | null;
    readonly calendar: CalendarTerms;
    readonly prepayment: LoanTerms["prepayment"];
    /** What varies over a loan's life; left out by most products. */
    readonly plan?: SchedulePlan;
  };
  readonly allocation: AllocationTerms;
  readonly fees: readonly FeeDefinition[];
  /** What making a loan costs the lender himself, taken into income by effective interest; none for most products. */
  readonly costs?: readonly AmountDefinition[];
  readonly lateFee: LateFeeDefinition | null;
  /** Charged on overdue amounts, never on charges, never capitalised. */
  readonly penalCharge: { readonly annualRate: string; readonly graceDays: number } | null;
  /** Charged when a debit under a mandate comes back. */
  readonly bounceFee?: { readonly code: string; readonly value: string };
  /** How many installments of a loan may be put off over its life, and whether interest runs on meanwhile; as people decide without it. */
  readonly paymentHolidays?: { readonly installments: number; readonly interest: "accrues" | "none" };
  /** A debit that came back is presented again so many days after the last time, so often at most; not at all without it. */
  readonly presentAgain?: { readonly retryAfterDays: number; readonly times: number };
  readonly delinquency: DelinquencyTerms & {
    /** Days past due at which the loan is charged off by end of day; null: by people only. */
    readonly chargeOffDays: number | null;
    /** SMA/NPA classes or other names by days past due. */
    readonly classes: readonly { readonly code: string; readonly fromDays: number }[];
    readonly openCaseFromDays: number;
    /**
     * Interest is not taken into income from so many days past due on: what is earned stands in suspense until it is paid, or until the loan
     * is good again: when nothing is overdue (`arrears_paid`), or fewer days past due. `wholeBorrower`: one such loan makes all of the
     * borrower's stand so. Left out: income is taken as long as the loan is not charged off.
     */
    readonly nonAccrual?: { readonly fromDays: number; readonly until: "arrears_paid" | "below"; readonly wholeBorrower: boolean };
  };
  readonly reminders: readonly { readonly daysFromDue: number; readonly channel: "sms" | "email"; readonly template: string }[];
  readonly pricing: {
    /** Best first; the first band whose minimum score is reached gives the rate. */
    readonly bands: readonly { readonly minimumScore: number; readonly annualRate: string }[];
    readonly offerDays: number;
  };
  /** Fields asked on the application, by page, in order. */
  readonly form: readonly FormPage[];
  readonly checklist: readonly { readonly code: string; readonly label: Words; readonly anyOf: readonly string[]; readonly stage: "documents" | "funding" }[];
  /** Stages with who acts and how long it may take. */
  readonly flow: readonly { readonly stage: string; readonly label: Words; readonly role: string | null; readonly hours: number }[];
  readonly checks: readonly ("identity" | "pan" | "ssn" | "address" | "bank_account" | "sanctions" | "bureau")[];
  /** JDM documents of the rule engine. */
  readonly policy: Readonly<Record<string, unknown>>;
  readonly scorecard: Scorecard;
  /** Who may approve up to which amount without asking. */
  readonly authority: readonly { readonly role: string; readonly maximumAmount: string; readonly maximumDeviation: number }[];
  /** Account per fact and component; see docs/contracts.md. */
  readonly postingRules: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Books kept beside the statutory one, each by rules of its own; the same facts are posted to all in one transaction. Left out by most products. */
  readonly books?: readonly BookDefinition[];
  readonly letters: Readonly<Record<string, { readonly subject: Words; readonly body: Words }>>;
  readonly consents: readonly { readonly purpose: string; readonly version: string; readonly text: Words; readonly required: boolean }[];
}

/** How rate, payments and dates vary: rates and shares are decimal fractions ("0.05"), with a minus sign where less is meant. */
export interface SchedulePlan {
  /** A rate for the first installments, whatever pricing gives for those after them. */
  readonly introductory?: { readonly installments: number; readonly annualRate: string };
  /** From an installment on, the priced rate plus this. */
  readonly rateSteps?: readonly { readonly installment: number; readonly plus: string }[];
  readonly tiers?: { readonly on: "whole_balance" | "marginal"; readonly bands: readonly { readonly above: string; readonly upTo: string | null; readonly plus: string }[] };
  /** The priced rate holds until the first reset that has a fixing of the index; then index plus margin, within cap and floor. */
  readonly floating?: {
    readonly index: string; readonly margin: string; readonly cap: string | null; readonly floor: string | null;
    /** The most one reset may move the rate, up or down. */
    readonly maximumChange?: string;
    readonly firstResetMonths: number; readonly everyMonths: number;
  };
  readonly onRateChange?: "payment" | "level" | "term";
  readonly graduated?: { readonly every: number; readonly growth: string; readonly times: number | null };
  readonly seasonal?: { readonly months: readonly { readonly month: number; readonly share: string }[]; readonly unpaidInterest: "none" | "accrue_to_first" | "capitalise" | "pay" };
  readonly negativeAmortization?: "refused" | "capitalise";
  readonly dates?: LoanTerms["dates"];
  readonly grace?: LoanTerms["grace"];
  readonly balloonShare?: string;
  readonly downPaymentShare?: string;
  readonly fixedLengthDays?: number;
}

/** On the cash basis interest is income when it is paid, not as it is earned. */
export type BookBasis = "accrual" | "cash";

export interface BookDefinition {
  readonly book: "management" | "investor";
  readonly basis: BookBasis;
  readonly postingRules: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export type Words = Readonly<Record<string, string>>;

/** An amount, or a share of the principal within limits. As a cost: what the lender bears of making a loan, an agent's commission, stamp duty. */
export interface AmountDefinition {
  readonly code: string;
  readonly label: Words;
  readonly basis: "flat" | "percent_of_principal";
  readonly value: string;
  readonly minimum?: string;
  readonly maximum?: string;
}

export interface FeeDefinition extends AmountDefinition {
  readonly when: "disbursement";
  /** Tax on top, decimal fraction: 18 % GST is 0.18. */
  readonly taxRate?: string;
  readonly deducted: boolean;
  /** Counts into the finance charge / APR. */
  readonly inApr: boolean;
  /** Income on the day it arises, or part of the loan's yield over its life; at once when left out. Its tax is owed at once either way. */
  readonly recognition?: "at_once" | "effective_interest";
}

export interface LateFeeDefinition {
  readonly code: string;
  readonly graceDays: number;
  readonly basis: "flat" | "percent_of_overdue";
  readonly value: string;
  readonly maximum?: string;
  /** Tax on top, decimal fraction; raised beside it as the charge `<code>_tax`. */
  readonly taxRate?: string;
}

export interface FormPage {
  readonly code: string;
  readonly title: Words;
  readonly fields: readonly FormField[];
}

export interface FormField {
  readonly name: string;
  readonly label: Words;
  readonly why?: Words;
  readonly kind: "text" | "money" | "integer" | "date" | "choice" | "yes_no" | "phone" | "email" | "identifier" | "address" | "account";
  readonly scheme?: string;
  readonly required: boolean;
  readonly options?: readonly { readonly value: string; readonly label: Words }[];
  readonly minimum?: string;
  readonly maximum?: string;
  /** Shown only when the named field has one of these values. */
  readonly showWhen?: { readonly field: string; readonly in: readonly string[] };
}

/** Points for the bins of each characteristic; the score is their sum plus the base. */
export interface Scorecard {
  readonly version: string;
  readonly base: number;
  readonly characteristics: readonly {
    readonly fact: string;
    readonly label: string;
    /** Reason given to the applicant when this one cost most points. */
    readonly reasonCode: string;
    readonly bins: readonly { readonly points: number; readonly below?: number; readonly in?: readonly string[]; readonly missing?: boolean }[];
  }[];
}
