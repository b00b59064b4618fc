import type { OutboxEvent } from "#kernel/outbox.ts";

/** What servicing publishes. Every payload names the loan; amounts are minor units. */
interface LoanFact {
  readonly loanAccountId: string;
  readonly number: string;
  readonly currency: string;
  readonly partyId: string | null;
  readonly borrowerName: string;
  readonly productCode: string;
  readonly productVersionId: string;
}

type Fact<T> = LoanFact & T;
const event = (type: string, fact: LoanFact): OutboxEvent => ({ type: `servicing.${type}`, subject: fact.loanAccountId, payload: { ...fact } });

export const loanBooked = (f: Fact<{ applicationId: string | null; principalMinor: bigint; netMinor: bigint; valueDate: string }>) => event("loan_booked", f);
export const disbursed = (f: Fact<{ date: string }>) => event("disbursed", f);
export const disbursementCancelled = (f: Fact<{ applicationId: string | null; reason: string }>) => event("disbursement_cancelled", f);
export const repaymentRecorded = (f: Fact<{ eventId: string; amountMinor: bigint; valueDate: string; channel: string; excessMinor: bigint }>) => event("repayment_recorded", f);
export const eventReversed = (f: Fact<{ eventId: string; reversedEventId: string; amountMinor: bigint; reason: string }>) => event("repayment_reversed", f);
export const chargeAdded = (f: Fact<{ eventId: string; code: string; component: string; amountMinor: bigint }>) => event("charge_added", f);
export const installmentDue = (f: Fact<{ dueDate: string; amountMinor: bigint }>) => event("installment_due", f);
export const bucketEntered = (f: Fact<{ bucket: string; class: string | null; dpd: number; overdueMinor: bigint }>) => event("bucket_entered", f);
export const bucketLeft = (f: Fact<{ from: string }>) => event("bucket_left", f);
export const reminderDue = (f: Fact<{ template: string; channel: string; dueDate: string; amountMinor: bigint; daysFromDue: number }>) => event("reminder_due", f);
export const chargedOff = (f: Fact<{ amountMinor: bigint; date: string }>) => event("charged_off", f);
export const loanModified = (f: Fact<{ eventId: string; kind: string; date: string; reason: string }>) => event("loan_modified", f);
export const rateFixed = (f: Fact<{ eventId: string; index: string; date: string; indexPpb: number }>) => event("rate_fixed", f);
export const closed = (f: Fact<{ date: string }>) => event("closed", f);

export type { LoanFact };
