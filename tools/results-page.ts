import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sizeOf, type Result } from "../assure/result.ts";
import { ASSURANCE, BENCHMARKS, type Planned } from "./results-plan.ts";
import { ROOT } from "./source-files.ts";

// Takes what `npm run bench` and `npm run assure` left in .test-output/results into docs/results.json, the record that is kept, and writes docs/benchmarks.md and docs/assurance.md from it.
//   node tools/results-page.ts [FOLDER]

/**
 * A page of results: a row for each thing that is planned, "not run" where nothing is known of it, and below it the figures of each.
 *
 * @param results  by id, as `main` of assure wrote them
 */
export function resultsPage(title: string, about: string, planned: readonly Planned[], results: ReadonlyMap<string, Result>): string {
  const unplanned = [...results.keys()].filter((id) => !planned.some(([known]) => known === id)).map((id): Planned => [id, "", ""]);
  const rows = [...planned, ...unplanned].map(([id, what, pass]) => {
    const found = results.get(id);
    if (found === undefined) return `| ${id} | ${what} | ${pass} | not run | | | |`;
    return `| ${id} | ${what} | ${pass} | **${found.pass ? "passes" : "fails"}**${figure(found)} | ${size(found)} | ${loadOf(found)} | ${(found.at ?? "").slice(0, 10)}, ${found.commit ?? ""} |`;
  });
  const figures = [...planned, ...unplanned].flatMap(([id]) => {
    const detail = results.get(id)?.detail;
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

/**
 * The record with new results in it: of each id the last run, but no run of fewer loans or cases than is known, which says less.
 *
 * @returns by id, in its order
 */
export function recorded(record: readonly Result[], found: readonly Result[]): Result[] {
  const byId = new Map(record.map((result) => [result.id, result]));
  for (const result of found) {
    const known = byId.get(result.id);
    if (known === undefined || (sizeOf(result) >= sizeOf(known) && (result.at ?? "") >= (known.at ?? ""))) byId.set(result.id, result);
  }
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

const readResult = (file: string): Result => JSON.parse(readFileSync(file, "utf8")) as Result;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? join(ROOT, ".test-output/results");
  const kept = join(ROOT, "docs/results.json");
  const known = existsSync(kept) ? (JSON.parse(readFileSync(kept, "utf8")) as Result[]) : [];
  const found = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")).map((name) => readResult(join(folder, name))) : [];
  const results = recorded(known, found);
  writeFileSync(kept, `[\n${results.map((result) => `  ${JSON.stringify(result)}`).join(",\n")}\n]\n`);
  const write = (name: string, title: string, about: string, planned: readonly Planned[]) =>
    writeFileSync(join(ROOT, "docs", name), resultsPage(title, about, planned, new Map(results.filter(({ id }) => planned.some(([one]) => one === id)).map((result) => [result.id, result]))));
  write("benchmarks.md", "Benchmarks", "`bench/README.md` says how each is made.", BENCHMARKS);
  write("assurance.md", "Assurance", "`assure/README.md` says how each is made.", ASSURANCE);
}
