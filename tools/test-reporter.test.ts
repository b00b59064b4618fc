import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Totals } from "./test-reporter.ts";

const folder = mkdtempSync(join(tmpdir(), "loanwright-reporter-"));
after(() => rmSync(folder, { recursive: true }));

const FILES: Record<string, string> = {
  "passes.mjs": 'import { describe, test } from "node:test"; describe("group", () => { test("one", () => {}); test("two", () => {}); });',
  "fails.mjs": 'import { test } from "node:test"; test("three", () => { throw new Error("the fourth is missing"); });',
  "skips.mjs": 'import { test } from "node:test"; test("with", { skip: "no printer here" }, () => {}); test("without", { skip: true }, () => {}); test("later", { todo: true }, () => {});',
  "empty.mjs": "export {};",
  "crashes.mjs": 'throw new Error("cannot even start");',
};

test("totals count leaves, keep the reasons of skips, and complain of skips without one and of files without a test", () => {
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  const totalsFile = join(folder, "totals.json");
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const run = spawnSync(process.execPath, ["--test", `--test-reporter=${join(import.meta.dirname, "test-reporter.ts")}`, ...Object.keys(FILES).map((name) => join(folder, name))], {
    cwd: folder, env: { ...env, LOANWRIGHT_TEST_TOTALS: totalsFile }, encoding: "utf8",
  });

  assert.equal(run.status, 1);
  const totals = JSON.parse(readFileSync(totalsFile, "utf8")) as Totals;
  assert.deepEqual([totals.passed, totals.failed, totals.skipped], [2, 2, 1], run.stdout);
  assert.match(totals.skips.join(), /with \(no printer here\)/);
  const complaints = totals.complaints.toSorted().join("\n");
  assert.match(complaints, /: later is skipped without a reason\n.*: without is skipped without a reason\n.*empty\.mjs holds no test$/);
  assert.match(run.stdout, /the fourth is missing/);
  assert.match(run.stdout, /cannot even start/);
});
