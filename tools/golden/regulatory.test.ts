import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runRegulatory } from "./regulatory.ts";

const folder = new URL("../../src/engine/golden/regulatory/", import.meta.url);

for (const name of readdirSync(folder).filter((n) => n.endsWith(".json"))) {
  test(`every published figure of ${name} comes out`, () => {
    const results = [...runRegulatory(JSON.parse(readFileSync(new URL(name, folder), "utf8")), name)];
    assert.ok(results.length >= 10, "the file holds vectors");
    assert.deepEqual(results.filter((r) => !r.pass), []);
  });
}

test("a vector that is not understood has failed", () => {
  const [result] = runRegulatory({ topic: "daycount", vectors: [{ id: "x", convention: "ACT/777", start: "2026-01-01", end: "2026-02-01", days: 31 }] }, "daycount.json");
  assert.equal(result?.pass, false);
});

test("a wrong figure is seen", () => {
  const [result] = runRegulatory({ topic: "daycount", vectors: [{ id: "x", convention: "ACT/360", start: "2026-01-01", end: "2026-02-01", days: 30 }] }, "daycount.json");
  assert.equal(result?.difference, "days: expected 30, got 31");
});

const SAMPLES = join(process.env["LOANWRIGHT_SAMPLES"] ?? join(import.meta.dirname, "../../../shared"), "golden/regulatory");

for (const name of ["metro2.json", "nacha_ach.json", "iso20022.json"]) {
  test(`every sample record and file of ${name} is read to what it says`, (t) => {
    if (!existsSync(join(SAMPLES, name))) {
      assert.equal(process.env["CI"], undefined, "the sample files are missing");
      return t.skip(`no sample files under ${SAMPLES}`);
    }
    const results = [...runRegulatory(JSON.parse(readFileSync(join(SAMPLES, name), "utf8")), name)];
    assert.ok(results.length >= 10, "the file holds vectors");
    assert.deepEqual(results.filter((r) => !r.pass), []);
  });
}

test("a sample whose amount, profile or flag is another is seen", () => {
  const run = (topic: string, vector: object) => [...runRegulatory({ topic, vectors: [{ id: "x", ...vector }] }, `${topic}.json`)][0]?.difference;
  assert.match(run("metro2", { group: "history", inputs: { monthsMostRecentFirst: ["1"] }, expected: { profile: "0BBBBBBBBBBBBBBBBBBBBBBB" } }) ?? "", /profile: expected/);
  assert.match(run("nacha_ach", { group: "check-digit", inputs: { routing8: "23138010" }, expected: { checkDigit: 5 } }) ?? "", /checkDigit: expected 5, got 4/);
  assert.match(run("iso20022", { group: "iban", inputs: { iban: "NL91ABNA0417164301" }, expected: { valid: true } }) ?? "", /valid: expected true/);
});
