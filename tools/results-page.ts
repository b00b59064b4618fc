import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ASSURANCE, BENCHMARKS, type Planned } from "./results-plan.ts";
import { ROOT } from "./source-files.ts";

// Writes docs/benchmarks.md and docs/assurance.md from what `npm run bench` and `npm run assure` left in .test-output/results.
//   node tools/results-page.ts [FOLDER]

/** What a run wrote, as far as the page shows it: see `assure/result.ts`. */
export interface Result {
  readonly id: string; readonly pass: boolean; readonly value?: number; readonly unit?: string; readonly efficiency?: number; readonly cases?: number; readonly violations?: number; readonly seed?: number;
  readonly commit?: string; readonly at?: string; readonly load?: { readonly before: number; readonly cores: number }; readonly detail?: Readonly<Record<string, unknown>>;
}

/** A result and the day it was made. */
export interface Dated { readonly result: Result; readonly date: string }

/**
 * A page of results: a row for each thing that is planned, "not run" where nothing is known of it, and below it the figures of each.
 *
 * @param results  by id, as `main` of assure wrote them
 */
export function resultsPage(title: string, about: string, planned: readonly Planned[], results: ReadonlyMap<string, Dated>): string {
  const unplanned = [...results.keys()].filter((id) => !planned.some(([known]) => known === id)).map((id): Planned => [id, "", ""]);
  const rows = [...planned, ...unplanned].map(([id, what, pass]) => {
    const found = results.get(id);
    if (found === undefined) return `| ${id} | ${what} | ${pass} | not run | | | |`;
    const { result, date } = found;
    return `| ${id} | ${what} | ${pass} | **${result.pass ? "passes" : "fails"}**${figure(result)} | ${size(result)} | ${loadOf(result)} | ${date}, ${result.commit ?? ""} |`;
  });
  const figures = [...planned, ...unplanned].flatMap(([id]) => {
    const detail = results.get(id)?.result.detail;
    return detail === undefined ? [] : [`- **${id}** ${Object.entries(detail).filter(([, value]) => plain(value)).map(([name, value]) => `${words(name)} ${shown(value)}`).join(" · ")}`];
  });
  const run = planned.filter(([id]) => results.has(id)).length;
  return `# ${title}

Made by \`node tools/results-page.ts\` from the results of the last runs; do not edit. ${about}
${run} of ${planned.length} were run; what was not run says so. A run passes by the bar of its size (see the programs), which at a small size is not the bar of a release.

| id | what | a release must reach | last run | size | load before, cores | date, commit |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}

## Figures of the last runs

${figures.join("\n")}
`;
}

function figure({ value, unit, violations, efficiency }: Result): string {
  const parts = [value === undefined ? undefined : `${number(value)}${unit === undefined ? "" : ` ${unit}`}`, efficiency === undefined ? undefined : `${Math.round(efficiency * 100)} % of the floor`, violations === undefined ? undefined : `${violations} violations`];
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? "" : `: ${known.join(", ")}`;
}

function size({ cases, detail, seed }: Result): string {
  const loans = detail?.["loans"];
  return [loans === undefined ? undefined : `${shown(loans)} loans`, cases === undefined ? undefined : `${number(cases)} cases`, seed === undefined ? undefined : `seed ${seed}`].filter((part) => part !== undefined).join(", ");
}

function loadOf({ load, detail }: Result): string {
  if (load !== undefined) return `${load.before} on ${load.cores}`;
  const others = detail?.["coresOfOthers"];
  return others === undefined ? "not recorded" : `others had ${String(others)} of ${String(detail?.["cores"])}`;
}

const number = (n: number): string => n.toLocaleString("en-US", { maximumFractionDigits: 2 });
const plain = (value: unknown): boolean => typeof value === "number" || typeof value === "string" || typeof value === "boolean" || (Array.isArray(value) && value.length > 0 && value.every((inner) => typeof inner === "number"));
const shown = (value: unknown): string => (typeof value === "number" ? number(value) : Array.isArray(value) ? value.map(shown).join(" / ") : String(value).replaceAll("|", "\\|"));
/** @example words("walBytesPerCommand") is "wal bytes per command" */
const words = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function read(folder: string, ids: readonly string[]): Map<string, Dated> {
  const found = new Map<string, Dated>();
  for (const id of ids) {
    const file = join(folder, `${id}.json`);
    if (!existsSync(file)) continue;
    const result = JSON.parse(readFileSync(file, "utf8")) as Result;
    // Results of before they told their time: the file does.
    found.set(id, { result, date: (result.at ?? statSync(file).mtime.toISOString()).slice(0, 10) });
  }
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? join(ROOT, ".test-output/results");
  const write = (name: string, ...page: Parameters<typeof resultsPage>) => writeFileSync(join(ROOT, "docs", name), resultsPage(...page));
  mkdirSync(join(ROOT, "docs"), { recursive: true });
  write("benchmarks.md", "Benchmarks", "`bench/README.md` says how each is made.", BENCHMARKS, read(folder, BENCHMARKS.map(([id]) => id)));
  write("assurance.md", "Assurance", "`assure/README.md` says how each is made.", ASSURANCE, read(folder, ASSURANCE.map(([id]) => id)));
}
