import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterRetry, measured, placesToRetry, readRecord, writeRecord } from "./record.ts";
import type { MutationReport } from "./record.ts";
import { mutationPage } from "./report.ts";

/**
 * Mutation test of the engine: `node tools/mutation/run.ts [FILE …] [--lived] [--concurrency 1]`. Works on a copy, file by file, puts each
 * file's result into `tools/mutation/record.json` and writes `docs/mutation.md` from it. Without names: every file of the engine.
 * With `--committed` the copy is of what is committed, whatever is being written. With `--lived`, and where the file is as it was, only mutants that lived are tried again: tests were added, and what was killed stays so.
 * With `--page-only` nothing is run: the page is written from the record.
 */
const ROOT = join(import.meta.dirname, "../..");
const RESULTS = join(ROOT, ".test-output/mutation");
const RECORD = join(ROOT, "tools/mutation/record.json");

async function main(args: readonly string[]): Promise<number> {
  const at = args.indexOf("--concurrency");
  const concurrency = at < 0 ? 1 : Number(args[at + 1]);
  const named = args.filter((a, i) => !a.startsWith("--") && (at < 0 || i !== at + 1)).map((a) => (a.endsWith(".ts") ? a : `${a}.ts`));
  const files = named.length > 0 ? named : engineFiles();
  mkdirSync(RESULTS, { recursive: true });
  if (!args.includes("--page-only")) {
    for (const file of files) {
      const code = await mutate(file, concurrency, args.includes("--lived"), args.includes("--committed"));
      if (code !== 0) console.error(`${file}: stryker ended with ${code}`);
      writePage();
    }
  }
  writePage();
  return 0;
}

const PARTS = ["src/engine", "src/modules/servicing/domain", "tools/golden", "tools/mutation", "docs/lending-maths.md", "package.json", "tsconfig.json"];

/** A copy of what the tests need, so that nothing in the house is touched. */
function copyOfHouse(committed: boolean): string {
  const copy = join(tmpdir(), `loanwright-mutation-${process.pid}`);
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(join(copy, "src"), { recursive: true });
  if (committed) execFileSync("tar", ["-x", "-C", copy], { input: execFileSync("git", ["archive", "HEAD", ...PARTS], { cwd: ROOT, maxBuffer: 1 << 28 }) });
  else for (const part of PARTS) cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
  return copy;
}

async function mutate(file: string, concurrency: number, onlyLived: boolean, committed: boolean): Promise<number> {
  const copy = copyOfHouse(committed);
  const reportFile = join(RESULTS, `${file.replace("/", "__")}.json`);
  const source = readFileSync(join(copy, "src/engine", file), "utf8");
  const places = onlyLived ? placesToRetry(file, recordNow()[file], source) : null;
  if (places?.length === 0) {
    rmSync(copy, { recursive: true, force: true });
    return 0;
  }
  rmSync(reportFile, { force: true });
  const config = {
    testRunner: "engine", plugins: [join(copy, "tools/mutation/engine-runner.ts")], mutate: places ?? [`src/engine/${file}`], inPlace: true,
    coverageAnalysis: "perTest", ignoreStatic: true, ignorers: ["wording"], concurrency, timeoutMS: 6_000, timeoutFactor: 0.1,
    reporters: ["json", "clear-text", "progress-append-only"], clearTextReporter: { logTests: false, reportMutants: false, reportTests: false, allowColor: false }, jsonReporter: { fileName: reportFile },
    allowConsoleColors: false, disableTypeChecks: false, checkers: [], packageManager: "npm", tempDirName: join(copy, ".stryker"), logLevel: "warn",
  };
  writeFileSync(join(copy, "stryker.config.json"), JSON.stringify(config));
  const code = await new Promise<number>((done, failed) => {
    const stryker = spawn(process.execPath, [join(copy, "node_modules/@stryker-mutator/core/bin/stryker.js"), "run", "stryker.config.json"], { cwd: copy, stdio: "inherit", env: { ...process.env, PROPERTY_RUNS: process.env["PROPERTY_RUNS"] ?? "25", MUTANT_OWN_TESTS: file.replace(/\.ts$/, ".test.ts") } });
    stryker.once("error", failed);
    stryker.once("close", (status) => done(status ?? 1));
  });
  const leftOut = join(copy, "left-out.txt");
  if (existsSync(leftOut)) console.error(`left out, as they fail without a mutant:\n${readFileSync(leftOut, "utf8")}`);
  rmSync(copy, { recursive: true, force: true });
  if (code === 0) keep(file, reportFile, places !== null);
  return code;
}

const recordNow = () => readRecord(readFileSync(RECORD, "utf8"));

/** Puts what a run found in its place of the record. */
function keep(file: string, reportFile: string, onlyLived: boolean): void {
  const found = measured(JSON.parse(readFileSync(reportFile, "utf8")) as MutationReport);
  if (!found) return;
  const record = recordNow();
  const before = onlyLived ? record[file] : undefined;
  writeFileSync(RECORD, writeRecord({ ...record, [file]: before ? afterRetry(before, found) : found }));
}

/** Files with code: the face of the engine only names what others hold. */
function engineFiles(): string[] {
  return readdirSync(join(ROOT, "src/engine"), { recursive: true, encoding: "utf8" }).filter((n) => n.endsWith(".ts") && !n.endsWith(".test.ts") && !n.endsWith("index.ts") && !n.startsWith("testing")).sort();
}

function writePage(): void {
  const sources = new Map(engineFiles().map((file) => [file, readFileSync(join(ROOT, "src/engine", file), "utf8")]));
  writeFileSync(join(ROOT, "docs/mutation.md"), mutationPage(recordNow(), sources));
}

process.exitCode = await main(process.argv.slice(2));
