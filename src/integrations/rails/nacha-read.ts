import { UnreadableFile } from "#modules/payments/ports.ts";

/** An entry of an ACH file. Amounts are cents. */
export interface AchEntry {
  readonly transactionCode: string;
  /** Nine digits, the check digit among them. */
  readonly routing: string;
  readonly account: string;
  readonly amountMinor: bigint;
  readonly name: string;
  readonly trace: string;
  /** What came back of an earlier entry, and why. */
  readonly returned?: { readonly code: string; readonly originalTrace: string };
  /** What the receiving bank wants changed. */
  readonly change?: { readonly code: string; readonly originalTrace: string; readonly corrected: string };
}

export interface AchTotals { readonly batches: number; readonly blocks: number; readonly entriesAndAddenda: number; readonly entryHash: bigint; readonly debitMinor: bigint; readonly creditMinor: bigint }

export interface AchFile {
  readonly entries: readonly AchEntry[];
  /** As the file's control record says. */
  readonly control: AchTotals;
  /** Where the control record and the records themselves differ; empty when they agree. */
  readonly faults: readonly string[];
}

const WIDTH = 94;
const LINES_A_BLOCK = 10;

/**
 * Reads an ACH file: entries with their returns (addenda 99) and notifications of change (addenda 98), and the control totals against what
 * the records come to.
 *
 * @throws UnreadableFile  naming the line
 * @source Nacha Operating Rules, appendix three: ACH record format specifications
 */
export function readAch(text: string): AchFile {
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  const entries: AchEntry[] = [];
  const [found, faults] = [{ batches: 0, blocks: Math.ceil(lines.length / LINES_A_BLOCK), entriesAndAddenda: 0, entryHash: 0n, debitMinor: 0n, creditMinor: 0n }, [] as string[]];
  let control: AchTotals | null = null;
  for (const [i, line] of lines.entries()) {
    const path = `line ${i + 1}`;
    if (line.length !== WIDTH) throw new UnreadableFile(path, `has ${line.length} columns, not ${WIDTH}`);
    if (i === 0 && line[0] !== "1") throw new UnreadableFile(path, "is no file header");
    if (control !== null && !/^9+$/.test(line)) throw new UnreadableFile(path, "stands after the file's control record");
    switch (line[0]) {
      case "1": case "8": break;
      case "5": found.batches++; break;
      case "6": {
        const entry = readEntry(line, path);
        if (!routingValid(entry.routing)) faults.push(`${path}: the check digit of ${entry.routing} is wrong`);
        entries.push(entry);
        found.entriesAndAddenda++;
        found.entryHash += BigInt(entry.routing.slice(0, 8));
        if (isDebit(entry.transactionCode)) found.debitMinor += entry.amountMinor;
        else found.creditMinor += entry.amountMinor;
        break;
      }
      case "7": {
        const last = entries.pop();
        if (last === undefined) throw new UnreadableFile(path, "is an addenda of no entry");
        entries.push(withAddenda(last, line));
        found.entriesAndAddenda++;
        break;
      }
      case "9": control ??= readControl(line, path); break;
      default: throw new UnreadableFile(path, `begins with ${JSON.stringify(line[0])}, which no record does`);
    }
  }
  if (control === null) throw new UnreadableFile("the file", "has no control record");
  // Ten digits of the sum are kept, whatever it comes to.
  const told = { ...found, entryHash: found.entryHash % 10_000_000_000n };
  for (const [name, value] of Object.entries(told)) if (control[name as keyof AchTotals] !== value) faults.push(`${name}: the control record says ${control[name as keyof AchTotals]}, the records come to ${value}`);
  return { entries, control, faults };
}

/** Transaction codes ending in 5 to 9 take money, those ending in 0 to 4 give it; a return has the code of its own side. */
const isDebit = (code: string): boolean => Number(code[1]) >= 5;

function readEntry(line: string, path: string): AchEntry {
  return { transactionCode: line.slice(1, 3), routing: line.slice(3, 12), account: line.slice(12, 29).trim(), amountMinor: digits(line.slice(29, 39), path), name: line.slice(54, 76).trim(), trace: line.slice(79, 94) };
}

function withAddenda(entry: AchEntry, line: string): AchEntry {
  const [kind, code, originalTrace] = [line.slice(1, 3), line.slice(3, 6), line.slice(6, 21)];
  if (kind === "99") return { ...entry, returned: { code, originalTrace } };
  return kind === "98" ? { ...entry, change: { code, originalTrace, corrected: line.slice(35, 64).trim() } } : entry;
}

function readControl(line: string, path: string): AchTotals {
  const at = (from: number, to: number) => digits(line.slice(from, to), path);
  return { batches: Number(at(1, 7)), blocks: Number(at(7, 13)), entriesAndAddenda: Number(at(13, 21)), entryHash: at(21, 31), debitMinor: at(31, 43), creditMinor: at(43, 55) };
}

function digits(text: string, path: string): bigint {
  if (!/^\d+$/.test(text)) throw new UnreadableFile(path, `${JSON.stringify(text)} is no number`);
  return BigInt(text);
}

/**
 * The check digit of the first eight digits of a routing number: weights 3, 7, 1, the sum filled up to the next ten.
 * @source  ABA routing number policy @example routingCheckDigit("23138010") is 4
 */
export function routingCheckDigit(eight: string): number {
  if (!/^\d{8}$/.test(eight)) throw new RangeError(`not eight digits: ${eight}`);
  const sum = [...eight].reduce((total, digit, i) => total + Number(digit) * ([3, 7, 1][i % 3] ?? 0), 0);
  return (10 - (sum % 10)) % 10;
}

/** Nine digits of which the last is right. */
function routingValid(nine: string): boolean {
  return /^\d{9}$/.test(nine) && routingCheckDigit(nine.slice(0, 8)) === Number(nine[8]);
}

/** Levels of returned debits in basis points of those sent, above which a sender is asked to explain. @source Nacha Operating Rules, subsection 2.17.2 */
const RETURN_LEVELS = { unauthorized: 50n, administrative: 300n, overall: 1500n } as const;
export type ReturnLevel = keyof typeof RETURN_LEVELS;

/**
 * Which levels the returns of the last 60 days are above.
 * @example  returnLevelsExceeded(10_000, { unauthorized: 51, administrative: 0, overall: 51 }) is ["unauthorized"]
 */
export function returnLevelsExceeded(debits: number, returns: Readonly<Record<ReturnLevel, number>>): ReturnLevel[] {
  return (Object.keys(RETURN_LEVELS) as ReturnLevel[]).filter((level) => BigInt(returns[level]) * 10_000n > RETURN_LEVELS[level] * BigInt(debits));
}
