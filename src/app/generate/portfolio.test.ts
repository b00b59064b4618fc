import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { closeBusinessDay, endOfDaySteps } from "#kernel/end-of-day.ts";
import { makeContext } from "#kernel/context.ts";
import { jobActor } from "#kernel/permissions.ts";
import { removePostgres } from "#kernel/postgres.ts";
import { proveBooks, proveControls } from "#modules/ledger/index.ts";
import { startPlatform, type Platform } from "../platform.ts";
import { KINDS } from "./catalogue.ts";
import { generateOpening, PARTS } from "./portfolio.ts";

let platform: Platform;
const folder = mkdtempSync(join(tmpdir(), "loanwright-generate-"));
before(async () => { platform = await startPlatform({ dataDir: folder, worker: "none", logLevel: "error", seed: "generate" }); });
after(async () => {
  await platform.close();
  await removePostgres(join(folder, "postgres"));
  rmSync(folder, { recursive: true, force: true });
});

const lenders = [...new Set(PARTS.map((part) => part.tenantId))];
const at = (tenantId: string) => makeContext(platform.services, { tenantId, actor: jobActor("test"), requestId: "req_test" });
const unproved = (tenantId: string) => at(tenantId).read(async (tx) => [...await proveControls(tx), ...await proveBooks(tx, tx.businessDate)].filter((p) => p.ledgerMinor !== p.expectedMinor));

test("a generated portfolio opens with books that equal its loans, in three currencies, and so it stays at end of day", async () => {
  const made = await generateOpening(platform.services, { loans: 600, seed: 7 });
  assert.equal(made.loans, 600);
  assert.deepEqual(Object.keys(made.receivable).sort(), ["EUR", "INR", "USD"]);
  assert.ok(made.late > 15 && made.late < 90, `${made.late} of 600 are late`);
  for (const tenantId of lenders) assert.deepEqual(await unproved(tenantId), []);
  const steps = endOfDaySteps(platform.wiring.modules);
  for (const tenantId of lenders) {
    const closed = await closeBusinessDay(platform.services, tenantId, steps);
    assert.deepEqual(closed.steps.filter((s) => s.failed > 0), []);
    assert.deepEqual(await unproved(tenantId), []);
  }
});

test("the shares of the twelve kinds make a whole", () => {
  assert.equal(KINDS.reduce((sum, kind) => sum + kind.share, 0), 100);
  assert.equal(KINDS.length, 12);
});
