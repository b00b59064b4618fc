import type { Money } from "./visitors.ts";

/** What the API shows, as far as the stories read it. */
export interface Offer { readonly id: string; readonly amount: Money; readonly termMonths: number; readonly annualRate: string; readonly apr: string; readonly installment: Money; readonly netDisbursed: Money; readonly fees: Money; readonly interest: Money; readonly totalCost: Money; readonly totalPaid: Money; readonly scheduleHash: string }
export interface ApplicationShown {
  readonly id: string; readonly state: string; readonly partyId: string | null; readonly loanAccountId: string | null; readonly loanNumber: string | null; readonly score: number | null;
  readonly person: Record<string, unknown>; readonly answers: Record<string, unknown>; readonly offers: readonly Offer[];
  readonly checks: readonly { kind: string; outcome: string | null; state: string }[];
  readonly decisions: readonly { madeBy: string; outcome: string; score: number | null; override: boolean; reasons: { code: string; text: string }[] }[];
  readonly agreement: { state: string; documentSha256: string; scheduleHash: string; evidence: Record<string, unknown> } | null;
  readonly notices: readonly { kind: string; state: string; dueOn: string; reasons: { code: string; text: string }[]; documentId: string | null }[];
}
interface Parts { readonly principal: Money; readonly interest: Money; readonly fee: Money; readonly penalty: Money }
export interface LoanShown {
  readonly id: string; readonly number: string; readonly status: string; readonly scheduleHash: string; readonly daysPastDue: number; readonly bucket: string | null; readonly class: string | null; readonly overdue: Money; readonly closedDate: string | null;
  readonly balances: Parts & { total: Money; overpayment: Money }; readonly repaid: Parts; readonly nextDue: { dueDate: string; total: Money } | null;
  readonly payoff: { principal: Money; interest: Money; fees: Money; penalties: Money; total: Money; perDiem: Money };
}
export interface Schedule { readonly rows: readonly { kind: string; dueDate: string; principal: Money; interest: Money; due: Money; paid: Money; balance: Money; status: string }[] }
export interface Transaction { readonly eventId: string; readonly type: string; readonly valueDate: string; readonly amount: Money; readonly parts: Parts; readonly overpayment: Money; readonly balanceAfter: Money; readonly reversed: boolean }
export interface Receipt { readonly id: string; readonly state: string; readonly amount: Money; readonly valueDate: string; readonly channel: string; readonly lineId: string | null }
export interface Payout { readonly id: string; readonly state: string; readonly purpose: string; readonly subject: string; readonly amount: Money; readonly messageId: string | null; readonly settledDate: string | null }
export interface CaseShown { readonly id: string; readonly loanAccountId: string; readonly state: string; readonly daysPastDue: number; readonly overdue: Money; readonly promises: readonly { state: string; amount: Money; dueDate: string }[] }
interface Position extends Parts { readonly overpayment: Money; readonly overdue: Money; readonly status: string; readonly nextDueDate: string | null }
export interface Preview { readonly before: Position; readonly after: Position; readonly journal: readonly { account: string; debit: Money | null; credit: Money | null }[] }
