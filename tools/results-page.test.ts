import assert from "node:assert/strict";
import { test } from "node:test";
import { resultsPage, type Dated } from "./results-page.ts";

const planned = [["P01", "end of day", "≤ 30 s"], ["P02", "a larger one", "≤ 6 min"]] as const;
const made = (pass: boolean): ReadonlyMap<string, Dated> => new Map([["P01", { date: "2026-11-23", result: { id: "P01", pass, value: 1234.5, unit: "s", violations: 2, seed: 7, commit: "abc1234", load: { before: 0.5, cores: 2 }, detail: { loans: 20_000, audit: "intact", steps: { a: 1 }, medianDaySeconds: 0.4 } } }]]);

test("a page of results tells what passed, at which size, load, day and commit, and what was not run", () => {
  const page = resultsPage("Benchmarks", "", planned, made(true));
  assert.match(page, /\| P01 \| end of day \| ≤ 30 s \| \*\*passes\*\*: 1,234\.5 s, 2 violations \| 20,000 loans, seed 7 \| 0\.5 on 2 \| 2026-11-23, abc1234 \|/);
  assert.match(page, /\| P02 \| a larger one \| ≤ 6 min \| not run \|/);
  assert.match(page, /1 of 2 were run/);
  assert.match(page, /- \*\*P01\*\* loans 20,000 · audit intact · median day seconds 0\.4\n/);
});

test("a run that failed is called so", () => {
  assert.match(resultsPage("Benchmarks", "", planned, made(false)), /\*\*fails\*\*: 1,234\.5 s/);
});
