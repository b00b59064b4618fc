import { addDays, daysBetween, isoDate } from "#engine/date.ts";
import { formatAmount, money, type Money } from "#engine/money.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import * as outbox from "#kernel/outbox.ts";
import type { FieldError } from "#kernel/problems.ts";
import { promiseBroken, promiseKept, promiseMade } from "../events.ts";
import { problem } from "../problems.ts";
import type { PromiseRow } from "../store.ts";
import { lockForWork } from "./claim-case.ts";
import { refreshFigures } from "./follow-loan.ts";

const LATEST_DAYS = 45;

/**
 * Takes down what the borrower promised to pay by when; an open promise is replaced by the new one.
 * May raise collections.case_not_found, case_closed, case_claimed, promise_invalid.
 */
export async function recordPromise(ctx: Context, caseId: string, input: { amount: Money; dueDate: string }): Promise<{ promiseId: string }> {
  return ctx.transaction(async (tx) => {
    const row = await lockForWork(tx, ctx, caseId);
    const errors = wrongFields(input, row.currency, tx.businessDate);
    if (errors.length > 0) throw problem("collections.promise_invalid", undefined, { errors });
    const promiseId = ctx.ids.next("ptp");
    await tx.run("collections.promise.replace", "UPDATE collections.promise SET state = 'withdrawn', settled_on = $2 WHERE case_id = $1 AND state = 'open'", [caseId, tx.businessDate]);
    await tx.run("collections.promise.insert",
      `INSERT INTO collections.promise (id, case_id, loan_account_id, amount_minor, currency, due_date, state, made_on, made_at, made_by) VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, $8, $9)`,
      [promiseId, caseId, row.loan_account_id, input.amount.minor, row.currency, input.dueDate, tx.businessDate, tx.now, ctx.actor.id]);
    // The case rests until the day after the promised one.
    await tx.run("collections.case.promised", "UPDATE collections.collection_case SET next_contact_date = $2, broken_promise = false, version = version + 1, changed_at = $3 WHERE id = $1",
      [caseId, addDays(isoDate(input.dueDate), 1), tx.now]);
    await audit.record(tx, ctx, { action: "collections.promise.made", subject: caseId, after: { promiseId, amount: formatAmount(input.amount), dueDate: input.dueDate } });
    await outbox.add(tx, ctx, promiseMade({ promiseId, caseId, loanAccountId: row.loan_account_id, partyId: row.party_id, amountMinor: input.amount.minor, currency: row.currency, dueDate: input.dueDate }));
    return { promiseId };
  });
}

function wrongFields(input: { amount: Money; dueDate: string }, currency: string, today: string): FieldError[] {
  const errors: FieldError[] = [];
  if (input.amount.minor <= 0n) errors.push({ pointer: "/amount/amount", code: "promise.amount_not_positive", detail: "Promise an amount above zero." });
  if (input.amount.currency !== currency) errors.push({ pointer: "/amount/currency", code: "promise.currency_differs", detail: `The loan is in ${currency}.` });
  const days = daysBetween(isoDate(today), isoDate(input.dueDate));
  if (days < 0 || days > LATEST_DAYS) errors.push({ pointer: "/dueDate", code: "promise.date_out_of_range", detail: `Choose a day from today to ${LATEST_DAYS} days ahead.` });
  return errors;
}

/** A repayment was published: counted once, then the promises of its loan are weighed again. */
export async function moneyCame(ctx: Context, paid: { paymentId: string; eventId: string; loanAccountId: string; amountMinor: bigint; valueDate: string }): Promise<void> {
  await ctx.transaction(async (tx) => {
    const added = await tx.run("collections.money.insert", "INSERT INTO collections.money_in (payment_id, event_id, loan_account_id, amount_minor, value_date) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
      [paid.paymentId, paid.eventId, paid.loanAccountId, paid.amountMinor, paid.valueDate]);
    if (added > 0) await weighAll(tx, ctx, paid.loanAccountId);
  });
}

/** A payment was taken back: what it kept is not kept. */
export async function moneyWentBack(ctx: Context, back: { paymentId: string; loanAccountId: string }): Promise<void> {
  await ctx.transaction(async (tx) => {
    const added = await tx.run("collections.money.back", "INSERT INTO collections.money_back (payment_id) VALUES ($1) ON CONFLICT DO NOTHING", [back.paymentId]);
    if (added > 0) await weighAll(tx, ctx, back.loanAccountId);
  });
}

async function weighAll(tx: Tx, ctx: Context, loanAccountId: string): Promise<void> {
  await refreshFigures(tx, [loanAccountId]);
  const promises = await tx.rows<PromiseRow>("collections.promise.of_loan", "SELECT * FROM collections.promise WHERE loan_account_id = $1 AND state <> 'withdrawn' ORDER BY id FOR UPDATE", [loanAccountId]);
  for (const promise of promises) await weigh(tx, ctx, promise, promise.due_date < tx.businessDate);
}

/** End of day: what was promised by this day and has not come is broken. */
export async function breakPromises(tx: Tx, ctx: Context, date: string): Promise<number> {
  const due = await tx.rows<PromiseRow>("collections.promise.due", "SELECT * FROM collections.promise WHERE state = 'open' AND due_date <= $1 ORDER BY id FOR UPDATE", [date]);
  let broken = 0;
  for (const promise of due) if ((await weigh(tx, ctx, promise, true)) === "broken") broken++;
  return broken;
}

/** Kept when enough came by the day; else broken once the day is over. A payment heard late can still turn a broken one. */
async function weigh(tx: Tx, ctx: Context, promise: PromiseRow, over: boolean): Promise<PromiseRow["state"]> {
  // Ids sort by time, so this counts what was published after the promise was given, and nothing from before.
  const { paid } = await tx.one<{ paid: bigint }>("collections.money.since",
    `SELECT coalesce(sum(m.amount_minor), 0)::bigint AS paid FROM collections.money_in m
     WHERE m.loan_account_id = $1 AND m.value_date <= $2 AND split_part(m.event_id, '_', 2) > split_part($3, '_', 2)
       AND NOT EXISTS (SELECT FROM collections.money_back b WHERE b.payment_id = m.payment_id)`, [promise.loan_account_id, promise.due_date, promise.id]);
  const missed = over ? (await isCured(tx, promise.case_id)) ? "withdrawn" : "broken" : "open";
  const state = paid >= promise.amount_minor ? "kept" : missed;
  if (state === promise.state) return state;
  await tx.run("collections.promise.settle", "UPDATE collections.promise SET state = $2, settled_on = $3 WHERE id = $1", [promise.id, state, state === "open" ? null : tx.businessDate]);
  const { party_id } = await tx.one<{ party_id: string | null }>("collections.case.promise_settled",
    `UPDATE collections.collection_case SET broken_promise = $2, next_contact_date = CASE WHEN $2 THEN $3::date ELSE next_contact_date END, version = version + 1, changed_at = $4 WHERE id = $1 RETURNING party_id`,
    [promise.case_id, state === "broken", tx.businessDate, tx.now]);
  await audit.record(tx, ctx, { action: `collections.promise.${state === "open" ? "reopened" : state}`, subject: promise.case_id, after: { promiseId: promise.id, paid: formatAmount(money(paid, promise.currency)) } });
  const fact = { promiseId: promise.id, caseId: promise.case_id, loanAccountId: promise.loan_account_id, partyId: party_id, amountMinor: promise.amount_minor, currency: promise.currency, dueDate: promise.due_date };
  if (state === "kept") await outbox.add(tx, ctx, promiseKept(fact));
  if (state === "broken") await outbox.add(tx, ctx, promiseBroken(fact));
  return state;
}

/** A loan that was brought up to date otherwise broke nothing. */
async function isCured(tx: Tx, caseId: string): Promise<boolean> {
  return (await tx.maybe("collections.case.cured", "SELECT id FROM collections.collection_case WHERE id = $1 AND state = 'closed'", [caseId])) !== undefined;
}
