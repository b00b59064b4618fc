import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { parseSync } from "vite";
import shared from "../i18n/hi.ts";
import own from "../i18n/hi-borrower.ts";
import problems from "../i18n/hi-problems.ts";

const WEB = join(import.meta.dirname, "..");
const HINDI: Readonly<Record<string, string>> = { ...shared, ...own, ...problems };

type Node = { readonly type: string } & Readonly<Record<string, unknown>>;
interface Found { readonly keys: Set<string>; readonly loose: Set<string>; readonly bare: Set<string> }

/** What a file says to people: keys of t(), other sentences that reach t() by a table, and text that stands in the markup itself. */
export function spoken(file: string, text: string): Found {
  const found: Found = { keys: new Set(), loose: new Set(), bare: new Set() };
  const { program, errors } = parseSync(file, text);
  assert.deepEqual(errors, [], file);
  walk(program as unknown as Node, [], found);
  return found;
}

/** Literals that are never read by people. */
const SILENT_ATTRIBUTES = new Set(["className", "style", "type", "key", "id", "name", "to", "href", "rel", "target", "autoComplete", "inputMode", "variant", "size", "color", "c", "role", "pattern", "accept", "capture", "scope"]);

function walk(node: Node, path: readonly Node[], found: Found): void {
  if (node.type.startsWith("TS") && node.type !== "TSAsExpression" && node.type !== "TSNonNullExpression" && node.type !== "TSSatisfiesExpression") return;
  if (node.type === "ImportDeclaration") return;
  if (node.type === "JSXText" && /\p{L}{2}/u.test(String(node["value"]))) found.bare.add(String(node["value"]).trim());
  if (node.type === "JSXAttribute" && SILENT_ATTRIBUTES.has(String((node["name"] as Node)["name"]))) return;
  if (node.type === "Literal" && typeof node["value"] === "string") hear(node["value"], path, found);
  for (const child of Object.values(node)) {
    for (const one of Array.isArray(child) ? (child as unknown[]) : [child]) {
      if (one !== null && typeof one === "object" && typeof (one as Node).type === "string") walk(one as Node, [...path, node], found);
    }
  }
}

function hear(text: string, path: readonly Node[], found: Found): void {
  const parent = path.at(-1);
  if (parent?.type === "CallExpression" && (parent["callee"] as Node)["name"] === "t") found.keys.add(text);
  else if (parent?.type === "ConditionalExpression" && path.at(-2)?.type === "CallExpression" && ((path.at(-2) as Node)["callee"] as Node)["name"] === "t") found.keys.add(text);
  else if (parent?.type === "NewExpression" || (parent?.type === "Property" && ["name", "pattern"].includes(String((parent["key"] as Node)["name"])))) return;
  else if (/^[A-Z][a-z]+(\b|[ ,:'’].*)$/u.test(text) && !/^[A-Z][a-z]+[A-Z]/.test(text)) found.loose.add(text);
}

/** The borrower's files and every shared file they reach. */
function reached(): string[] {
  const open = globSync("borrower/**/*.{ts,tsx}", { cwd: WEB }).filter((f) => !f.endsWith(".test.ts")).map((f) => join(WEB, f));
  const seen = new Set<string>();
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const [, to = ""] of readFileSync(file, "utf8").matchAll(/(?:from|import\()\s*"(\.[^"]+\.tsx?)"/g)) {
      const next = join(dirname(file), to);
      if (existsSync(next) && !next.includes("/i18n/")) open.push(next);
    }
  }
  return [...seen].sort();
}

const files = reached().map((file) => ({ file: file.slice(WEB.length + 1), ...spoken(file, readFileSync(file, "utf8")) }));
const says = (key: string) => (key.includes("{{count}}") ? [`${key}_one`, `${key}_other`] : [key]);

test("the checker hears a key, a table's sentence and text in the markup", () => {
  const heard = spoken("planted.tsx", `const W = { a: "Pay now" }; export const P = () => <p className="Big">Hello there {t("Key")}{t(x ? "One" : "Two")}</p>;`);
  assert.deepEqual([[...heard.keys], [...heard.loose], [...heard.bare]], [["Key", "One", "Two"], ["Pay now"], ["Hello there"]]);
});

test("every text of the borrower's pages is there in Hindi", () => {
  assert.ok(files.length > 20, `only ${files.length} files were read`);
  const missing = files.flatMap(({ file, keys, loose }) => [...keys, ...(file.startsWith("borrower/") ? loose : [])].flatMap(says).filter((key) => HINDI[key] === undefined).map((key) => `${file}: ${key}`));
  assert.deepEqual(missing, []);
});

test("no text stands in the markup of the borrower's pages by itself", () => {
  assert.deepEqual(files.filter(({ file }) => file.startsWith("borrower/")).flatMap(({ file, bare }) => [...bare].map((text) => `${file}: ${text}`)), []);
});

test("a translation has the same places to fill in, and is Hindi", () => {
  const places = (text: string) => [...text.matchAll(/\{\{\w+\}\}/g)].map(([m]) => m).sort();
  for (const [key, value] of Object.entries(HINDI)) {
    // Singulars may leave the figure out.
    if (!key.endsWith("_one")) assert.deepEqual(places(value), places(key.replace(/_other$/, "")), key);
    assert.match(value, /\p{Script=Devanagari}|^[A-Z]{2,}$/u, key);
  }
});

/** States that a tag can show a borrower, in the words of humanise(). */
const STATES = ["Active", "Overpaid", "Closed", "Charged off", "Written off", "Cancelled", "Overdue", "Paid", "Partly paid", "Due", "Upcoming", "Created", "Open", "Pending", "Failed", "Expired", "Reversed"];

test("every state that a borrower sees has its Hindi word", () => {
  assert.deepEqual(STATES.filter((word) => HINDI[word] === undefined), []);
});

/** Refusals a borrower can run into. */
const MET = ["agreement.changed", "agreement.code_refused", "agreement.not_ready", "application.incomplete", "application.not_found", "application.wrong_state", "checkout.refused", "document.empty", "document.not_found", "document.password_protected", "document.too_many_pixels", "document.type_not_allowed", "document.unreadable_image", "loan.date_out_of_range", "loan.event_refused", "loan.not_active", "loan.not_found", "mandate.cap_too_low", "offer.not_open", "payoff.date_invalid", "product.not_offered", "quote.outside_limits", "request.too_large", "requirement.wrong_paper", "session.missing", "request.invalid", "request.too_many", "bank.unreachable", "service.unavailable", "sign_in.code_refused", "sign_in.refused", "sign_in.too_many_codes"];

test("what is refused to a borrower is said in Hindi, with what to do", () => {
  const listed = new Map([...readFileSync(join(WEB, "../docs/problems.md"), "utf8").matchAll(/^\| `([a-z_.]+)` \| \d+ \| (.*?) \| (.*?) \|$/gm)].map(([, code = "", title = "", fix = ""]) => [code, [title, fix]]));
  assert.deepEqual(MET.filter((code) => !listed.has(code)), [], "a code that the platform no longer has");
  const missing = MET.flatMap((code) => (listed.get(code) ?? []).filter((text) => HINDI[text] === undefined).map((text) => `${code}: ${text}`));
  assert.deepEqual(missing, []);
});
