import { isoDate, type EventDraft, type LoanState, type Money } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import type { DualControl } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import * as outbox from "#kernel/outbox.ts";
import { requireLimit, requirePermission } from "#kernel/permissions.ts";
import { postAll, type EntryLine, type JournalEntry } from "#modules/ledger/index.ts";
import { keepTakenByHand, releaseMatch, type TakenByHand } from "#modules/payments/index.ts";
import { changeLoan, type LoanChange } from "../change.ts";
import { total } from "../domain/position.ts";
import { chargeAdded, chargedOff, closed, eventReversed } from "../events.ts";
import { problem } from "../problems.ts";
import { factOf, lockLoan, productOf, readLoan, saveStates, type LockedLoan } from "../store.ts";
import { cureEvents, noteCures } from "./note-cure.ts";

/** What an event would do, or did: the same code with and without keeping it. */
export interface ChangeResult {
  readonly eventIds: readonly string[];
  readonly loanAccountId: string;
  readonly status: string;
  readonly balances: { readonly principal: bigint; readonly interest: bigint; readonly fee: bigint; readonly penalty: bigint; readonly overpayment: bigint };
  readonly journalEntryId: string | null;
}

interface Ask { readonly memo: string; readonly action: string; readonly status?: LockedLoan["status"]; readonly disbursement?: LockedLoan["disbursement"]; readonly reason?: string; readonly published?: (change: LoanChange) => outbox.OutboxEvent[]; readonly extraLines?: readonly EntryLine[]; /** Money that somebody took in by hand and that the last event applies. */ readonly taken?: TakenByHand }

/** Carries events out on one loan: lock, decide, save, post, audit, publish. */
export async function carryOut(tx: Tx, ctx: Context, loan: LockedLoan, drafts: readonly EventDraft[], ask: Ask): Promise<ChangeResult> {
  const version = await productOf(tx, loan.product_version_id);
  const change = changeLoan(tx, ctx, loan, drafts, { version, cause: { kind: ask.action, id: ctx.requestId }, memo: ask.memo, status: ask.status, disbursement: ask.disbursement });
  const entry = withLines(change, ask);
  const published = [...(ask.published?.(change) ?? []), ...cureEvents(change), ...(change.next.status === "closed" && loan.status !== "closed" ? [closed({ ...factOf(loan), date: tx.businessDate })] : [])];
  const { taken } = ask;
  const sources = taken === undefined ? [] : [{ source: taken.matchId, loanAccountId: loan.id, eventId: change.events.at(-1)?.id ?? "" }];
  const [[journalEntryId]] = await Promise.all([
    postAll(tx, ctx, [...(entry === null ? [] : [entry]), ...(taken === undefined ? [] : [taken.entry])]),
    saveStates(tx, ctx, [change.next], taken?.matchId ?? ctx.requestId, sources),
    keepTakenByHand(tx, taken === undefined ? [] : [taken]),
    audit.record(tx, ctx, { action: ask.action, subject: loan.id, reason: ask.reason, before: balancesOf(change.position.before), after: { ...balancesOf(change.position.after), events: change.events.map((e) => e.id) } }),
    outbox.add(tx, ctx, ...published),
    noteCures(tx, ctx, [change]),
  ]);
  const { principal, interest, fee, penalty, overpayment } = change.position.after;
  return {
    eventIds: change.events.map((e) => e.id), loanAccountId: loan.id, status: change.next.status, journalEntryId: entry === null ? null : (journalEntryId ?? null),
    balances: { principal: BigInt(principal), interest: BigInt(interest), fee: BigInt(fee), penalty: BigInt(penalty), overpayment: BigInt(overpayment) },
  };
}

function withLines(change: LoanChange, ask: Ask): JournalEntry | null {
  const extra = ask.extraLines ?? [];
  if (extra.length === 0) return change.entry;
  const { loan } = change;
  return change.entry === null
    ? { cause: { kind: ask.action, id: loan.id }, businessDate: change.next.lastValueDate, valueDate: change.next.lastValueDate, currency: loan.currency, memo: ask.memo, lines: extra }
    : { ...change.entry, lines: [...change.entry.lines, ...extra] };
}

function balancesOf(position: LoanChange["position"]["after"]): Record<string, number> {
  const { principal, interest, fee, penalty, overpayment } = position;
  return { principal, interest, fee, penalty, overpayment };
}

/**
 * Takes back a fact as if it had never been: a returned payment, a payment on the wrong loan, a charge raised in error. The
 * history runs again without it. May raise loan.not_found, loan.event_not_found, loan.event_refused.
 */
export async function reverseEvent(ctx: Context, input: { loanAccountId: string; eventId: string; reason: string }): Promise<ChangeResult> {
  requirePermission(ctx.actor, "loan.repayment.reverse");
  return ctx.transaction(async (tx) => {
    const done = await applyReversal(tx, ctx, input);
    // What a match had brought is nobody's now: its receipt goes with it, or back into suspense.
    const event = await tx.one<{ cause: string }>("servicing.event.cause", "SELECT cause FROM servicing.loan_event WHERE loan_account_id = $1 AND id = $2", [input.loanAccountId, input.eventId]);
    if (event.cause.startsWith("rm_")) await releaseMatch(tx, ctx, event.cause, input.reason);
    return done;
  });
}

export async function applyReversal(tx: Tx, ctx: Context, input: { loanAccountId: string; eventId: string; reason: string }): Promise<ChangeResult> {
  const loan = await lockLoan(tx, input.loanAccountId);
  const target = loan.state.events.find((event) => event.id === input.eventId);
  if (target === undefined || target.type === "disbursed") throw problem("loan.event_not_found");
  return carryOut(tx, ctx, loan, [{ type: "reversed", valueDate: isoDate(tx.businessDate), eventId: input.eventId, reason: input.reason }], {
    memo: `Reversal on loan ${loan.number}: ${input.reason}`, action: "loan.event.reversed", reason: input.reason,
    published: (change) => [eventReversed({ ...factOf(loan), eventId: change.events[0]?.id ?? "", reversedEventId: input.eventId, amountMinor: BigInt("amount" in target ? (target.amount ?? 0) : 0), reason: input.reason })],
  });
}

/** Adds a charge. May raise loan.not_found, loan.not_active, loan.event_refused. */
export async function addCharge(ctx: Context, input: { loanAccountId: string; code: string; component: "fee" | "penalty"; amount: Money; dueDate: string; reason?: string }): Promise<ChangeResult> {
  requirePermission(ctx.actor, "loan.charge.add");
  requireLimit(ctx.actor, input.amount.minor, input.amount.currency);
  return ctx.transaction(async (tx) => {
    const loan = await lockLoan(tx, input.loanAccountId);
    refuseUnless(loan, ["active", "overpaid"]);
    refuseCurrency(loan, input.amount);
    const draft: EventDraft = { type: "chargeAdded", valueDate: isoDate(tx.businessDate), code: input.code, component: input.component, timing: "specified_date", basis: "flat", amount: Number(input.amount.minor), dueDate: isoDate(input.dueDate) };
    return carryOut(tx, ctx, loan, [draft], { memo: `Charge ${input.code} on loan ${loan.number}`, action: "loan.charge.added", reason: input.reason, published: (change) => [chargeAdded({ ...factOf(loan), eventId: change.events[0]?.id ?? "", code: input.code, component: input.component, amountMinor: input.amount.minor })] });
  });
}

/** Gives up what is unpaid of a charge. May raise loan.not_found, loan.event_not_found, loan.event_refused, permission.above_limit. */
export async function waiveCharge(ctx: Context, input: { loanAccountId: string; chargeId: string; reason: string }): Promise<ChangeResult> {
  requirePermission(ctx.actor, "loan.charge.waive");
  return ctx.transaction(async (tx) => {
    const loan = await lockLoan(tx, input.loanAccountId);
    const charge = loan.state.charges.find((c) => c.id === input.chargeId);
    if (charge === undefined) throw problem("loan.event_not_found", "The loan has no such charge.");
    const unpaid = charge.due - charge.paid - charge.waived;
    requireLimit(ctx.actor, BigInt(unpaid), loan.currency);
    // The sum is kept: without it a history that runs again without an earlier payment would give up more than was granted.
    return carryOut(tx, ctx, loan, [{ type: "chargeWaived", valueDate: isoDate(tx.businessDate), chargeId: charge.id, ...(unpaid > 0 ? { amount: unpaid } : {}) }], { memo: `Waiver of ${charge.code} on loan ${loan.number}`, action: "loan.charge.waived", reason: input.reason });
  });
}

/** Pays an overpayment back. May raise loan.not_found, loan.not_overpaid. */
export async function refundOverpayment(ctx: Context, input: { loanAccountId: string; reason: string }): Promise<ChangeResult> {
  requirePermission(ctx.actor, "loan.repayment.reverse");
  return ctx.transaction(async (tx) => {
    const loan = await lockLoan(tx, input.loanAccountId);
    if (loan.state.overpayment <= 0) throw problem("loan.not_overpaid");
    requireLimit(ctx.actor, BigInt(loan.state.overpayment), loan.currency);
    return carryOut(tx, ctx, loan, [{ type: "creditBalanceRefunded", valueDate: isoDate(tx.businessDate), amount: loan.state.overpayment }], { memo: `Refund on loan ${loan.number}`, action: "loan.overpayment.refunded", reason: input.reason });
  });
}

/** Takes a loan's balance to loss: proposed by one, carried out when another approves. The debt stays. */
export const chargeOffControl: DualControl<{ loanAccountId: string; reason: string }> = {
  action: "loan.account.charge_off", permission: "loan.account.charge_off", limited: true,
  execute: async (tx, ctx, { loanAccountId, reason }) => {
    const loan = await lockLoan(tx, loanAccountId);
    refuseUnless(loan, ["active"]);
    return carryOut(tx, ctx, loan, [{ type: "chargedOff", valueDate: isoDate(tx.businessDate) }], {
      memo: `Charge-off of loan ${loan.number}`, action: "loan.account.charged_off", reason,
      published: (change) => [chargedOff({ ...factOf(loan), amountMinor: BigInt(total(change.position.after.totals.lost)), date: tx.businessDate })],
    });
  },
};

export interface Preview {
  readonly before: LoanState;
  readonly after: LoanState;
  readonly journal: readonly EntryLine[];
  readonly balances: ChangeResult["balances"];
}

/** What an event would do: schedule, balances and journal before and after. Nothing is kept. May refuse what the act itself refuses. */
export async function previewEvent(ctx: Context, loanAccountId: string, draft: EventDraft | ((state: LoanState) => EventDraft)): Promise<Preview> {
  return ctx.read(async (tx) => {
    const loan = await readLoan(tx, loanAccountId);
    const version = await productOf(tx, loan.product_version_id);
    const change = changeLoan(tx, ctx, loan, [typeof draft === "function" ? draft(loan.state) : draft], { version, cause: { kind: "preview", id: ctx.requestId }, memo: "Preview" });
    const { principal, interest, fee, penalty, overpayment } = change.position.after;
    return { before: change.before, after: change.after, journal: change.entry?.lines ?? [], balances: { principal: BigInt(principal), interest: BigInt(interest), fee: BigInt(fee), penalty: BigInt(penalty), overpayment: BigInt(overpayment) } };
  });
}

function refuseUnless(loan: LockedLoan, allowed: readonly LockedLoan["status"][]): void {
  if (!allowed.includes(loan.status)) throw problem("loan.not_active", `Loan account ${loan.number} is ${loan.status.replace("_", " ")}.`);
}

function refuseCurrency(loan: LockedLoan, amount: Money): void {
  if (amount.currency === loan.currency && amount.minor > 0n) return;
  const detail = amount.currency === loan.currency ? "The amount must be above zero." : `The loan is in ${loan.currency}.`;
  throw problem("repayment.invalid", undefined, { errors: [{ pointer: "/amount", code: "field.amount", detail }] });
}
