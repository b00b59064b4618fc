import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isTest, lineAt, readCode, report, ROOT, type Fault, type SourceFile } from "./source-files.ts";

// The web names the server's routes as text, which no type checks. Each must be in docs/openapi.json, as a read where it is
// read and as a write where it is written.

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface Use {
  readonly path: string;
  readonly reads: boolean;
  readonly line: number;
}

const LITERAL = String.raw`(?:"(\/[a-z][^"]*)"|${"`"}(\/[a-z][^${"`"}]*)${"`"})`;
/** useGet<Loan>("/loan-accounts"), useCommand(condition ? null : …); the first address on the line is the route. */
const CALL = new RegExp(String.raw`\b(useGet|useGetVersioned|useCommand|address|send|command)\b(?:<[^\n]*?>)?\((?:[^\n"${"`"}]|"[A-Z]*")*?(?:=== ""[^\n"${"`"}]*?)?${LITERAL}`, "g");
const ELEMENT = new RegExp(String.raw`<([A-Z]\w*)\b(?:<[^\n]*?>)?[^\n<]*?\spath=\{?${LITERAL}`, "g");
const READERS = new Set(["useGet", "useGetVersioned", "address", "DataTable"]);

/** The routes a file of the web asks for, with `{}` where a value is put in. */
export function usesOf(text: string): Use[] {
  return [...text.matchAll(CALL), ...text.matchAll(ELEMENT)].map((match) => ({
    path: (match[2] ?? match[3] ?? "").replace(/\$\{[^}]*\}/g, "{}").replace(/\?.*$/, "").replace(/\/$/, ""),
    reads: READERS.has(match[1] ?? ""),
    line: lineAt(text, match.index),
  }));
}

export function webPathFaults(files: readonly SourceFile[], document: OpenApi): Fault[] {
  const routes = new Map(Object.entries(document.paths).map(([path, methods]) => [path.replace(/^\/v1/, "").replace(/\{[^}]*\}/g, "{}"), Object.keys(methods)]));
  return files.filter(({ path }) => path.startsWith("web/") && !path.startsWith("web/api/") && !isTest(path)).flatMap(({ path: file, text }) =>
    usesOf(text).flatMap(({ path, reads, line }) => {
      const methods = routes.get(path);
      if (methods === undefined) return [{ file, line, rule: `the server has no route /v1${path}` }];
      return methods.some((method) => (method === "get") === reads) ? [] : [{ file, line, rule: `/v1${path} is ${reads ? "read" : "written"} here, and the server only offers ${methods.join(", ")}` }];
    }),
  );
}

if (import.meta.main) {
  const files = readCode().filter(({ path }) => path.startsWith("web/"));
  report("web-paths", webPathFaults(files, JSON.parse(readFileSync(join(ROOT, "docs/openapi.json"), "utf8")) as OpenApi), files.length);
}
