import assert from "node:assert/strict";
import { test } from "node:test";
import { tidyFaults, withoutComments } from "./tidy.ts";

const faults: [path: string, text: string, expected: RegExp][] = [
  ["src/modules/ledger/post.ts", "const at = Date.now();", /clock\.nowMs/],
  ["src/engine/date.ts", "const day = new Date(text);", /IsoDate/],
  ["web/staff/loan.tsx", "const now = new Date();", /IsoDate/],
  ["sandbox/bank/main.ts", "const now = new Date();", /IsoDate/],
  ["src/app/seed.ts", "const roll = Math.random();", /chance is given/],
  ["src/modules/ledger/post.ts", "const sum = parseFloat(text);", /fromMoneyJson/],
  ["web/ui/money.tsx", "return minor.toFixed(2);", /toMoneyJson/],
  ["src/engine/money.test.ts", 'test.only("adds", () => {});', /the rest must run too/],
  ["src/engine/money.test.ts", 'test("adds", { only: true }, () => {});', /the rest must run too/],
  ["src/engine/money.test.ts", 'test.skip("adds", () => {});', /with its reason/],
  ["src/engine/money.test.ts", 'test("adds", { skip: true }, () => {});', /with its reason/],
  ["src/engine/money.ts", "// FIXME: negative amounts", /do it now/],
  ["tools/docs.ts", "/* TODO */", /do it now/],
  ["src/engine/money.ts", "function f(x: any) {}", /unknown, and narrow/],
  ["src/engine/money.ts", "const x = y as any;", /unknown, and narrow/],
  ["src/engine/money.ts", "const x: Map<string, any> = y;", /unknown, and narrow/],
  ["src/engine/money.ts", "// @ts-expect-error it is late", /fix the type/],
  ["bench/run.ts", 'const data = "/work/shared/data";', /names no machine/],
  ["tools/docs.ts", '// from registry.npmjs.org', /names no machine/],
  ["src/modules/ledger/store.ts", "tx.rows(`SELECT * FROM ledger.posting WHERE id = '${id}'`)", /numbered parameter/],
  ["src/modules/ledger/store.ts", "tx.run(`\n  DELETE FROM ledger.posting\n  ${where}`)", /numbered parameter/],
  ["src/engine/long.ts", "x();\n".repeat(401), /a file stops at 400/],
  ["src/engine/long.ts", `export function long() {\n${"  x();\n".repeat(60)}}\n`, /a function of 62 lines/],
];

for (const [path, text, expected] of faults) {
  test(`${path} is refused ${text.slice(0, 60).replaceAll("\n", " ")}`, () => {
    const found = tidyFaults([{ path, text }]);
    assert.equal(found.length, 1, JSON.stringify(found));
    assert.match(found[0]?.rule ?? "", expected);
  });
}

const fine: [path: string, text: string][] = [
  ["src/kernel/clock.ts", "export const now = () => new Date();"],
  ["web/ui/date-text.tsx", "const day = new Date(text);"],
  ["src/engine/date.test.ts", "const oracle = new Date(0);"],
  ["src/engine/money.ts", "// never toFixed( on money, never parseFloat( either"],
  ["src/engine/money.test.ts", 'test("adds", { skip: "no ledger program here" }, () => {});'],
  ["src/engine/money.ts", "const company: string = any(things);"],
  ["src/modules/ledger/store.ts", "tx.rows(`SELECT ${COLUMNS} FROM ledger.posting WHERE id = $1`, [id])"],
  ["src/modules/ledger/store.ts", "log(`posted ${count} where it belongs`)"],
  ["src/app/start.ts", "say(`ready in ${(ms / 1000).toFixed(1)} s`);"],
  ["src/kernel/list.ts", "const text = `SELECT * FROM ${view} WHERE ${conditions}`;"],
];

for (const [path, text] of fine) {
  test(`${path} may hold ${text.slice(0, 60)}`, () => assert.deepEqual(tidyFaults([{ path, text }]), []));
}

test("a fault is reported on its own line, whatever comments stand above it", () => {
  assert.deepEqual(tidyFaults([{ path: "src/app/a.ts", text: "/* one\n two */\nconst a = 'http://x'; // Date.now()\nDate.now();" }]).map((f) => f.line), [4]);
  assert.equal(withoutComments("a // b\n'// c'"), "a     \n'// c'");
});
