import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { CaseResult } from "./golden/result.ts";
import { runLoanCases } from "./golden/loan-cases.ts";

/**
 * Runs every golden file of a folder: `npm run golden -- DIR [--verbose]`. Prints `theme passed failed` for each theme and
 * `N passed, M failed` at the end; exit code 1 when M > 0. A file or case that is not understood counts as failed.
 */
async function main(args: readonly string[]): Promise<number> {
  const verbose = args.includes("--verbose");
  const folder = args.find((a) => !a.startsWith("--"));
  if (folder === undefined) {
    console.error("usage: npm run golden -- DIR [--verbose]");
    return 2;
  }
  const themes = new Map<string, { passed: number; failed: number }>();
  const failures: CaseResult[] = [];
  for (const file of jsonFiles(folder)) {
    for await (const result of runFile(file)) {
      const theme = themes.get(result.theme) ?? { passed: 0, failed: 0 };
      themes.set(result.theme, theme);
      if (result.pass) theme.passed++;
      else {
        theme.failed++;
        failures.push(result);
      }
    }
  }
  for (const [theme, { passed, failed }] of [...themes].sort(([a], [b]) => (a < b ? -1 : 1))) console.log(`${theme} ${passed} ${failed}`);
  if (verbose) for (const f of failures) console.log(`FAIL ${f.theme} ${f.id}: ${f.difference ?? "no reason given"}`);
  const passed = [...themes.values()].reduce((sum, t) => sum + t.passed, 0);
  console.log(`${passed} passed, ${failures.length} failed`);
  return failures.length > 0 || passed === 0 ? 1 : 0;
}

function* jsonFiles(folder: string): Generator<string> {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* jsonFiles(path);
    else if (name.endsWith(".json")) yield path;
  }
}

type RegulatoryRunner = { runRegulatory(file: unknown, fileName: string): Iterable<CaseResult> | AsyncIterable<CaseResult> };

/** Gives a file to the runner of its format. */
async function* runFile(path: string): AsyncGenerator<CaseResult> {
  let file: unknown;
  try {
    file = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    yield { theme: path, id: path, pass: false, difference: `not JSON: ${String(error)}` };
    return;
  }
  if (formatOf(file) === "loan-golden-cases/1") {
    yield* runLoanCases(file);
    return;
  }
  const runner = await regulatoryRunner();
  if (runner === null) yield { theme: path, id: path, pass: false, difference: `no runner for format ${JSON.stringify(formatOf(file))}` };
  else yield* runner.runRegulatory(file, path);
}

function formatOf(file: unknown): string | null {
  return typeof file === "object" && file !== null && "format" in file && typeof file.format === "string" ? file.format : null;
}

async function regulatoryRunner(): Promise<RegulatoryRunner | null> {
  try {
    return await import(new URL("golden/regulatory.ts", import.meta.url).href) as RegulatoryRunner;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") return null;
    throw error;
  }
}

process.exitCode = await main(process.argv.slice(2));
