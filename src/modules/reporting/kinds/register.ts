import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import type { Sink } from "./kind.ts";

type Cell = string | number | null;

/** One line of a register as CSV; text that a spreadsheet would take for a formula is made inert. */
export function csvLine(cells: readonly Cell[]): string {
  return stringify([cells.map((cell) => (typeof cell === "string" && /^[=+\-@\t\r]/.test(cell) && !/^-?\d+(\.\d+)?$/.test(cell) ? `'${cell}` : cell ?? ""))]).trimEnd();
}

/** Writes the heading and each row of a register, and keeps what it says of each thing. */
export function writeRegister(sink: Sink, columns: readonly string[], rows: readonly { readonly key: string; readonly cells: Readonly<Record<string, Cell>>; readonly personal?: readonly string[] }[]): void {
  sink.line(csvLine(columns));
  for (const { key, cells, personal = [] } of rows) {
    const line = csvLine(columns.map((name) => cells[name] ?? null));
    sink.line(line);
    sink.row(key, line, Object.fromEntries(Object.entries(cells).filter(([name]) => !personal.includes(name))));
  }
}

/** Reads a register back: each line has as many cells as the heading. */
export async function checkRegister(lines: AsyncIterable<string>): Promise<string[]> {
  const faults: string[] = [];
  let [at, width] = [0, 0];
  for await (const line of lines) {
    at++;
    const cells = (parse(line) as string[][])[0] ?? [];
    if (at === 1) width = cells.length;
    else if (cells.length !== width) faults.push(`line ${at}: ${cells.length} cells, the heading has ${width}`);
  }
  return at === 0 ? ["the file is empty"] : faults;
}

/** Minor units of two decimals as text. */
export function amountText(minor: bigint | number): string {
  const text = String(minor).padStart(3, "0");
  return `${text.slice(0, -2)}.${text.slice(-2)}`;
}
