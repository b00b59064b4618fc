import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import * as outbox from "#kernel/outbox.ts";
import { bankOf } from "../bank.ts";
import { before, type PayoutState } from "../domain/payout.ts";
import { payoutRejected } from "../events.ts";
import type { Bank, BankAccountNumber, CreditTransfer, FileTaken, Unsure } from "../ports.ts";
import { failCollections, writeCollectionBatch } from "./collect.ts";
import { accountNumber, keepFile, MOST_PER_FILE, type Batch } from "./payment-file.ts";

/**
 * Hands waiting payouts and debits to the bank, in files. First asks about files whose fate is unknown; what is in doubt is never sent
 * again unless the bank says that it never received it.
 * @returns how many payouts were handed over, how many are in doubt, and how many wait because the bank could not be reached
 */
export async function sendPayouts(ctx: Context): Promise<{ sent: number; inDoubt: number; waiting: number }> {
  const bank = bankOf(ctx);
  const unresolved = await resolveDoubts(ctx, bank);
  let [sent, inDoubt, waiting] = [0, unresolved, 0];
  for (const batch of [...(await readyBatches(ctx)), ...(await writeBatches(ctx, bank))]) {
    const claimed = await ctx.transaction((tx) => tx.run("payments.batch.claim", "UPDATE payments.payout_batch SET state = 'sending', changed_at = $2 WHERE id = $1 AND state = 'ready'", [batch.id, tx.now]));
    if (claimed === 0) continue;
    const outcome = await bank.channel.submit(batch);
    const count = await ctx.transaction((tx) => recordOutcome(tx, ctx, batch, outcome));
    if (outcome.kind === "taken") sent += count;
    if (outcome.kind === "doubt") inDoubt += count;
    if (outcome.kind === "outage") waiting += count;
  }
  return { sent, inDoubt, waiting };
}

/** Cuts waiting payouts into files, one per currency; each in its own transaction, before anything is handed over. */
async function writeBatches(ctx: Context, bank: Bank): Promise<Batch[]> {
  const currencies = await ctx.read((tx) => tx.rows<{ currency: string }>("payments.payout.currencies", "SELECT DISTINCT currency FROM payments.payout WHERE state = 'created' UNION SELECT DISTINCT currency FROM payments.collection WHERE state = 'created'"));
  const batches: Batch[] = [];
  for (const { currency } of currencies) {
    for (;;) {
      const batch = await ctx.transaction(async (tx) => (await writeBatch(tx, ctx, bank, currency)) ?? (await writeCollectionBatch(tx, ctx, bank, currency)));
      if (batch === undefined) break;
      batches.push(batch);
    }
  }
  return batches;
}

interface Waiting { id: string; amount_minor: bigint; payee_name: string; payee_scheme: BankAccountNumber["scheme"]; wrapped_key: Buffer; payee_account: Buffer; purpose: string }

async function writeBatch(tx: Tx, ctx: Context, bank: Bank, currency: string): Promise<Batch | undefined> {
  const rows = await tx.rows<Waiting>("payments.payout.take", `
    SELECT id, amount_minor, payee_name, payee_scheme, wrapped_key, payee_account, purpose FROM payments.payout
    WHERE state = 'created' AND currency = $1 ORDER BY id LIMIT ${MOST_PER_FILE} FOR UPDATE SKIP LOCKED`, [currency]);
  if (rows.length === 0) return undefined;
  const { keys } = ctx.services;
  const transfers = rows.map((row): CreditTransfer => ({
    endToEndId: row.id, amountMinor: row.amount_minor, remittance: row.purpose,
    creditor: { name: row.payee_name, number: accountNumber(row.payee_scheme, keys.open(row.wrapped_key, row.payee_account, `payout:${row.id}`).toString("utf8")) },
  }));
  const batch = await keepFile(tx, ctx, {
    currency, kind: "payouts", orders: transfers,
    write: (messageId, { holderName, number }) => bank.formats.writeCreditTransfers({ messageId, createdAt: tx.now, executionDate: tx.businessDate, currency, debtor: { name: holderName, number }, transfers }),
  });
  await tx.run("payments.payout.into_batch", "UPDATE payments.payout SET state = 'sending', batch_id = $1, changed_at = $3 WHERE id = ANY($2)", [batch.id, rows.map((r) => r.id), tx.now]);
  return batch;
}

async function recordOutcome(tx: Tx, ctx: Context, batch: Batch, outcome: FileTaken | Unsure): Promise<number> {
  await audit.record(tx, ctx, { action: `payment.file.${outcome.kind}`, subject: batch.id, after: outcome });
  switch (outcome.kind) {
    case "taken": return settleBatch(tx, batch.id, "sent", "sent", { submissionId: outcome.submissionId, detail: outcome.reason });
    case "doubt": return settleBatch(tx, batch.id, "in_doubt", "in_doubt", { detail: outcome.why });
    // Surely not received: the same file may be handed over again later.
    case "outage": return settleBatch(tx, batch.id, "ready", "sending", { detail: outcome.why });
    case "refused": {
      const rejected = await settleBatch(tx, batch.id, "rejected", "rejected", { detail: outcome.why });
      await publishRejected(tx, ctx, batch.id, outcome.why);
      return rejected;
    }
  }
}

async function settleBatch(tx: Tx, batchId: string, batchState: string, payoutState: PayoutState, more: { submissionId?: string; detail?: string }): Promise<number> {
  await tx.run("payments.batch.settle", "UPDATE payments.payout_batch SET state = $2, submission_id = coalesce($3, submission_id), detail = $4, changed_at = $5 WHERE id = $1",
    [batchId, batchState, more.submissionId ?? null, more.detail ?? null, tx.now]);
  // Debits of a refused file are failed one by one, so that each is told of.
  const debits = payoutState === "rejected" ? 0 : await tx.run("payments.collection.settle_batch", "UPDATE payments.collection SET state = $2, reason = $3, changed_at = $4 WHERE batch_id = $1 AND state = ANY($5)", [batchId, payoutState, more.detail ?? null, tx.now, ["sending", "in_doubt"]]);
  return debits + await tx.run("payments.payout.settle_batch", "UPDATE payments.payout SET state = $2, reason = $3, changed_at = $4 WHERE batch_id = $1 AND state = ANY($5)",
    [batchId, payoutState, payoutState === "rejected" || payoutState === "in_doubt" ? (more.detail ?? null) : null, tx.now, payoutState === "sending" ? ["sending", "in_doubt"] : before(payoutState)]);
}

async function publishRejected(tx: Tx, ctx: Context, batchId: string, reason: string): Promise<void> {
  const rows = await tx.rows<{ id: string; reference: string; subject: string; amount_minor: bigint; currency: string }>("payments.payout.of_batch",
    "SELECT id, reference, subject, amount_minor, currency FROM payments.payout WHERE batch_id = $1 AND state = 'rejected'", [batchId]);
  const debits = await tx.rows<{ id: string }>("payments.collection.of_batch", "SELECT id FROM payments.collection WHERE batch_id = $1", [batchId]);
  await failCollections(tx, ctx, debits.map((d) => ({ id: d.id, reason })), "rejected");
  await outbox.add(tx, ctx, ...rows.map((r) => payoutRejected({ payoutId: r.id, reference: r.reference, subject: r.subject, amountMinor: r.amount_minor, currency: r.currency, reason, date: tx.businessDate })));
}

/** Asks the bank about every file whose fate is unknown, also those whose sender died while handing over. */
async function resolveDoubts(ctx: Context, bank: Bank): Promise<number> {
  const open = await ctx.transaction((tx) => tx.rows<{ id: string; message_id: string; payout_count: number }>("payments.batch.doubtful", `
    SELECT id, message_id, payout_count FROM payments.payout_batch
    WHERE state = 'in_doubt' OR (state = 'sending' AND changed_at < $1::timestamptz - interval '2 minutes')`, [tx.now]));
  let unresolved = 0;
  for (const { id, message_id, payout_count } of open) {
    const answer = await bank.channel.findSubmission(message_id);
    if (answer.kind === "found") await ctx.transaction((tx) => resolved(tx, ctx, id, "sent", answer.submissionId));
    else if (answer.kind === "never_received") await ctx.transaction((tx) => resolved(tx, ctx, id, "ready"));
    else unresolved += payout_count;
  }
  return unresolved;
}

async function resolved(tx: Tx, ctx: Context, batchId: string, state: "sent" | "ready", submissionId?: string): Promise<void> {
  await audit.record(tx, ctx, { action: "payment.file.resolved", subject: batchId, after: { received: state === "sent", submissionId } });
  await settleBatch(tx, batchId, state, state === "sent" ? "sent" : "sending", { submissionId });
}

async function readyBatches(ctx: Context): Promise<Batch[]> {
  const rows = await ctx.read((tx) => tx.rows<{ id: string; message_id: string; wrapped_key: Buffer; file: Buffer }>("payments.batch.ready",
    "SELECT id, message_id, wrapped_key, file FROM payments.payout_batch WHERE state = 'ready' ORDER BY id"));
  return rows.map((row) => ({ id: row.id, messageId: row.message_id, xml: ctx.services.keys.open(row.wrapped_key, row.file, `batch:${row.id}`).toString("utf8") }));
}
