import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { startRun } from "#kernel/job-runs.ts";
import type { LongWork } from "#kernel/module.ts";
import { writeJournalText, type ExportRange } from "../queries/export-journal.ts";
import { accountLedger } from "../queries/general-ledger.ts";
import { spanOf } from "../queries/statements.ts";
import { writeCsv } from "./csv.ts";
import { datasetOf, type ExportOrder, type Sink } from "./dataset.ts";
import { writeParquet } from "./parquet.ts";
import { writeXlsx } from "./xlsx.ts";

type ExportFormat = "ledger" | "csv" | "xlsx" | "parquet";
export interface FileOrder extends ExportOrder { readonly format: ExportFormat }

const FORMATS: Readonly<Record<ExportFormat, { readonly ending: string; readonly type: string }>> = {
  ledger: { ending: "journal", type: "text/plain; charset=utf-8" },
  csv: { ending: "csv", type: "text/csv; charset=utf-8" },
  xlsx: { ending: "xlsx", type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
  parquet: { ending: "parquet", type: "application/vnd.apache.parquet" },
};

/** What the file of an order is called and is. Plain-text accounting holds the journal, whatever was asked. */
export function fileOf(order: FileOrder): { name: string; type: string } {
  const what = order.format === "ledger" ? "journal" : order.dataset.replace("_", "-") + (order.account === undefined ? "" : `-${order.account}`);
  const { ending, type } = FORMATS[order.format];
  return { name: `${what}-${order.from ?? "start"}-${order.to ?? "today"}.${ending}`, type };
}

/** Refuses an order that no file can be made of, before the first byte leaves. May raise ledger.account_unknown, ledger.dates_unusable. */
export async function checkOrder(tx: Tx, order: ExportOrder): Promise<void> {
  const { to = tx.businessDate, from = to } = order;
  spanOf(tx, { from, to });
  if (order.dataset === "general_ledger") await accountLedger(tx, { ...order, account: order.account ?? "", from, to, limit: 1 });
}

/** Writes the file of an order from one snapshot of the books, without holding it. `taken` hears of rows as they are written. */
export async function writeFile(tx: Tx, order: FileOrder, sink: Sink, taken: (rows: number) => void = () => undefined): Promise<void> {
  if (order.format === "ledger") {
    await writeJournalText(tx, order, sink, taken);
    return;
  }
  await { csv: writeCsv, xlsx: writeXlsx, parquet: writeParquet }[order.format](datasetOf(tx, order), sink, taken);
}

/**
 * Writes the journal as text: for ledger-cli and hledger, or as CSV.
 * @returns  how many postings were written
 */
export async function exportJournal(tx: Tx, range: ExportRange & { readonly format: "ledger" | "csv" }, write: (text: string) => Promise<void>): Promise<number> {
  let written = 0;
  await writeFile(tx, { ...range, dataset: "journal" }, (piece) => write(String(piece)), (rows) => void (written += rows));
  return written;
}

/** Orders the file as a job; it can be fetched from the jobs tray. */
export async function startFile(ctx: Context, order: FileOrder): Promise<{ id: string }> {
  return ctx.transaction(async (tx) => {
    await checkOrder(tx, order);
    await audit.record(tx, ctx, { action: "ledger.journal.exported", subject: tx.tenantId, after: order });
    return startRun(tx, ctx, { kind: ledgerExport.kind, title: fileOf(order).name, payload: order, resultPermission: "ledger.entry.read" });
  });
}

class Stopped extends Error {}

/** Journal, trial balance or general ledger as a file, made in the background. */
export const ledgerExport: LongWork<FileOrder> = {
  kind: "ledger.export",
  async run(ctx, order, progress, result) {
    const { name, type } = fileOf(order);
    try {
      await ctx.read((tx) => writeFile(tx, order, (piece) => result.write(piece), (rows) => {
        progress.step(rows);
        if (progress.heedStop()) throw new Stopped();
      }));
    } catch (error) {
      if (error instanceof Stopped) return;
      throw error;
    }
    await result.finish(name, type);
  },
};
