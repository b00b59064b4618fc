import type { IsoDate } from "./date.ts";
import type { DayCountConvention } from "./daycount.ts";
import type { Compounding, DatePlan, InterestPause, PaymentPlan, RatePlan } from "./plan-terms.ts";
import type { Rounding } from "./rounding.ts";

/** Whole minor units as a plain integer, always within ±(2^53 − 1): how amounts live inside terms, events and states. */
export type Minor = number;

/** What a debt is made of. */
export type Component = "principal" | "interest" | "fee" | "penalty";

export const COMPONENTS: readonly Component[] = ["principal", "interest", "fee", "penalty"];

/** An amount for each component. */
export type Parts = { principal: Minor; interest: Minor; fee: Minor; penalty: Minor };

/**
 * How the schedule lives after it is drawn up.
 * - `classic`: rows are fixed when money is paid out; with `interest.recalculation` they are redrawn from the real balance.
 * - `progressive`: one installment amount; interest of a row is recomputed in place when the balance really changes.
 * - `daily_simple`: interest accrues by the day on the principal really outstanding; rows are equal payments, and what a
 *   payment pays is known only when it comes.
 */
export type ScheduleModel = "classic" | "progressive" | "daily_simple";

/** How principal is spread: `interest_only` and `bullet` repay it at the end (`bullet` the interest too). */
export type Amortization = "equal_installments" | "equal_principal" | "interest_only" | "bullet";

export type PeriodUnit = "days" | "weeks" | "months" | "years";

export type InterestTerms = {
  /** Nominal yearly rate, parts per billion: 24 % is 240_000_000. */
  readonly ratePpb: number;
  /** `precomputed`: the whole charge is fixed when drawn up and paid in equal installments; a payoff gets the unearned part back. */
  readonly method: "declining" | "flat" | "precomputed";
  /** `precomputed`: how the charge is earned, and so what a payoff gets back. Default: by the sum of digits. */
  readonly rebate?: "rule_of_78" | "actuarial";
  /** `precomputed`: the charge is rate × amount × years (`add_on`), or the interest of the level payment at the rate (`annuity`). */
  readonly chargeBy?: "add_on" | "annuity";
  /** `equal_periods`: yearly rate ÷ periods per year, whatever the days. `actual_days`: by days and `daysInYear`. */
  readonly calculation: "equal_periods" | "actual_days";
  /** With `equal_periods`: a broken first period counts by its days (true) or as a whole period (false). */
  readonly partialPeriods: boolean;
  readonly daysInYear: "actual" | 360 | 364 | 365;
  readonly daysInMonth: "actual" | 30;
  /** With `actual_days`: a market convention instead of `daysInYear` and `daysInMonth`. */
  readonly dayCount?: DayCountConvention;
  readonly pauses?: readonly InterestPause[];
  readonly compounding?: Compounding;
  /** `null`: interest is fixed when drawn up. Otherwise it follows the real balance. */
  readonly recalculation: Recalculation | null;
};

export type Recalculation = {
  /** From when a change of balance counts: the day itself, or the next due date. */
  readonly rest: "daily" | "same_as_installment";
  /** What money ahead of schedule does to the rows that follow. */
  readonly advance: "reduce_installment" | "reduce_count" | "reschedule_next" | "adjust_last";
  /** Up to which day a payoff pays interest. */
  readonly payoffInterest: "to_payoff_date" | "to_next_rest_date";
  /** Principal past due goes on earning interest in the current row. */
  readonly overdueEarnsInterest: boolean;
};

/** Days without work and what happens to a due date that falls on one. */
export type CalendarTerms = {
  /** ISO weekdays (1 Monday … 7 Sunday) that are no business days. */
  readonly weekend: readonly number[];
  readonly holidays: readonly IsoDate[];
  readonly roll: "none" | "following" | "modified_following" | "preceding";
  /** Whether interest runs to the moved date (true) or to the date as counted (false). */
  readonly movesInterest: boolean;
};

export type ChargeBasis = "flat" | "percent_of_principal" | "percent_of_interest" | "percent_of_principal_plus_interest" | "percent_of_disbursed" | "percent_of_overdue"
  /** Of principal not yet repaid, and of the payment that bounced or was paid ahead. */
  | "percent_of_outstanding" | "percent_of_payment";

/** How a charge's amount is found. `percentPpb` is used by percent bases, `amount` by flat; caps and tax are optional. */
export type ChargeAmount = {
  readonly basis: ChargeBasis;
  readonly amount?: Minor;
  readonly percentPpb?: number;
  readonly minimum?: Minor;
  readonly maximum?: Minor;
  /** Amount or share by the band the base lies in (`upTo` included; the last is open), instead of `amount` and `percentPpb`. */
  readonly tiers?: readonly { readonly upTo: Minor | null; readonly amount?: Minor; readonly percentPpb?: number }[];
  /** Tax on the charge, parts per billion of it: raised beside it as a charge `<code>_tax`. */
  readonly taxPpb?: number;
};

/** A charge the product raises by itself. */
export type ProductCharge = ChargeAmount & {
  readonly code: string;
  readonly component: "fee" | "penalty";
  /** `at_application` is paid before there is a loan; `on_bounce` and `on_prepayment` are drafted by `chargesFor`. */
  readonly timing: "at_application" | "at_disbursement" | "every_installment" | "on_overdue" | "on_bounce" | "on_prepayment";
  /** `on_overdue`: days after the due date before it is raised (0: the day after the due date). */
  readonly graceDays?: number;
  /** `on_overdue`: most that is raised of it over the loan's life, without tax, minor units. */
  readonly lifetimeMaximum?: Minor;
  /** `on_overdue`: due the day it is raised, or counted with the installment it punishes. */
  readonly dueOn?: "raised" | "installment";
  /** `at_disbursement`: kept back from the payout, so it is paid at once. */
  readonly deducted?: boolean;
};

/**
 * A charge for each day an amount is overdue, on overdue principal and interest only, never on charges: it cannot compound.
 * @source Reserve Bank of India, "Fair Lending Practice – Penal Charges in Loan Accounts", 18 August 2023
 */
export type PenalCharge = {
  readonly code: string;
  /** Parts per billion a year on the overdue amount, actual/365. */
  readonly ratePpb: number;
  readonly graceDays: number;
  readonly on: "overdue_installment" | "overdue_principal";
};

export type PastDueState = "past_due" | "due" | "in_advance";
export type AllocationBucket = `${PastDueState}_${Component}`;
export type FutureRule = "next_installment" | "last_installment" | "spread_evenly" | "reamortize";

/** How a payment is divided. `by_component` pays a component across all due rows before the next component. */
export type AllocationTerms =
  | { readonly strategy: "penalty_fee_interest_principal" | "due_pfip_in_advance_ppfi" | "due_pipf_in_advance_pipf" }
  | { readonly strategy: "by_component"; readonly order: readonly Component[] }
  | {
    readonly strategy: "configurable";
    readonly direction: "horizontal" | "vertical";
    readonly order: readonly AllocationBucket[];
    /** By kind of payment; `default` for kinds not named. */
    readonly future: Readonly<Record<string, FutureRule>>;
  };

/** A range of days past due; `to` is `null` for the open last one. */
export type DelinquencyBucket = { readonly code: string; readonly from: number; readonly to: number | null };

export type DelinquencyTerms = {
  /** Days past due before the loan counts as delinquent. */
  readonly graceDays: number;
  readonly buckets: readonly DelinquencyBucket[];
  readonly byInstallment: boolean;
};

/** Named settings that keep the figures of a portfolio coming from another system. */
export type CompatibilityTerms = {
  /** How the annuity payment is computed. `float64` reproduces systems that use floating point there. */
  readonly annuity: "exact" | "float64";
  /** Installment amounts are rounded to this many minor units (100: whole currency units); the last takes the difference. */
  readonly installmentMultiple: Minor | null;
  /** Significant digits carried by rate factors of progressive schedules; `null`: exact. */
  readonly calculationDigits: number | null;
  /** A charge enters a re-run on its due date or the day it was added (`by_date`), or was always there (`from_start`). */
  readonly chargesEnter: "by_date" | "from_start";
  readonly chargeAccrualDate: "charge_due_date" | "charge_submitted_date";
  /** Whether income not yet accrued is taken when a loan closes: always, or not when its interest follows the real balance. */
  readonly accrualAtClosing: "always" | "unless_recalculated";
  /** Whether the parts of a waiver show all that was given up, or only what had been accrued as income. */
  readonly waiverShows: "all" | "accrued";
  /** Re-age and re-amortize move principal alone, also where rows bear interest. Otherwise they are for daily simple interest and zero rates. */
  readonly reAgeMovesPrincipalOnly: boolean;
  /** The end of day makes overdue principal of a progressive loan earn interest up to that day. */
  readonly endOfDayRefreshesInterest: boolean;
  /** A remainder below this share (ppb) of a row's principal joins the last row instead of opening another one. */
  readonly lastRowThresholdPpb: number;
};

/**
 * Terms agreed for one loan: immutable, plain JSON, stamped by servicing with the product version. Amounts are whole minor
 * units of `currency` (safe integers), rates parts per billion a year. Build them with {@link loanTerms}, which fills what is
 * left out, and check them with {@link checkTerms}.
 */
export type LoanTerms = {
  readonly currency: string;
  readonly rounding: Rounding;
  /** Amount agreed; what is paid out is in the events. */
  readonly principal: Minor;
  readonly submittedDate: IsoDate | null;
  /** Expected (for a preview: assumed) payout date. */
  readonly disbursementDate: IsoDate;
  /** `null`: one period after disbursement (or submission, see `countFrom`). Gives a short or long first period. */
  readonly firstDueDate: IsoDate | null;
  readonly countFrom: "disbursement" | "submission";
  /** Interest of a broken first period (equal periods): on top of the first installment, or inside it so that the last takes the difference. Progressive: all installments share it. */
  readonly stub: "added_to_first" | "within_installment";
  readonly model: ScheduleModel;
  readonly amortization: Amortization;
  readonly interest: InterestTerms;
  readonly installments: { readonly count: number; readonly every: number; readonly unit: PeriodUnit };
  /** Given installment amount (principal and interest); `null`: computed. */
  readonly installmentAmount: Minor | null;
  /** Principal left for the last row besides its own share. */
  readonly balloon: Minor;
  /** The whole schedule ends this many days after its start; the last period is shortened or stretched. */
  readonly fixedLengthDays: number | null;
  readonly grace: {
    /** First rows without principal. */
    readonly principalInstallments: number;
    /** First rows without interest; it is added to the first row after them. */
    readonly interestInstallments: number;
    /** What becomes of the interest of those rows. Default: it is added to the first row after them, bearing none itself. */
    readonly interest?: "none" | "accrue_to_first" | "capitalise";
  };
  /** Share (ppb) of each payout due the same day. */
  readonly downPayment: { readonly percentPpb: number; readonly autoCollect: boolean } | null;
  readonly tranches: { readonly max: number; readonly maxOutstanding: Minor | null; readonly overApprovalPpb: number };
  readonly charges: readonly ProductCharge[];
  readonly penalCharge: PenalCharge | null;
  readonly allocation: AllocationTerms;
  /** What a chargeback re-opens first; `null`: principal only. */
  readonly chargebackOrder: readonly Component[] | null;
  /** What money beyond everything due by its date does. */
  readonly prepayment: "next_installments" | "reduce_term" | "reduce_installment";
  readonly delinquency: DelinquencyTerms;
  readonly calendar: CalendarTerms;
  readonly compatibility: CompatibilityTerms;
  /** How the rate varies; left out: one rate, changed by events alone. */
  readonly ratePlan?: RatePlan;
  /** How payments vary; left out: as `amortization` says, the same for each row. */
  readonly payments?: PaymentPlan;
  /** Where due dates fall; left out: each period after the one before. */
  readonly dates?: DatePlan;
};

/** What {@link loanTerms} needs at least; the rest has defaults. */
export type LoanTermsInput = Pick<LoanTerms, "currency" | "principal" | "disbursementDate">
  & {
    /** Quarters are kept as three months each. */
    readonly installments: { readonly count: number; readonly every: number; readonly unit: PeriodUnit | "quarters" };
    readonly interest: Pick<InterestTerms, "ratePpb"> & Partial<InterestTerms>; readonly compatibility?: Partial<CompatibilityTerms> }
  & Partial<Omit<LoanTerms, "interest" | "compatibility" | "installments">>;

export const STANDARD_BUCKETS: readonly DelinquencyBucket[] = [
  { code: "1-29", from: 1, to: 29 }, { code: "30-59", from: 30, to: 59 }, { code: "60-89", from: 60, to: 89 },
  { code: "90-119", from: 90, to: 119 }, { code: "120+", from: 120, to: null },
];

/**
 * Complete terms from the few that matter. Defaults: classic equal installments on the declining balance, half-even, one
 * period after disbursement, no grace, no charges, penalty–fee–interest–principal, no calendar, exact arithmetic.
 *
 * @example loanTerms({ currency: "INR", principal: 100_000_00, disbursementDate, interest: { ratePpb: 240_000_000 },
 *   installments: { count: 12, every: 1, unit: "months" } })
 */
export function loanTerms(input: LoanTermsInput): LoanTerms {
  return {
    rounding: "half-even", submittedDate: null, firstDueDate: null, countFrom: "disbursement", stub: "added_to_first", model: "classic",
    amortization: "equal_installments", installmentAmount: null, balloon: 0, fixedLengthDays: null,
    grace: { principalInstallments: 0, interestInstallments: 0 }, downPayment: null,
    tranches: { max: 1, maxOutstanding: null, overApprovalPpb: 0 }, charges: [], penalCharge: null,
    allocation: { strategy: "penalty_fee_interest_principal" }, chargebackOrder: null, prepayment: "next_installments",
    delinquency: { graceDays: 0, buckets: STANDARD_BUCKETS, byInstallment: false },
    calendar: { weekend: [], holidays: [], roll: "none", movesInterest: false },
    ...input,
    installments: inMonths(input.installments),
    interest: {
      method: "declining", calculation: "equal_periods", partialPeriods: true, daysInYear: 365, daysInMonth: "actual",
      recalculation: null, ...input.interest,
    },
    compatibility: {
      annuity: "exact", installmentMultiple: null, calculationDigits: null, chargesEnter: "from_start",
      chargeAccrualDate: "charge_due_date", accrualAtClosing: "always", waiverShows: "all", reAgeMovesPrincipalOnly: false, endOfDayRefreshesInterest: false, lastRowThresholdPpb: 500_000_000, ...input.compatibility,
    },
  };
}

function inMonths({ count, every, unit }: LoanTermsInput["installments"]): LoanTerms["installments"] {
  return unit === "quarters" ? { count, every: every * 3, unit: "months" } : { count, every, unit };
}
