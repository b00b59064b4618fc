import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PLANTED, PROPERTY_FILES } from "./r20-planted.ts";
import type { Planted } from "./r20-planted.ts";
import type { Check } from "./result.ts";

const ROOT = join(import.meta.dirname, "..");
const ENGINE = join(ROOT, "src/engine");
/** Properties of figures alone are tried this many times as often as those of whole loans. */
const CHEAP = 4;
const WORKERS = 2;

/**
 * The engine's properties on random loans and histories: `--cases` in all, from `--seed`, on two cores. With `--planted` the same properties
 * meet planted faults instead: each fault must be noticed, and each property must have noticed one.
 */
export const r20: Check = {
  id: "R20",
  title: "properties of schedules, allocations, histories, payoffs, figures and rules hold on random loans; --planted: they notice faults",
  async run(options) {
    return options.planted ? noticePlanted(options.say) : holdOn(options.cases ?? 20_000, options.seed, options.say);
  },
};

type Verdict = { held: string[]; broken: string[]; output: string };

async function holdOn(cases: number, seed: number, say: (line: string) => void) {
  const files = readdirSync(ENGINE, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".test.ts")).map((name) => ({ name, text: readFileSync(join(ENGINE, name), "utf8") }));
  const count = (text: string, what: RegExp) => [...text.matchAll(what)].length;
  const wide = files.map(({ name, text }) => ({ name, whole: count(text, /^holds\(|\}\), options\);/gm), cheap: count(text, /^holdsCheaply\(/gm) })).filter((f) => f.whole + f.cheap > 0);
  const [whole, cheap] = [wide.reduce((sum, f) => sum + f.whole, 0), wide.reduce((sum, f) => sum + f.cheap, 0)];
  const each = Math.max(1, Math.ceil(cases / (whole + CHEAP * cheap)));
  say(`${whole + cheap} properties in ${wide.length} files: ${each} cases for each of ${whole} about whole loans, ${each * CHEAP} for each of ${cheap} about figures, seed ${seed}`);
  const start = performance.now();
  const waiting = [...wide].sort((a, b) => b.whole - a.whole);
  const verdicts: Verdict[] = [];
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const from = performance.now();
      const verdict = await test(file.name, { PROPERTY_RUNS: String(each), PROPERTY_SEED: String(seed) });
      verdicts.push(verdict);
      say(`${file.name}: ${verdict.held.length} held, ${verdict.broken.length} did not (${Math.round((performance.now() - from) / 1000)} s)`);
      for (const line of verdict.output.split("\n").filter((l) => /^not ok|Counterexample|Property failed|seed:/.test(l.trim())).slice(0, 12)) say(line.trim().slice(0, 400));
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  const broken = verdicts.flatMap((v) => v.broken);
  const tried = each * (whole + CHEAP * cheap);
  const seconds = Math.round((performance.now() - start) / 1000);
  return { pass: broken.length === 0 && tried >= cases && verdicts.every((v) => v.held.length > 0), value: seconds, unit: "s", cases: tried, violations: broken.length, seed, detail: { properties: whole + cheap, files: wide.length, casesEach: each, broken } };
}

/** Plants each fault, runs the properties that must notice it, and tells what stayed unnoticed. */
async function noticePlanted(say: (line: string) => void) {
  const noticed = new Map<string, string>();
  const every = new Set<string>();
  const unnoticed: string[] = [];
  const jobs = PLANTED.flatMap((fault, index) => fault.by.map((file) => ({ fault, index, file })));
  const caught = new Set<number>();
  for (const file of PROPERTY_FILES) for (const line of readFileSync(join(ENGINE, `${file}-properties.test.ts`), "utf8").matchAll(/^holds(?:Cheaply)?\("([^"]+)"/gm)) every.add(line[1] as string);
  const work = async (): Promise<void> => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      const { fault, index, file } = job;
      const { held, broken, output } = await test(`${file}-properties.test.ts`, { PROPERTY_RUNS: "150", PROPERTY_END_ON_FAILURE: "1" }, fault);
      const known = broken.filter((name) => every.has(name));
      if (held.length + known.length === 0) say(`could not run: ${fault.file}: ${output.split("\n").find((line) => line.includes("not there once")) ?? output.slice(0, 300)}`);
      for (const name of known) if (!noticed.has(name)) noticed.set(name, `${fault.file}: ${fault.replace}`);
      if (known.length > 0) caught.add(index);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  PLANTED.forEach((fault, index) => { if (!caught.has(index)) unnoticed.push(`${fault.file}: ${fault.find}`); });
  const silent = [...every].filter((name) => !noticed.has(name));
  for (const fault of unnoticed) say(`nobody noticed ${fault}`);
  for (const name of silent) say(`noticed nothing: ${name}`);
  say(`${PLANTED.length} faults, ${caught.size} noticed; ${every.size} properties, ${noticed.size} noticed one`);
  return { pass: unnoticed.length + silent.length === 0, cases: PLANTED.length, violations: unnoticed.length + silent.length, detail: { faults: PLANTED.length, noticed: caught.size, properties: every.size, propertiesThatNoticed: noticed.size, unnoticed, silent } };
}

function test(file: string, environment: Readonly<Record<string, string>>, fault?: Planted): Promise<Verdict> {
  const hook = fault ? ["--import", pathToFileURL(join(import.meta.dirname, "r20-plant-hook.ts")).href] : [];
  const planted = fault ? { PLANTED_FAULT: JSON.stringify({ file: fault.file, find: fault.find, replace: fault.replace }) } : {};
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [...hook, "--test", "--test-isolation=none", "--test-reporter=tap", join(ENGINE, file)], { cwd: ROOT, env: { ...process.env, ...environment, ...planted, NODE_TEST_CONTEXT: undefined }, stdio: ["ignore", "pipe", "pipe"], timeout: fault ? 120_000 : 3_600_000 });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.once("error", failed);
    child.once("close", () => {
      const names = (what: RegExp) => [...output.matchAll(what)].map((m) => (m[1] as string).replaceAll(String.raw`\#`, "#"));
      done({ held: names(/^ok \d+ - (.*)$/gm), broken: names(/^not ok \d+ - (.*)$/gm), output });
    });
  });
}
