import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { ROLES } from "#kernel/permissions.ts";
import { CHART } from "#modules/ledger/index.ts";
import books from "../web/i18n/hi-staff-books.ts";
import finance from "../web/i18n/hi-staff-finance.ts";
import origination from "../web/i18n/hi-staff-origination.ts";
import partners from "../web/i18n/hi-staff-partners.ts";
import portfolio from "../web/i18n/hi-staff-portfolio.ts";
import reports from "../web/i18n/hi-staff-reports.ts";
import servicing from "../web/i18n/hi-staff-servicing.ts";
import setup from "../web/i18n/hi-staff-setup.ts";
import time from "../web/i18n/hi-staff-time.ts";
import words from "../web/i18n/hi-staff-words.ts";
import staff from "../web/i18n/hi-staff.ts";
import shared from "../web/i18n/hi.ts";
import { humanise } from "../web/ui/format.ts";
import { readCode, ROOT } from "./source-files.ts";
import { spoken } from "./spoken.ts";

const HINDI: Readonly<Record<string, string>> = { ...shared, ...staff };
/** Names, of keys of the keyboard too, that stay as they are in every language. */
const NAMES = new Set(["Loanwright", "Enter", "Space", "Ctrl/⌘ + "]);
const said = (key: string) => (key.includes("{{count}}") ? [`${key}_one`, `${key}_other`] : [key]);
const missing = (keys: Iterable<string>) => [...keys].filter((key) => !NAMES.has(key)).flatMap(said).filter((key) => HINDI[key] === undefined);

test("keys, labels in tables and attributes, and codes of closed sets are heard; names in the code are not", () => {
  const text = `
    const STATES = ["in_doubt"] as const; const WHY = { AC01: "the account is closed" };
    const COLUMNS = [{ key: "payee", label: "Payee", options: ["sent"] }]; const LATE = new Map([["a", "b"]]);
    screen("/bank", payments, "Banks"); import x from "./Big.ts"; document.querySelector("Table row");
    export const P = () => <Grid className="Wide" label="Payouts" rows={t(late ? "due since" : "due")} note={tt("empty")}>{t("{{n}} sent", { n: "Not heard".length })}</Grid>;`;
  assert.deepEqual([...spoken({ path: "web/a.tsx", text })].sort(), ["In doubt", "Not heard", "Payee", "Payouts", "Sent", "due", "due since", "the account is closed", "{{n}} sent"].sort());
});

test("every text of the console, with the labels that wait in tables, is there in Hindi", () => {
  const files = readCode().filter(({ path }) => /^web\/(staff|ui)\/.*\.tsx?$/.test(path) && !/\.(test|texts)\.ts$|\/(theme|texts|words)\.ts$/.test(path));
  assert.ok(files.length > 70, `only ${files.length} files were read`);
  assert.deepEqual(files.flatMap((file) => missing(spoken(file)).map((key) => `${file.path}: ${key}`)), []);
});

/** Words that travel but are shown to nobody: formats, languages, kinds of a form's field. */
const UNSEEN = new Set(["json", "csv", "xlsx", "parquet", "en", "hi", "client_credentials", "now", "later", "integer", "choice", "yes_no"]);

test("every word of a closed set in the contracts of the modules has its Hindi", async () => {
  const codes = new Set<string>(ROLES);
  const gather = (value: unknown): void => {
    if (value === null || typeof value !== "object") return;
    if ("enum" in value && Array.isArray(value.enum)) for (const word of value.enum as unknown[]) if (typeof word === "string" && /^[a-z]/.test(word)) codes.add(word);
    for (const inner of Object.values(value)) gather(inner);
  };
  const contracts = globSync("src/modules/*/contract.ts", { cwd: ROOT });
  for (const path of contracts) gather(await import(pathToFileURL(join(ROOT, path)).href));
  assert.ok(contracts.length > 8 && codes.size > 100, `only ${contracts.length} contracts with ${codes.size} words`);
  assert.deepEqual([...codes].filter((code) => !UNSEEN.has(code) && HINDI[humanise(code)] === undefined), []);
});

test("every account of the standard chart has its Hindi name, by its name and by its code", () => {
  assert.deepEqual(CHART.flatMap(({ name, code }) => [name, humanise(code)]).filter((name) => HINDI[name] === undefined), []);
});

test("a translation fills in the same places, and is Hindi or a name", () => {
  const places = (text: string) => [...text.matchAll(/\{\{\w+\}\}/g)].map(([place]) => place).sort();
  for (const [key, value] of Object.entries(HINDI)) {
    if (!key.endsWith("_one")) assert.deepEqual(places(value), places(key.replace(/_other$/, "")), key);
    assert.match(value, /\p{Script=Devanagari}|^[A-Z0-9 ]{2,}$|^\{\{n\}\} kB$/u, key);
  }
});

test("a text has one Hindi, whichever table holds it", () => {
  const torn = [shared, books, finance, origination, partners, portfolio, reports, servicing, setup, time, words].flatMap((table) => Object.entries(table)).filter(([key, value]) => HINDI[key] !== value);
  assert.deepEqual(torn.map(([key, value]) => `${key}: ${HINDI[key]} or ${value}`), []);
});
