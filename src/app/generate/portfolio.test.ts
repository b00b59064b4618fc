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
import { generateLoans, PARTS } from "./portfolio.ts";

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
  const made = await generateLoans(platform.services, { loans: 600, seed: 7 });
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

test("a portfolio with its whole past has every fact and posting on its own day, and closes its next day like one that was always here", async () => {
  const before = await Promise.all(lenders.map((tenantId) => earnedAndPosted(tenantId)));
  const made = await generateLoans(platform.services, { loans: 150, seed: 11, history: "full" });
  assert.equal(made.loans, 150);
  for (const [i, tenantId] of lenders.entries()) {
    assert.deepEqual(await unproved(tenantId), []);
    // What loans earned, row by row, is what the books took into income.
    const { earned, posted, oldest, closed } = await earnedAndPosted(tenantId);
    assert.equal(earned - (before[i]?.earned ?? 0n), posted - (before[i]?.posted ?? 0n));
    assert.ok(oldest < "2024-01-01", oldest);
    assert.ok(closed > 0n, "some loans were paid to their end");
  }
  const steps = endOfDaySteps(platform.wiring.modules);
  for (const tenantId of lenders) {
    const day = await closeBusinessDay(platform.services, tenantId, steps);
    assert.deepEqual(day.steps.filter((s) => s.failed > 0), []);
    assert.deepEqual(await unproved(tenantId), []);
  }
});

function earnedAndPosted(tenantId: string): Promise<{ earned: bigint; posted: bigint; oldest: string; closed: bigint }> {
  return at(tenantId).read((tx) => tx.one("test.earned",
    `SELECT (SELECT coalesce(sum(interest_minor), 0)::bigint FROM servicing.loan_accrual) AS earned, (SELECT coalesce(sum(credit_minor - debit_minor), 0)::bigint FROM ledger.posting WHERE account = 'interest_income') AS posted,
       (SELECT min(business_date)::text FROM ledger.posting) AS oldest, (SELECT count(*) FROM servicing.loan_state WHERE status = 'closed') AS closed`));
}

test("the shares of the twelve kinds make a whole", () => {
  assert.equal(KINDS.reduce((sum, kind) => sum + kind.share, 0), 100);
  assert.equal(KINDS.length, 12);
});
