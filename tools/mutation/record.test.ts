import assert from "node:assert/strict";
import { test } from "node:test";
import { afterRetry, hashOf, measured, placesToRetry, readRecord, writeRecord } from "./record.ts";
import type { Measured, MutationReport } from "./record.ts";
import { mutationPage } from "./report.ts";

const SOURCE = "export const f = (a: number) =>\n  a > 0 || a < -9;\n";
const at = (line: number, column: number, endColumn: number) => ({ start: { line, column }, end: { line, column: endColumn } });
/** Six mutants: two killed, one not counted, two that lived, one that no test reached. */
const REPORT: MutationReport = { files: { "src/engine/f.ts": { source: SOURCE, mutants: [
  { replacement: "a >= 0", status: "Survived", location: at(2, 3, 8) },
  { replacement: "true", status: "Killed", location: at(2, 3, 8) },
  { replacement: "false", status: "Timeout", location: at(2, 3, 18) },
  { replacement: "a <= -9", status: "Survived", location: at(2, 12, 18) },
  { replacement: "+9", status: "NoCoverage", location: at(2, 16, 18) },
  { replacement: "() => undefined", status: "Ignored", location: at(1, 18, 31) },
] } } };
const FOUND = measured(REPORT) as Measured;
const NOW = new Map([["f.ts", SOURCE]]);

test("a run is remembered by the hash of what it measured, its counts and each mutant that lived, with its line and place", () => {
  assert.deepEqual([FOUND.source, FOUND.killed, FOUND.ignored], [hashOf(SOURCE), 2, 1]);
  assert.deepEqual(FOUND.survivors.map((s) => [s.line, s.text, s.code, s.became, s.reached]), [
    [2, "  a > 0 || a < -9;", "a > 0", "a >= 0", true], [2, "  a > 0 || a < -9;", "a < -9", "a <= -9", true], [2, "  a > 0 || a < -9;", "-9", "+9", false],
  ]);
  assert.equal(measured({ files: {} }), null);
});

test("the record reads as it was written, whatever order files and mutants came in, with a survivor a line", () => {
  const text = writeRecord({ "g.ts": { source: null, killed: 1, ignored: 0, survivors: [] }, "f.ts": FOUND });
  assert.deepEqual(readRecord(text), { "f.ts": FOUND, "g.ts": { source: null, killed: 1, ignored: 0, survivors: [] } });
  assert.equal(text, writeRecord(readRecord(text)));
  assert.equal(text.split("\n").filter((line) => line.includes("became")).length, 3);
  const turned: MutationReport = { files: { f: { source: SOURCE, mutants: [...(REPORT.files["src/engine/f.ts"]?.mutants ?? [])].reverse() } } };
  assert.deepEqual(measured(turned), FOUND);
});

test("only what lived is tried again, where the file is as it was and places are known; what was killed stays so", () => {
  assert.deepEqual(placesToRetry("f.ts", FOUND, SOURCE), ["src/engine/f.ts:2:2-2:7", "src/engine/f.ts:2:11-2:17", "src/engine/f.ts:2:15-2:17"]);
  assert.equal(placesToRetry("f.ts", FOUND, `${SOURCE}\n`), null, "the file has changed");
  assert.equal(placesToRetry("f.ts", undefined, SOURCE), null, "never measured");
  const [first] = FOUND.survivors;
  assert.ok(first);
  const { at: _place, ...placeless } = first;
  assert.equal(placesToRetry("f.ts", { ...FOUND, survivors: [placeless] }, SOURCE), null, "places were not kept");
  // The second run kills the first, reaches the third, and sees another mutant at the place of the second.
  const again = measured({ files: { f: { source: SOURCE, mutants: [
    { replacement: "a >= 0", status: "Killed", location: at(2, 3, 8) }, { replacement: "a <= -9", status: "Survived", location: at(2, 12, 18) },
    { replacement: "true", status: "Survived", location: at(2, 12, 18) }, { replacement: "+9", status: "Survived", location: at(2, 16, 18) },
  ] } } }) as Measured;
  const after = afterRetry(FOUND, again);
  assert.deepEqual([after.killed, after.ignored, after.survivors.map((s) => [s.became, s.reached])], [3, 1, [["a <= -9", true], ["+9", true]]]);
});

test("the page counts what lived without a reason, marks a file that has changed and names those never measured", () => {
  const reasons = [{ file: "f.ts", line: "a > 0", became: "a >= 0", reason: "nothing is asked for" }, { file: "f.ts", line: "a >", reason: "too far to matter" }, { file: "g.ts", line: "-9", reason: "of another file" }];
  const page = mutationPage({ "f.ts": FOUND }, new Map([...NOW, ["h.ts", ""]]), reasons);
  assert.match(page, /\*\*40 %\*\* of 5 mutants killed in 1 of 2 files \(1 not counted\)\. 3 lived, 0 of them without a reason\./);
  assert.match(page, /Not run yet: h\.ts\./);
  assert.match(page, /\| f\.ts \| 40 % \| 2 \| 2 \| 1 \| 3 \| 1 \|/);
  assert.match(page, /\| 2 \| `a > 0` \| `a >= 0` \| nothing is asked for \|\n\| 2 \| `a < -9` \| `a <= -9` \| too far to matter \|/);
  const one = mutationPage({ "f.ts": FOUND }, NOW, [{ file: "f.ts", line: "a > 0", code: "a < -9", reason: "too far to matter" }]);
  assert.match(one, /3 lived, 2 of them without a reason/);
  assert.match(one, /`\+9` \| no test comes here \|/, "which is no reason");
  assert.doesNotMatch(page, /changed since/);
  assert.match(mutationPage({ "f.ts": FOUND }, new Map([["f.ts", `${SOURCE}// more`]]), reasons), /### f\.ts \(changed since\)/);
  assert.match(mutationPage({ "f.ts": { ...FOUND, source: null } }, NOW, reasons), /\| f\.ts \(changed since\) \|/);
});
