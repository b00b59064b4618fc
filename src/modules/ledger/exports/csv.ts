import { formatAmount } from "#engine/money.ts";
import type { Cell, Dataset, Sink } from "./dataset.ts";

/** A dataset as CSV with decimal amounts. @source RFC 4180 */
export async function writeCsv(data: Dataset, sink: Sink, taken: (rows: number) => void): Promise<void> {
  await sink(`${data.columns.map((c) => c.name).join(",")}\r\n`);
  for await (const rows of data.batches) {
    if (rows.length > 0) await sink(rows.map((row) => `${row.map(cell).join(",")}\r\n`).join(""));
    taken(rows.length);
  }
}

/** A text that a spreadsheet would take for a formula is made inert. */
function cell(value: Cell): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  if (typeof value === "object") return formatAmount(value);
  const inert = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
