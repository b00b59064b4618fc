import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { enqueue } from "#kernel/jobs.ts";
import * as outbox from "#kernel/outbox.ts";
import { masked } from "../domain/payout.ts";
import { collectionFailed } from "../events.ts";
import type { Bank, DirectDebit } from "../ports.ts";
import { SEND_JOB, type NewPayout } from "./create-payout.ts";
import { accountNumber, keepFile, MOST_PER_FILE, type Batch } from "./payment-file.ts";

export interface NewMandate {
  /** The loan. */
  readonly subject: string;
  readonly payer: NewPayout["payee"];
  /** The most that one debit may take, minor units. */
  readonly capMinor: bigint;
  readonly currency: string;
  readonly signedDate: string;
  /** The agreement it was given with. */
  readonly agreementSha256: string;
}

/** Keeps a borrower's permission to debit; a second one for the same loan changes nothing. */
export async function giveMandate(tx: Tx, ctx: Context, input: NewMandate): Promise<void> {
  const id = ctx.ids.next("md");
  const wrappedKey = ctx.services.keys.newWrappedKey();
  const made = await tx.run("payments.mandate.give", `
    INSERT INTO payments.mandate (id, subject, payer_name, payer_scheme, payer_masked, wrapped_key, payer_account, cap_minor, currency, signed_date, agreement_sha256, state, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'active', $12) ON CONFLICT (tenant_id, subject) WHERE state = 'active' DO NOTHING`,
    [id, input.subject, input.payer.name, input.payer.accountScheme, masked(input.payer.account), wrappedKey, ctx.services.keys.seal(wrappedKey, input.payer.account, `mandate:${id}`), input.capMinor, input.currency, input.signedDate, input.agreementSha256, tx.now]);
  if (made > 0) await audit.record(tx, ctx, { action: "payment.mandate.given", subject: id, after: { loanAccountId: input.subject, payer: masked(input.payer.account), capMinor: input.capMinor, currency: input.currency, agreementSha256: input.agreementSha256 } });
}

/** True when anybody has given one: end of day asks this before it looks for what is due. */
export async function anyMandates(tx: Tx): Promise<boolean> {
  return (await tx.maybe("payments.mandate.any", "SELECT 1 FROM payments.mandate WHERE state = 'active' LIMIT 1")) !== undefined;
}

export interface Due {
  readonly subject: string;
  readonly dueDate: string;
  readonly amountMinor: bigint;
  /** The day to debit; default: the due date. */
  readonly collectDate?: string;
  /** 1 for the first time, which is the default. */
  readonly attempt?: number;
}

/**
 * Orders the debits of what falls due, for those of the loans that have a mandate, never above its cap; once for each due date and attempt. Each debit's id
 * is registered as a reference, so that the money is matched to its loan when the statement brings it.
 * @returns how many were ordered now
 */
export async function orderCollections(tx: Tx, ctx: Context, dues: readonly Due[]): Promise<number> {
  if (dues.length === 0) return 0;
  const made = await tx.rows<{ id: string; subject: string; amount_minor: bigint }>("payments.collection.order", `
    INSERT INTO payments.collection (id, mandate_id, subject, due_date, amount_minor, currency, state, created_at, changed_at, collect_date, attempt)
    SELECT d.id, m.id, m.subject, d.due_date, least(d.amount, m.cap_minor), m.currency, 'created', $5, $5, d.collect_date, d.attempt
    FROM unnest($1::text[], $2::text[], $3::date[], $4::bigint[], $6::date[], $7::int[]) AS d (id, subject, due_date, amount, collect_date, attempt) JOIN payments.mandate m ON m.subject = d.subject AND m.state = 'active' WHERE d.amount > 0
    ON CONFLICT (tenant_id, mandate_id, due_date, attempt) DO NOTHING RETURNING id, subject, amount_minor`,
    [dues.map(() => ctx.ids.next("dd")), dues.map((d) => d.subject), dues.map((d) => d.dueDate), dues.map((d) => d.amountMinor), tx.now, dues.map((d) => d.collectDate ?? d.dueDate), dues.map((d) => d.attempt ?? 1)]);
  if (made.length === 0) return 0;
  await tx.run("payments.collection.references", "INSERT INTO payments.reference (reference, subject) SELECT r.reference, r.subject FROM unnest($1::text[], $2::text[]) AS r (reference, subject)", [made.map((c) => c.id), made.map((c) => c.subject)]);
  await audit.record(tx, ctx, { action: "payment.collection.ordered", subject: made[0]?.subject ?? "", after: { collections: made.map((c) => [c.id, c.amount_minor]) } });
  await enqueue(tx, ctx, SEND_JOB, {}, { singletonKey: "send" });
  return made.length;
}

interface Waiting { id: string; mandate_id: string; amount_minor: bigint; collect_date: string; payer_name: string; payer_scheme: NewPayout["payee"]["accountScheme"]; wrapped_key: Buffer; payer_account: Buffer; signed_date: string; subject: string }

/** Cuts waiting debits of one currency and day into a file, before anything is handed over; undefined when none wait. */
export async function writeCollectionBatch(tx: Tx, ctx: Context, bank: Bank, currency: string): Promise<Batch | undefined> {
  const rows = await tx.rows<Waiting>("payments.collection.take", `
    SELECT c.id, c.mandate_id, c.amount_minor, c.collect_date, c.subject, m.payer_name, m.payer_scheme, m.wrapped_key, m.payer_account, m.signed_date
    FROM payments.collection c JOIN payments.mandate m ON m.tenant_id = c.tenant_id AND m.id = c.mandate_id
    WHERE c.state = 'created' AND c.currency = $1 AND c.collect_date = (SELECT min(x.collect_date) FROM payments.collection x WHERE x.state = 'created' AND x.currency = $1)
    ORDER BY c.id LIMIT ${MOST_PER_FILE} FOR UPDATE OF c SKIP LOCKED`, [currency]);
  const [first] = rows;
  if (first === undefined) return undefined;
  const { keys } = ctx.services;
  const debits = rows.map((row): DirectDebit => ({
    endToEndId: row.id, amountMinor: row.amount_minor, mandateId: row.mandate_id, signedDate: row.signed_date, remittance: "Loan installment",
    debtor: { name: row.payer_name, number: accountNumber(row.payer_scheme, keys.open(row.wrapped_key, row.payer_account, `mandate:${row.mandate_id}`).toString("utf8")) },
  }));
  const batch = await keepFile(tx, ctx, {
    currency, kind: "collections", orders: debits,
    write: (messageId, { holderName, number }) => bank.formats.writeDirectDebits({ messageId, createdAt: tx.now, collectionDate: first.collect_date, currency, creditor: { name: holderName, number }, debits }),
  });
  await tx.run("payments.collection.into_batch", "UPDATE payments.collection SET state = 'sending', batch_id = $1, changed_at = $3 WHERE id = ANY($2)", [batch.id, rows.map((r) => r.id), tx.now]);
  return batch;
}

/** A debit that the payer's bank refused or took back: whoever ordered it is told, once. */
export async function failCollections(tx: Tx, ctx: Context, failed: readonly { id: string; reason: string }[], to: "rejected" | "returned"): Promise<number> {
  if (failed.length === 0) return 0;
  const rows = await tx.rows<{ id: string; subject: string; due_date: string; amount_minor: bigint; currency: string; reason: string }>("payments.collection.fail", `
    UPDATE payments.collection c SET state = $1, reason = x.reason, changed_at = $2 FROM unnest($3::text[], $4::text[]) AS x (id, reason)
    WHERE c.id = x.id AND c.state NOT IN ('rejected', 'returned') RETURNING c.id, c.subject, c.due_date, c.amount_minor, c.currency, c.reason`, [to, tx.now, failed.map((f) => f.id), failed.map((f) => f.reason)]);
  await outbox.add(tx, ctx, ...rows.map((r) => collectionFailed({ collectionId: r.id, loanAccountId: r.subject, dueDate: r.due_date, amountMinor: r.amount_minor, currency: r.currency, reason: r.reason })));
  return rows.length;
}

export interface FailedDue { readonly subject: string; readonly dueDate: string; readonly collectDate: string; readonly attempt: number }

/**
 * Loans whose last debit came back and that have an active mandate and no debit under way: what may be presented again.
 * @param since  debits of earlier days are not looked at
 */
export async function failedCollections(tx: Tx, since: string): Promise<FailedDue[]> {
  return tx.rows<FailedDue & Record<string, unknown>>("payments.collection.failed", `
    SELECT c.subject, c.due_date AS "dueDate", c.collect_date AS "collectDate", c.attempt
    FROM payments.collection c JOIN payments.mandate m ON m.tenant_id = c.tenant_id AND m.id = c.mandate_id AND m.state = 'active'
    WHERE c.state IN ('rejected', 'returned') AND c.collect_date >= $1
      AND NOT EXISTS (SELECT FROM payments.collection o WHERE o.subject = c.subject AND (o.collect_date > c.collect_date OR o.state IN ('created', 'sending', 'in_doubt', 'sent', 'accepted')))
    ORDER BY c.subject`, [since]);
}

/** Debits whose money stands on a statement. */
export async function paidCollections(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx.run("payments.collection.paid", "UPDATE payments.collection SET state = 'paid', changed_at = $2 WHERE id = ANY($1) AND state NOT IN ('returned', 'rejected')", [ids, tx.now]);
}
