import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Something a check found wrong, at a place an editor can open. */
export interface Fault {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
}

export const ROOT = join(import.meta.dirname, "..");

const CODE_FOLDERS = ["src", "web", "sandbox", "bench", "assure", "tools", "stories", "journeys"];
const NOT_OURS = new Set(["node_modules", "dist", "generated", ".data", ".test-output", ".stryker-tmp"]);

/** Every TypeScript file we wrote. @throws Error when there is none: a check that reads nothing must not pass */
export function readCode(root: string = ROOT): SourceFile[] {
  const files = CODE_FOLDERS.flatMap((folder) => walk(join(root, folder)))
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => ({ path: relative(root, path).split(sep).join("/"), text: readFileSync(path, "utf8") }));
  if (files.length === 0) throw new Error(`no TypeScript file found under ${root}`);
  return files;
}

/** Files under a folder, in the order of their names; nothing when the folder is not there. */
export function walk(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (NOT_OURS.has(entry.name)) return [];
      const path = join(folder, entry.name);
      return entry.isDirectory() ? walk(path) : [path];
    });
}

export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let i = text.indexOf("\n"); i !== -1 && i < offset; i = text.indexOf("\n", i + 1)) line++;
  return line;
}

/** Prints faults the way compilers do and sets the exit code. */
export function report(name: string, faults: readonly Fault[], filesRead: number): void {
  for (const { file, line, rule } of faults) console.error(`${file}:${line}  ${rule}`);
  console.log(`${name}: ${filesRead} files read, ${faults.length} ${faults.length === 1 ? "fault" : "faults"}`);
  if (faults.length > 0) process.exitCode = 1;
}

export const isTest = (path: string) => /\.(test|journey)\.tsx?$/.test(path);
