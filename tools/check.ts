import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { postgresRuns, removeAbandoned, startPostgres, stopPostgres } from "#kernel/postgres.ts";
import { ROOT, walk } from "./source-files.ts";
import type { Totals } from "./test-reporter.ts";

// What `npm test` runs. Everything is checked even when something has failed, so that one run shows all there is to mend.
//   npm test -- --only types,lint      these parts alone
//   npm test -- --fast                 without knip, the web build and the browser journeys

interface Part {
  readonly name: string;
  readonly slow?: boolean;
  /** How many of its commands run beside each other; one when left out. What they print stays together. */
  readonly lanes?: number;
  /** Commands, in this order; a part without any has lost its files, and fails. */
  readonly commands: () => Command[];
}

interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** Tests report their totals; a part of tests that ran none fails. */
  readonly tests?: boolean;
}

interface Outcome {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly note: string;
}

const node = (...args: string[]): Command => ({ program: process.execPath, args });
const tool = (name: string, ...args: string[]): Command => ({ program: join(ROOT, "node_modules/.bin", name), args });
/** A part that hangs is ended after this long, and has then failed. */
const PART_MINUTES = 15;
const TEST_CLUSTER = join(ROOT, ".data/test-cluster");

const PARTS: readonly Part[] = [
  { name: "generated", commands: () => [node("tools/docs.ts", "--check")] },
  { name: "types", commands: () => [tool("tsc", "--noEmit", "-p", "tsconfig.json"), tool("tsc", "--noEmit", "-p", "web/tsconfig.json")] },
  { name: "lint", commands: () => [tool("oxlint")] },
  { name: "imports", commands: () => [node("tools/imports.ts")] },
  { name: "tidy", commands: () => [node("tools/tidy.ts")] },
  { name: "web-paths", commands: () => [node("tools/web-paths.ts")] },
  { name: "unused", slow: true, commands: () => [tool("knip", "--no-progress")] },
  // Pure code shares one process; what starts servers or moves the working folder has a process per file.
  { name: "engine", commands: () => testRun(["src/engine"], ["--test-isolation=none"]) },
  { name: "unit", commands: () => testRun(["src", "sandbox", "tools", "web", "bench", "assure"], [`--test-concurrency=${Math.min(2, availableParallelism())}`], "src/engine/") },
  { name: "stories", commands: () => testRun(["stories"], [`--test-concurrency=${Math.min(2, availableParallelism())}`]) },
  {
    name: "assure", slow: true, lanes: Math.min(2, availableParallelism()),
    commands: () => [["S01"], ["S02", "--cases", "2000"], ["S19", "--cases", "100"], ["R03", "--cases", "1000"], ["R04", "--cases", "3000"], ["R01", "--cycles", "2"], ["D01", "--loans", "5000"], ["R02", "--cases", "3", "--cycles", "0", "--loans", "200"], ["R07", "--cases", "500"], ["R08", "--cases", "20"], ["R15", "--cases", "30"]].map((check) => node("assure/run.ts", "run", ...check)),
  },
  { name: "bench", slow: true, commands: () => [node("bench/run.ts", "run", "P01", "--loans", "20000")] },
  { name: "web", slow: true, commands: () => [tool("vite", "build", "--config", "web/vite.config.ts", "--logLevel", "warn")] },
  { name: "journeys", slow: true, commands: () => testRun(["journeys"], [`--test-concurrency=${Math.min(2, availableParallelism())}`]) },
];

function testRun(folders: readonly string[], options: readonly string[], except?: string): Command[] {
  const files = folders.flatMap((folder) => walk(join(ROOT, folder))).map((path) => relative(ROOT, path))
    .filter((path) => /\.(test|journey)\.ts$/.test(path) && (except === undefined || !path.startsWith(except)));
  if (files.length === 0) return [];
  const common = ["--test", "--test-reporter=./tools/test-reporter.ts", "--test-timeout=300000"];
  return [{ ...node(...common, ...options, ...files), tests: true }];
}

/** Runs one part and tells how it went. */
async function runPart(part: Part, scratch: string): Promise<Outcome> {
  const began = performance.now();
  const commands = part.commands();
  const notes: string[] = [];
  let ok = true;
  console.log(`\n── ${part.name} ${"─".repeat(Math.max(0, 70 - part.name.length))}`);
  await inLanes(commands, part.lanes ?? 1, async (command) => {
    const totalsFile = join(scratch, `${part.name}.json`);
    const code = await run(command, { LOANWRIGHT_TEST_TOTALS: totalsFile }, (part.lanes ?? 1) > 1);
    if (code !== 0) ok = false;
    if (command.tests !== true) return;
    const totals = existsSync(totalsFile) ? (JSON.parse(readFileSync(totalsFile, "utf8")) as Totals) : undefined;
    if (totals === undefined || totals.passed + totals.failed === 0 || totals.failed > 0 || totals.complaints.length > 0) ok = false;
    notes.push(totals === undefined ? "ended without totals" : `${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
    if (totals !== undefined && totals.complaints.length > 0) notes.push(totals.complaints.join("; "));
  });
  if (commands.length === 0) {
    ok = false;
    notes.push("there is nothing to check: its files are gone");
  }
  const seconds = (performance.now() - began) / 1000;
  console.log(`${ok ? "✔" : "✖"} ${part.name}, ${seconds.toFixed(1)} s`);
  return { name: part.name, ok, seconds, note: notes.join("; ") };
}

/** Takes commands in their order, so many at a time. */
async function inLanes(commands: readonly Command[], lanes: number, take: (command: Command) => Promise<void>): Promise<void> {
  const waiting = [...commands];
  await Promise.all(Array.from({ length: lanes }, async () => {
    for (let command = waiting.shift(); command !== undefined; command = waiting.shift()) await take(command);
  }));
}

/** Runs a command to its end. `together`: what it prints is kept until then. @returns its exit code */
function run({ program, args }: Command, extra: Record<string, string>, together: boolean): Promise<number> {
  const env = {
    ...process.env,
    PATH: `${join(ROOT, "node_modules/.bin")}${delimiter}${process.env["PATH"] ?? ""}`,
    // Sample files and reference figures, where this machine has them; tests that need them say so when it has not.
    LOANWRIGHT_SAMPLES: process.env["LOANWRIGHT_SAMPLES"] ?? join(ROOT, "../shared"),
    // Hundreds of processes load the same sources: what one has stripped and compiled the next takes from here.
    NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] ?? join(ROOT, ".data/compile-cache"),
    ...extra,
  };
  return new Promise((done) => {
    const child = spawn(program, args, { cwd: ROOT, env, stdio: ["ignore", together ? "pipe" : "inherit", together ? "pipe" : "inherit"], shell: process.platform === "win32" });
    const said: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => said.push(chunk));
    const limit = setTimeout(() => {
      console.error(`ended after ${PART_MINUTES} minutes`);
      child.kill("SIGKILL");
    }, PART_MINUTES * 60_000);
    child.on("error", (error) => { console.error(error.message); done(1); });
    child.on("close", (code) => {
      clearTimeout(limit);
      process.stdout.write(Buffer.concat(said));
      done(code ?? 1);
    });
  });
}

function printSummary(outcomes: readonly Outcome[]): void {
  console.log(`\n${"─".repeat(74)}`);
  for (const { name, ok, seconds, note } of outcomes) {
    console.log(`${ok ? "✔" : "✖"} ${name.padEnd(10)} ${seconds.toFixed(1).padStart(7)} s   ${note}`);
  }
  const failed = outcomes.filter(({ ok }) => !ok).map(({ name }) => name);
  const total = outcomes.reduce((sum, { seconds }) => sum + seconds, 0);
  console.log(`${failed.length === 0 ? "All good" : `Failed: ${failed.join(", ")}`}, ${total.toFixed(1)} s`);
}

/** The parts a command line asks for. @throws Error naming a part that does not exist */
function chosen(args: readonly string[]): readonly Part[] {
  const { values } = parseArgs({ args: [...args], options: { only: { type: "string" }, fast: { type: "boolean" } } });
  const names = values.only?.split(",");
  const unknown = names?.find((name) => !PARTS.some((part) => part.name === name));
  if (unknown !== undefined) throw new Error(`there is no part "${unknown}": ${PARTS.map(({ name }) => name).join(", ")}`);
  return PARTS.filter((part) => names?.includes(part.name) ?? !(values.fast === true && part.slow === true));
}

const warm = await postgresRuns(TEST_CLUSTER);
for (const folder of await removeAbandoned()) console.log(`removed what an unfinished run left: ${folder}`);
const scratch = mkdtempSync(join(tmpdir(), "loanwright-check-"));
try {
  const outcomes: Outcome[] = [];
  for (const part of chosen(process.argv.slice(2))) outcomes.push(await runPart(part, scratch));
  printSummary(outcomes);
  if (outcomes.length === 0 || outcomes.some(({ ok }) => !ok)) process.exitCode = 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true });
  // A server that was running before stays; one that another run has taken up meanwhile is that run's to stop.
  if (!warm && !(await testsElsewhere())) await stopPostgres(TEST_CLUSTER);
}

/** Whether another test run is using the shared server right now. */
async function testsElsewhere(): Promise<boolean> {
  if (!await postgresRuns(TEST_CLUSTER)) return false;
  const server = await startPostgres({ dataDir: TEST_CLUSTER });
  const client = new pg.Client({ connectionString: server.ownerUrl });
  await client.connect();
  const { rowCount } = await client.query("SELECT FROM pg_stat_activity WHERE datname LIKE 'lw\\_%'");
  await client.end();
  return (rowCount ?? 0) > 0;
}
