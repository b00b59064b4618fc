import { ByteWriter, ParquetWriter, type ColumnSource, type SchemaElement } from "hyparquet-writer";
import { isoDate, toDay } from "#engine/date.ts";
import { currencyDecimals } from "#engine/money.ts";
import type { Cell, Column, Dataset, Sink } from "./dataset.ts";

/** Rows of a row group: some megabytes, which is what is held at a time. */
const GROUP = 50_000;

/**
 * A dataset as a Parquet file, row group by row group. Amounts are whole minor units (INT64, column names end in `_minor`), beside
 * `currency` and `currency_decimals`, so that no reader rounds; days are DATE.
 * @source  Apache Parquet format, LogicalTypes.md
 */
export async function writeParquet(data: Dataset, sink: Sink, taken: (rows: number) => void): Promise<void> {
  const bytes = new ByteWriter(1 << 20);
  // What a row group wrote is handed on; offsets go on counting from the beginning of the file.
  const handOn = async () => {
    const piece = Buffer.from(bytes.getBytes());
    bytes.index = 0;
    if (piece.length > 0) await sink(piece);
  };
  const file = new ParquetWriter({ writer: bytes, schema: schemaOf(data.columns), createdBy: "Loanwright" });
  const currencyAt = data.columns.findIndex((c) => c.name === "currency");
  let held: (readonly Cell[])[] = [];
  const group = async () => {
    if (held.length === 0) return;
    await file.write({ columnData: columnsOf(data.columns, held, currencyAt), rowGroupSize: GROUP });
    await handOn();
    held = [];
  };
  for await (const rows of data.batches) {
    held.push(...rows);
    taken(rows.length);
    if (held.length >= GROUP) await group();
  }
  await group();
  await file.finish();
  await handOn();
}

const nameOf = (column: Column) => (column.kind === "amount" ? `${column.name}_minor` : column.name);

function schemaOf(columns: readonly Column[]): SchemaElement[] {
  const leaves = columns.map((c): SchemaElement => {
    const head = { name: nameOf(c), repetition_type: "OPTIONAL" } as const;
    if (c.kind === "amount") return { ...head, type: "INT64" };
    if (c.kind === "integer") return { ...head, type: "INT32" };
    return c.kind === "date" ? { ...head, type: "INT32", converted_type: "DATE" } : { ...head, type: "BYTE_ARRAY", converted_type: "UTF8" };
  });
  return [{ name: "root", num_children: leaves.length + 1 }, ...leaves, { name: "currency_decimals", repetition_type: "REQUIRED", type: "INT32" }];
}

function columnsOf(columns: readonly Column[], rows: readonly (readonly Cell[])[], currencyAt: number): ColumnSource[] {
  const plain = (column: Column, value: Cell | undefined) => {
    if (value === null || value === undefined) return null;
    if (typeof value === "object") return value.minor;
    return column.kind === "date" ? toDay(isoDate(String(value))) : value;
  };
  return [...columns.map((c, i) => ({ name: nameOf(c), data: rows.map((row) => plain(c, row[i])) })), { name: "currency_decimals", data: rows.map((row) => currencyDecimals(String(row[currencyAt]))) }];
}
