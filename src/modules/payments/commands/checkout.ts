import type { Money } from "#engine/money.ts";
import * as ledger from "#modules/ledger/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { enqueue } from "#kernel/jobs.ts";
import * as outbox from "#kernel/outbox.ts";
import { bankOf } from "../bank.ts";
import { receiptMatched } from "../events.ts";
import type { CheckoutSession } from "../ports.ts";
import { problem } from "../problems.ts";
import { insertMatches, insertReceipts } from "../store.ts";
import { receiptEntry } from "./import-statement.ts";
import { accountFor } from "./register.ts";

export interface NewCheckout {
  /** The loan number, as registered. */
  readonly reference: string;
  readonly amount: Money;
  readonly description: string;
  readonly returnUrl: string;
  /** Where the bank reports to; without it the status is asked for. */
  readonly webhookUrl?: string;
  /** The borrower who pays; then the loan must be theirs. */
  readonly partyId?: string;
}

export interface Checkout {
  readonly id: string;
  readonly url: string | null;
  readonly state: "created" | "open" | "paid" | "failed";
  readonly loanAccountId: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly receiptId: string | null;
}

interface Row extends Checkout { readonly bankAccountId: string; readonly sessionId: string | null; readonly description: string; readonly returnUrl: string; readonly partyId: string | null }
const COLUMNS = `id, url, state, loan_account_id AS "loanAccountId", amount_minor AS "amountMinor", currency, receipt_id AS "receiptId", bank_account_id AS "bankAccountId",
  session_id AS "sessionId", description, return_url AS "returnUrl", party_id AS "partyId"`;
export const POLL_JOB = "payments.poll_checkout";

/**
 * Opens a payment page at the bank. The row is saved first, and its id is the bank's reference, so that a repeat or a lost answer
 * leads to the same page and never to a second payment.
 * May raise reference.unknown, bank.account_missing, bank.unreachable, checkout.refused.
 */
export async function startCheckout(ctx: Context, input: NewCheckout): Promise<Checkout> {
  const { id } = await ctx.transaction((tx) => create(tx, ctx, input));
  const row = await ctx.read((tx) => readRow(tx, id));
  if (row.sessionId !== null) return shown(row);
  const channelId = await ctx.read(async (tx) => (await accountFor(tx, row.currency)).channelId);
  const answer = await bankOf(ctx).channel.openCheckout({ reference: id, amountMinor: row.amountMinor, currency: row.currency, description: row.description, returnUrl: row.returnUrl, webhookUrl: input.webhookUrl, accountId: channelId });
  if (answer.kind === "refused") throw problem("checkout.refused", answer.why);
  if (answer.kind !== "session") throw problem("bank.unreachable", answer.why);
  const { session } = answer;
  await ctx.transaction((tx) => tx.run("payments.checkout.opened", "UPDATE payments.checkout SET session_id = $2, url = $3, state = 'open', changed_at = $4 WHERE id = $1 AND state = 'created'", [id, session.id, session.url, tx.now]));
  return shown(await ctx.read((tx) => readRow(tx, id)));
}

async function create(tx: Tx, ctx: Context, input: NewCheckout): Promise<{ id: string }> {
  const owner = await tx.maybe<{ subject: string; party_ids: string[] }>("payments.reference.owner", "SELECT subject, party_ids FROM payments.reference WHERE reference = $1", [input.reference]);
  // Somebody else's loan is answered like one that does not exist.
  if (owner === undefined || (input.partyId !== undefined && !owner.party_ids.includes(input.partyId))) throw problem("reference.unknown");
  const account = await accountFor(tx, input.amount.currency);
  const id = ctx.ids.next("co");
  await tx.run("payments.checkout.create", `
    INSERT INTO payments.checkout (id, bank_account_id, loan_account_id, party_id, amount_minor, currency, description, return_url, state, created_at, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'created', $9, $9)`,
    [id, account.id, owner.subject, input.partyId ?? null, input.amount.minor, input.amount.currency, input.description, input.returnUrl, tx.now]);
  await tx.run("payments.reference.checkout", "INSERT INTO payments.reference (reference, subject) VALUES ($1, $2)", [id, owner.subject]);
  await audit.record(tx, ctx, { action: "payment.checkout.started", subject: id, after: { loanAccountId: owner.subject, amountMinor: input.amount.minor, currency: input.amount.currency } });
  await enqueue(tx, ctx, POLL_JOB, { id }, { startAfterSeconds: 60, singletonKey: id });
  return { id };
}

/**
 * Asks the bank what became of a session and records it: for webhooks (which are only a hint), for returning payers and for polling.
 * Money that is paid becomes a receipt at once; its line on the statement is tied to it later.
 * May raise checkout.not_found, bank.unreachable.
 */
export async function refreshCheckout(ctx: Context, id: string): Promise<Checkout> {
  const row = await ctx.read((tx) => readRow(tx, id));
  if (row.state === "failed" || (row.state === "paid" && row.receiptId !== null) || row.sessionId === null) return shown(row);
  const answer = await bankOf(ctx).channel.readCheckout(row.sessionId);
  if (answer.kind === "outage" || answer.kind === "doubt") throw problem("bank.unreachable", answer.why);
  if (answer.kind === "session") await ctx.transaction((tx) => record(tx, ctx, row, answer.session));
  return shown(await ctx.read((tx) => readRow(tx, id)));
}

/** The checkout that a bank's session belongs to; undefined when it is not ours. */
export async function checkoutOfSession(tx: Tx, sessionId: string): Promise<string | undefined> {
  return (await tx.maybe<{ id: string }>("payments.checkout.of_session", "SELECT id FROM payments.checkout WHERE session_id = $1", [sessionId]))?.id;
}

/** One checkout; `partyId` narrows to a borrower's own. May raise checkout.not_found. */
export async function getCheckout(tx: Tx, id: string, partyId?: string): Promise<Checkout> {
  const row = await readRow(tx, id);
  if (partyId !== undefined && row.partyId !== partyId) throw problem("checkout.not_found");
  return shown(row);
}

async function record(tx: Tx, ctx: Context, { id, bankAccountId }: Row, session: CheckoutSession): Promise<void> {
  // The bank's files may tell of the same money at the same moment; whoever holds the account decides, the other finds it done.
  await tx.one("payments.bank_account.lock", "SELECT id FROM payments.bank_account WHERE id = $1 FOR UPDATE", [bankAccountId]);
  const row = await tx.one<Row>("payments.checkout.lock", `SELECT ${COLUMNS} FROM payments.checkout WHERE id = $1 FOR UPDATE`, [id]);
  if (session.status === "open" || row.receiptId !== null || row.state === "failed") return;
  const arrived = await tx.maybe<{ id: string }>("payments.receipt.of_checkout", "SELECT id FROM payments.receipt WHERE end_to_end_id = $1 ORDER BY id LIMIT 1", [id]);
  if (arrived !== undefined) {
    await tx.run("payments.checkout.paid", "UPDATE payments.checkout SET state = 'paid', receipt_id = $2, changed_at = $3 WHERE id = $1", [id, arrived.id, tx.now]);
    return;
  }
  if (session.status === "failed") {
    await tx.run("payments.checkout.failed", "UPDATE payments.checkout SET state = 'failed', changed_at = $2 WHERE id = $1", [id, tx.now]);
    return;
  }
  const receipt = { id: ctx.ids.next("rcp"), bankReference: id, channel: "pay_now", amountMinor: row.amountMinor, currency: row.currency, valueDate: tx.businessDate, endToEndId: id, remittance: row.description, matched: true };
  const match = { id: ctx.ids.next("rm"), receiptId: receipt.id, loanAccountId: row.loanAccountId, amountMinor: row.amountMinor, how: "end_to_end_id" as const };
  await insertReceipts(tx, ctx, row.bankAccountId, [receipt]);
  await insertMatches(tx, ctx, [match]);
  await tx.run("payments.checkout.paid", "UPDATE payments.checkout SET state = 'paid', receipt_id = $2, changed_at = $3 WHERE id = $1", [id, receipt.id, tx.now]);
  await ledger.post(tx, ctx, receiptEntry(tx, receipt));
  await audit.record(tx, ctx, { action: "payment.checkout.paid", subject: id, after: { receiptId: receipt.id } });
  await outbox.add(tx, ctx, receiptMatched({ matchId: match.id, receiptId: receipt.id, loanAccountId: row.loanAccountId, amountMinor: row.amountMinor, currency: row.currency, valueDate: receipt.valueDate, channel: "pay_now" }));
}

async function readRow(tx: Tx, id: string): Promise<Row> {
  const row = await tx.maybe<Row>("payments.checkout.read", `SELECT ${COLUMNS} FROM payments.checkout WHERE id = $1`, [id]);
  if (row === undefined) throw problem("checkout.not_found");
  return row;
}

function shown({ id, url, state, loanAccountId, amountMinor, currency, receiptId }: Row): Checkout {
  return { id, url, state, loanAccountId, amountMinor, currency, receiptId };
}
