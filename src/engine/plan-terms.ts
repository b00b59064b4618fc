import type { IsoDate } from "./date.ts";
import type { Rounding } from "./rounding.ts";
import type { Minor, PeriodUnit } from "./terms.ts";

/**
 * Parts of {@link LoanTerms} that a plain loan leaves out: how its rate, its payments and its dates vary. Each may be given alone or
 * together with the others; what cannot go together is refused by name. Plain JSON.
 */

/** A rate agreed in advance. It holds from the first day of installment `installment`, or from `date`. Parts per billion a year. */
export type RateStep = { readonly installment: number; readonly ratePpb: number } | { readonly date: IsoDate; readonly ratePpb: number };

/** What the rate of a balance adds to (or takes off) the rate in force. Bands run from `above` (not included) to `upTo` (included). */
export type RateBand = { readonly above: Minor; readonly upTo: Minor | null; readonly plusPpb: number };

/** Rates that follow a published index. `interest.ratePpb` holds until the first reset that has a fixing. */
export type FloatingRate = {
  readonly index: string;
  readonly marginPpb: number;
  /** The rate never goes above and below these; `null`: no limit. */
  readonly capPpb: number | null;
  readonly floorPpb: number | null;
  /** The most one reset may move the rate, up or down; left out: any. */
  readonly maxChangePpb?: number;
  readonly firstReset: IsoDate;
  readonly every: number;
  readonly unit: PeriodUnit;
};

export type RatePlan = {
  /** Known in advance: an introductory rate is `interest.ratePpb` with one step after it. */
  readonly steps?: readonly RateStep[];
  /** `whole_balance`: the band the balance lies in counts for all of it; `marginal`: each slice bears its own band's rate. */
  readonly tiers?: { readonly on: "whole_balance" | "marginal"; readonly bands: readonly RateBand[] };
  readonly floating?: FloatingRate;
  /**
   * What a change of rate does. `payment`: the payment is solved again over the rows left (the default); `level`: one payment is solved
   * over all rates known; `term`: the payment stays, rows are added or fall away.
   */
  readonly onChange?: "payment" | "level" | "term";
};

/** From installment `installment` on: a given amount, or a multiple (parts per billion) of the payment that is solved. */
export type PaymentStep = { readonly installment: number; readonly amount: Minor } | { readonly installment: number; readonly factorPpb: number };

/** One row of a schedule drawn up by hand: its principal, or its principal and interest together. The last may name neither. */
export type CustomRow = { readonly dueDate: IsoDate; readonly principal?: Minor; readonly total?: Minor };

export type PaymentPlan = {
  /** Each `every` installments the payment grows by `percentPpb` (below zero: shrinks) on the one before, at most `times` times. */
  readonly graduated?: { readonly every: number; readonly percentPpb: number; readonly times: number | null };
  readonly steps?: readonly PaymentStep[];
  /** Payment of months (1–12) as a share of the usual one; 0: nothing is paid, and its interest goes where `unpaidInterest` says. */
  readonly seasonal?: { readonly months: readonly { readonly month: number; readonly factorPpb: number }[]; readonly unpaidInterest: UnpaidInterest };
  /** Given rows instead of regular ones; `installments.count` is their number. */
  readonly custom?: readonly CustomRow[];
  /** Payments are rounded to this many minor units; the last takes the difference. */
  readonly multiple?: { readonly of: Minor; readonly rounding?: Rounding };
  /** Whether a payment may leave part of its interest to be added to principal. Default: refused. */
  readonly negativeAmortization?: "refused" | "capitalise";
};

/**
 * Interest of rows without payment: `none`: it does not run; `accrue_to_first`: it waits, without bearing interest, for the next row
 * that pays; `capitalise`: it becomes principal on the row's due date; `pay`: it alone is paid.
 */
export type UnpaidInterest = "none" | "accrue_to_first" | "capitalise" | "pay";

/** Where due dates fall, when not one period after another. Months counted by `installments.every`. */
export type DatePlan =
  /** Two days of each month; 31 is month end. */
  | { readonly kind: "semi_monthly"; readonly days: readonly [number, number] }
  | { readonly kind: "month_end" }
  /** The `nth` (1–4, or −1 for the last) `weekday` (1 Monday … 7 Sunday) of the month. */
  | { readonly kind: "nth_weekday"; readonly nth: number; readonly weekday: number };

/** Days on which no interest runs: `from` is the first of them, `to` the first day after them. */
export type InterestPause = { readonly from: IsoDate; readonly to: IsoDate };

/** Unpaid interest becomes interest-bearing at each step from the payout on. */
export type Compounding = { readonly every: number; readonly unit: PeriodUnit };
