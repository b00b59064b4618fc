import pg from "pg";
import { startLendingCluster } from "../assure/lending-cluster.ts";
import type { Check } from "../assure/result.ts";
import { mergeDayTotals, trialBalance } from "#modules/ledger/index.ts";

/** At a hundred million lines. */
const READ_MS = 50;
const SCAN_SECONDS = 25;
const TIMES = 15;
const DAYS = 1_800;
const ACCOUNTS = ["bank", "principal_receivable", "interest_receivable", "interest_income", "fee_income", "tax_payable", "payments_suspense", "disbursement_clearing"] as const;

/** The trial balance from kept day totals beside a scan of every posting: both must say the same. */
export const p23: Check = {
  id: "P23",
  title: `trial balance over --cases postings (2,000,000) of five years: at most ${READ_MS} ms from kept totals; a scan of all agrees, at most ${SCAN_SECONDS} s per 100 million`,
  async run({ cases = 2_000_000, seed, say }) {
    const c = await startLendingCluster({ apis: 1, loans: 20, seed, settings: { shared_buffers: "4GB", max_wal_size: "8GB" } });
    const owner = new pg.Client({ connectionString: c.cluster.postgres().url("loanwright") });
    try {
      await owner.connect();
      await fill(owner, c.tenantId, c.businessDate, cases);
      const db = c.services().db;
      // As each end of day would have done.
      await db.transaction(c.tenantId, (tx) => mergeDayTotals(tx, c.businessDate));
      await owner.query("VACUUM ANALYZE ledger.account_day_total");
      const times: number[] = [];
      let kept = await db.transaction(c.tenantId, (tx) => trialBalance(tx), "read");
      for (let n = 0; n < TIMES; n++) {
        const began = performance.now();
        kept = await db.transaction(c.tenantId, (tx) => trialBalance(tx), "read");
        times.push(performance.now() - began);
      }
      const began = performance.now();
      const scanned = await db.transaction(c.tenantId, (tx) => tx.rows<{ account: string; currency: string; debit: bigint; credit: bigint }>("bench.proof_scan",
        "SELECT account, currency, sum(debit_minor)::bigint AS debit, sum(credit_minor)::bigint AS credit FROM ledger.posting WHERE book = 'statutory' AND business_date <= $1 GROUP BY account, currency", [c.businessDate]), "read");
      const scanSeconds = Math.round((performance.now() - began) / 10) / 100;
      const key = (a: { account: string; currency: string }) => `${a.account} ${a.currency}`;
      const sums = new Map(scanned.map((s) => [key(s), `${s.debit} ${s.credit}`]));
      const faults = kept.accounts.filter((a) => sums.get(key(a)) !== `${a.debitMinor} ${a.creditMinor}`).map((a) => `${key(a)}: kept ${a.debitMinor} ${a.creditMinor}, scanned ${sums.get(key(a))}`);
      for (const total of kept.totals) if (total.differenceMinor !== 0n) faults.push(`debits and credits in ${total.currency} differ by ${total.differenceMinor}`);
      const [median = 0, worst = 0] = [times.sort((a, b) => a - b)[Math.floor(TIMES / 2)], times.at(-1)].map((ms) => Math.round((ms ?? 0) * 10) / 10);
      const allowedSeconds = Math.max(2, (SCAN_SECONDS * cases) / 100_000_000);
      for (const fault of faults.slice(0, 5)) say(fault);
      say(`${cases} postings: trial balance median ${median} ms, worst ${worst} ms; scan ${scanSeconds} s; ${faults.length} accounts differ`);
      return { pass: faults.length === 0 && median <= READ_MS && scanSeconds <= allowedSeconds, value: median, unit: "ms", cases, violations: faults.length, seed, detail: { worstMs: worst, scanSeconds, allowedScanSeconds: allowedSeconds, accounts: kept.accounts.length, days: DAYS } };
    } finally {
      await owner.end();
      await c.close();
    }
  },
};

/** Entries of two lines on days of five years, in the order in which they would have been posted, and the day totals that posting would have kept of them. */
async function fill(owner: pg.Client, tenantId: string, today: string, lines: number): Promise<void> {
  await owner.query("SELECT kernel.make_months(ARRAY['ledger.journal_entry', 'ledger.posting']::regclass[], ($1::date - $2::int), 62)", [today, DAYS]);
  await owner.query("SET session_replication_role = replica");
  const perDay = Math.ceil(lines / 2 / DAYS);
  for (let ago = DAYS - 1; ago >= 0; ago--) {
    const entries = Math.min(perDay, lines / 2 - (DAYS - 1 - ago) * perDay);
    if (entries <= 0) break;
    await owner.query(
      `INSERT INTO ledger.posting (tenant_id, business_date, entry_id, line, book, account, currency, debit_minor, credit_minor, value_date)
       SELECT $1, d, 'je_bench' || lpad(n::text, 10, '0'), l, 'statutory', (($5::text[])[1 + (n + l) % 8]), (ARRAY['INR', 'EUR'])[1 + n % 2], CASE l WHEN 1 THEN 100 + n % 9973 ELSE 0 END, CASE l WHEN 2 THEN 100 + n % 9973 ELSE 0 END, d
       FROM (SELECT $2::date - $3::int AS d) day, generate_series(1, $4::int) AS n CROSS JOIN (VALUES (1), (2)) AS two (l)`, [tenantId, today, ago, entries, ACCOUNTS]);
  }
  await owner.query(
    `INSERT INTO ledger.account_day_total AS t (tenant_id, book, account, currency, business_date, slot, debit_minor, credit_minor)
     SELECT tenant_id, book, account, currency, business_date, 4000 + s, CASE s WHEN 0 THEN debit ELSE 0 END, CASE s WHEN 0 THEN credit ELSE 0 END
     FROM (SELECT tenant_id, book, account, currency, business_date, sum(debit_minor) AS debit, sum(credit_minor) AS credit FROM ledger.posting WHERE entry_id LIKE 'je_bench%' AND tenant_id = $1 GROUP BY 1, 2, 3, 4, 5) day
     CROSS JOIN generate_series(0, 3) AS s`, [tenantId]);
  await owner.query("SET session_replication_role = DEFAULT");
  await owner.query("VACUUM ANALYZE ledger.posting");
}
