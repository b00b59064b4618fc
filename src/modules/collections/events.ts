import type { OutboxEvent } from "#kernel/outbox.ts";

interface Head { readonly caseId: string; readonly loanAccountId: string; readonly partyId: string | null }

/** What collections publishes; the subject is the case. */
export const caseOpened = (p: Head & { readonly stage: string }): OutboxEvent => ({ type: "collections.case_opened", subject: p.caseId, payload: { ...p } });
export const caseClosed = (p: Head & { readonly reason: string }): OutboxEvent => ({ type: "collections.case_closed", subject: p.caseId, payload: { ...p } });
export const contactRecorded = (p: Head & { readonly contactId: string; readonly channel: string; readonly outcome: string }): OutboxEvent =>
  ({ type: "collections.contact_recorded", subject: p.caseId, payload: { ...p } });

interface PromiseFact extends Head { readonly promiseId: string; readonly amountMinor: bigint; readonly currency: string; readonly dueDate: string }
export const promiseMade = (p: PromiseFact): OutboxEvent => ({ type: "collections.promise_made", subject: p.caseId, payload: { ...p } });
export const promiseKept = (p: PromiseFact): OutboxEvent => ({ type: "collections.promise_kept", subject: p.caseId, payload: { ...p } });
export const promiseBroken = (p: PromiseFact): OutboxEvent => ({ type: "collections.promise_broken", subject: p.caseId, payload: { ...p } });
