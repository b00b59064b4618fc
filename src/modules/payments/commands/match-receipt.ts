import type { Money } from "#engine/money.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import * as outbox from "#kernel/outbox.ts";
import { receiptMatched, receiptUnmatched, type ReceiptMatched } from "../events.ts";
import { problem } from "../problems.ts";
import { insertMatches, type NewMatch } from "../store.ts";

export interface MatchPart {
  /** Loan number, as registered. */
  readonly reference: string;
  readonly amount: Money;
}

interface ReceiptRow { id: string; state: string; amount_minor: bigint; currency: string; value_date: string; channel: string }

/**
 * Says whose money a receipt in suspense is; several parts split it, and must add up to it.
 * May raise receipt.not_found, receipt.not_in_suspense, receipt.returned, reference.unknown, receipt.split_differs.
 */
export async function matchReceipt(tx: Tx, ctx: Context, receiptId: string, parts: readonly MatchPart[]): Promise<{ receiptId: string; matchIds: string[] }> {
  const receipt = await lockReceipt(tx, receiptId);
  if (receipt.state === "returned") throw problem("receipt.returned");
  if (receipt.state !== "suspense") throw problem("receipt.not_in_suspense");
  const known = new Map((await tx.rows<{ reference: string; subject: string }>("payments.reference.find", "SELECT reference, subject FROM payments.reference WHERE reference = ANY($1)", [parts.map((p) => p.reference)])).map((r) => [r.reference, r.subject]));
  const unknown = parts.flatMap((p, i) => (known.has(p.reference) ? [] : [{ pointer: `/parts/${i}/reference`, code: "reference.unknown", detail: "No loan has this number." }]));
  if (unknown.length > 0) throw problem("reference.unknown", undefined, { errors: unknown });
  const total = parts.reduce((sum, p) => sum + p.amount.minor, 0n);
  if (total !== receipt.amount_minor || parts.some((p) => p.amount.currency !== receipt.currency || p.amount.minor <= 0n)) throw problem("receipt.split_differs", `The receipt is of ${receipt.amount_minor} minor units of ${receipt.currency}; the parts are ${total}.`);
  const matches = parts.map((p): NewMatch => ({ id: ctx.ids.next("rm"), receiptId, loanAccountId: known.get(p.reference) as string, amountMinor: p.amount.minor, how: "person" }));
  await insertMatches(tx, ctx, matches);
  await setState(tx, receiptId, "matched");
  await audit.record(tx, ctx, { action: "payment.receipt.matched", subject: receiptId, after: { parts: matches.map((m) => ({ loanAccountId: m.loanAccountId, amountMinor: m.amountMinor })) } });
  await outbox.add(tx, ctx, ...matches.map((m) => receiptMatched({ matchId: m.id, receiptId, loanAccountId: m.loanAccountId, amountMinor: m.amountMinor, currency: receipt.currency, valueDate: receipt.value_date, channel: receipt.channel })));
  return { receiptId, matchIds: matches.map((m) => m.id) };
}

/**
 * Puts a matched receipt back into suspense; servicing hears of it and reverses what it applied.
 * May raise receipt.not_found, receipt.not_matched.
 */
export async function unmatchReceipt(tx: Tx, ctx: Context, receiptId: string, reason: string): Promise<{ receiptId: string }> {
  const receipt = await lockReceipt(tx, receiptId);
  if (receipt.state !== "matched") throw problem("receipt.not_matched");
  const undone = await tx.rows<{ id: string; loan_account_id: string; amount_minor: bigint }>("payments.match.undo",
    "UPDATE payments.receipt_match SET undone_at = $2 WHERE receipt_id = $1 AND undone_at IS NULL RETURNING id, loan_account_id, amount_minor", [receiptId, tx.now]);
  await setState(tx, receiptId, "suspense");
  await audit.record(tx, ctx, { action: "payment.receipt.unmatched", subject: receiptId, reason, before: { matches: undone.map((u) => u.loan_account_id) } });
  await outbox.add(tx, ctx, ...undone.map((u) => receiptUnmatched({ matchId: u.id, receiptId, loanAccountId: u.loan_account_id, amountMinor: u.amount_minor, currency: receipt.currency })));
  return { receiptId };
}

async function lockReceipt(tx: Tx, id: string): Promise<ReceiptRow> {
  const row = await tx.maybe<ReceiptRow>("payments.receipt.lock", "SELECT id, state, amount_minor, currency, value_date, channel FROM payments.receipt WHERE id = $1 FOR UPDATE", [id]);
  if (row === undefined) throw problem("receipt.not_found");
  return row;
}

async function setState(tx: Tx, id: string, state: "matched" | "suspense"): Promise<void> {
  await tx.run("payments.receipt.state", "UPDATE payments.receipt SET state = $2 WHERE id = $1", [id, state]);
}

interface TakenRow { matchId: string; receiptId: string; loanAccountId: string; amountMinor: bigint; currency: string; valueDate: string; channel: string }
const TAKEN = `RETURNING m.id AS "matchId", m.receipt_id AS "receiptId", m.loan_account_id AS "loanAccountId", m.amount_minor AS "amountMinor", r.currency, r.value_date AS "valueDate", r.channel`;

/**
 * Takes matched money to apply it, each part once whoever asks: servicing calls it in the transaction that applies, so what
 * fails stays to be taken. Oldest first; parts being taken by another worker are skipped.
 */
export async function takeMatchedReceipts(tx: Tx, limit: number): Promise<ReceiptMatched[]> {
  return tx.rows<TakenRow>("payments.match.take", `
    WITH due AS (SELECT id FROM payments.receipt_match WHERE taken_at IS NULL AND undone_at IS NULL ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
    UPDATE payments.receipt_match m SET taken_at = $2 FROM due, payments.receipt r WHERE m.id = due.id AND r.tenant_id = m.tenant_id AND r.id = m.receipt_id ${TAKEN}`, [limit, tx.now]);
}

/** How many matched parts nobody has applied yet. */
export async function countMatchesWaiting(tx: Tx): Promise<number> {
  const { waiting } = await tx.one<{ waiting: number }>("payments.receipt_match.waiting", "SELECT count(*)::int AS waiting FROM payments.receipt_match WHERE taken_at IS NULL AND undone_at IS NULL");
  return waiting;
}

/** Takes one part, for the subscriber of payments.receipt_matched; undefined when it was taken or undone already. */
export async function takeMatch(tx: Tx, matchId: string): Promise<ReceiptMatched | undefined> {
  return tx.maybe<TakenRow>("payments.match.take_one", `
    UPDATE payments.receipt_match m SET taken_at = $2 FROM payments.receipt r
    WHERE m.id = $1 AND m.taken_at IS NULL AND m.undone_at IS NULL AND r.tenant_id = m.tenant_id AND r.id = m.receipt_id ${TAKEN}`, [matchId, tx.now]);
}
