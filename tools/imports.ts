import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, normalize } from "node:path/posix";
import { isTest, lineAt, readCode, report, ROOT, type Fault, type SourceFile } from "./source-files.ts";

// The walls of the house. A unit reaches the units listed with it and no others; what modules may know of one another
// is the second table. An entry `module:contract.ts` opens that file of a module and nothing else of it.

type Reach = readonly string[];

const DOORS = ["modules:index.ts", "modules:contract.ts", "modules:ports.ts"];

/** Unit → what it may import besides itself. */
export const UNITS: Readonly<Record<string, Reach>> = {
  engine: [],
  kernel: ["engine", "node", "packages"],
  modules: ["engine", "kernel", "node", "packages"],
  integrations: ["engine", "kernel", "modules:ports.ts", "node", "packages"],
  app: ["engine", "kernel", "integrations", "sandbox", "node", "packages", ...DOORS],
  sandbox: ["kernel", "node", "packages"],
  bench: ["engine", "kernel", "app", "sandbox", "assure", "node", "packages", "dev-packages", ...DOORS],
  assure: ["engine", "kernel", "app", "sandbox", "node", "packages", "dev-packages", ...DOORS],
  stories: ["engine", "kernel", "integrations", "app", "sandbox", "node", "packages", "dev-packages", ...DOORS],
  journeys: ["engine", "kernel", "app", "sandbox", "node", "packages", "dev-packages", ...DOORS],
  // The golden runner books by the pure posting rules of portfolios that come from elsewhere, without the rest of servicing.
  tools: ["engine", "kernel", "integrations", "app", "assure", "sandbox", "web", "node", "packages", "dev-packages", "modules:domain/compat-posting-rules.ts", ...DOORS],
  web: ["engine", "modules:contract.ts as types", "packages"],
};

/** Module → modules it may call, always by their `index.ts`. Against these arrows only events travel. */
export const MODULES: Readonly<Record<string, Reach>> = {
  identity: [],
  parties: [],
  products: [],
  documents: [],
  ledger: [],
  payments: ["parties", "ledger"],
  servicing: ["parties", "products", "documents", "ledger", "payments"],
  collections: ["parties", "documents", "payments", "servicing"],
  origination: ["parties", "products", "documents", "servicing"],
  risk: ["products", "ledger", "servicing"],
  partners: ["products", "documents", "ledger", "payments", "servicing"],
  reporting: ["identity", "parties", "products", "documents", "ledger", "payments", "servicing", "collections", "origination", "risk", "partners"],
};

export interface Packages {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

interface Import {
  readonly specifier: string;
  readonly typesOnly: boolean;
  readonly line: number;
}

const FROM = /^[ \t]*(?:import|export)\s+(type\s)?[^'";]*?\bfrom\s*["']([^"']+)["']/gm;
const BARE = /^[ \t]*import\s+["']([^"']+)["']/gm;
const DYNAMIC = /\b(?:import|require|import\.meta\.resolve)\(\s*["']([^"'\n]+)["']/g;

/** What a file imports, in whichever way: statement, re-export, for its effect, or at run time. */
export function importsOf(text: string): Import[] {
  const at = (match: RegExpExecArray) => lineAt(text, match.index + match[0].length);
  return [
    ...Array.from(text.matchAll(FROM), (m) => ({ specifier: m[2] ?? "", typesOnly: m[1] !== undefined, line: at(m) })),
    ...Array.from(text.matchAll(BARE), (m) => ({ specifier: m[1] ?? "", typesOnly: false, line: at(m) })),
    ...Array.from(text.matchAll(DYNAMIC), (m) => ({ specifier: m[1] ?? "", typesOnly: false, line: at(m) })),
  ];
}

/** Every import that goes through a wall. */
export function importFaults(files: readonly SourceFile[], packages: Packages): Fault[] {
  return files.flatMap((file) =>
    importsOf(file.text).flatMap((found) => {
      const rule = brokenRule(file.path, found, packages);
      return rule === undefined ? [] : [{ file: file.path, line: found.line, rule }];
    }),
  );
}

function brokenRule(path: string, found: Import, packages: Packages): string | undefined {
  const { specifier } = found;
  const unit = unitOf(path);
  if (unit === undefined) return "this folder is in no unit: add it to the table in tools/imports.ts";
  if (!specifier.startsWith(".") && !specifier.startsWith("#")) return outsideRule(path, unit, specifier, packages);
  const target = resolve(path, specifier);
  const targetUnit = unitOf(target);
  if (!/\.(tsx?|mjs|json|css|svg|woff2)(\?\w+)?$/.test(specifier)) return `"${specifier}": write the file's ending`;
  if (targetUnit === undefined) return isTest(path) || unit === "tools" ? undefined : `"${specifier}" leads out of the code`;
  if (target.startsWith("src/kernel/testing/") && !mayUseTestTools(path, unit)) return `"${specifier}" is for tests only`;
  if (unit === targetUnit) return unit === "modules" ? moduleRule(path, target) : unit === "web" ? webRule(path, target) : undefined;
  if (specifier.startsWith(".") && target.startsWith("src/")) return `"${specifier}" crosses units: write #${target.slice("src/".length)}`;
  // Tests stand on real parts: the adapter and the stand-in behind it.
  if (isTest(path) && (targetUnit === "sandbox" || targetUnit === "integrations") && (unit === "integrations" || unit === "modules")) return undefined;
  return unitRule(unit, targetUnit, target, found);
}

function unitRule(unit: string, targetUnit: string, target: string, { specifier, typesOnly }: Import): string | undefined {
  const reach = UNITS[unit] ?? [];
  if (reach.includes(targetUnit)) return undefined;
  if (targetUnit !== "modules") return `${unit} may not import ${targetUnit}: "${specifier}"`;
  const file = target.split("/").slice(3).join("/");
  if (reach.includes(`modules:${file}`)) return undefined;
  if (reach.includes(`modules:${file} as types`)) return typesOnly ? undefined : `${unit} takes types only from "${specifier}": write import type`;
  const doors = reach.filter((r) => r.startsWith("modules:")).map((r) => r.slice("modules:".length));
  return doors.length === 0 ? `${unit} may not import modules: "${specifier}"` : `${unit} enters a module by ${doors.join(" or ")}, not "${specifier}"`;
}

function moduleRule(path: string, target: string): string | undefined {
  const from = path.split("/")[2] ?? "";
  const to = target.split("/")[2] ?? "";
  if (from === to) return undefined;
  const reach = MODULES[from];
  if (reach === undefined) return `module ${from} is not in the table of tools/imports.ts`;
  if (!reach.includes(to)) return `module ${from} may not import ${to}: only events travel that way`;
  return target === `src/modules/${to}/index.ts` ? undefined : `module ${to} is entered by #modules/${to}/index.ts`;
}

/** The two applications share web/ui and web/api, not each other's screens. */
function webRule(path: string, target: string): string | undefined {
  const [from, to] = [path.split("/")[1], target.split("/")[1]];
  const apart = (from === "staff" && to === "borrower") || (from === "borrower" && to === "staff");
  return apart ? `web/${from} may not import web/${to}: move what both need to web/ui` : undefined;
}

function outsideRule(path: string, unit: string, specifier: string, packages: Packages): string | undefined {
  const reach = UNITS[unit] ?? [];
  const test = isTest(path) || mayUseTestTools(path, unit) || path.endsWith(".config.ts");
  if (isBuiltin(specifier)) {
    if (!specifier.startsWith("node:")) return `"${specifier}": write node:${specifier}`;
    return test || reach.includes("node") ? undefined : `${unit} may not import Node: "${specifier}"`;
  }
  const name = specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
  if (name in packages.dependencies) return test || reach.includes("packages") ? undefined : `${unit} may not import packages: "${specifier}"`;
  if (name in packages.devDependencies) {
    return test || reach.includes("dev-packages") ? undefined : `"${name}" is installed for development only; this is production code`;
  }
  return `"${name}" is not in package.json`;
}

function mayUseTestTools(path: string, unit: string): boolean {
  return isTest(path) || /(^|\/)testing\//.test(path) || ["stories", "journeys", "bench", "assure", "tools"].includes(unit);
}

function resolve(path: string, specifier: string): string {
  const bare = specifier.replace(/\?\w+$/, "");
  return bare.startsWith("#") ? `src/${bare.slice(1)}` : normalize(join(dirname(path), bare));
}

function unitOf(path: string): string | undefined {
  const [first, second] = path.split("/");
  const unit = first === "src" ? second : first;
  return unit !== undefined && unit in UNITS ? unit : undefined;
}

if (import.meta.main) {
  const files = readCode();
  const packages = JSON.parse(readFileSync(`${ROOT}/package.json`, "utf8")) as Packages;
  report("imports", importFaults(files, packages), files.length);
}
