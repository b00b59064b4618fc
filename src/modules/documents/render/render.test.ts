import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import type { DocumentData, Template } from "./data.ts";
import { ENGLISH } from "./labels-en.ts";
import { HINDI } from "./labels-hi.ts";
import { moneyText, percentText, present } from "./present.ts";
import { renderDocument } from "./render-document.ts";
import { SAMPLES } from "./samples.ts";

const LOCALES = ["en-IN", "hi-IN", "en-US"] as const;
const names = Object.keys(SAMPLES) as Template[];

test("every template is written in every language, and the same data gives the same bytes", async () => {
  for (const name of names) {
    for (const locale of LOCALES) {
      const pdf = await renderDocument(name, SAMPLES[name] as never, locale);
      assert.equal(pdf.subarray(0, 5).toString("latin1"), "%PDF-", `${name} ${locale}`);
      assert.deepEqual(await renderDocument(name, SAMPLES[name] as never, locale), pdf, `${name} ${locale} differs from run to run`);
    }
  }
});

test("what every template may leave out can be left out, and what it needs is missed", async () => {
  const adverse = SAMPLES["adverse-action"];
  await renderDocument("adverse-action", { ...adverse, regime: "IN" }, "hi-IN");
  await renderDocument("adverse-action", { ...adverse, bureau: undefined, score: undefined, action: "counteroffer", borrower: { name: "A" } }, "en-US");
  await renderDocument("key-facts-in", { ...SAMPLES["key-facts-in"], fees: [], floating: { benchmark: "Repo", benchmarkRate: "0.065", spreadRate: "0.05", finalRate: "0.115", resetMonthsBenchmark: "3", resetMonthsSpread: "36", impactInstallment: { amount: "45.00", currency: "INR" }, impactCount: "1" }, coLending: { originator: "A", partner: "B", blendedRate: "0.12" } }, "en-IN");
  await renderDocument("statement", { ...SAMPLES["statement"], transactions: [], nextDue: undefined, nextDueDate: undefined }, "en-IN");
  await renderDocument("reminder", { ...SAMPLES["reminder"], overdueDays: 0, lateChargeText: undefined }, "hi-IN");
  await renderDocument("closure-letter", { ...SAMPLES["closure-letter"], outcome: "settled" }, "en-IN");
  const { amount: _gone, ...broken } = SAMPLES["receipt"];
  await assert.rejects(renderDocument("receipt", broken as DocumentData["receipt"], "en-IN"), /receipt: .*amount/);
});

test("people's texts stand there as written and are never read as markup", async () => {
  const hostile = "#panic() *x* $a$ @ref <label> \\ _u_ [b] `c` = h";
  const pdf = await renderDocument("approval", { ...SAMPLES["approval"], borrower: { name: hostile }, conditions: [hostile] }, "en-IN");
  const run = spawnSync("pdftotext", ["-", "-"], { input: pdf, encoding: "utf8" });
  assert.equal(run.error, undefined, "pdftotext is missing: npm test installs poppler-utils");
  assert.ok(run.stdout.includes(`Dear ${hostile}`), run.stdout);
  assert.ok(run.stdout.includes("₹2,40,000.00"));
});

test("labels have the same blanks to fill in both languages, and none that no template uses", () => {
  const blanks = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
  for (const key of Object.keys(ENGLISH) as (keyof typeof ENGLISH)[]) assert.deepEqual(blanks(HINDI[key]), blanks(ENGLISH[key]), key);
  const folder = join(import.meta.dirname, "../templates");
  const used = new Set<string>();
  for (const file of readdirSync(folder)) for (const match of readFileSync(join(folder, file), "utf8").matchAll(/"([a-z]+(?:_[a-z0-9]+)*)"/g)) used.add(match[1] as string);
  const unused = Object.keys(ENGLISH).filter((key) => !used.has(key));
  assert.deepEqual(unused, []);
});

test("money is grouped as its readers group it, and keeps every digit", () => {
  const cases: readonly (readonly [string, string, string])[] = [["0.00", "INR", "₹0.00"], ["999.00", "INR", "₹999.00"], ["1000.50", "INR", "₹1,000.50"], ["100000.00", "INR", "₹1,00,000.00"], ["1234567890.12", "INR", "₹1,23,45,67,890.12"], ["-1234.50", "USD", "−$1,234.50"], ["1234567.89", "USD", "$1,234,567.89"], ["1500", "JPY", "JPY\u00a01,500"]];
  for (const [amount, currency, text] of cases) assert.equal(moneyText({ amount, currency }), text);
  fc.assert(fc.property(fc.bigInt(0n, 10n ** 15n), fc.constantFrom("INR", "USD"), (whole, currency) => {
    assert.equal(moneyText({ amount: `${whole}.07`, currency }).replace(/[^\d.]/g, ""), `${whole}.07`);
  }));
});

test("rates become per cent exactly", () => {
  const cases: readonly (readonly [string, string])[] = [["0.1825", "18.25%"], ["0.14", "14.00%"], ["0.165432", "16.5432%"], ["0", "0.00%"], ["1.5", "150.00%"], ["0.0005", "0.05%"], ["-0.01", "−1.00%"]];
  for (const [rate, text] of cases) assert.equal(percentText(rate), text);
});

test("only money, days and rates are written out; other texts stay", () => {
  assert.deepEqual(present({ dueDate: "2026-02-05", apr: "0.12", note: "2026-02-05", number: 3, rows: [{ amount: { amount: "5.00", currency: "USD" } }], gone: undefined }, "en-US"), { dueDate: "February 5, 2026", apr: "12.00%", note: "2026-02-05", number: 3, rows: [{ amount: "$5.00" }] });
  assert.equal(present("2026-08-15", "hi-IN", "issuedDate"), "15 अगस्त 2026");
});
