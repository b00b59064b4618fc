import { createHash } from "node:crypto";

/** The part of stryker's report that is read here. */
type Mutant = { replacement?: string; status: string; location: { start: { line: number; column: number }; end: { line: number; column: number } } };
export type MutationReport = { files: Record<string, { source: string; mutants: Mutant[] }> };

/** Where a mutant stands, as stryker reports it: lines and columns count from 1. Not known of files measured before places were kept. */
type Place = { readonly column: number; readonly endLine: number; readonly endColumn: number };
/** A mutant that no test noticed: the code it replaced and what it became, both cut to what a page shows, and the line it stands in. */
export type Survivor = { readonly line: number; readonly text: string; readonly code: string; readonly became: string; readonly reached: boolean; readonly at?: Place };
/** What was found in one file; `source` is the hash of the text that was measured, or null where it is not known. */
export type Measured = { readonly source: string | null; readonly killed: number; readonly ignored: number; readonly survivors: readonly Survivor[] };
/** All that was ever measured, by file. */
export type MutationRecord = Readonly<Record<string, Measured>>;

const KILLED = new Set(["Killed", "Timeout", "RuntimeError"]);
const IGNORED = new Set(["Ignored", "CompileError"]);

/** What a file's text is known by in the record. */
export const hashOf = (source: string): string => createHash("sha256").update(source).digest("hex").slice(0, 16);

/** What one run found in the one file it was for; null when it says nothing of any file. */
export function measured(report: MutationReport): Measured | null {
  const file = Object.values(report.files)[0];
  if (!file) return null;
  const lines = file.source.split("\n");
  const survivors = file.mutants.filter((m) => !KILLED.has(m.status) && !IGNORED.has(m.status)).map((m) => survivor(lines, m));
  const count = (of: ReadonlySet<string>) => file.mutants.filter((m) => of.has(m.status)).length;
  return { source: hashOf(file.source), killed: count(KILLED), ignored: count(IGNORED), survivors: survivors.sort(byPlace) };
}

function survivor(lines: readonly string[], { location: { start, end }, replacement, status }: Mutant): Survivor {
  const text = lines[start.line - 1] ?? "";
  const code = start.line === end.line ? text.slice(start.column - 1, end.column - 1) : `${text.slice(start.column - 1)} …`;
  const cut = (part: string) => part.replaceAll(/\s+/g, " ").trim().slice(0, 90);
  const at = { column: start.column, endLine: end.line, endColumn: end.column };
  return { line: start.line, text, code: cut(code), became: cut(replacement ?? ""), reached: status !== "NoCoverage", at };
}

/** A steady order, whatever order they were tried in: from left to right, the wider piece of code first. */
function byPlace(a: Survivor, b: Survivor): number {
  const column = (a.at?.column ?? 0) - (b.at?.column ?? 0);
  const width = (b.at?.endLine ?? 0) - (a.at?.endLine ?? 0) || (b.at?.endColumn ?? 0) - (a.at?.endColumn ?? 0);
  return a.line - b.line || column || width || (a.became < b.became ? -1 : a.became > b.became ? 1 : 0);
}

/**
 * The earlier result after its survivors alone were tried again: what was killed stays so, and whoever lives still, lives.
 * @param again  result of a run over the survivors' places; other mutants within them are passed over
 */
export function afterRetry(before: Measured, again: Measured): Measured {
  const key = ({ line, became, at }: Survivor) => JSON.stringify([line, at, became]);
  const alive = new Map(again.survivors.map((s) => [key(s), s]));
  const survivors = before.survivors.flatMap((s) => alive.get(key(s)) ?? []);
  return { ...before, killed: before.killed + before.survivors.length - survivors.length, survivors };
}

/** Where the survivors of a file stand, in stryker's own form; null when they cannot be tried alone: the text has changed, or a place is not known. */
export function placesToRetry(file: string, before: Measured | undefined, source: string): string[] | null {
  if (before?.source !== hashOf(source)) return null;
  const places: string[] = [];
  for (const { line, at } of before.survivors) {
    if (!at) return null;
    // Columns count from 0 there, from 1 in the report.
    places.push(`src/engine/${file}:${line}:${at.column - 1}-${at.endLine}:${at.endColumn - 1}`);
  }
  return [...new Set(places)];
}

/** The record as it is kept: files by name, a survivor a line, so that a difference shows what changed. */
export function writeRecord(record: MutationRecord): string {
  const files = Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, { survivors, ...counts }]) => {
    const list = survivors.length === 0 ? "[]" : `[\n${survivors.map((s) => `    ${JSON.stringify(s)}`).join(",\n")}\n  ]`;
    return `  ${JSON.stringify(file)}: ${JSON.stringify(counts).slice(0, -1)},"survivors":${list}}`;
  });
  return `{\n${files.join(",\n")}\n}\n`;
}

/** Reads what {@link writeRecord} wrote. */
export const readRecord = (text: string): MutationRecord => JSON.parse(text) as MutationRecord;
