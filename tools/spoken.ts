import { parseSync } from "vite";
import { humanise } from "../web/ui/format.ts";
import type { SourceFile } from "./source-files.ts";

type Node = { readonly type: string } & Readonly<Record<string, unknown>>;

/** Attributes that nobody reads. */
const SILENT = new Set(["className", "style", "type", "key", "id", "to", "href", "rel", "target", "autoComplete", "inputMode", "variant", "size", "color", "role", "pattern", "accept", "scope", "aria-keyshortcuts"]);
/** Calls whose text is a name in the code: an export of a screen's file, a key of the keyboard, a place in the page. */
const NAMING = new Set(["screen", "querySelector", "querySelectorAll", "closest", "matchMedia"]);
const CODE = /^[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*$/;

/**
 * Every text of a screen that comes to `t` sooner or later: its own keys, labels that wait in tables and attributes until a part of
 * the kit translates them, and codes of a closed set, in the words of `humanise`.
 *
 * @example spoken of `{ label: "Loan", options: ["in_doubt"] }` is "Loan" and "In doubt"
 */
export function spoken({ path, text }: SourceFile): Set<string> {
  const found = new Set<string>();
  const visit = (node: Node, above: readonly Node[]): void => {
    if (node.type === "ImportDeclaration" || node.type === "NewExpression" || (node.type.startsWith("TS") && !/^TS(As|NonNull|Satisfies)Expression$/.test(node.type))) return;
    if (node.type === "JSXAttribute" && SILENT.has(nameOf(node["name"]))) return;
    if (node.type === "Literal" && typeof node["value"] === "string") {
      const heard = hear(node["value"], above);
      if (heard !== undefined) found.add(heard);
    }
    for (const child of Object.values(node).flat()) {
      if (child !== null && typeof child === "object" && typeof (child as Node).type === "string") visit(child as Node, [...above, node]);
    }
  };
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new RangeError(`${path} cannot be read: ${String(errors[0]?.message)}`);
  visit(program as unknown as Node, []);
  return found;
}

function hear(text: string, above: readonly Node[]): string | undefined {
  const parent = above.at(-1);
  const call = above.findLast((node) => node.type === "CallExpression");
  if (parent === call && NAMING.has(nameOf(call?.["callee"]) || nameOf((call?.["callee"] as Node | undefined)?.["property"]))) return undefined;
  if (isKey(text, above)) return text;
  if (parent?.type === "BinaryExpression") return undefined;
  if (/^[A-Z][a-z]/.test(text) && !/^[A-Z][a-z]+[A-Z0-9]\w*$/.test(text)) return text;
  if (parent?.type === "Property" && /^[a-z]+ [a-z]/.test(text)) return text;
  if (parent?.type === "ArrayExpression" && CODE.test(text) && isClosedSet(above)) return humanise(text);
  return undefined;
}

/** The first argument of t, or a branch of it: t("Due"), t(late ? "Overdue" : "Due"), t(NAMES[code] ?? "Other"). */
function isKey(text: string, above: readonly Node[]): boolean {
  if (!/\p{L}{2}/u.test(text)) return false;
  for (let i = above.length - 1; i >= 0; i--) {
    const node = above[i];
    if (node?.type === "CallExpression") return nameOf(node["callee"]) === "t" && (node["arguments"] as unknown[])[0] === (above[i + 1] ?? (node["arguments"] as unknown[])[0]);
    if (node?.type !== "ConditionalExpression" && node?.type !== "LogicalExpression") return false;
    if (node.type === "ConditionalExpression" && above[i + 1] === node["test"]) return false;
  }
  return false;
}

/** `options: ["draft", "posted"]` and `const OUTCOMES = ["promised", "refused"]`. */
function isClosedSet(above: readonly Node[]): boolean {
  const holder = above.findLast((node) => node.type !== "ArrayExpression" && !node.type.startsWith("TS"));
  return (holder?.type === "Property" && nameOf(holder["key"]) === "options") || (holder?.type === "VariableDeclarator" && /^[A-Z_]+S$/.test(nameOf(holder["id"])) && above.filter((node) => node.type === "ArrayExpression").length === 1);
}

function nameOf(node: unknown): string {
  return String((node as { name?: unknown } | null | undefined)?.name ?? "");
}
