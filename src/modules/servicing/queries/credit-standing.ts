import { addDays, daysBetween, daysPastDue, earlier, endOfMonth, owedTotal, replay, type InstallmentState, type IsoDate, type LoanEvent, type LoanState, type LoanTerms, type TransactionState } from "#engine/index.ts";
import type { Tx } from "#kernel/db.ts";
import { positionOf, throughEndOf, total } from "../domain/position.ts";
import { statusOf, type AccountStatus } from "../domain/status.ts";

/** A time whose first and last day count. */
export interface Span { readonly from: IsoDate; readonly to: IsoDate }

/** A loan as credit reporting asks of it, at the end of a day. Amounts are whole minor units of its currency. */
export interface CreditStanding {
  readonly loanAccountId: string;
  readonly number: string;
  readonly productCode: string;
  readonly productVersionId: string;
  readonly branchId: string | null;
  readonly currency: string;
  readonly borrowerName: string;
  readonly parties: readonly { readonly partyId: string; readonly role: "borrower" | "co_borrower" | "guarantor" }[];
  /** Settled: closed for less than was owed, by agreement. */
  readonly status: AccountStatus;
  readonly openedDate: IsoDate;
  readonly closedDate: IsoDate | null;
  readonly chargedOffDate: IsoDate | null;
  readonly original: number;
  readonly installments: number;
  readonly every: number;
  readonly unit: LoanTerms["installments"]["unit"];
  readonly lastDueDate: IsoDate | null;
  readonly ratePpb: number;
  /** The amount of one regular installment. */
  readonly installment: number;
  /** Principal and everything earned or charged and not paid; after a charge-off what is still owed of it. */
  readonly balance: number;
  readonly principal: number;
  /** Unpaid of installments whose due date is 30 days ago or more, and of all past due. */
  readonly pastDue30: number;
  readonly overdue: number;
  readonly daysPastDue: number;
  /** Taken to loss, as the books had it: earned interest and charges with the principal. */
  readonly lostAmount: number;
  readonly paidInSpan: number;
  readonly interestPaidInSpan: number;
  readonly lastPaymentDate: IsoDate | null;
  readonly lastPayment: number;
  /** Since when the loan was past due without a break; null when it is current. */
  readonly pastDueSince: IsoDate | null;
  /** The day on which a row of this unbroken time had been unpaid for 90 days; null when none has. */
  readonly ninetyDaysOn: IsoDate | null;
  /** Days past due on the day before it was closed or charged off. */
  readonly daysBeforeEnd: number;
  /** Days past due at the ends of the 24 months before, the latest first; null before it was paid out. A month after a charge-off is "L". */
  readonly history: readonly (number | "L" | null)[];
}

interface Row {
  id: string; number: string; product_code: string; product_version_id: string; branch_id: string | null; currency: string; borrower_name: string; terms: LoanTerms; cancelled: boolean;
  parties: CreditStanding["parties"]; events: LoanEvent[];
}

const MONTHS = 24;
const PAYMENTS = new Set<TransactionState["type"]>(["repayment", "down_payment", "settlement", "recovery"]);

/**
 * Loans as they stood at the end of `span.to`, told from their facts, whatever was recorded since. Loans not yet paid out by then are left out.
 * Reads all of them at once; hand it some hundreds of ids.
 */
export async function creditStandings(tx: Tx, loanAccountIds: readonly string[], span: Span): Promise<CreditStanding[]> {
  const rows = await tx.rows<Row>("servicing.loans.credit_standing",
    `SELECT a.id, a.number, a.product_code, a.product_version_id, a.branch_id, a.currency, a.borrower_name, a.terms, s.status = 'cancelled' AS cancelled,
       (SELECT coalesce(json_agg(json_build_object('partyId', p.party_id, 'role', p.role) ORDER BY p.role, p.party_id), '[]') FROM servicing.loan_party p WHERE p.tenant_id = a.tenant_id AND p.loan_account_id = a.id) AS parties,
       (SELECT coalesce(json_agg(e.payload ORDER BY e.sequence), '[]') FROM servicing.loan_event e WHERE e.tenant_id = a.tenant_id AND e.loan_account_id = a.id) AS events
     FROM servicing.loan_account a JOIN servicing.loan_state s ON s.tenant_id = a.tenant_id AND s.loan_account_id = a.id WHERE a.id = ANY($1) ORDER BY a.id`, [loanAccountIds]);
  return rows.flatMap((row) => {
    if (row.cancelled || row.events.length === 0) return [];
    const state = replay(row.terms, row.events, span.to);
    return state.disbursements.length === 0 ? [] : [standingOf(row, state, span)];
  });
}

function standingOf(row: Row, state: LoanState, span: Span): CreditStanding {
  const { terms } = state;
  const position = positionOf(state, throughEndOf(span.to));
  const status = statusOf(state);
  const openedDate = state.disbursements[0]?.date ?? terms.disbursementDate;
  const payments = state.transactions.filter((t) => !t.reversed && PAYMENTS.has(t.type));
  const inSpan = payments.filter((t) => t.date >= span.from);
  const last = payments.at(-1);
  const end = state.closedDate ?? state.chargedOffDate;
  const level = state.installments.find((r) => r.due.principal > 0 && r.number < state.installments.length) ?? state.installments[0];
  const spells = spellsOf(state);
  const pastDueSince = sinceOf(spells, end === null ? span.to : addDays(end, -1));
  return {
    loanAccountId: row.id, number: row.number, productCode: row.product_code, productVersionId: row.product_version_id, branchId: row.branch_id, currency: row.currency, borrowerName: row.borrower_name, parties: row.parties,
    status, openedDate, closedDate: state.closedDate, chargedOffDate: state.chargedOffDate, original: state.disbursed, installments: state.installments.length, every: terms.installments.every, unit: terms.installments.unit,
    lastDueDate: state.installments.at(-1)?.dueDate ?? null, ratePpb: state.ratePpb, installment: level === undefined ? 0 : level.due.principal + level.due.interest,
    balance: position.principal + position.interest + position.fee + position.penalty + position.chargedOff,
    principal: position.principal, pastDue30: unpaidBefore(state, addDays(span.to, -29)), overdue: unpaidBefore(state, span.to), daysPastDue: status === "active" ? daysPastDue(state, span.to) : 0, lostAmount: total(position.totals.lost),
    paidInSpan: inSpan.reduce((sum, t) => sum + t.amount, 0), interestPaidInSpan: inSpan.reduce((sum, t) => sum + t.parts.interest, 0),
    lastPaymentDate: last?.date ?? null, lastPayment: last?.amount ?? 0, pastDueSince, ninetyDaysOn: ninetyDaysOn(spells, pastDueSince, span.to), daysBeforeEnd: end === null ? 0 : lateOn(spells, state, addDays(end, -1)),
    history: Array.from({ length: MONTHS }, (_v, i) => monthEnd(span.to, i + 1)).map((day) => (day < openedDate ? null : state.chargedOffDate !== null && state.chargedOffDate <= day ? "L" : lateOn(spells, state, day))),
  };
}

/** The last day of the month so many months before. */
function monthEnd(date: IsoDate, monthsBefore: number): IsoDate {
  let day = endOfMonth(date);
  for (let i = 0; i < monthsBefore; i++) day = addDays(`${day.slice(0, 8)}01` as IsoDate, -1);
  return day;
}

function unpaidBefore(state: LoanState, day: IsoDate): number {
  return state.installments.reduce((sum, row) => (row.dueDate < day ? sum + Math.max(0, owedTotal(row)) : sum), 0);
}

/** When each row was unpaid after its due date, oldest first; `until` null while it still is. */
function spellsOf(state: LoanState): { from: IsoDate; until: IsoDate | null }[] {
  const late = (row: InstallmentState) => (row.settledDate === null ? owedTotal(row) > 0 : row.settledDate > row.dueDate);
  return state.installments.filter((row) => row.dueDate < state.asOf && late(row)).map((row) => ({ from: row.dueDate, until: row.settledDate }));
}

/** Days past due on an earlier day: those of the oldest row that was unpaid then. */
function lateOn(spells: ReturnType<typeof spellsOf>, state: LoanState, day: IsoDate): number {
  const open = spells.find((s) => s.from < day && (s.until === null || s.until > day));
  return open === undefined ? 0 : daysBetween(open.from, earlier(day, state.asOf));
}

/** Once 90 days are reached it stays so until every row is caught up, however little is left of the oldest one. */
function ninetyDaysOn(spells: ReturnType<typeof spellsOf>, since: IsoDate | null, day: IsoDate): IsoDate | null {
  const reached = spells.find((s) => since !== null && s.from >= since && daysBetween(s.from, s.until ?? day) >= 90);
  return reached === undefined ? null : addDays(reached.from, 90);
}

/** The start of the unbroken time past due that lasts on `day`: a row that was caught up only after the next fell due carries it on. */
function sinceOf(spells: ReturnType<typeof spellsOf>, day: IsoDate): IsoDate | null {
  let since: IsoDate | null = null;
  let until: IsoDate | null = null;
  for (const spell of spells) {
    if (spell.from >= day) break;
    if (since === null || (until !== null && spell.from >= until)) [since, until] = [spell.from, spell.until];
    else if (until !== null && (spell.until === null || spell.until > until)) until = spell.until;
  }
  return since !== null && (until === null || until > day) ? since : null;
}
