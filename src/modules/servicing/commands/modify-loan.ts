import { addDays, interestDue, isoDate, money, type EventDraft, type IsoDate, type LoanState } from "#engine/index.ts";
import { propose, type DualControl } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import type { OutboxEvent } from "#kernel/outbox.ts";
import { requireLimit, requirePermission } from "#kernel/permissions.ts";
import { takenByHand } from "#modules/payments/index.ts";
import type { ProductVersion } from "#modules/products/index.ts";
import { changeLoan, type LoanChange } from "../change.ts";
import { total } from "../domain/position.ts";
import { loanModified, repaymentRecorded } from "../events.ts";
import { problem } from "../problems.ts";
import { factOf, lockLoan, productOf, type LockedLoan } from "../store.ts";
import { carryOut, type ChangeResult } from "./change-events.ts";

/** A lasting change of a running loan. Amounts are minor units of the loan's currency. */
export type Modification =
  /** More installments: what is owed is spread over them too. */
  | { readonly kind: "extend"; readonly installments: number }
  /** The next installments are skipped, and the loan ends as many later. */
  | { readonly kind: "defer"; readonly installments: number; readonly interest: "accrues" | "none" }
  /** No interest from a day (counted) to another (not counted). */
  | { readonly kind: "pause_interest"; readonly from: string; readonly to: string }
  /** Interest due and unpaid becomes principal; without an amount all of it. */
  | { readonly kind: "capitalise_interest"; readonly amountMinor?: number }
  /** Money taken in today closes the loan though more is owed. */
  | { readonly kind: "settle"; readonly amountMinor: number; readonly channel: string; readonly reference?: string };

export interface ModifyLoan { readonly loanAccountId: string; readonly modification: Modification; readonly reason: string }

/** Longest pause of interest, in days. */
const LONGEST_PAUSE_DAYS = 731;

/** Whether the lender gives money up by it: a second person then carries it out. */
function givesUp(m: Modification, { definition }: ProductVersion): boolean {
  // What the product grants to everybody was given up when it was published.
  if (m.kind === "defer") return m.interest === "none" && definition.paymentHolidays?.interest !== "none";
  return m.kind === "settle" || m.kind === "pause_interest";
}

/**
 * Changes a loan's terms for good, or proposes it where money is given up. May raise loan.not_found, loan.not_active, loan.event_refused,
 * modification.invalid, approval.already_waiting.
 */
export async function modifyLoan(ctx: Context, input: ModifyLoan): Promise<ChangeResult | { readonly approvalRequestId: string; readonly state: "waiting" }> {
  requirePermission(ctx.actor, "loan.account.modify");
  return ctx.transaction(async (tx) => {
    const loan = await lockActive(tx, input.loanAccountId);
    const version = await productOf(tx, loan.product_version_id);
    refuseHolidays(input.modification, loan, version);
    if (!givesUp(input.modification, version)) return carryOut(tx, ctx, loan, [draftOf(input.modification, loan.state, tx.businessDate)], askOf(tx, loan, input));
    const lostMinor = await wouldLose(tx, ctx, loan, input.modification);
    const request = await propose(tx, ctx, {
      action: modifyControl.action, subject: loan.id, summary: `${TITLES[input.modification.kind]}: loan ${loan.number} of ${loan.borrower_name}: ${input.reason}`, amountMinor: BigInt(lostMinor), currency: loan.currency,
      payload: input, ...(loan.branch_id === null ? {} : { branchId: loan.branch_id }),
    });
    return { approvalRequestId: request.id, state: "waiting" };
  });
}

const TITLES: Readonly<Record<Modification["kind"], string>> = {
  extend: "More installments", defer: "Installments put off without interest", pause_interest: "No interest for a time", capitalise_interest: "Interest made principal", settle: "Settlement for less than is owed",
};

/** The second person's yes. What is given up is reckoned anew, as of the day it is carried out, and must be within that person's limit. */
export const modifyControl: DualControl<ModifyLoan> = {
  action: "loan.account.modify", permission: "loan.modification.approve", limited: true,
  async execute(tx, ctx, input) {
    const loan = await lockActive(tx, input.loanAccountId);
    const { modification } = input;
    refuseHolidays(modification, loan, await productOf(tx, loan.product_version_id));
    requireLimit(ctx.actor, BigInt(await wouldLose(tx, ctx, loan, modification)), loan.currency);
    const ask = askOf(tx, loan, input);
    const draft = draftOf(modification, loan.state, tx.businessDate);
    if (modification.kind !== "settle") return carryOut(tx, ctx, loan, [draft], ask);
    const { amountMinor, channel, reference } = modification;
    const taken = takenByHand(tx, ctx, { amount: money(amountMinor, loan.currency), valueDate: tx.businessDate, channel, loanAccountId: loan.id, number: loan.number, ...(reference === undefined ? {} : { reference }) });
    return carryOut(tx, ctx, loan, [draft], { ...ask, taken });
  },
};

/**
 * The fact that a modification is to the engine. Its value date is the business date: nothing of the past is changed.
 * May raise loan.event_refused, modification.invalid.
 */
export function draftOf(m: Modification, state: LoanState, businessDate: string): EventDraft {
  const valueDate = isoDate(businessDate);
  switch (m.kind) {
    case "extend": return { type: "extended", valueDate, installments: m.installments };
    case "defer": return { type: "deferred", valueDate, installments: m.installments, interest: m.interest };
    case "pause_interest": {
      refuseDays(m, valueDate);
      return { type: "interestPaused", valueDate, from: isoDate(m.from), to: isoDate(m.to) };
    }
    case "capitalise_interest": {
      const amount = m.amountMinor ?? interestDue(state.installments, valueDate);
      if (amount <= 0) throw problem("loan.event_refused", "No interest is due and unpaid.");
      return { type: "interestCapitalised", valueDate, amount };
    }
    case "settle": return { type: "settled", valueDate, amount: m.amountMinor };
  }
}

/** Where the product says how many installments may be put off over a loan's life, no more are. */
function refuseHolidays(m: Modification, loan: LockedLoan, { definition: { paymentHolidays: allowed } }: ProductVersion): void {
  if (m.kind !== "defer" || allowed === undefined) return;
  if (m.interest !== allowed.interest) throw problem("loan.holidays_used", allowed.interest === "none" ? "No interest runs while installments of this product are put off." : "Interest runs on while installments of this product are put off.");
  const undone = new Set(loan.events.flatMap((e) => (e.type === "reversed" ? [e.eventId] : [])));
  const used = loan.events.reduce((sum, e) => (e.type === "deferred" && !undone.has(e.id) ? sum + e.installments : sum), 0);
  if (used + m.installments > allowed.installments) throw problem("loan.holidays_used", `${allowed.installments} may be put off over the life of a loan, ${used} were.`);
}

function refuseDays({ from, to }: { from: string; to: string }, today: IsoDate): void {
  const errors = [];
  if (from < today) errors.push({ pointer: "/from", code: "field.past", detail: `The books are on ${today}; use that day or a later one.` });
  if (to <= from) errors.push({ pointer: "/to", code: "field.order", detail: "The day interest runs again comes after the first day without it." });
  else if (to > addDays(isoDate(from), LONGEST_PAUSE_DAYS)) errors.push({ pointer: "/to", code: "field.range", detail: `A pause lasts ${LONGEST_PAUSE_DAYS} days at most.` });
  if (errors.length > 0) throw problem("modification.invalid", undefined, { errors });
}

/** What the lender gives up by it, in minor units: debt taken to loss, or interest that the schedule then no longer asks for. */
async function wouldLose(tx: Tx, ctx: Context, loan: LockedLoan, m: Modification): Promise<number> {
  const change = changeLoan(tx, ctx, loan, [draftOf(m, loan.state, tx.businessDate)], { version: await productOf(tx, loan.product_version_id), cause: { kind: "preview", id: ctx.requestId }, memo: "Preview" });
  if (m.kind === "settle") return total(change.position.after.totals.lost) - total(change.position.before.totals.lost);
  const interest = (state: LoanState) => state.installments.reduce((sum, row) => sum + row.due.interest, 0);
  return Math.max(0, interest(change.before) - interest(change.after));
}

async function lockActive(tx: Tx, loanAccountId: string): Promise<LockedLoan> {
  const loan = await lockLoan(tx, loanAccountId);
  if (loan.status !== "active") throw problem("loan.not_active", `Loan account ${loan.number} is ${loan.status.replace("_", " ")}.`);
  return loan;
}

function askOf(tx: Tx, loan: LockedLoan, { modification: m, reason }: ModifyLoan) {
  const fact = factOf(loan);
  const published = (change: LoanChange): OutboxEvent[] => {
    const eventId = change.events.at(-1)?.id ?? "";
    const modified = loanModified({ ...fact, eventId, kind: m.kind, date: tx.businessDate, reason });
    return m.kind === "settle" ? [repaymentRecorded({ ...fact, eventId, amountMinor: BigInt(m.amountMinor), valueDate: tx.businessDate, channel: m.channel, excessMinor: 0n }), modified] : [modified];
  };
  return { memo: `${TITLES[m.kind]}: loan ${loan.number}`, action: "loan.account.modified", reason, published };
}
