import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mutationPage } from "./report.ts";
import type { MutationReport } from "./report.ts";

/**
 * Mutation test of the engine: `node tools/mutation/run.ts [FILE …] [--concurrency 1]`. Works on a copy, file by file, keeps each file's
 * result in `.test-output/mutation/` and writes `docs/mutation.md` from all results there are. Without names: every file of the engine.
 */
const ROOT = join(import.meta.dirname, "../..");
const RESULTS = join(ROOT, ".test-output/mutation");

async function main(args: readonly string[]): Promise<number> {
  const at = args.indexOf("--concurrency");
  const concurrency = at < 0 ? 1 : Number(args[at + 1]);
  const named = args.filter((a, i) => !a.startsWith("--") && (at < 0 || i !== at + 1)).map((a) => (a.endsWith(".ts") ? a : `${a}.ts`));
  const files = named.length > 0 ? named : engineFiles();
  mkdirSync(RESULTS, { recursive: true });
  if (!args.includes("--page-only")) {
    for (const file of files) {
      const code = await mutate(file, concurrency);
      if (code !== 0) console.error(`${file}: stryker ended with ${code}`);
      writePage();
    }
  }
  writePage();
  return 0;
}

/** A copy of what the tests need, so that nothing in the house is touched. */
function copyOfHouse(): string {
  const copy = join(tmpdir(), `loanwright-mutation-${process.pid}`);
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(join(copy, "src"), { recursive: true });
  for (const part of ["src/engine", "src/modules/servicing/domain", "tools/golden", "tools/mutation", "docs/lending-maths.md", "package.json", "tsconfig.json"]) cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
  return copy;
}

async function mutate(file: string, concurrency: number): Promise<number> {
  const copy = copyOfHouse();
  const reportFile = join(RESULTS, `${file.replace("/", "__")}.json`);
  const config = {
    testRunner: "engine", plugins: [join(copy, "tools/mutation/engine-runner.ts")], mutate: [`src/engine/${file}`], inPlace: true,
    coverageAnalysis: "perTest", ignoreStatic: true, ignorers: ["wording"], concurrency, timeoutMS: 20_000, timeoutFactor: 1,
    reporters: ["json", "clear-text", "progress-append-only"], clearTextReporter: { logTests: false, reportMutants: false, reportTests: false, allowColor: false }, jsonReporter: { fileName: reportFile },
    allowConsoleColors: false, disableTypeChecks: false, checkers: [], packageManager: "npm", tempDirName: join(copy, ".stryker"), logLevel: "warn",
  };
  writeFileSync(join(copy, "stryker.config.json"), JSON.stringify(config));
  const code = await new Promise<number>((done, failed) => {
    const stryker = spawn(process.execPath, [join(copy, "node_modules/@stryker-mutator/core/bin/stryker.js"), "run", "stryker.config.json"], { cwd: copy, stdio: "inherit", env: { ...process.env, PROPERTY_RUNS: process.env["PROPERTY_RUNS"] ?? "25" } });
    stryker.once("error", failed);
    stryker.once("close", (status) => done(status ?? 1));
  });
  const leftOut = join(copy, "left-out.txt");
  if (existsSync(leftOut)) console.error(`left out, as they fail without a mutant:\n${readFileSync(leftOut, "utf8")}`);
  rmSync(copy, { recursive: true, force: true });
  return code;
}

/** Files with code: the face of the engine only names what others hold. */
function engineFiles(): string[] {
  return readdirSync(join(ROOT, "src/engine"), { recursive: true, encoding: "utf8" }).filter((n) => n.endsWith(".ts") && !n.endsWith(".test.ts") && !n.endsWith("index.ts") && !n.startsWith("testing")).sort();
}

function writePage(): void {
  const reports = readdirSync(RESULTS).filter((n) => n.endsWith(".json")).sort().map((n): [string, MutationReport] => [n.slice(0, -5).replace("__", "/"), JSON.parse(readFileSync(join(RESULTS, n), "utf8")) as MutationReport]);
  writeFileSync(join(ROOT, "docs/mutation.md"), mutationPage(reports, engineFiles()));
}

process.exitCode = await main(process.argv.slice(2));
