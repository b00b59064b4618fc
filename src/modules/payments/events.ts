import type { OutboxEvent } from "#kernel/outbox.ts";

/** Money whose owner is known: servicing applies it. One per part of a split receipt. */
export interface ReceiptMatched {
  readonly matchId: string;
  readonly receiptId: string;
  readonly loanAccountId: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly valueDate: string;
  readonly channel: string;
}

export const receiptMatched = (p: ReceiptMatched): OutboxEvent => ({ type: "payments.receipt_matched", subject: p.receiptId, payload: { ...p } });

/** A match was undone by a person: servicing reverses what it applied. */
export const receiptUnmatched = (p: { matchId: string; receiptId: string; loanAccountId: string; amountMinor: bigint; currency: string }): OutboxEvent =>
  ({ type: "payments.receipt_unmatched", subject: p.receiptId, payload: p });

/** The bank took incoming money back; one per matched part, none when it was in suspense. */
export const receiptReturned = (p: { matchId: string; receiptId: string; loanAccountId: string; amountMinor: bigint; currency: string; reason: string }): OutboxEvent =>
  ({ type: "payments.receipt_returned", subject: p.receiptId, payload: p });

interface PayoutFact { readonly payoutId: string; readonly reference: string; readonly subject: string; readonly amountMinor: bigint; readonly currency: string; readonly reason?: string; readonly date: string }

export const payoutSettled = (p: PayoutFact): OutboxEvent => ({ type: "payments.payout_settled", subject: p.subject, payload: { ...p } });
export const payoutRejected = (p: PayoutFact): OutboxEvent => ({ type: "payments.payout_rejected", subject: p.subject, payload: { ...p } });
/** Settled and then sent back by the payee's bank. */
export const payoutReturned = (p: PayoutFact): OutboxEvent => ({ type: "payments.payout_returned", subject: p.subject, payload: { ...p } });

/** A debit under a mandate that the payer's bank refused or took back; what it had brought comes back as `receipt_returned`. */
export const collectionFailed = (p: { collectionId: string; loanAccountId: string; dueDate: string; amountMinor: bigint; currency: string; reason: string }): OutboxEvent =>
  ({ type: "payments.collection_failed", subject: p.loanAccountId, payload: p });
