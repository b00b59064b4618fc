import assert from "node:assert/strict";
import { test } from "node:test";
import type { Result } from "../assure/result.ts";
import { recorded, resultsPage } from "./results-page.ts";

const planned = [["P01", "end of day", "≤ 30 s"], ["P02", "a larger one", "≤ 6 min"]] as const;
const made = (pass: boolean): ReadonlyMap<string, Result> => new Map([["P01", { id: "P01", pass, value: 1234.5, unit: "s", violations: 2, seed: 7, commit: "abc1234", at: "2026-11-23T10:00:00.000Z", load: { before: 0.5, cores: 2 }, detail: { loans: 20_000, audit: "intact", steps: { a: 1 }, medianDaySeconds: 0.4 } }]]);

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

test("the record takes a later run in, but not a smaller one in the place of a larger", () => {
  const run = (id: string, cases: number, at: string): Result => ({ id, pass: true, cases, at });
  const record = [run("R01", 50, "2026-11-22"), run("R03", 100_000, "2026-11-20")];
  const found = [run("R03", 1_000, "2026-11-23T08:00:00.000Z"), run("R01", 50, "2026-11-23T08:00:00.000Z"), run("D01", 2, "2026-11-23T08:00:00.000Z")];
  assert.deepEqual(recorded(record, found), [found[2], found[1], record[1]]);
  assert.deepEqual(recorded([run("R01", 50, "2026-11-24")], [found[1] as Result]), [run("R01", 50, "2026-11-24")], "what was run before is not newer");
});
