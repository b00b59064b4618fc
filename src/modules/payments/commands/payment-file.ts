import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { accountFor, type BankAccount } from "./register.ts";
import type { BankAccountNumber } from "../ports.ts";

/** A file on its way: written and kept, so that what is handed over twice is the same file. */
export interface Batch { readonly id: string; readonly messageId: string; readonly xml: string }

/** Orders in one file at most. */
export const MOST_PER_FILE = 5000;

/** "HDFC0000001/5010…" to bank code and account. */
export function accountNumber(scheme: BankAccountNumber["scheme"], text: string): BankAccountNumber {
  const [first = "", second] = text.split("/");
  return second === undefined ? { scheme, account: first } : { scheme, bankCode: first, account: second };
}

/**
 * Writes a file of orders of one currency and keeps it sealed, ready to be handed over: nothing leaves before it is kept.
 *
 * @param write  the file's text, under this message id, for this account of ours
 */
export async function keepFile(tx: Tx, ctx: Context, file: { readonly currency: string; readonly kind: "payouts" | "collections"; readonly orders: readonly { readonly amountMinor: bigint }[]; write(messageId: string, account: BankAccount): string }): Promise<Batch> {
  const { keys } = ctx.services;
  const account = await accountFor(tx, file.currency);
  const id = ctx.ids.next("pb");
  const messageId = id.toUpperCase();
  const xml = file.write(messageId, account);
  const wrappedKey = keys.newWrappedKey();
  const total = file.orders.reduce((sum, order) => sum + order.amountMinor, 0n);
  await tx.run("payments.batch.write", `
    INSERT INTO payments.payout_batch (id, message_id, bank_account_id, state, payout_count, total_minor, currency, wrapped_key, file, created_at, changed_at)
    VALUES ($1, $2, $3, 'ready', $4, $5, $6, $7, $8, $9, $9)`, [id, messageId, account.id, file.orders.length, total, file.currency, wrappedKey, keys.seal(wrappedKey, xml, `batch:${id}`), tx.now]);
  await audit.record(tx, ctx, { action: "payment.file.written", subject: id, after: { messageId, [file.kind]: file.orders.length, totalMinor: total, currency: file.currency } });
  return { id, messageId, xml };
}
