import assert from "node:assert/strict";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { importFaults, importsOf, MODULES, UNITS } from "./imports.ts";
import { readCode } from "./source-files.ts";

const packages = { dependencies: { pg: "8", react: "19" }, devDependencies: { "fast-check": "4" } };

/** Each wall once: a file, a line that goes through it, and words of the refusal. */
const faults: [path: string, line: string, expected: RegExp][] = [
  ["src/engine/money.ts", 'import { readFileSync } from "node:fs";', /engine may not import Node/],
  ["src/engine/money.ts", 'import pg from "pg";', /engine may not import packages/],
  ["src/engine/money.ts", 'import { systemClock } from "#kernel/clock.ts";', /engine may not import kernel/],
  ["src/engine/money.test.ts", 'import { record } from "#modules/servicing/index.ts";', /engine may not import modules/],
  ["src/kernel/db.ts", 'import { post } from "#modules/ledger/index.ts";', /kernel may not import modules/],
  ["src/kernel/db.ts", 'import { start } from "#app/start.ts";', /kernel may not import app/],
  ["src/kernel/db.ts", 'import { testWorld } from "./testing/world.ts";', /for tests only/],
  ["src/kernel/db.ts", 'import fc from "fast-check";', /for development only/],
  ["src/kernel/db.ts", 'import left from "left-pad";', /not in package.json/],
  ["src/kernel/db.ts", 'import { join } from "path";', /write node:path/],
  ["src/modules/payments/index.ts", 'import { bookLoan } from "#modules/servicing/index.ts";', /payments may not import servicing/],
  ["src/modules/servicing/index.ts", 'import { post } from "#modules/ledger/store.ts";', /entered by #modules\/ledger\/index.ts/],
  ["src/modules/servicing/commands/a.ts", 'import { post } from "../../ledger/store.ts";', /entered by #modules\/ledger\/index.ts/],
  ["src/modules/servicing/index.ts", 'export * from "#modules/origination/index.ts";', /servicing may not import origination/],
  ["src/modules/servicing/index.ts", 'const late = await import("#modules/origination/index.ts");', /servicing may not import origination/],
  ["src/modules/servicing/index.ts", 'import "#integrations/rails/bank.ts";', /modules may not import integrations/],
  ["src/modules/cooking/index.ts", 'import { post } from "#modules/ledger/index.ts";', /not in the table/],
  ["src/modules/ledger/store.ts", 'import { money } from "../../engine/money.ts";', /write #engine\/money.ts/],
  ["src/integrations/bureau/http.ts", 'import { x } from "#modules/origination/index.ts";', /enters a module by ports.ts/],
  ["src/integrations/bureau/http.ts", 'import { x } from "../../../sandbox/main.ts";', /integrations may not import sandbox/],
  ["src/app/server.ts", 'import { store } from "#modules/ledger/store.ts";', /app enters a module by index.ts/],
  ["sandbox/bank/main.ts", 'import { x } from "#modules/payments/contract.ts";', /sandbox may not import modules/],
  ["bench/p08.ts", 'import { x } from "#modules/payments/store.ts";', /bench enters a module by/],
  ["assure/r04.ts", 'import { x } from "#integrations/rails/bank.ts";', /assure may not import integrations/],
  ["web/staff/main.tsx", 'import { Loan } from "#modules/servicing/contract.ts";', /types only/],
  ["web/staff/main.tsx", 'import type { Loan } from "#modules/servicing/index.ts";', /enters a module by contract.ts/],
  ["web/staff/main.tsx", 'import { join } from "node:path";', /web may not import Node/],
  ["web/staff/main.tsx", 'import { x } from "#kernel/codec.ts";', /web may not import kernel/],
  ["web/staff/main.tsx", 'import { Apply } from "../borrower/apply.tsx";', /move what both need to web\/ui/],
  ["src/engine/money.ts", 'import { divide } from "./rounding";', /write the file's ending/],
  ["src/kitchen/oven.ts", 'import { x } from "./pan.ts";', /in no unit/],
];

for (const [path, line, expected] of faults) {
  test(`${path} is refused ${line}`, () => {
    const found = importFaults([{ path, text: `// why\n${line}\n` }], packages);
    assert.equal(found.length, 1);
    assert.match(found[0]?.rule ?? "", expected);
    assert.equal(found[0]?.line, 2);
  });
}

const allowed: [path: string, line: string][] = [
  ["src/engine/money.test.ts", 'import fc from "fast-check";'],
  ["src/kernel/db.ts", 'import { money } from "#engine/money.ts";'],
  ["src/modules/origination/index.ts", 'import { bookLoan } from "#modules/servicing/index.ts";'],
  ["src/modules/ledger/post.test.ts", 'import { testWorld } from "#kernel/testing/world.ts";'],
  ["src/integrations/bureau/http.ts", 'import type { Bureau } from "#modules/origination/ports.ts";'],
  ["src/integrations/bureau/http.test.ts", 'import { start } from "../../../sandbox/main.ts";'],
  ["src/app/wiring.ts", 'import { module } from "#modules/ledger/index.ts";'],
  ["web/staff/main.tsx", 'import type { Loan } from "#modules/servicing/contract.ts";'],
  ["web/staff/main.tsx", 'import { useState } from "react";'],
];

for (const [path, line] of allowed) {
  test(`${path} may ${line}`, () => assert.deepEqual(importFaults([{ path, text: line }], packages), []));
}

test("imports are found over several lines, and not in comments or strings of SQL", () => {
  const text = 'import {\n  a,\n  b,\n} from "#engine/a.ts";\n// import x from "pg"\n * import y from "pg"\nconst sql = `SELECT x\nfrom "loan"`;';
  assert.deepEqual(importsOf(text), [{ specifier: "#engine/a.ts", typesOnly: false, line: 4 }]);
});

test("every module and unit of the tables points at modules and units that are in them", () => {
  for (const reach of Object.values(MODULES)) for (const name of reach) assert.ok(name in MODULES, name);
  for (const reach of Object.values(UNITS)) for (const name of reach) assert.ok(name in UNITS || /^(modules:|node$|(dev-)?packages$)/.test(name), name);
});

test("a scan that reads no file fails", () => {
  const empty = mkdtempSync(join(tmpdir(), "loanwright-empty-"));
  assert.throws(() => readCode(empty), /no TypeScript file/);
  rmdirSync(empty);
});
