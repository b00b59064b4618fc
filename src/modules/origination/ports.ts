/** What origination needs from the outside world and from whoever books the loan. */
import type { LoanTerms } from "#engine/index.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";

export interface PersonAsked {
  readonly givenName: string;
  readonly familyName: string;
  readonly birthDate?: string;
  readonly phone?: string;
  readonly email?: string;
  readonly address?: { readonly line1: string; readonly city: string; readonly region: string; readonly postalCode: string; readonly country: string };
  readonly identifiers: readonly { readonly scheme: string; readonly value: string }[];
}

/** Neither is a verdict on the applicant: an outage surely did nothing, a doubt may have. `unreadable` is an answer that makes no sense. */
export type NoAnswer = { readonly kind: "outage" | "in_doubt" | "unreadable"; readonly why: string };

export interface BureauReport {
  readonly reportId: string;
  readonly asOf: string;
  readonly score: { readonly model: string; readonly value: number; readonly low: number; readonly high: number; readonly reasons: readonly { readonly code: string; readonly text: string }[] } | null;
  readonly tradelines: readonly Tradeline[];
  readonly enquiries: readonly { readonly date: string; readonly lender: string; readonly kind: string }[];
  readonly summary: BureauSummary;
}
export interface Tradeline {
  readonly id: string; readonly lenderType: string; readonly kind: string; readonly openedDate: string; readonly closedDate: string | null; readonly status: string; readonly currency: string;
  readonly limit: string | null; readonly amount: string | null; readonly balance: string; readonly monthlyPayment: string; readonly overdue: string; readonly grid: readonly { readonly month: string; readonly dpd: number }[];
}
export interface BureauSummary {
  readonly tradelines: number; readonly openTradelines: number; readonly balance: string; readonly overdue: string; readonly monthlyPayment: string; readonly worstDpd12: number; readonly worstDpd36: number;
  readonly enquiries90Days: number; readonly oldestOpenedDate: string | null; readonly writtenOff: number; readonly currency: string;
}

export type BureauAnswer = { readonly kind: "hit"; readonly report: BureauReport } | { readonly kind: "no_record"; readonly reportId: string } | { readonly kind: "wrong_person" } | { readonly kind: "refused"; readonly why: string } | NoAnswer;

export interface Bureau {
  /** One enquiry; the reference makes a repeat harmless. */
  enquire(ask: { reference: string; kind: "soft" | "hard"; consentId: string; country: "IN" | "US"; asOf: string; person: PersonAsked }): Promise<BureauAnswer>;
  /** What became of an enquiry in doubt; `unknown`: never received. */
  find(reference: string, person: PersonAsked): Promise<BureauAnswer | { readonly kind: "unknown" }>;
}

export type KycKind = "identity" | "pan" | "ssn" | "aadhaar" | "address" | "bank_account" | "sanctions";
export interface KycResult {
  readonly verificationId: string; readonly matchScore: number; readonly fields: readonly { readonly field: string; readonly match: string }[]; readonly reasons: readonly { readonly code: string; readonly text: string }[];
  readonly matches: readonly { readonly listId: string; readonly name: string; readonly score: number; readonly program: string; readonly list: string }[];
}
export type KycAnswer = { readonly kind: "clear" | "mismatch" | "no_record" | "hit" | "pending"; readonly result: KycResult } | { readonly kind: "refused"; readonly why: string } | NoAnswer;

export interface Kyc {
  verify(ask: { reference: string; kind: KycKind; person: PersonAsked; identifier?: { scheme: string; value: string }; asOf: string }): Promise<KycAnswer>;
  find(reference: string): Promise<KycAnswer | { readonly kind: "unknown" }>;
}

export interface OutgoingMessage {
  readonly reference: string; readonly channel: "sms" | "email" | "letter"; readonly to: string; readonly subject: string; readonly body: string; readonly sentOn?: string;
  readonly attachments?: readonly { readonly name: string; readonly contentType: string; readonly base64: string }[];
}
export interface Messages {
  send(message: OutgoingMessage): Promise<{ readonly kind: "sent" | "bounced" | "outage" | "doubt" }>;
}

export interface Timestamps {
  /** A signed statement of the authority that it saw this hash. */
  stamp(ask: { sha256: string; at: string }): Promise<{ readonly kind: "stamped"; readonly serial: string; readonly token: string } | NoAnswer>;
}

/** A loan that two people have released: what the books need to know. Amounts are minor units. */
export interface FundedLoan {
  readonly applicationId: string;
  readonly productVersionId: string;
  readonly terms: LoanTerms;
  readonly scheduleHash: string;
  readonly partyIds: readonly string[];
  readonly branchId: string | null;
  /** Amount lent; fees kept back are part of it. */
  readonly amountMinor: number;
  /** What is paid out. */
  readonly netMinor: number;
  readonly valueDate: string;
  readonly payee: { readonly name: string; readonly accountScheme: string; readonly account: string };
  /** Permission to debit an account, given with the signature: the one the payout was to reach then. */
  readonly mandate?: { readonly capMinor: number; readonly account: string; readonly agreementSha256: string; readonly signedDate: string };
}

/** Whoever takes the loan into its books, in the releasing transaction: servicing here, or a file for another system. */
export interface LoanBooker {
  book(tx: Tx, ctx: Context, loan: FundedLoan): Promise<{ loanAccountId: string; number: string }>;
  /** Sends the payout of a booked loan again, to a corrected account; `attempt` makes its reference another one. */
  payAgain(tx: Tx, ctx: Context, ask: { loanAccountId: string; number: string; netMinor: number; currency: string; payee: FundedLoan["payee"]; attempt: number }): Promise<void>;
}

export interface Outside {
  readonly bureau: Bureau;
  readonly kyc: Kyc;
  readonly messages: Messages;
  readonly timestamps: Timestamps;
  readonly booker: LoanBooker;
}
