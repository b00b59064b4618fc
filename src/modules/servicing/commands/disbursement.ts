import { isoDate, money, type EventDraft } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import * as outbox from "#kernel/outbox.ts";
import { createPayout } from "#modules/payments/index.ts";
import { disbursed, disbursementCancelled } from "../events.ts";
import { problem } from "../problems.ts";
import { factOf, lockLoan, type LockedLoan } from "../store.ts";
import { carryOut, type ChangeResult } from "./change-events.ts";

export interface Payee { readonly name: string; readonly accountScheme: string; readonly account: string }

const RAILS: Readonly<Record<string, "iban" | "in" | "us">> = { IN_ACCOUNT: "in", US_ACCOUNT: "us", IBAN: "iban", in: "in", us: "us", iban: "iban" };

/** @throws RangeError  money cannot be sent to such an account */
export function railOf(accountScheme: string): "iban" | "in" | "us" {
  const rail = RAILS[accountScheme];
  if (rail === undefined) throw new RangeError(`no rail for account scheme ${accountScheme}`);
  return rail;
}

/**
 * Orders the payout of a booked loan.
 * @param attempt  1 for the first; each later one is another payout with a reference of its own
 */
export async function payOut(tx: Tx, ctx: Context, account: { id: string; number: string; currency: string }, payout: { netMinor: number; payee: Payee }, attempt = 1): Promise<string> {
  const rail = railOf(payout.payee.accountScheme);
  return createPayout(tx, ctx, {
    reference: referenceOf(account.number, attempt), amount: money(payout.netMinor, account.currency), purpose: "loan_disbursement", subject: account.id,
    payee: { name: payout.payee.name, accountScheme: rail, account: payout.payee.account },
  });
}

function referenceOf(number: string, attempt: number): string {
  return attempt === 1 ? number : `${number}-${attempt}`;
}

/** The payout that is under way or was the last; word of an earlier one changes nothing any more. */
function isCurrent(loan: LockedLoan, reference: string): boolean {
  return reference === referenceOf(loan.number, loan.events.filter((e) => e.type === "disbursed").length);
}

/** The bank has paid. Safe to repeat. */
export async function confirmDisbursement(tx: Tx, ctx: Context, input: { loanAccountId: string; reference: string; date: string }): Promise<void> {
  const loan = await lockLoan(tx, input.loanAccountId);
  if (loan.disbursement !== "under_way" || !isCurrent(loan, input.reference)) return;
  await tx.run("servicing.disbursement.settle", "UPDATE servicing.loan_state SET disbursement = 'settled', version = version + 1 WHERE loan_account_id = $1", [loan.id]);
  await audit.record(tx, ctx, { action: "loan.disbursement.confirmed", subject: loan.id, after: { date: input.date } });
  await outbox.add(tx, ctx, disbursed({ ...factOf(loan), date: input.date }));
}

/**
 * The money never reached the borrower: the payout and what was paid meanwhile are undone as if they had not been, so no interest is
 * owed for money nobody had. The account stays, to be paid out again. Safe to repeat.
 */
export async function cancelDisbursement(tx: Tx, ctx: Context, input: { loanAccountId: string; reference?: string; reason: string }): Promise<ChangeResult | undefined> {
  const loan = await lockLoan(tx, input.loanAccountId);
  if (loan.status === "cancelled" || (input.reference !== undefined && !isCurrent(loan, input.reference))) return undefined;
  const gone = new Set(loan.events.flatMap((e) => (e.type === "reversed" ? [e.eventId] : [])));
  const standing = loan.events.filter((e) => (e.type === "disbursed" || e.type === "paymentReceived") && !gone.has(e.id));
  const valueDate = isoDate(tx.businessDate);
  // What was paid goes back to suspense first, the payout last.
  const drafts = standing.reverse().map((e): EventDraft => ({ type: "reversed", valueDate, eventId: e.id, reason: input.reason }));
  return carryOut(tx, ctx, loan, drafts, {
    memo: `Payout of loan ${loan.number} undone: ${input.reason}`, action: "loan.disbursement.cancelled", reason: input.reason, status: "cancelled", disbursement: "failed",
    published: () => [disbursementCancelled({ ...factOf(loan), applicationId: loan.application_id, reason: input.reason })],
  });
}

/** Pays a cancelled payout again, on today's date, to the account given. May raise loan.event_refused, loan.not_found. */
export async function payAgain(tx: Tx, ctx: Context, input: { loanAccountId: string; netMinor: number; payee: Payee }): Promise<{ payoutId: string }> {
  const loan = await lockLoan(tx, input.loanAccountId);
  if (loan.status !== "cancelled") throw problem("loan.event_refused", `The payout of loan ${loan.number} is not cancelled.`);
  const principal = Number(loan.original_principal_minor);
  await carryOut(tx, ctx, loan, [{ type: "disbursed", valueDate: isoDate(tx.businessDate), amount: principal }], {
    memo: `Payout of loan ${loan.number}, again`, action: "loan.disbursement.repeated", disbursement: "under_way",
  });
  const attempt = loan.events.filter((e) => e.type === "disbursed").length + 1;
  return { payoutId: await payOut(tx, ctx, loan, input, attempt) };
}
