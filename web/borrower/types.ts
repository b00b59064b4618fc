import type { QuoteJson } from "#modules/products/contract.ts";
import type { MoneyValue } from "../ui/format.ts";
import type { Answers, Words } from "../api/forms.ts";

export interface Requirement { readonly code: string; readonly label: Words; readonly kind: string; readonly anyOf: readonly string[]; readonly stage: string; readonly state: string; readonly documentId: string | null; readonly documentType: string | null; readonly note: string | null }
export interface TimelineEntry { readonly id?: string; readonly at: string; readonly kind: string; readonly summary: string; readonly fromState?: string | null; readonly toState?: string | null; readonly actorId?: string }
export interface Offer {
  readonly id: string; readonly state: string; readonly amount: MoneyValue; readonly termMonths: number; readonly annualRate: string; readonly apr: string; readonly installment: MoneyValue; readonly expiresOn: string; readonly scheduleHash: string; readonly quote?: QuoteJson;
}
export interface Agreement { readonly id: string; readonly state: string; readonly documentId: string | null; readonly documentSha256: string; readonly signedAt: string | null }

/** An application as its applicant sees it. */
export interface Application {
  readonly id: string; readonly number: string; readonly state: string; readonly productVersionId: string; readonly productName: string; readonly amount: MoneyValue; readonly termMonths: number; readonly waitingOn: string; readonly stageDueAt: string | null;
  readonly answers: Answers; readonly consents?: readonly { readonly purpose: string; readonly given: boolean }[]; readonly requirements?: readonly Requirement[]; readonly offers?: readonly Offer[]; readonly agreement?: Agreement | null; readonly timeline?: readonly TimelineEntry[];
  readonly loanAccountId: string | null; readonly loanNumber: string | null; readonly closedReason?: string | null;
}

/** A loan as its borrower sees it. */
export interface Loan {
  readonly id: string; readonly number: string; readonly status: string; readonly productName: string; readonly annualRate: string; readonly maturityDate: string | null; readonly daysPastDue: number;
  readonly amount: MoneyValue; readonly outstanding: MoneyValue; readonly pastDue: MoneyValue; readonly nextDueDate: string | null; readonly nextDueAmount: MoneyValue | null; readonly payoffToday: MoneyValue | null;
}
