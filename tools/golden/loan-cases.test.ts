import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { runLoanCases } from "./loan-cases.ts";
import type { GoldenCase } from "./loan-format.ts";

const folder = new URL("../../src/engine/golden/fineract/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
const read = (name: string): { cases: GoldenCase[] } => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as { cases: GoldenCase[] };

test("every golden loan case holds to the cent", () => {
  let count = 0;
  for (const name of files) {
    for (const result of runLoanCases(read(name))) {
      assert.ok(result.pass, `${result.id}: ${result.difference ?? ""}`);
      count++;
    }
  }
  assert.equal(count, 357);
});

test("a changed figure, an unknown step and an unknown expectation each fail the case", () => {
  const file = read("repayments-and-allocation.json");
  const golden = file.cases.find((c) => c.steps.some((s) => s.expect?.["transactions"] !== undefined));
  assert.ok(golden);
  const text = JSON.stringify({ cases: [golden] });
  const verdict = (json: string) => [...runLoanCases(JSON.parse(json))].map((r) => r.pass);
  assert.deepEqual(verdict(text), [true]);
  const at = golden.steps.findIndex((s) => s.expect?.["transactions"] !== undefined);
  const spoil = (change: (c: GoldenCase) => void) => {
    const copy = JSON.parse(text) as { cases: [GoldenCase] };
    change(copy.cases[0]);
    return JSON.stringify(copy);
  };
  const expectOf = (c: GoldenCase) => c.steps[at]?.expect as Record<string, unknown>;
  assert.deepEqual(verdict(spoil((c) => { (expectOf(c)["transactions"] as { amount: string }[])[0]!.amount = "0.01"; })), [false]);
  assert.deepEqual(verdict(spoil((c) => { c.steps.push({ do: "levitate" }); })), [false]);
  assert.deepEqual(verdict(spoil((c) => { expectOf(c)["mood"] = "good"; })), [false]);
  assert.deepEqual(verdict(spoil((c) => { c.terms.rounding = "sideways"; })), [false]);
});
