import pg from "pg";
import { openServices } from "#app/open-services.ts";
import { isoDate } from "#engine/date.ts";
import { loadConfig } from "#kernel/config.ts";
import { makeContext, type Services } from "#kernel/context.ts";
import { jobActor } from "#kernel/permissions.ts";
import { postAll, type JournalEntry } from "#modules/ledger/index.ts";
import { invariants } from "../assure/invariants.ts";
import { startLendingCluster } from "../assure/lending-cluster.ts";
import type { Check } from "../assure/result.ts";
import { booksOf } from "./measured.ts";

/** What a release must reach, and what passes here: the machine's two cores hold the program and the database. */
const RELEASE_BAR = 25_000;
const BAR = 15_000;
const BATCH = 8_000;
/** Writers beside one another, each a connection of its own: while one reckons the other is in the database. */
const WRITERS = 2;
const ACCOUNTS = ["bank", "bank_clearing", "payments_suspense", "disbursement_clearing", "interest_income", "fee_income", "write_off_expense", "tax_payable"] as const;

/** Plain transfers, an entry with one debit and one credit each, by the ledger's own way in: checked, chart looked up, totals kept, durable. */
export const p10: Check = {
  id: "P10",
  title: `plain double-entry transfers in batches of ${BATCH} (--cases 160,000), at least ${BAR}/s here; goal of the release ${RELEASE_BAR}/s`,
  async run({ cases = 160_000, seed, say }) {
    const c = await startLendingCluster({ apis: 0, loans: 2, seed, settings: { shared_buffers: "2GB", max_wal_size: "8GB" } });
    const opened = await openServices(loadConfig({ ...c.cluster.environment }), { applicationName: "loanwright-check", keepDatabaseRunning: true });
    try {
      const { services } = opened;
      const owner = new pg.Client({ connectionString: c.cluster.postgres().url("loanwright") });
      await owner.connect();
      const batches = Math.ceil(cases / BATCH);
      const made = batches * BATCH;
      await transferAll(services, c.tenantId, c.businessDate, "warm", WRITERS);
      const floor = await floorPerSecond(owner, Math.min(batches, 10));
      const before = await counted(owner, c.tenantId);
      const began = performance.now();
      await transferAll(services, c.tenantId, c.businessDate, "run", batches);
      const seconds = (performance.now() - began) / 1000;
      const after = await counted(owner, c.tenantId);
      await owner.end();
      const books = await invariants(services);
      const faults = [...books.faults];
      if (after.entries - before.entries !== made || after.postings - before.postings !== 2 * made) faults.push(`${made} transfers were made, ${after.entries - before.entries} entries with ${after.postings - before.postings} postings are in the books`);
      const value = Math.round(made / seconds);
      say(`${made} transfers in ${seconds.toFixed(1)} s: ${value}/s, ${2 * value} postings/s; the same rows without keys, checks and totals ${floor}/s; ${faults.length} faults`);
      for (const fault of faults.slice(0, 5)) say(fault.slice(0, 400));
      return {
        pass: faults.length === 0 && value >= BAR, value, unit: "transfers/s", floor, efficiency: Math.round((value / floor) * 100) / 100, cases: made, violations: faults.length, seed,
        detail: { releaseBar: RELEASE_BAR, reachesReleaseBar: value >= RELEASE_BAR, batch: BATCH, writers: WRITERS, seconds: Math.round(seconds * 10) / 10, ...booksOf(books) },
      };
    } finally {
      await opened.close().catch(() => undefined);
      await c.close();
    }
  },
};

async function transferAll(services: Services, tenantId: string, businessDate: string, run: string, batches: number): Promise<void> {
  const day = isoDate(businessDate);
  let next = 0;
  await Promise.all(Array.from({ length: WRITERS }, async () => {
    while (next < batches) {
      const nth = next++;
      const ctx = makeContext(services, { tenantId, actor: jobActor("bench"), requestId: services.ids.next("req") });
      const entries = Array.from({ length: BATCH }, (_v, i): JournalEntry => {
        const amount = BigInt(100 + ((nth * BATCH + i) % 9_973));
        // No two sides of a transfer are the same account.
        const [from, to] = [ACCOUNTS[i % 8], ACCOUNTS[(i + 1 + (nth % 7)) % 8]] as [string, string];
        return { cause: { kind: "bench", id: `${run}-${nth}-${i}` }, businessDate: day, valueDate: day, currency: "INR", memo: "Transfer", lines: [{ account: from, debit: amount }, { account: to, credit: amount }] };
      });
      await ctx.transaction((tx) => postAll(tx, ctx, entries));
    }
  }));
}

async function counted(owner: pg.Client, tenantId: string): Promise<{ entries: number; postings: number }> {
  const { rows } = await owner.query<{ entries: string; postings: string }>("SELECT (SELECT count(*) FROM ledger.journal_entry WHERE tenant_id = $1 AND cause_kind = 'bench')::text AS entries, (SELECT count(*) FROM ledger.posting WHERE tenant_id = $1)::text AS postings", [tenantId]);
  return { entries: Number(rows[0]?.entries), postings: Number(rows[0]?.postings) };
}

/** The least a transfer can cost here: its entry and two lines made by the database itself, in a table with neither keys nor checks, a batch a commit. */
async function floorPerSecond(owner: pg.Client, batches: number): Promise<number> {
  await owner.query("DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench; CREATE TABLE bench.entry (id text, day date, memo text, minor bigint); CREATE TABLE bench.line (entry_id text, day date, account text, debit bigint, credit bigint)");
  const began = performance.now();
  for (let nth = 0; nth < batches; nth++) {
    await owner.query(`WITH e AS (INSERT INTO bench.entry SELECT 'je_0000000000000000_' || n, '2026-01-01', 'Transfer', 100 + n % 9973 FROM generate_series(1, ${BATCH}) AS n RETURNING id, day, minor)
      INSERT INTO bench.line SELECT id, day, a, CASE a WHEN 'bank' THEN minor ELSE 0 END, CASE a WHEN 'bank' THEN 0 ELSE minor END FROM e, (VALUES ('bank'), ('bank_clearing')) AS two (a)`);
  }
  const perSecond = Math.round((batches * BATCH) / ((performance.now() - began) / 1000));
  await owner.query("DROP SCHEMA bench CASCADE");
  return perSecond;
}
