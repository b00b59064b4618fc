import { formatAmount, isoDate, type EventDraft, type Money, type PaymentKind } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import { statementFailed, type Tx } from "#kernel/db.ts";
import * as outbox from "#kernel/outbox.ts";
import type { FieldError } from "#kernel/problems.ts";
import { BUSY, type Asked, type Outcome, type Patience } from "#kernel/together.ts";
import { postAll, type JournalEntry } from "#modules/ledger/index.ts";
import { keepTakenByHand, takenByHand, type TakenByHand } from "#modules/payments/index.ts";
import { changeLoan, loanAfter, newStates, type LoanChange } from "../change.ts";
import { chargeAdded, closed, repaymentRecorded } from "../events.ts";
import { chargesOfClosing, payoffOf } from "../domain/payoff.ts";
import { isGivenUp } from "../domain/status.ts";
import { problem } from "../problems.ts";
import { factOf, lockLoans, productOf, saveStates, type LockedLoan, type PaymentSource } from "../store.ts";
import { cureEvents, noteCures } from "./note-cure.ts";

/** Money for a loan. */
export interface Payment {
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
  /** Somebody took it in: it becomes a receipt (Dr bank_clearing / Cr payments_suspense), so that its line on the bank's statement is known for it. */
  readonly byHand: boolean;
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

/** A payment's outcome; `earlier` where its source was applied before, so that nothing was done. */
export type Applied = Outcome<Repayment> & { readonly earlier?: boolean };

/** Source of money that was taken in by hand under a reference. */
export const byReference = (reference: string): string => `manual:${reference}`;

interface Decided { readonly change: LoanChange; readonly ctx: Context; readonly input: Payment; readonly source: string | undefined; readonly taken: TakenByHand | undefined }

/**
 * Applies payments in the order given, of one loan or of many, in one transaction: two statements for the loans, one each for the journal, the
 * receipts, the audit and what is published, whatever their number. A second payment of a loan sees the first. One that is refused writes nothing.
 */
export async function applyPayments(tx: Tx, asked: readonly Asked<Payment>[], patience: Patience = "wait"): Promise<Applied[]> {
  const { loans, busy } = await lockLoans(tx, [...new Set(asked.map(({ input }) => input.loanAccountId))], patience);
  // Asked once the loans are held: whoever sends the same at the same moment waits, and then knows.
  const known = await appliedBefore(tx, asked.flatMap(({ input }) => sourceOf(input) ?? []));
  const decided: Decided[] = [];
  const outcomes: (Applied | Decided)[] = [];
  for (const one of asked) {
    if (busy.has(one.input.loanAccountId)) {
      outcomes.push(BUSY);
      continue;
    }
    try {
      const loan = loans.get(one.input.loanAccountId);
      if (loan === undefined) throw problem("loan.not_found");
      const source = sourceOf(one.input);
      const earlier = source === undefined ? undefined : known.get(source);
      if (source !== undefined && earlier !== undefined) {
        outcomes.push({ ...(earlier.loanAccountId === loan.id ? { result: earlierResult(loan, earlier) } : { refused: takenElsewhere(one.input) }), earlier: true });
        continue;
      }
      const done = await decide(tx, one, loan, source);
      loans.set(loan.id, loanAfter(done.change));
      if (source !== undefined) known.set(source, { loanAccountId: loan.id, eventId: moneyIn(done.change) });
      decided.push(done);
      outcomes.push(done);
    } catch (refused) {
      if (statementFailed(refused)) throw refused;
      outcomes.push({ refused });
    }
  }
  const entryIds = decided.length === 0 ? new Map<Decided, string>() : await keep(tx, decided);
  return outcomes.map((outcome) => ("change" in outcome ? { result: resultOf(outcome.change, entryIds.get(outcome) ?? null) } : outcome));
}

/** Writes what was decided. Returns the ids of the entries that applied the money. */
async function keep(tx: Tx, decided: readonly Decided[]): Promise<Map<Decided, string>> {
  const { ctx } = decided[0] as Decided;
  const origins = new Map(decided.flatMap(({ change, ctx: by, source, taken }) => change.events.map((event) => [event.id, { cause: taken?.matchId ?? source ?? by.requestId, actorId: by.actor.id }])));
  // The entry that applies the money first, then the one that brought it.
  const entries = decided.flatMap((one) => [one.change.entry, one.taken?.entry ?? null].flatMap((entry, i) => (entry === null ? [] : [{ one, applies: i === 0, entry: { ...entry, actorId: one.ctx.actor.id } satisfies JournalEntry }])));
  const [ids] = await Promise.all([
    postAll(tx, ctx, entries.map(({ entry }) => entry)),
    saveStates(tx, ctx, newStates(decided.map(({ change }) => change)), origins, decided.flatMap(sourcesOf)),
    keepTakenByHand(tx, decided.flatMap(({ taken }) => taken ?? [])),
    audit.recordEach(tx, decided.map((one) => ({ ctx: one.ctx, entry: auditOf(one) }))),
    outbox.add(tx, ctx, ...decided.flatMap(eventsOf)),
    noteCures(tx, ctx, decided.map(({ change }) => change)),
  ]);
  return new Map(entries.flatMap(({ one, applies }, i) => (applies ? [[one, ids[i] as string]] : [])));
}

const sourceOf = ({ source, reference }: Payment): string | undefined => source ?? (reference === undefined ? undefined : byReference(reference));

/** By its reference it is not applied again, by its match a receipt that goes back finds what it became. */
function sourcesOf({ change, source, taken }: Decided): PaymentSource[] {
  const names = [...new Set([source, taken?.matchId])].filter((name) => name !== undefined);
  return names.map((name) => ({ source: name, loanAccountId: change.loan.id, eventId: moneyIn(change) }));
}

interface Earlier { readonly loanAccountId: string; readonly eventId: string }

async function appliedBefore(tx: Tx, sources: readonly string[]): Promise<Map<string, Earlier>> {
  if (sources.length === 0) return new Map();
  const rows = await tx.rows<{ source: string; loan_account_id: string; event_id: string }>("servicing.source.known", "SELECT source, loan_account_id, event_id FROM servicing.payment_source WHERE source = ANY($1)", [sources]);
  return new Map(rows.map((row) => [row.source, { loanAccountId: row.loan_account_id, eventId: row.event_id }]));
}

/** What a source did when it was applied first. */
function earlierResult(loan: LockedLoan, earlier: Earlier): Repayment {
  const done = loan.state.transactions.find((t) => t.eventId === earlier.eventId);
  const parts = done?.parts ?? { principal: 0, interest: 0, fee: 0, penalty: 0 };
  return {
    eventId: earlier.eventId, loanAccountId: loan.id, currency: loan.currency, paid: { principal: BigInt(parts.principal), interest: BigInt(parts.interest), fee: BigInt(parts.fee), penalty: BigInt(parts.penalty) },
    excess: BigInt(done?.overpayment ?? 0), outstandingPrincipal: loan.principal_minor, status: loan.status, journalEntryId: null,
  };
}

function takenElsewhere({ reference }: Payment): Error {
  return problem("repayment.invalid", undefined, { errors: [{ pointer: reference === undefined ? "" : "/reference", code: "field.taken", detail: "A payment of another loan was taken in under this reference." }] });
}

async function decide(tx: Tx, { ctx, input }: Asked<Payment>, loan: LockedLoan, source: string | undefined): Promise<Decided> {
  refuse(tx, loan, input);
  const taken = input.byHand ? takenByHand(tx, ctx, { ...input, number: loan.number }) : undefined;
  const version = await productOf(tx, loan.product_version_id);
  const closing = closes(loan, input);
  const draft: EventDraft = { type: "paymentReceived", valueDate: isoDate(input.valueDate), amount: Number(input.amount.minor), kind: input.kind ?? "repayment", channel: input.channel, ...(closing ? { payoff: true } : {}) };
  // A loan that is closed while a month of delay is running owes the penal charge of its days: it is raised with the money that pays it.
  const drafts = [...(closing ? chargesOfClosing(loan.state, isoDate(input.valueDate)) : []), draft];
  const change = changeLoan(tx, ctx, loan, drafts, { version, cause: { kind: "repayment", id: taken?.matchId ?? source ?? ctx.requestId }, memo: `Repayment of loan ${loan.number}` });
  return { change, ctx, input, source, taken };
}

/** Money that covers the whole debt of its day closes the loan: interest of the time to come is not owed. */
function closes(loan: LockedLoan, input: Payment): boolean {
  const { outstanding, asOf, chargedOffDate } = loan.state;
  // Cheap first: less than the principal never closes a loan. A day before the last event is left to the plain rules.
  if (chargedOffDate !== null || Number(input.amount.minor) < outstanding.principal || input.valueDate < loan.last_value_date || input.valueDate > asOf) return false;
  return Number(input.amount.minor) >= payoffOf(loan.state, isoDate(input.valueDate)).total;
}

function refuse(tx: Tx, loan: LockedLoan, { amount, valueDate }: Payment): void {
  if (loan.status === "closed" || isGivenUp(loan.status) || loan.status === "cancelled") throw problem("loan.not_active", `Loan account ${loan.number} is ${loan.status.replace("_", " ")}.`);
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

function auditOf({ change, input, taken }: Decided): audit.AuditEntry {
  const { excess, ...paid } = partsOf(change);
  return { action: "loan.repayment.recorded", subject: change.loan.id, after: { eventId: moneyIn(change), amount: formatAmount(input.amount), currency: input.amount.currency, valueDate: input.valueDate, channel: input.channel, paid, excess, ...(taken === undefined ? {} : { receiptId: taken.receiptId }) } };
}

function eventsOf({ change, input }: Decided): outbox.OutboxEvent[] {
  const fact = factOf(change.loan);
  const recorded = repaymentRecorded({ ...fact, eventId: moneyIn(change), amountMinor: input.amount.minor, valueDate: input.valueDate, channel: input.channel, excessMinor: BigInt(partsOf(change).excess) });
  const charged = change.events.flatMap((event) => (event.type === "chargeAdded" ? [chargeAdded({ ...fact, eventId: event.id, code: event.code, component: event.component, amountMinor: BigInt(change.after.charges.find((c) => c.id === event.id)?.due ?? 0) })] : []));
  return [...charged, recorded, ...cureEvents(change), ...(change.next.status === "closed" ? [closed({ ...fact, date: input.valueDate })] : [])];
}

function resultOf(change: LoanChange, journalEntryId: string | null): Repayment {
  const parts = partsOf(change);
  return {
    eventId: moneyIn(change), loanAccountId: change.loan.id, currency: change.loan.currency,
    paid: { principal: BigInt(parts.principal), interest: BigInt(parts.interest), fee: BigInt(parts.fee), penalty: BigInt(parts.penalty) }, excess: BigInt(parts.excess),
    outstandingPrincipal: BigInt(change.position.after.principal), status: change.next.status, journalEntryId,
  };
}
