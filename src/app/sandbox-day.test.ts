import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { removePostgres } from "#kernel/postgres.ts";
import { startPlatform, type Platform } from "./platform.ts";
import { atTheBank, staff, transfer } from "./testing/visitors.ts";

const folder = mkdtempSync(join(tmpdir(), "loanwright-clock-"));
let platform: Platform;
before(async () => {
  platform = await startPlatform({ dataDir: folder, logLevel: "error" });
});
after(async () => {
  await platform?.close();
  await removePostgres(join(folder, "postgres"));
  rmSync(folder, { recursive: true, force: true });
});

for (const [lender, currency] of [["bharat", "INR"], ["prairie", "USD"]] as const) {
  test(`when ${lender}'s clock is moved its bank ends the same days, and every statement is taken in`, async () => {
    const operations = await staff(platform, lender, "operations");
    const finance = await staff(platform, lender, "finance");
    await transfer(platform, lender, { amount: "123.45", currency }, "Somebody Unknown", "no reference");
    const moved = await operations.ok<{ closed: string[]; businessDate: string }>("POST", "/v1/sandbox/clock", { until: "2026-01-05" });
    assert.deepEqual([moved.closed.length, moved.businessDate], [4, "2026-01-05"]);
    assert.equal((await atTheBank<{ businessDate: string }>(platform, `/accounts/${lender}-main`)).businessDate, "2026-01-05", "the other lender's moves do not move it");
    const statements = await finance.ok<{ items: { toDate: string | null; opening: object | null }[] }>("GET", "/v1/statements");
    assert.equal(statements.items.filter((s) => s.opening !== null).length, 4, "one statement a day, also for days without entries");
    const receipts = await finance.ok<{ items: { state: string; lineId: string | null; amount: { amount: string } }[] }>("GET", "/v1/receipts");
    assert.deepEqual(receipts.items.map((r) => [r.state, r.amount.amount, r.lineId !== null]), [["suspense", "123.45", true]], "what came in is known once, and tied to its statement");
    const { totals } = await finance.ok<{ totals: { difference: { amount: string } }[] }>("GET", "/v1/trial-balance");
    assert.deepEqual(totals.map((t) => t.difference.amount), ["0.00"]);
    // The same date again moves nobody.
    assert.deepEqual((await operations.ok<{ closed: string[] }>("POST", "/v1/sandbox/clock", { until: "2026-01-05" })).closed, []);
  });
}
