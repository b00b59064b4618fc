import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
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
