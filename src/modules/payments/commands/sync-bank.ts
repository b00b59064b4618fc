import type { Context } from "#kernel/context.ts";
import { isProblem } from "#kernel/problems.ts";
import { bankOf } from "../bank.ts";
import type { Bank, BankFileEntry } from "../ports.ts";
import { applyStatusReport } from "./read-status.ts";
import { importStatement, type ImportResult } from "./import-statement.ts";

export interface Synced {
  readonly files: number;
  readonly statements: readonly ImportResult[];
  readonly payoutsChanged: number;
  /** Files that could not be taken in, with the reason; the files after them wait, because order matters. */
  readonly stuck: readonly { readonly fileId: string; readonly why: string }[];
}

/**
 * Fetches what the bank has written since the last time, in its order, and takes it in: status reports, notifications, statements.
 * The place up to which files were taken is saved after each one, and taking one twice changes nothing.
 */
export async function syncBank(ctx: Context, options: { notifications?: boolean } = {}): Promise<Synced> {
  const bank = bankOf(ctx);
  const accounts = await ctx.read((tx) => tx.rows<{ id: string; channel_id: string; files_seen: bigint }>("payments.bank_account.cursors", "SELECT id, channel_id, files_seen FROM payments.bank_account ORDER BY id"));
  const total = { files: 0, statements: [] as ImportResult[], payoutsChanged: 0, stuck: [] as { fileId: string; why: string }[] };
  for (const account of accounts) {
    for (let since = Number(account.files_seen); ; ) {
      const listed = await bank.channel.listFiles(since, account.channel_id);
      if (listed.kind !== "files") break; // an outage: the next run goes on here
      const done = await takeFiles(ctx, bank, account.id, listed.files, options.notifications ?? true, total);
      if (!done) break;
      await seen(ctx, account.id, listed.next);
      if (listed.next === since) break;
      since = listed.next;
    }
  }
  return total;
}

async function takeFiles(ctx: Context, bank: Bank, accountId: string, files: readonly BankFileEntry[], notifications: boolean, total: { files: number; statements: ImportResult[]; payoutsChanged: number; stuck: { fileId: string; why: string }[] }): Promise<boolean> {
  for (const file of files) {
    if (file.kind === "camt.054" && !notifications) continue;
    const fetched = await bank.channel.fetchFile(file.id);
    if (fetched.kind !== "file") return false;
    try {
      if (file.kind === "pain.002") {
        const report = bank.formats.readStatusReport(fetched.bytes);
        total.payoutsChanged += await ctx.transaction((tx) => applyStatusReport(tx, ctx, report));
      } else total.statements.push(...(await importStatement(ctx, fetched.bytes)));
    } catch (error) {
      if (!isProblem(error)) throw error;
      ctx.services.log.error({ file: file.id, code: error.code }, "a bank file could not be taken in");
      total.stuck.push({ fileId: file.id, why: `${error.code}: ${error.message}` });
      return false;
    }
    total.files += 1;
    await seen(ctx, accountId, file.sequence);
  }
  return true;
}

async function seen(ctx: Context, accountId: string, sequence: number): Promise<void> {
  await ctx.transaction((tx) => tx.run("payments.bank_account.seen", "UPDATE payments.bank_account SET files_seen = greatest(files_seen, $2) WHERE id = $1", [accountId, sequence]));
}
