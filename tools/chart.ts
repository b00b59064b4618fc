import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments, stringify } from "yaml";

type Values = { readonly [name: string]: unknown };
interface Scope { readonly Values: Values; readonly Release: { readonly Name: string; readonly Service: string } }

const CHART = join(import.meta.dirname, "../deploy/helm/loanwright");

/**
 * The chart's manifests with its values, for tests on machines that have no helm: fills in the part of its template language that the
 * chart keeps to (values, include, if, quote, nindent, toYaml), and refuses whatever else it meets.
 * @param values put over the chart's own, by first name
 * @throws RangeError naming the first thing that is not understood or not there
 */
export function chartManifests(values: Values = {}): Record<string, unknown>[] {
  const own = parse(readFileSync(join(CHART, "values.yaml"), "utf8")) as Values;
  const scope: Scope = { Values: { ...own, ...values }, Release: { Name: "loans", Service: "Helm" } };
  const files = readdirSync(join(CHART, "templates")).sort().map((name) => [name, readFileSync(join(CHART, "templates", name), "utf8")] as const);
  const parts = new Map(files.flatMap(([, text]) => [...text.matchAll(/\{\{- define "([^"]+)" -\}\}\n([\s\S]*?)\n\{\{- end \}\}(?=\n\{\{- define|\n*$)/g)].map((m) => [m[1] as string, m[2] as string] as const)));
  return files.filter(([name]) => name.endsWith(".yaml")).flatMap(([name, text]) =>
    parseAllDocuments(fill(text, scope, parts)).flatMap((document) => {
      if (document.errors.length > 0) throw new RangeError(`${name}: ${document.errors[0]?.message}`);
      const manifest = document.toJS() as Record<string, unknown> | null;
      return manifest === null ? [] : [manifest];
    }));
}

function fill(template: string, scope: Scope, parts: ReadonlyMap<string, string>): string {
  const chosen = template.replaceAll(/^( *)\{\{- if ([^}]+?) \}\}\n([\s\S]*?)^\1\{\{- end \}\}\n/gm, (_all, _indent, condition: string, body: string) => (valueAt(condition, scope) ? fill(body, scope, parts) : ""));
  return chosen.replaceAll(/(?:\n *)?\{\{-? ([^}]+?) -?\}\}/g, (whole, expression: string) => {
    const [head = "", ...pipes] = expression.split(" | ");
    const value = pipes.reduce<unknown>(piped, source(head, scope, parts));
    return (/^\n *\{\{ /.exec(whole)?.[0].slice(0, -3) ?? "") + String(value);
  });
}

function source(head: string, scope: Scope, parts: ReadonlyMap<string, string>): unknown {
  const [, name] = /^include "([^"]+)" \.$/.exec(head) ?? [];
  if (name === undefined) return head.startsWith("toYaml ") ? stringify(valueAt(head.slice(7), scope)).trimEnd() : valueAt(head, scope);
  const part = parts.get(name);
  if (part === undefined) throw new RangeError(`the chart has no part "${name}"`);
  return fill(part, scope, parts);
}

function piped(value: unknown, pipe: string): string {
  const [, width] = /^nindent (\d+)$/.exec(pipe) ?? [];
  if (width !== undefined) return `\n${String(value).split("\n").map((line) => " ".repeat(Number(width)) + line).join("\n")}`;
  if (pipe === "quote") return JSON.stringify(String(value));
  throw new RangeError(`the chart uses "${pipe}", which its lint does not know`);
}

function valueAt(path: string, scope: Scope): unknown {
  if (!/^\.(Values|Release)(\.\w+)+$/.test(path)) throw new RangeError(`the chart uses "${path}", which its lint does not know`);
  return path.slice(1).split(".").reduce<unknown>((at, name) => {
    const next = (at as Values)[name];
    if (next === undefined) throw new RangeError(`values.yaml has no ${path}`);
    return next;
  }, scope);
}
