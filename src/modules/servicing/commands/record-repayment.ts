import { formatAmount, isoDate, type EventDraft, type Money, type PaymentKind } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import * as outbox from "#kernel/outbox.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { Problem, type FieldError } from "#kernel/problems.ts";
import { postAll, type JournalEntry } from "#modules/ledger/index.ts";
import { keepTakenByHand, takenByHand, type TakenByHand } from "#modules/payments/index.ts";
import { changeLoan, type LoanChange } from "../change.ts";
import { chargeAdded, closed, repaymentRecorded } from "../events.ts";
import { chargesOfClosing, payoffOf } from "../domain/payoff.ts";
import { problem } from "../problems.ts";
import { factOf, lockLoan, lockLoans, productOf, saveStates, type LockedLoan, type PaymentSource } from "../store.ts";
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
  /** What the payer's or the bank's paper calls it, when somebody took it in by hand; applied once, and found again on the bank's statement. */
  readonly reference?: string;
}

/** Source of money that was taken in by hand under a reference. */
export const byReference = (reference: string): string => `manual:${reference}`;

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
 * Applies money that somebody took in by hand, in order on the state as it is, of the past by running the history again. It becomes a
 * receipt in the same transaction (Dr bank_clearing / Cr payments_suspense), so that its line on the bank's statement is known for it.
 * May raise loan.not_found, loan.not_active, repayment.invalid, loan.event_refused.
 */
export async function recordRepayment(ctx: Context, input: RecordRepayment): Promise<Repayment> {
  requirePermission(ctx.actor, "loan.repayment.record");
  return ctx.transaction((tx) => apply(tx, ctx, input, true));
}

/** Applies money that is a receipt already, within a transaction that is open: whoever calls has taken its match. */
export async function applyRepayment(tx: Tx, ctx: Context, input: RecordRepayment): Promise<Repayment> {
  return apply(tx, ctx, input, false);
}

async function apply(tx: Tx, ctx: Context, input: RecordRepayment, byHand: boolean): Promise<Repayment> {
  const loan = await lockLoan(tx, input.loanAccountId);
  const source = input.source ?? (input.reference === undefined ? undefined : byReference(input.reference));
  const earlier = source === undefined ? undefined : await alreadyApplied(tx, loan, source);
  if (earlier !== undefined) return earlier;
  const taken = byHand ? takenByHand(tx, ctx, { ...input, number: loan.number }) : undefined;
  const change = await decide(tx, ctx, loan, { ...input, source: taken?.matchId ?? source });
  const [[journalEntryId]] = await Promise.all([
    postAll(tx, ctx, entriesOf(change, taken)),
    saveStates(tx, ctx, [change.next], taken?.matchId ?? source ?? ctx.requestId, sourcesOf(change, source, taken)),
    ...(taken === undefined ? [] : [keepTakenByHand(tx, ctx, [taken])]),
    audit.record(tx, ctx, auditOf(change, input, taken)),
    outbox.add(tx, ctx, ...eventsOf(change, input)),
    noteCures(tx, ctx, [change]),
  ]);
  return resultOf(change, change.entry === null ? null : (journalEntryId ?? null));
}

/** The entry that applies the money first, then the one that brought it. */
function entriesOf(change: LoanChange, taken: TakenByHand | undefined): JournalEntry[] {
  return [...(change.entry === null ? [] : [change.entry]), ...(taken === undefined ? [] : [taken.entry])];
}

/** By its reference it is not applied again, by its match a receipt that goes back finds what it became. */
function sourcesOf(change: LoanChange, source: string | undefined, taken: TakenByHand | undefined): PaymentSource[] {
  const names = [...new Set([source, taken?.matchId])].filter((name) => name !== undefined);
  return names.map((name) => ({ source: name, loanAccountId: change.loan.id, eventId: moneyIn(change) }));
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

/** What became of one payment of many; `pointer` names its field, "" where no single one is at fault. */
export interface ReceiptOutcome { readonly source: string; readonly refused?: FieldError }

/** A refusal as a line of a file shows it: the field where it names one. */
export function refusalOf(error: unknown): FieldError {
  if (!(error instanceof Problem)) return { pointer: "", code: "repayment.refused", detail: (error as Error).message };
  return error.errors[0] ?? { pointer: "", code: error.code, detail: error.message };
}

/**
 * Applies many payments that somebody took in by hand in one transaction: two statements for the loans, one each for the journal, the
 * receipts, the audit and what is published, whatever their number. A payment that is refused is told and the others go on; one that was applied before is passed over.
 */
export async function applyReceipts(tx: Tx, ctx: Context, receipts: readonly (RecordRepayment & { readonly source: string })[]): Promise<ReceiptOutcome[]> {
  const loans = await lockLoans(tx, [...new Set(receipts.map((r) => r.loanAccountId))]);
  // Asked once the loans are held: whoever sends the same batch at the same moment waits, and then knows.
  const known = new Set((await tx.rows<{ source: string }>("servicing.source.known", "SELECT source FROM servicing.payment_source WHERE source = ANY($1)", [receipts.map((r) => r.source)])).map((r) => r.source));
  const changes: { change: LoanChange; input: RecordRepayment & { source: string }; taken: TakenByHand }[] = [];
  const results: ReceiptOutcome[] = [];
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
      const taken = takenByHand(tx, ctx, { ...input, number: loan.number });
      changes.push({ change: await decide(tx, ctx, loan, { ...input, source: taken.matchId }), input, taken });
      results.push({ source: input.source });
    } catch (error) {
      results.push({ source: input.source, refused: refusalOf(error) });
    }
  }
  if (changes.length > 0) {
    await Promise.all([
      postAll(tx, ctx, changes.flatMap(({ change, taken }) => entriesOf(change, taken))),
      saveStates(tx, ctx, changes.map(({ change }) => change.next), new Map(changes.map(({ change, taken }) => [change.loan.id, taken.matchId])), changes.flatMap(({ change, input, taken }) => sourcesOf(change, input.source, taken))),
      keepTakenByHand(tx, ctx, changes.map(({ taken }) => taken)),
      noteCures(tx, ctx, changes.map(({ change }) => change)),
      audit.recordAll(tx, ctx, changes.map(({ change, input, taken }) => auditOf(change, input, taken))),
      outbox.add(tx, ctx, ...changes.flatMap(({ change, input }) => eventsOf(change, input))),
    ]);
  }
  return later.length === 0 ? results : [...results, ...await applyReceipts(tx, ctx, later)];
}

async function decide(tx: Tx, ctx: Context, loan: LockedLoan, input: RecordRepayment): Promise<LoanChange> {
  refuse(tx, loan, input);
  const version = await productOf(tx, loan.product_version_id);
  const closing = closes(loan, input);
  const draft: EventDraft = { type: "paymentReceived", valueDate: isoDate(input.valueDate), amount: Number(input.amount.minor), kind: input.kind ?? "repayment", channel: input.channel, ...(closing ? { payoff: true } : {}) };
  // A loan that is closed while a month of delay is running owes the penal charge of its days: it is raised with the money that pays it.
  return changeLoan(tx, ctx, loan, [...(closing ? chargesOfClosing(loan.state, isoDate(input.valueDate)) : []), draft], { version, cause: { kind: "repayment", id: input.source ?? ctx.requestId }, memo: `Repayment of loan ${loan.number}` });
}

/** Money that covers the whole debt of its day closes the loan: interest of the time to come is not owed. */
function closes(loan: LockedLoan, input: RecordRepayment): boolean {
  const { outstanding, asOf, chargedOffDate } = loan.state;
  // Cheap first: less than the principal never closes a loan. A day before the last event is left to the plain rules.
  if (chargedOffDate !== null || Number(input.amount.minor) < outstanding.principal || input.valueDate < loan.last_value_date || input.valueDate > asOf) return false;
  return Number(input.amount.minor) >= payoffOf(loan.state, isoDate(input.valueDate)).total;
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

/** The event that the money became: charges that closing brings stand before it. */
function moneyIn(change: LoanChange): string {
  return change.events.find((event) => event.type === "paymentReceived")?.id ?? "";
}

function partsOf(change: LoanChange): { principal: number; interest: number; fee: number; penalty: number; excess: number } {
  const [a, b] = [change.position.before.totals.paid, change.position.after.totals.paid];
  return {
    principal: b.principal - a.principal, interest: b.interest - a.interest, fee: b.fee - a.fee, penalty: b.penalty - a.penalty,
    excess: change.position.after.overpayment - change.position.before.overpayment,
  };
}

function auditOf(change: LoanChange, input: RecordRepayment, taken: TakenByHand | undefined): audit.AuditEntry {
  const { excess, ...paid } = partsOf(change);
  return { action: "loan.repayment.recorded", subject: change.loan.id, after: { eventId: moneyIn(change), amount: formatAmount(input.amount), currency: input.amount.currency, valueDate: input.valueDate, channel: input.channel, paid, excess, ...(taken === undefined ? {} : { receiptId: taken.receiptId }) } };
}

function eventsOf(change: LoanChange, input: RecordRepayment): outbox.OutboxEvent[] {
  const fact = factOf(change.loan);
  const recorded = repaymentRecorded({ ...fact, eventId: moneyIn(change), amountMinor: input.amount.minor, valueDate: input.valueDate, channel: input.channel, excessMinor: BigInt(partsOf(change).excess) });
  const charged = change.events.flatMap((event) => (event.type === "chargeAdded" ? [chargeAdded({ ...fact, eventId: event.id, code: event.code, component: event.component, amountMinor: BigInt(change.after.charges.find((c) => c.id === event.id)?.due ?? 0) })] : []));
  return [...charged, recorded, ...cureEvents(change), ...(change.next.status === "closed" ? [closed({ ...fact, date: input.valueDate })] : [])];
}

export async function noteSource(tx: Tx, source: string, loanAccountId: string, eventId: string): Promise<void> {
  await tx.run("servicing.source.note", "INSERT INTO servicing.payment_source (source, loan_account_id, event_id) VALUES ($1, $2, $3)", [source, loanAccountId, eventId]);
}

function resultOf(change: LoanChange, journalEntryId: string | null): Repayment {
  const parts = partsOf(change);
  return {
    eventId: moneyIn(change), loanAccountId: change.loan.id, currency: change.loan.currency,
    paid: { principal: BigInt(parts.principal), interest: BigInt(parts.interest), fee: BigInt(parts.fee), penalty: BigInt(parts.penalty) }, excess: BigInt(parts.excess),
    outstandingPrincipal: BigInt(change.position.after.principal), status: change.next.status, journalEntryId,
  };
}
