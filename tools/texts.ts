import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseSync } from "vite";
import borrower from "../web/i18n/hi-borrower.ts";
import shared from "../web/i18n/hi.ts";
import staff from "../web/i18n/hi-staff.ts";
import { readCode, ROOT, type SourceFile } from "./source-files.ts";

// How many texts of the screens a Hindi reader still meets in English. The ceilings in texts.json only go down:
//   node tools/texts.ts            prints them, folder by folder
//   node tools/texts.ts --list     and each text
//   node tools/texts.ts --lower    writes the present numbers where they are lower

/** What is left in one folder: words that stand in the markup itself, and English keys that no table has in Hindi. */
export interface Left {
  readonly raw: readonly string[];
  readonly english: readonly string[];
}

export type Ceilings = Readonly<Record<string, { readonly raw: number; readonly english: number }>>;

const CEILINGS = join(ROOT, "tools/texts.json");
const HINDI = new Set(Object.keys({ ...shared, ...staff, ...borrower }).map((key) => key.replace(/_(one|other)$/, "")));
/** Attributes of plain elements that are read to people. */
const SPOKEN = new Set(["aria-label", "alt", "placeholder", "title"]);
/** Names and keys, the same in every language. */
const NAMES = new Set(["Loanwright", "CSV", "PDF", "XLSX", "Ctrl K"]);
const LETTERS = /\p{L}{2,}/u;

/** The texts left in one file. */
export function textsLeft({ path, text }: SourceFile, hindi: ReadonlySet<string> = HINDI): Left {
  const raw: string[] = [];
  const english: string[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (node === null || typeof node !== "object" || !("type" in node)) return;
    const n = node as { type: string; value?: unknown; name?: unknown; callee?: unknown; arguments?: unknown[] };
    if (n.type === "JSXText" && LETTERS.test(String(n.value))) raw.push(String(n.value).trim());
    if (n.type === "JSXAttribute" && SPOKEN.has(nameOf(n.name)) && typeof (n.value as { value?: unknown } | null)?.value === "string" && LETTERS.test(String((n.value as { value: string }).value))) raw.push((n.value as { value: string }).value);
    if (n.type === "CallExpression" && nameOf(n.callee) === "t") {
      const key = (n.arguments?.[0] as { value?: unknown } | undefined)?.value;
      if (typeof key === "string" && LETTERS.test(key) && !hindi.has(key)) english.push(key);
    }
    for (const inner of Object.values(node)) visit(inner);
  };
  visit(parseSync(path, text).program);
  return { raw: raw.filter((word) => !NAMES.has(word)), english };
}

function nameOf(node: unknown): string {
  return String((node as { name?: unknown } | null)?.name ?? "");
}

/** The texts left in each folder of the two applications. */
export function leftByFolder(files: readonly SourceFile[]): Map<string, { raw: string[]; english: string[] }> {
  const folders = new Map<string, { raw: string[]; english: string[] }>();
  for (const file of files.filter(({ path }) => path.startsWith("web/") && path.endsWith(".tsx"))) {
    const folder = dirname(file.path);
    const sum = folders.get(folder) ?? { raw: [], english: [] };
    const left = textsLeft(file);
    folders.set(folder, { raw: [...sum.raw, ...left.raw], english: [...new Set([...sum.english, ...left.english])] });
  }
  return folders;
}

export function ceilings(): Ceilings {
  return JSON.parse(readFileSync(CEILINGS, "utf8")) as Ceilings;
}

if (import.meta.main) {
  const left = leftByFolder(readCode());
  const before = ceilings();
  for (const [folder, { raw, english }] of left) {
    console.log(`${folder.padEnd(32)} ${String(raw.length).padStart(4)} in the markup ${String(english.length).padStart(5)} without Hindi`);
    if (process.argv.includes("--list")) for (const word of [...raw, ...english]) console.log(`    ${word}`);
  }
  if (process.argv.includes("--lower")) {
    const lower = (folder: string, kind: "raw" | "english", now: number) => Math.min(before[folder]?.[kind] ?? now, now);
    const next = Object.fromEntries([...left].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([folder, { raw, english }]) => [folder, { raw: lower(folder, "raw", raw.length), english: lower(folder, "english", english.length) }]));
    writeFileSync(CEILINGS, `${JSON.stringify(next, null, 2)}\n`);
  }
}
