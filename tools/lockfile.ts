import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./source-files.ts";

// A registry that mirrors one platform makes npm write a lockfile without the packages of the others, and `npm ci` then
// refuses that lockfile everywhere. Their exact versions are known from the package that asks for them, so this names them:
//   node tools/lockfile.ts        after every change of dependencies
// What it adds has no integrity hash, for want of the package; npm fills it in where the package can be had.

export interface LockEntry {
  version?: string;
  optional?: boolean;
  optionalDependencies?: Record<string, string>;
  os?: string[];
  cpu?: string[];
  libc?: string[];
}

type Entries = Record<string, LockEntry>;

interface Missing {
  readonly path: string;
  readonly entry: LockEntry;
}

/** The packages of other platforms that a lockfile asks for and does not name. */
export function missingPlatforms(packages: Readonly<Entries>): Missing[] {
  const missing = new Map<string, LockEntry>();
  for (const { optionalDependencies = {} } of Object.values(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const path = `node_modules/${name}`;
      // A range may be met by a copy further down, and tells no exact version.
      if (path in packages || !/^\d+\.\d+\.\d+/.test(version)) continue;
      missing.set(path, { version, optional: true, ...platformOf(name) });
    }
  }
  return [...missing].map(([path, entry]) => ({ path, entry }));
}

/** Such packages carry their platform in their name: oxlint/binding-linux-arm64-musl. */
function platformOf(name: string): Pick<LockEntry, "os" | "cpu" | "libc"> {
  const cpu = /(?:^|[-/])(x64|arm64|arm|ia32|ppc64|riscv64|s390x|wasm32|loong64)(?=-|$)/.exec(name)?.[1];
  const os = /(?:^|[-/])(darwin|linux|win32|windows|freebsd|android|openharmony)(?=-|$)/.exec(name)?.[1]?.replace("windows", "win32");
  const libc = /musl/.test(name) ? "musl" : /gnu/.test(name) && os === "linux" ? "glibc" : undefined;
  if (cpu === undefined && os === undefined) throw new Error(`${name}: no platform in its name`);
  return { ...(cpu && { cpu: [cpu] }), ...(os && { os: [os] }), ...(libc && { libc: [libc] }) };
}

if (import.meta.main) {
  const file = join(ROOT, "package-lock.json");
  const lock = JSON.parse(readFileSync(file, "utf8")) as { packages: Entries };
  const missing = missingPlatforms(lock.packages);
  for (const { path, entry } of missing) lock.packages[path] = entry;
  lock.packages = Object.fromEntries(Object.entries(lock.packages).toSorted(([a], [b]) => a.localeCompare(b, "en")));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`package-lock.json: ${missing.length} packages of other platforms added`);
}
