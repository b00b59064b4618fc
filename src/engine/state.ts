import type { IsoDate } from "./date.ts";
import type { LoanEvent } from "./events.ts";
import type { LoanTerms, Minor, Parts } from "./terms.ts";

/**
 * Where a loan stands. `pending`: nothing paid out yet. A charged-off loan stays `active`: the debt is still owed
 * (see `chargedOffDate`). `closed_settled`: a lower amount was agreed and paid, the rest given up.
 */
export type LoanStatus = "pending" | "approved" | "active" | "overpaid" | "closed_paid" | "closed_written_off" | "closed_settled";

/** One row of the installment schedule. Amounts are minor units. */
export type InstallmentState = {
  /** 1, 2, … in order of due date, down-payment rows included. */
  number: number;
  kind: "installment" | "down_payment" | "extra";
  fromDate: IsoDate;
  dueDate: IsoDate;
  due: Parts;
  paid: Parts;
  waived: Parts;
  /** Given up by write-off. */
  writtenOff: Parts;
  /** Part of what was paid that came before the due date, and after it. */
  paidInAdvance: Minor;
  paidLate: Minor;
  /** Day the row became fully settled. */
  settledDate: IsoDate | null;
  /** Planned principal after this row. */
  balanceAfter: Minor;
  /** Principal lent again in this row by a chargeback or refund; part of `due.principal`, not of the planned balance. */
  credited: Minor;
  /** Principal paid after the due date, by day. */
  latePrincipal: { date: IsoDate; amount: Minor }[];
  /** Interest of earlier rows that this row's interest holds, and since when it was earned. */
  brought?: { fromDate: IsoDate; amount: Minor };
  /** Where interest does not run evenly over the period: how much of the row's own is earned by each of these days. */
  earned?: { date: IsoDate; amount: Minor }[];
  /** Charges this row carries. */
  charges: { chargeId: string; component: "fee" | "penalty"; due: Minor; paid: Minor; waived: Minor }[];
};

export type DisbursementState = { eventId: string; date: IsoDate; amount: Minor; fees: Minor };

/** What an event did to the balances. */
export type TransactionType =
  | "disbursement" | "repayment" | "down_payment" | "goodwill_credit" | "merchant_refund" | "payout_refund" | "refund_by_cash" | "settlement" | "interest_refund"
  | "charge_payment_at_disbursement" | "charge_adjustment" | "charge_waiver" | "interest_waiver" | "charge_off" | "write_off" | "recovery"
  | "credit_balance_refund" | "chargeback" | "re_age" | "re_amortize" | "accrual" | "capitalization";

/** A transaction with its division into components: the sub-ledger line of one event. */
export type TransactionState = {
  eventId: string;
  sequence: number;
  type: TransactionType;
  date: IsoDate;
  amount: Minor;
  parts: Parts;
  /** Part that no debt was left for; on a chargeback or refund: part met from an overpayment. */
  overpayment: Minor;
  /** Principal outstanding after it. */
  balanceAfter: Minor;
  reversed: boolean;
  reversedDate: IsoDate | null;
  /** Whether the loan was charged off when it came (a payment then is a recovery), and for fraud. */
  afterChargeOff: boolean;
  fraud: boolean;
  /** Which rows it touched: due date and parts. */
  lines: { installment: number; dueDate: IsoDate; parts: Parts }[];
  /** Which charges it paid. */
  charges: { chargeId: string; amount: Minor }[];
};

export type ChargeState = {
  /** Id of the event that added it. */
  id: string;
  code: string;
  component: "fee" | "penalty";
  timing: "specified_date" | "at_disbursement" | "at_tranche" | "every_installment" | "on_overdue";
  basis: string;
  dueDate: IsoDate | null;
  submittedDate: IsoDate;
  reference: string | null;
  due: Minor;
  paid: Minor;
  waived: Minor;
};

/** Interest of a `daily_simple` loan: accrued on `principal` since `fromDate`, in millionths of a minor unit. */
export type AccrualState = {
  fromDate: IsoDate;
  principal: Minor;
  ratePpb: number;
  /** Accrued before `fromDate` and not paid: whole minor units, and millionths below one. */
  accrued: Minor;
  accruedMicro: number;
  /** Part of what is accrued that bears interest itself, in minor units; only where the terms compound. */
  compounded?: Minor;
};

/**
 * A loan as its history makes it: plain JSON, all amounts whole minor units (safe integers) of `terms.currency`.
 * It carries its terms and accepted events, so `apply` can insert an event of the past. Nothing in it depends on a clock.
 */
export type LoanState = {
  terms: LoanTerms;
  /** Accepted events in order of `sequence`. */
  events: LoanEvent[];
  /** The last value date taken into account. */
  asOf: IsoDate;
  status: LoanStatus;
  installments: InstallmentState[];
  disbursements: DisbursementState[];
  transactions: TransactionState[];
  charges: ChargeState[];
  /** Outstanding by component: everything not yet paid, due or not. For `daily_simple`, interest is that accrued to `asOf`. */
  outstanding: Parts;
  disbursed: Minor;
  overpayment: Minor;
  approved: Minor | null;
  ratePpb: number;
  chargedOffDate: IsoDate | null;
  fraud: boolean;
  closedDate: IsoDate | null;
  accrual: AccrualState | null;
  pauses: { startDate: IsoDate; endDate: IsoDate; eventId: string }[];
};

/** A sum that closes the loan on `date`. `perDiem` is what one more day adds, at today's balance. */
export type Payoff = {
  date: IsoDate; principal: Minor; interest: Minor; fees: Minor; penalties: Minor; total: Minor; perDiem: Minor; currency: string;
};

/** Codes of {@link EngineRefusal}: an event that cannot follow, or terms that cannot make a schedule. */
export const REFUSAL_CODES = [
  "terms.principal_not_positive", "terms.installments_not_positive", "terms.payment_below_interest", "terms.maturity_before_first_due",
  "terms.rate_out_of_range", "terms.grace_too_long", "terms.date_out_of_range", "terms.malformed", "terms.not_for_this_model",
  "terms.negative_amortization", "terms.rate_above_cap", "terms.tiers_with_gap", "terms.rows_not_adding_up", "event.index_not_agreed", "event.amount_above_owed", "event.pause_without_days",
  "event.duplicate", "event.date_in_future", "event.amount_not_positive", "event.before_disbursement", "event.target_not_found",
  "event.already_reversed", "event.not_reversible", "loan.not_open", "loan.not_disbursed", "loan.already_disbursed", "loan.charged_off",
  "loan.already_charged_off", "loan.later_transaction_exists", "loan.amount_above_limit", "loan.too_many_tranches", "loan.not_overpaid", "loan.not_written_off",
  "charge.nothing_to_waive", "charge.amount_above_outstanding", "chargeback.amount_above_payment", "delinquency.overlapping_pause",
  "delinquency.no_active_pause", "delinquency.start_date_not_business_date", "delinquency.loan_not_active", "schedule.installment_not_found", "schedule.not_for_this_model", "currency.mixed",
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Thrown by `checkTerms`, `buildSchedule`, `replay` and `apply` before anything is changed. */
export class EngineRefusal extends Error {
  readonly code: RefusalCode;
  constructor(code: RefusalCode, detail: string) {
    super(detail);
    this.name = "EngineRefusal";
    this.code = code;
  }
}

/** Parts that are all nothing. */
export function noParts(): Parts {
  return { principal: 0, interest: 0, fee: 0, penalty: 0 };
}

/** Sum of all components. */
export function totalOf(parts: Parts): Minor {
  return parts.principal + parts.interest + parts.fee + parts.penalty;
}
