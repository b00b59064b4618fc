import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Check } from "./result.ts";

const ROOT = join(import.meta.dirname, "..");
const ENGINE = join(ROOT, "src/engine");

/** The engine's properties on as many random loans as asked for: `--cases` each, from `--seed`. */
export const r20: Check = {
  id: "R20",
  title: "properties of schedules, allocations, reversals, replays and payoffs hold on random loans and histories",
  async run({ cases = 2_000, seed, say }) {
    const files = readdirSync(ENGINE).filter((name) => name.endsWith(".test.ts")).map((name) => join(ENGINE, name)).filter((file) => readFileSync(file, "utf8").includes("fc.assert"));
    // Those whose number of runs is ours to say; the others keep the number that their file names.
    const wide = files.reduce((sum, file) => sum + readFileSync(file, "utf8").split("}), options);").length - 1, 0);
    const output = await test(files, { PROPERTY_RUNS: String(cases), PROPERTY_SEED: String(seed) });
    const count = (what: string) => Number(new RegExp(`^# ${what} (\\d+)$`, "m").exec(output)?.[1] ?? 0);
    const [held, broken] = [count("pass"), count("fail")];
    const counterexamples = output.split("\n").filter((line) => /^not ok|Counterexample|Property failed|seed:/.test(line.trim()));
    say(`${files.length} files, ${held} tests held, ${broken} did not; ${wide} properties on ${cases} random cases each, seed ${seed}`);
    for (const line of counterexamples.slice(0, 20)) say(line.trim().slice(0, 300));
    return { pass: broken === 0 && wide > 0 && held >= wide, cases: wide * cases, violations: broken, seed, detail: { held, wideProperties: wide, casesEach: cases, replay: `PROPERTY_RUNS=${cases} PROPERTY_SEED=${seed} node --test src/engine/properties.test.ts` } };
  },
};

function test(files: readonly string[], environment: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, ["--test", "--test-isolation=none", "--test-reporter=tap", ...files], { cwd: ROOT, env: { ...process.env, ...environment, NODE_TEST_CONTEXT: undefined }, stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.once("error", failed);
    child.once("close", () => done(output));
  });
}
