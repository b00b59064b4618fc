import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "#kernel/clock.ts";
import { sizeOf, type Check, type Result } from "./result.ts";

/**
 * The command line of checks: `list`, or `run ID …`. The last line printed is one JSON object; exit code 1 when it does not pass.
 * Each result is also kept in .test-output/results/ID.json, one of planted mistakes in results/planted, and one of a smaller run than is known in results/smaller.
 */
export async function main(checks: readonly Check[]): Promise<void> {
  const { values, positionals: [verb, ...ids] } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: "string" }, cycles: { type: "string" }, loans: { type: "string" }, seconds: { type: "string" }, cases: { type: "string" }, rate: { type: "string" }, data: { type: "string" }, planted: { type: "boolean" } },
  });
  if (verb === "list") {
    for (const check of checks) console.log(`${check.id}  ${check.title}`);
    return;
  }
  const chosen = ids.map((id) => checks.find((check) => check.id === id));
  if (verb !== "run" || ids.length === 0 || chosen.some((check) => check === undefined)) {
    console.error(`Use: list | run ID …   (known: ${checks.map((check) => check.id).join(" ")})`);
    process.exit(2);
  }
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  let failed = false;
  for (const check of chosen as Check[]) {
    const load = { before: Math.round((loadavg()[0] ?? 0) * 100) / 100, cores: cpus().length };
    const outcome = await check.run({
      seed: number(values.seed) ?? 1, cycles: number(values.cycles), loans: number(values.loans), seconds: number(values.seconds), cases: number(values.cases), rate: number(values.rate), data: values.data === undefined ? undefined : resolve(values.data), ...(values.planted ? { planted: true } : {}), say: (line) => console.log(line),
    });
    const result: Result = { id: check.id, ...outcome, commit: commit(), at: systemClock.now(), load };
    // That a planted mistake was noticed is no result of the product.
    keep(join(import.meta.dirname, "../.test-output/results", ...(values.planted ? ["planted"] : [])), result);
    console.log(JSON.stringify(result));
    failed ||= !result.pass;
  }
  process.exit(failed ? 1 : 0);
}

/** The page shows the largest run: a quick look at a thousand loans must not take the place of a million. */
function keep(folder: string, result: Result): void {
  const name = `${result.id}.json`;
  const known = existsSync(join(folder, name)) ? JSON.parse(readFileSync(join(folder, name), "utf8")) as Result : undefined;
  const to = known !== undefined && sizeOf(known) > sizeOf(result) ? join(folder, "smaller") : folder;
  mkdirSync(to, { recursive: true });
  writeFileSync(join(to, name), `${JSON.stringify(result, null, 2)}\n`);
}

function commit(): string {
  return spawnSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).stdout?.trim() ?? "";
}
