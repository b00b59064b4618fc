import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as fc from "fast-check";

/** A test that can be run again and again in one process; it throws when it fails. */
export type CollectedTest = { readonly id: string; readonly file: string; run(): void };

type Result = { readonly id: string; readonly pass: boolean; readonly difference?: string };

/** What stands in for `node:test` while tests are collected: it takes note of them and runs nothing. */
const SHIM = "export const test = (name, fn) => globalThis.__collect(name, fn); export const it = test; export const describe = (_n, fn) => fn(); export default test;";

/**
 * Loads the engine's tests of a copy of the house and hands them out one by one: golden cases first (they are quick and notice
 * most), then worked examples, then properties. Whoever runs them decides when and how often.
 *
 * @param root  folder that holds `src/engine` and `tools/golden`
 */
export async function collectTests(root: string): Promise<CollectedTest[]> {
  registerHooks({
    resolve: (specifier, context, next) => {
      const shim = specifier === "node:test" ? SHIM : /^\.\/regulatory-.*\.ts$/.test(specifier) ? judgeAbove(join(root, "tools/golden", specifier)) : null;
      return shim === null ? next(specifier, context) : { url: `data:text/javascript,${encodeURIComponent(shim)}`, shortCircuit: true };
    },
  });
  // That a property fails is enough here: the smallest case that does so is not looked for.
  fc.configureGlobal({ endOnFailure: true });
  const tests = [...await goldenCases(root)];
  const engine = join(root, "src/engine");
  const files = readdirSync(engine, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".test.ts")).sort();
  const isProperty = (name: string) => /propert|histories/.test(name);
  for (const name of [...files.filter((n) => !isProperty(n)), ...files.filter(isProperty)]) tests.push(...await fromFile(join(engine, name), name));
  return tests;
}

/** Vectors that other modules judge, above the engine, have nothing to say about it, and those modules are not copied: their judges pass everything. */
function judgeAbove(path: string): string | null {
  const source = readFileSync(path, "utf8");
  if (!/from "#(modules|integrations|kernel|app)\//.test(source)) return null;
  return [...source.matchAll(/^export (?:function\*?|const) (\w+)/gm)].map(([, name]) => `export const ${name} = () => null;`).join("\n");
}

async function fromFile(path: string, file: string): Promise<CollectedTest[]> {
  const found: CollectedTest[] = [];
  const collect = (name: string, fn: () => void) => { if (typeof fn === "function") found.push({ id: `${file}: ${name}`, file, run: fn }); };
  Object.assign(globalThis, { __collect: collect });
  try {
    await import(pathToFileURL(path).href);
  } catch (error) {
    // Somebody may be writing it: what cannot be loaded notices nothing, and is said.
    appendFileSync("left-out.txt", `${file} cannot be loaded: ${String(error).slice(0, 200)}\n`);
    return [];
  }
  return found;
}

/** Each golden case and each regulatory vector is a test of its own, so that a mutant meets only those that reach it. */
async function goldenCases(root: string): Promise<CollectedTest[]> {
  const load = async (file: string): Promise<Record<string, unknown>> => await import(pathToFileURL(join(root, "tools/golden", file)).href) as Record<string, unknown>;
  const runLoanCases = (await load("loan-cases.ts"))["runLoanCases"] as (file: unknown) => Iterable<Result>;
  const runRegulatory = (await load("regulatory.ts"))["runRegulatory"] as (file: unknown, name: string) => Iterable<Result>;
  const folder = join(root, "src/engine/golden");
  const tests: CollectedTest[] = [];
  const add = (id: string, file: string, results: () => Iterable<Result>) => tests.push({ id, file, run: () => judge(results()) });
  for (const [theme, name, content] of filesOf(folder)) {
    const cases = (content["cases"] ?? content["vectors"] ?? []) as { id?: string }[];
    for (const [index, one] of cases.entries()) {
      const id = `${theme}/${name}: ${one.id ?? index}`;
      if (content["cases"]) add(id, name, () => runLoanCases({ ...content, cases: [one] }));
      else add(id, name, () => runRegulatory({ ...content, vectors: [one] }, name));
    }
  }
  return tests;
}

function* filesOf(folder: string): Generator<[string, string, Record<string, unknown>]> {
  for (const theme of readdirSync(folder)) {
    for (const name of readdirSync(join(folder, theme)).filter((n) => n.endsWith(".json"))) {
      yield [theme, name, JSON.parse(readFileSync(join(folder, theme, name), "utf8")) as Record<string, unknown>];
    }
  }
}

function judge(results: Iterable<Result>): void {
  for (const result of results) if (!result.pass) throw new Error(`${result.id}: ${result.difference ?? "differs"}`);
}
