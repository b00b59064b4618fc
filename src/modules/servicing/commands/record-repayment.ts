import { formatAmount, isoDate, payoff, type EventDraft, type Money, type PaymentKind } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import * as outbox from "#kernel/outbox.ts";
import { requirePermission } from "#kernel/permissions.ts";
import type { FieldError } from "#kernel/problems.ts";
import { post, postAll } from "#modules/ledger/index.ts";
import { changeLoan, type LoanChange } from "../change.ts";
import { closed, repaymentRecorded } from "../events.ts";
import { problem } from "../problems.ts";
import { factOf, lockLoan, lockLoans, productOf, saveStates, type LockedLoan } from "../store.ts";
import { cureEvents, noteCures } from "./note-cure.ts";

export interface RecordRepayment {
  readonly loanAccountId: string;
  readonly amount: Money;
  /** The day the money counts from: not before the payout, not after the business date. */
  readonly valueDate: string;
  readonly channel: string;
  readonly kind?: PaymentKind;
  /** What it came from, for instance a matched receipt; the same source is applied once. */
  readonly source?: string;
}

export interface Repayment {
  readonly eventId: string;
  readonly loanAccountId: string;
  readonly paid: { readonly principal: bigint; readonly interest: bigint; readonly fee: bigint; readonly penalty: bigint };
  readonly excess: bigint;
  readonly currency: string;
  readonly outstandingPrincipal: bigint;
  readonly status: string;
  readonly journalEntryId: string | null;
}

/**
 * Applies cleared money to a loan: in order on the state as it is, of the past by running the history again.
 * May raise loan.not_found, loan.not_active, repayment.invalid, loan.event_refused.
 */
export async function recordRepayment(ctx: Context, input: RecordRepayment): Promise<Repayment> {
  requirePermission(ctx.actor, "loan.repayment.record");
  return ctx.transaction((tx) => applyRepayment(tx, ctx, input));
}

/** The same within a transaction that is already open. */
export async function applyRepayment(tx: Tx, ctx: Context, input: RecordRepayment): Promise<Repayment> {
  const loan = await lockLoan(tx, input.loanAccountId);
  const earlier = input.source === undefined ? undefined : await alreadyApplied(tx, loan, input.source);
  if (earlier !== undefined) return earlier;
  const change = await decide(tx, ctx, loan, input);
  const [journalEntryId] = await Promise.all([
    change.entry === null ? null : post(tx, ctx, change.entry),
    saveStates(tx, ctx, [change.next], input.source ?? ctx.requestId),
    audit.record(tx, ctx, auditOf(change, input)),
    outbox.add(tx, ctx, ...eventsOf(change, input)),
    noteCures(tx, ctx, [change]),
    ...(input.source === undefined ? [] : [noteSource(tx, input.source, loan.id, change.events[0]?.id ?? "")]),
  ]);
  return resultOf(change, journalEntryId);
}

/** What a source did when it was applied first; undefined when it was not. The loan is locked, so nobody else applies it now. */
async function alreadyApplied(tx: Tx, loan: LockedLoan, source: string): Promise<Repayment | undefined> {
  const row = await tx.maybe<{ event_id: string }>("servicing.source.find", "SELECT event_id FROM servicing.payment_source WHERE source = $1 AND loan_account_id = $2", [source, loan.id]);
  if (row === undefined) return undefined;
  const done = loan.state.transactions.find((t) => t.eventId === row.event_id);
  const parts = done?.parts ?? { principal: 0, interest: 0, fee: 0, penalty: 0 };
  return {
    eventId: row.event_id, loanAccountId: loan.id, currency: loan.currency, paid: { principal: BigInt(parts.principal), interest: BigInt(parts.interest), fee: BigInt(parts.fee), penalty: BigInt(parts.penalty) },
    excess: BigInt(done?.overpayment ?? 0), outstandingPrincipal: loan.principal_minor, status: loan.status, journalEntryId: null,
  };
}

/**
 * Applies many receipts in one transaction: two statements for the loans, one for the journal, whatever their number. A receipt that
 * is refused is told and the others go on; one that was applied before is passed over.
 */
export async function applyReceipts(tx: Tx, ctx: Context, receipts: readonly (RecordRepayment & { readonly source: string })[]): Promise<{ source: string; refused?: string }[]> {
  const loans = await lockLoans(tx, [...new Set(receipts.map((r) => r.loanAccountId))]);
  // Asked once the loans are held: whoever sends the same batch at the same moment waits, and then knows.
  const known = new Set((await tx.rows<{ source: string }>("servicing.source.known", "SELECT source FROM servicing.payment_source WHERE source = ANY($1)", [receipts.map((r) => r.source)])).map((r) => r.source));
  const changes: { change: LoanChange; input: RecordRepayment & { source: string } }[] = [];
  const results: { source: string; refused?: string }[] = [];
  const seen = new Set<string>();
  const later: (RecordRepayment & { source: string })[] = [];
  for (const input of receipts) {
    if (known.has(input.source)) continue;
    // A second receipt for the same loan must see the first: it is applied after the batch.
    if (seen.has(input.loanAccountId)) {
      later.push(input);
      continue;
    }
    seen.add(input.loanAccountId);
    const loan = loans.get(input.loanAccountId);
    try {
      if (loan === undefined) throw problem("loan.not_found");
      changes.push({ change: await decide(tx, ctx, loan, input), input });
      results.push({ source: input.source });
    } catch (error) {
      results.push({ source: input.source, refused: (error as Error).message });
    }
  }
  if (changes.length > 0) {
    await postAll(tx, ctx, changes.flatMap(({ change }) => (change.entry === null ? [] : [change.entry])));
    await saveStates(tx, ctx, changes.map(({ change }) => change.next), "receipts");
    await noteCures(tx, ctx, changes.map(({ change }) => change));
    await Promise.all(changes.flatMap(({ change, input }) => [
      audit.record(tx, ctx, auditOf(change, input)), outbox.add(tx, ctx, ...eventsOf(change, input)), noteSource(tx, input.source, change.loan.id, change.events[0]?.id ?? ""),
    ]));
  }
  return later.length === 0 ? results : [...results, ...await applyReceipts(tx, ctx, later)];
}

async function decide(tx: Tx, ctx: Context, loan: LockedLoan, input: RecordRepayment): Promise<LoanChange> {
  refuse(tx, loan, input);
  const version = await productOf(tx, loan.product_version_id);
  const draft: EventDraft = { type: "paymentReceived", valueDate: isoDate(input.valueDate), amount: Number(input.amount.minor), kind: input.kind ?? "repayment", channel: input.channel, ...(closes(loan, input) ? { payoff: true } : {}) };
  return changeLoan(tx, ctx, loan, [draft], { version, cause: { kind: "repayment", id: input.source ?? ctx.requestId }, memo: `Repayment of loan ${loan.number}` });
}

/** Money that covers the whole debt of its day closes the loan: interest of the time to come is not owed. */
function closes(loan: LockedLoan, input: RecordRepayment): boolean {
  const { outstanding, asOf, chargedOffDate } = loan.state;
  // Cheap first: less than the principal never closes a loan. A day before the last event is left to the plain rules.
  if (chargedOffDate !== null || Number(input.amount.minor) < outstanding.principal || input.valueDate < loan.last_value_date || input.valueDate > asOf) return false;
  return Number(input.amount.minor) >= payoff(loan.state, isoDate(input.valueDate)).total;
}

function refuse(tx: Tx, loan: LockedLoan, { amount, valueDate }: RecordRepayment): void {
  if (loan.status === "closed" || loan.status === "written_off" || loan.status === "cancelled") throw problem("loan.not_active", `Loan account ${loan.number} is ${loan.status.replace("_", " ")}.`);
  const errors: FieldError[] = [];
  if (amount.currency !== loan.currency) errors.push({ pointer: "/amount/currency", code: "field.currency", detail: `The loan is in ${loan.currency}.` });
  if (amount.minor <= 0n) errors.push({ pointer: "/amount/amount", code: "field.positive", detail: "The amount must be above zero." });
  if (amount.minor > 1_000_000_000_000_000n) errors.push({ pointer: "/amount/amount", code: "field.range", detail: "The amount is larger than any loan may be." });
  const paidOut = loan.state.disbursements[0]?.date ?? tx.businessDate;
  if (valueDate < paidOut) errors.push({ pointer: "/valueDate", code: "field.before_disbursement", detail: `The loan was paid out on ${paidOut}; use that day or a later one.` });
  if (valueDate > tx.businessDate) errors.push({ pointer: "/valueDate", code: "field.future", detail: `The books are on ${tx.businessDate}; use that day or an earlier one.` });
  if (errors.length > 0) throw problem("repayment.invalid", undefined, { errors });
}

function partsOf(change: LoanChange): { principal: number; interest: number; fee: number; penalty: number; excess: number } {
  const [a, b] = [change.position.before.totals.paid, change.position.after.totals.paid];
  return {
    principal: b.principal - a.principal, interest: b.interest - a.interest, fee: b.fee - a.fee, penalty: b.penalty - a.penalty,
    excess: change.position.after.overpayment - change.position.before.overpayment,
  };
}

function auditOf(change: LoanChange, input: RecordRepayment): audit.AuditEntry {
  const { excess, ...paid } = partsOf(change);
  return { action: "loan.repayment.recorded", subject: change.loan.id, after: { eventId: change.events[0]?.id, amount: formatAmount(input.amount), currency: input.amount.currency, valueDate: input.valueDate, channel: input.channel, paid, excess } };
}

function eventsOf(change: LoanChange, input: RecordRepayment): outbox.OutboxEvent[] {
  const fact = factOf(change.loan);
  const recorded = repaymentRecorded({ ...fact, eventId: change.events[0]?.id ?? "", amountMinor: input.amount.minor, valueDate: input.valueDate, channel: input.channel, excessMinor: BigInt(partsOf(change).excess) });
  return [recorded, ...cureEvents(change), ...(change.next.status === "closed" ? [closed({ ...fact, date: input.valueDate })] : [])];
}

export async function noteSource(tx: Tx, source: string, loanAccountId: string, eventId: string): Promise<void> {
  await tx.run("servicing.source.note", "INSERT INTO servicing.payment_source (source, loan_account_id, event_id) VALUES ($1, $2, $3)", [source, loanAccountId, eventId]);
}

function resultOf(change: LoanChange, journalEntryId: string | null): Repayment {
  const parts = partsOf(change);
  return {
    eventId: change.events[0]?.id ?? "", loanAccountId: change.loan.id, currency: change.loan.currency,
    paid: { principal: BigInt(parts.principal), interest: BigInt(parts.interest), fee: BigInt(parts.fee), penalty: BigInt(parts.penalty) }, excess: BigInt(parts.excess),
    outstandingPrincipal: BigInt(change.position.after.principal), status: change.next.status, journalEntryId,
  };
}
