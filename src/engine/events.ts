import type { IsoDate } from "./date.ts";
import type { AllocationTerms, ChargeBasis, LoanTerms, Minor, PeriodUnit } from "./terms.ts";

/**
 * What every event has. Order of a loan's history is `valueDate`, then `sequence`; `sequence` grows with the order in which
 * events were recorded and is unique within the loan. `businessDate` is the day the books were on when it was recorded:
 * never before `valueDate`.
 */
export type EventHead = {
  readonly id: string;
  readonly sequence: number;
  readonly valueDate: IsoDate;
  readonly businessDate: IsoDate;
};

/** Kinds of money in. All but `repayment` and `down_payment` are credits that no borrower's money stands behind. */
export type PaymentKind = "repayment" | "down_payment" | "goodwill_credit" | "merchant_refund" | "payout_refund" | "refund_by_cash" | "settlement" | "interest_refund";

export type Submitted = EventHead & { readonly type: "submitted"; readonly amount: Minor };
export type Approved = EventHead & { readonly type: "approved"; readonly amount: Minor; readonly disbursementDate?: IsoDate };
/** Money paid out. `amount` is the amount lent; a deducted fee is part of it. */
export type Disbursed = EventHead & {
  readonly type: "disbursed"; readonly amount: Minor; readonly installmentAmount?: Minor; readonly moveNextDueDateTo?: IsoDate;
};
/** Cleared money in. `waterfall` overrides the terms for this payment; `principalOnly` sends all of it to principal. */
export type PaymentReceived = EventHead & {
  readonly type: "paymentReceived"; readonly amount: Minor; readonly kind: PaymentKind;
  readonly channel?: string; readonly waterfall?: AllocationTerms; readonly principalOnly?: boolean;
  /** Meant to close the loan: interest of the time to come is not owed. Its amount is that of `payoff(state, valueDate)`. */
  readonly payoff?: boolean;
  /** What this money does beyond what is due, instead of what the terms say. */
  readonly prepayment?: LoanTerms["prepayment"];
  /** The payout an automatic down payment belongs to: undone with it. */
  readonly disbursementId?: string;
};
/** Cancels another event as if it had never been; the rest is run again. A returned payment is a reversal. */
export type Reversed = EventHead & { readonly type: "reversed"; readonly eventId: string; readonly reason?: string };
/** A charge. `specified_date` needs `dueDate`; percent bases need `percentPpb`, `flat` needs `amount`. */
export type ChargeAdded = EventHead & {
  readonly type: "chargeAdded"; readonly code: string; readonly component: "fee" | "penalty";
  readonly timing: "specified_date" | "at_disbursement" | "at_tranche" | "every_installment" | "on_overdue";
  readonly basis: ChargeBasis; readonly amount?: Minor; readonly percentPpb?: number; readonly dueDate?: IsoDate;
  /** Names what it was raised for, so that it is raised once ("late_fee:2026-03-05"). */
  readonly reference?: string;
};
/** Gives up the unpaid part of a charge. */
export type ChargeWaived = EventHead & { readonly type: "chargeWaived"; readonly chargeId: string; readonly amount?: Minor };
/** Gives up interest that is due and unpaid. */
export type InterestWaived = EventHead & { readonly type: "interestWaived"; readonly amount: Minor };
/** Reduces a charge: money that pays this charge first, then the rest. */
export type ChargeAdjusted = EventHead & { readonly type: "chargeAdjusted"; readonly chargeId: string; readonly amount: Minor };
/** New yearly rate from `valueDate`; the installment amount is solved again, or kept so that the term moves. */
export type RateChanged = EventHead & { readonly type: "rateChanged"; readonly ratePpb: number; readonly keep: "term" | "installment" };
/** A published value of the index a floating rate follows. The rate moves on the next reset day on or after `valueDate`. Parts per billion. */
export type IndexFixed = EventHead & { readonly type: "indexFixed"; readonly index: string; readonly ratePpb: number };
/** No interest runs from `from` (counted) to `to` (not counted). */
export type InterestPaused = EventHead & { readonly type: "interestPaused"; readonly from: IsoDate; readonly to: IsoDate };
/** Changes of the schedule from the installment due on `fromDate`. */
export type Rescheduled = EventHead & {
  readonly type: "rescheduled"; readonly fromDate: IsoDate; readonly newDueDate?: IsoDate; readonly extraInstallments?: number;
  readonly gracePrincipalInstallments?: number; readonly graceInterestInstallments?: number; readonly newRatePpb?: number;
};
/** More installments: what is owed from the next one on is spread over them too. */
export type Extended = EventHead & { readonly type: "extended"; readonly installments: number };
/**
 * The next `installments` are skipped and the loan ends as many later. Interest runs on meanwhile and is due with the first one after them,
 * or none runs.
 */
export type Deferred = EventHead & { readonly type: "deferred"; readonly installments: number; readonly interest: "accrues" | "none" };
/** Interest that is due and unpaid becomes principal. `amount` is at most that interest. */
export type InterestCapitalised = EventHead & { readonly type: "interestCapitalised"; readonly amount: Minor };
/** Unpaid principal of all rows is spread over new rows. */
export type ReAged = EventHead & {
  readonly type: "reAged"; readonly startDate: IsoDate; readonly every: number; readonly unit: PeriodUnit; readonly installments: number;
};
/** Unpaid principal of rows due by now is spread over the rows to come. */
export type ReAmortized = EventHead & { readonly type: "reAmortized" };
export type ChargedOff = EventHead & { readonly type: "chargedOff"; readonly reason?: string };
/** Money agreed to close the loan though more is owed: the rest is given up. */
export type Settled = EventHead & { readonly type: "settled"; readonly amount: Minor; readonly reason?: string };
export type WrittenOff = EventHead & { readonly type: "writtenOff" };
/** Money that came after a write-off; touches no balance. */
export type RecoveryReceived = EventHead & { readonly type: "recoveryReceived"; readonly amount: Minor };
/** An overpayment paid back. What exceeds it is lent again. */
export type CreditBalanceRefunded = EventHead & { readonly type: "creditBalanceRefunded"; readonly amount: Minor };
/** Part of a received payment taken back by the payer's bank, as a new fact of its own date. */
export type ChargedBack = EventHead & { readonly type: "chargedBack"; readonly paymentId: string; readonly amount: Minor };
/** Days of a pause do not count as delinquent. */
export type DelinquencyPaused = EventHead & { readonly type: "delinquencyPaused"; readonly startDate: IsoDate; readonly endDate: IsoDate };
export type DelinquencyResumed = EventHead & { readonly type: "delinquencyResumed"; readonly startDate: IsoDate };
export type FraudMarked = EventHead & { readonly type: "fraudMarked"; readonly fraud: boolean };
/** Income taken up to `valueDate`; kept in the log so that what was posted can be shown. Changes no balance. */
export type AccrualPosted = EventHead & { readonly type: "accrualPosted"; readonly interest: Minor; readonly fee: Minor; readonly penalty: Minor };
/** The bucket found by the end of day or after a payment, `null` for current. Kept so that history shows what was known. */
export type DelinquencyClassified = EventHead & { readonly type: "delinquencyClassified"; readonly bucket: string | null; readonly since: IsoDate | null;
  /** Overdue amounts by bucket, each installment by its own age; empty when the loan is current. */
  readonly installments: readonly { readonly bucket: string; readonly amount: Minor }[];
};

/** Overdue principal earns interest up to `valueDate`, on the installment that is current: a step of the end of day where agreed. */
export type InterestRefreshed = EventHead & { readonly type: "interestRefreshed" };

/** A dated fact about one loan. The loan is its terms plus these. */
export type LoanEvent =
  | Submitted | Approved | Disbursed | PaymentReceived | Reversed | ChargeAdded | ChargeWaived | InterestWaived | ChargeAdjusted
  | RateChanged | IndexFixed | InterestPaused | Rescheduled | Extended | Deferred | InterestCapitalised | Settled | ReAged | ReAmortized | ChargedOff | WrittenOff | RecoveryReceived | CreditBalanceRefunded
  | ChargedBack | DelinquencyPaused | DelinquencyResumed | FraudMarked | AccrualPosted | InterestRefreshed | DelinquencyClassified;

export type LoanEventType = LoanEvent["type"];

/** An event without its place in the log: what a decision proposes before servicing numbers it. */
export type EventDraft = LoanEvent extends infer E ? E extends LoanEvent ? Omit<E, "id" | "sequence" | "businessDate"> : never : never;

/** History order: value date, then order of recording. */
export function compareEvents(a: EventHead, b: EventHead): number {
  return a.valueDate < b.valueDate ? -1 : a.valueDate > b.valueDate ? 1 : a.sequence - b.sequence;
}
