import { isIsoDate, isoDate } from "#engine/date.ts";
import type { IsoDate } from "#engine/date.ts";
import { ATTACHED, BASE_LENGTH, BASE_SEGMENT } from "./layout.ts";
import type { Metro2Field } from "./layout.ts";

/** Values of a record by field name: whole numbers, text, days; `null` where nothing applies. Timestamps stay as written. */
export type Metro2Record = Readonly<Record<string, string | number | null>>;

/**
 * A record in fixed columns: numbers right-justified and zero-filled, text left-justified as given, days as MMDDYYYY.
 *
 * @throws RangeError  a value that does not fit its field, or characters outside printable ASCII
 * @source             CDIA Credit Reporting Resource Guide, character format
 * @example            currentBalance 2233 is written "000002233"
 */
export function writeRecord(layout: readonly Metro2Field[], record: Metro2Record): string {
  const known = new Set(layout.map((f) => f.name));
  for (const name of Object.keys(record)) if (!known.has(name)) throw new RangeError(`no such field: ${name}`);
  return layout.map((field) => writeField(field, record[field.name] ?? null)).join("");
}

/**
 * The fields of a record in fixed columns.
 * @throws RangeError  shorter than its layout, or a field that is no number or day
 * @example            readRecord(BASE_SEGMENT, writeRecord(BASE_SEGMENT, { currentBalance: 2233 })).currentBalance is 2233
 */
export function readRecord(layout: readonly Metro2Field[], text: string): Metro2Record {
  const columns = layout.reduce((sum, f) => sum + f.length, 0);
  if (text.length < columns) throw new RangeError(`the record has ${columns} columns, not ${text.length}`);
  return Object.fromEntries(layout.map((field) => [field.name, readField(field, text.slice(field.start - 1, field.start - 1 + field.length))]));
}

/** The base segment of an account's record. */
export function readBaseSegment(line: string): Metro2Record {
  return readRecord(BASE_SEGMENT, line);
}

/**
 * The segments that follow the base segment, in order.
 * @throws RangeError  a segment nobody knows, or one that is cut off
 */
export function readAttached(line: string): Metro2Record[] {
  const segments: Metro2Record[] = [];
  for (let at = BASE_LENGTH; line.slice(at).trim() !== "";) {
    const layout = ATTACHED[line.slice(at, at + 2)];
    if (layout === undefined) throw new RangeError(`no such segment: ${JSON.stringify(line.slice(at, at + 2))}`);
    segments.push(readRecord(layout, line.slice(at)));
    at += layout.reduce((sum, f) => sum + f.length, 0);
  }
  return segments;
}

function writeField({ name, length, kind }: Metro2Field, value: string | number | null): string {
  const text = value === null ? "" : kind === "date" ? writeDay(name, value) : String(value);
  if (text.length > length || !/^[\x20-\x7e]*$/.test(text)) throw new RangeError(`${name} does not hold ${JSON.stringify(value)}`);
  if (kind === "alphanumeric") return text.padEnd(length, " ");
  if (!/^\d*$/.test(text)) throw new RangeError(`${name} is no whole number: ${JSON.stringify(value)}`);
  return text.padStart(length, "0");
}

function writeDay(name: string, value: string | number): string {
  if (typeof value !== "string" || !isIsoDate(value)) throw new RangeError(`${name} is no day: ${JSON.stringify(value)}`);
  return value.slice(5, 7) + value.slice(8, 10) + value.slice(0, 4);
}

function readField({ name, kind }: Metro2Field, text: string): string | number | null {
  if (kind === "alphanumeric") return text.trimEnd() || null;
  if (!/^[\d ]*$/.test(text)) throw new RangeError(`${name} is no number: ${JSON.stringify(text)}`);
  if (kind === "timestamp") return /^[0 ]*$/.test(text) ? null : text;
  if (kind === "date") return readDay(text);
  return Number(text.trim() || 0);
}

function readDay(text: string): IsoDate | null {
  return /^[0 ]*$/.test(text) ? null : isoDate(`${text.slice(4)}-${text.slice(0, 2)}-${text.slice(2, 4)}`);
}
