import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { sealEverything, verifyAudit } from "#kernel/audit-chain.ts";
import * as audit from "#kernel/audit.ts";
import type { BackupReport } from "#kernel/backup/make-backup.ts";
import { closeBusinessDay, endOfDaySteps } from "#kernel/end-of-day.ts";
import { makeContext, type Services } from "#kernel/context.ts";
import { readManifest } from "#kernel/backup/manifest.ts";
import { keyringFrom } from "#kernel/crypto.ts";
import { enqueue } from "#kernel/jobs.ts";
import { jobActor } from "#kernel/permissions.ts";
import { removePostgres } from "#kernel/postgres.ts";
import { readDocument, storeDocument } from "#modules/documents/index.ts";
import { proveBooks, proveControls, trialBalance } from "#modules/ledger/index.ts";
import { startPlatform, type Platform } from "./platform.ts";
import { generateLoans } from "./generate/portfolio.ts";

const home = mkdtempSync(join(tmpdir(), "loanwright-backup-"));
const [original, copy, broken, saved] = ["original", "copy", "broken", "saved"].map((name) => join(home, name)) as [string, string, string, string];
const lenders = ["tn_bharat", "tn_prairie"];
let platform: Platform;
let key = "";
let documentId = "";

before(async () => {
  platform = await startPlatform({ dataDir: original, worker: false, logLevel: "error", seed: "backup" });
  key = readFileSync(join(original, "master.key"), "utf8").trim();
  await generateLoans(platform.services, { loans: 120, seed: 3 });
  for (const lender of lenders) await closeBusinessDay(platform.services, lender, endOfDaySteps(platform.wiring.modules));
  const ctx = system(platform.services, "tn_bharat");
  await ctx.transaction((tx) => enqueue(tx, ctx, "kernel.long_work", { runId: "job_none" }));
  documentId = (await storeDocument2(ctx, Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"))).id;
});
after(async () => {
  await platform.close();
  for (const folder of [original, copy, broken]) await removePostgres(join(folder, "postgres"));
  rmSync(home, { recursive: true, force: true });
});

const system = (services: Services, tenantId: string) => makeContext(services, { tenantId, actor: jobActor("test"), requestId: "req_test" });
const storeDocument2 = (ctx: ReturnType<typeof system>, bytes: Buffer) => ctx.transaction((tx) => storeDocument(tx, ctx, { owner: { kind: "test", id: "test_1" }, purpose: "test", fileName: "paper.pdf", bytes }));

/** The command line as an operator types it. */
function cli(args: readonly string[], env: Record<string, string> = {}): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    const child = execFile(process.execPath, [join(import.meta.dirname, "cli.ts"), ...args], { encoding: "utf8", env: { ...process.env, ...env }, timeout: 120_000 }, (_error, out, err) => done({ code: child.exitCode ?? -1, out, err }));
  });
}

/** What the books, the loans and the audit chain say, for comparing one installation with another. */
async function figures(services: Services): Promise<object> {
  const found: Record<string, object> = {};
  for (const lender of lenders) {
    found[lender] = await system(services, lender).read(async (tx) => ({
      businessDate: tx.businessDate, books: await trialBalance(tx, { asOf: tx.businessDate }), controls: await proveControls(tx),
      loans: await tx.rows("test.loans", "SELECT * FROM servicing.loan_account ORDER BY id"),
    }));
  }
  return found;
}

test("a restored copy has the same books, loans, papers and audit chain, proves them, and goes on", async () => {
  const made = await cli(["backup", "--data", original, "--to", saved, "--json"]);
  assert.equal(made.code, 0, made.err);
  const report = JSON.parse(made.out) as BackupReport;
  assert.ok(report.rows > 1_000 && report.files >= 3 && report.queuedJobs > 0, made.out);
  assert.equal(JSON.stringify(readdirSync(saved, { recursive: true })).includes("master.key"), false, "the key is kept elsewhere");
  const expected = await figures(platform.services);

  const restored = await cli(["restore", "--data", copy, "--from", saved, "--json"], { LOANWRIGHT_MASTER_KEY: key });
  assert.equal(restored.code, 0, restored.err);
  assert.equal((JSON.parse(restored.out) as { queued: number }).queued, report.queuedJobs, "jobs that waited wait again");

  writeFileSync(join(copy, "master.key"), key);
  const again = await startPlatform({ dataDir: copy, worker: false, logLevel: "error", seed: "backup" });
  try {
    assert.equal(again.seeded, false, "both lenders are there");
    assert.deepEqual(await figures(again.services), expected);
    for (const lender of lenders) {
      const ctx = system(again.services, lender);
      await ctx.transaction((tx) => audit.record(tx, ctx, { action: "test.copy.used", subject: lender }));
      await sealEverything(again.services, lender);
      const chain = await verifyAudit(again.services, lender);
      assert.deepEqual([chain.faults, chain.records], [[], chain.sealed], "the chain holds, and new links follow");
      await closeBusinessDay(again.services, lender, endOfDaySteps(again.wiring.modules));
      const unequal = await ctx.read(async (tx) => [...await proveControls(tx), ...await proveBooks(tx, tx.businessDate)].filter((p) => p.ledgerMinor !== p.expectedMinor));
      assert.deepEqual(unequal, []);
    }
    const ctx = system(again.services, "tn_bharat");
    const { bytes } = await ctx.transaction((tx) => readDocument(tx, ctx, documentId));
    assert.match(bytes.toString("latin1"), /^%PDF/, "a sealed paper opens");
    const occupied = await cli(["restore", "--data", copy, "--from", saved], { LOANWRIGHT_MASTER_KEY: key });
    assert.deepEqual([occupied.code, /not empty/.test(occupied.err)], [1, true], occupied.err);
  } finally {
    await again.close();
  }
});

test("a backup that was changed, cut, or made under another key is refused before anything is touched", async () => {
  const keys = keyringFrom(Buffer.from(key, "base64"));
  const refused = (why: RegExp) => assert.rejects(readManifest(saved, keys), why);
  await assert.rejects(readManifest(saved, keyringFrom(Buffer.alloc(32, 7))), /another master key/);
  const table = join(saved, "tables/ledger.posting.copy.gz");
  const whole = readFileSync(table);
  writeFileSync(table, Buffer.concat([whole.subarray(0, -9), Buffer.from([whole.at(-9) as number ^ 1]), whole.subarray(-8)]));
  await refused(/ledger\.posting.* was changed/);
  rmSync(table);
  await refused(/ledger\.posting.* is missing/);
  const restored = await cli(["restore", "--data", broken, "--from", saved], { LOANWRIGHT_MASTER_KEY: key });
  assert.deepEqual([restored.code, restored.err], [1, "tables/ledger.posting.copy.gz is missing\n"], "told in one line, without the program's inside");
  writeFileSync(table, whole);
  const manifest = readFileSync(join(saved, "manifest.json"), "utf8");
  writeFileSync(join(saved, "manifest.json"), manifest.replace(/"rows": (\d+)/, '"rows": 1$1'));
  await refused(/manifest was changed/);
  rmSync(join(saved, "manifest.json"));
  await refused(/not finished/);
});

test("files go in and out by the command line, with exit codes a script can use", async () => {
  const out = join(home, "audit.csv");
  const trail = await cli(["export", "audit", "--data", original, "--lender", "tn_bharat", "--out", out, "--json"]);
  assert.equal(trail.code, 0, trail.err);
  assert.equal(readFileSync(out, "utf8").trimEnd().split("\n").length, (JSON.parse(trail.out) as { rows: number }).rows + 1);
  const loans = await cli(["export", "list", "listLoanAccounts", "--data", original, "--lender", "tn_bharat", "--filter", "status:eq:active"]);
  assert.ok(loans.code === 0 && loans.out.split("\n").length > 40, loans.err);
  const journal = await cli(["export", "journal", "--data", original, "--lender", "tn_bharat"]);
  assert.match(journal.out, /Assets:/);
  const file = join(home, "applications.csv");
  writeFileSync(file, "productCode,amount,termMonths\npersonal-loan,abc,12\n");
  const refused = await cli(["import", "applications", file, "--data", original, "--lender", "tn_bharat", "--json"]);
  assert.deepEqual([refused.code, (JSON.parse(refused.out) as { refused: number }).refused], [1, 1], refused.err);
  assert.equal((await cli(["export", "audit", "--data", original])).code, 2, "which lender is not said");
  assert.match((await cli(["--help"])).out, /restore --from DIR/);
});
