import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import { checkedTotal, type JournalEntry } from "../domain/entry.ts";
import { post, postAll } from "./post.ts";
import { seedChart } from "./seed-chart.ts";

let world: TestWorld;
before(async () => {
  world = await testWorld();
  for (const tenant of [world.bharat, world.prairie]) {
    const ctx = world.system(tenant);
    await ctx.transaction((tx) => seedChart(tx, ctx, "INR"));
  }
});
after(() => world.close());

const entry = (more: Partial<JournalEntry> = {}): JournalEntry => ({
  cause: { kind: "test", id: "t1" }, businessDate: "2026-01-15", valueDate: "2026-01-14", currency: "INR", memo: "Receipt",
  lines: [{ account: "bank_clearing", debit: 10_000n }, { account: "payments_suspense", credit: 10_000n }], ...more,
});
const ctxOf = () => world.system();
const rowsOf = (sql: string) => world.system().read(async (tx) => (await tx.client.query<Record<string, unknown>>(sql)).rows);

test("an entry, its postings and the running totals are saved together", async () => {
  const ctx = ctxOf();
  const id = await ctx.transaction((tx) => post(tx, ctx, entry()));
  assert.match(id, /^je_/);
  const postings = await rowsOf(`SELECT account, debit_minor, credit_minor, value_date FROM ledger.posting WHERE entry_id = '${id}' ORDER BY line`);
  assert.deepEqual(postings, [
    { account: "bank_clearing", debit_minor: 10_000n, credit_minor: 0n, value_date: "2026-01-14" },
    { account: "payments_suspense", debit_minor: 0n, credit_minor: 10_000n, value_date: "2026-01-14" },
  ]);
  const totals = await rowsOf("SELECT account, sum(debit_minor)::bigint d, sum(credit_minor)::bigint c FROM ledger.account_day_total GROUP BY 1 ORDER BY 1");
  assert.deepEqual(totals, [{ account: "bank_clearing", d: 10_000n, c: 0n }, { account: "payments_suspense", d: 0n, c: 10_000n }]);
});

test("an unbalanced entry, a line with two sides or none, and an unknown account are faults that save nothing", async () => {
  const ctx = ctxOf();
  const [before] = await rowsOf("SELECT count(*) AS n FROM ledger.posting");
  const bad = [
    [{ account: "bank", debit: 1n }, { account: "payments_suspense", credit: 2n }],
    [{ account: "bank", debit: 1n, credit: 1n }, { account: "payments_suspense", credit: 1n }],
    [{ account: "bank" }, { account: "payments_suspense", credit: 0n }],
    [{ account: "bank", debit: 5n }],
    [{ account: "no_such_account", debit: 5n }, { account: "bank", credit: 5n }],
  ];
  for (const lines of bad) await assert.rejects(ctx.transaction((tx) => post(tx, ctx, entry({ lines }))), RangeError);
  assert.deepEqual((await rowsOf("SELECT count(*) AS n FROM ledger.posting"))[0], before);
});

test("postings cannot be changed or deleted by the application", async () => {
  for (const sql of ["UPDATE ledger.posting SET debit_minor = 1", "DELETE FROM ledger.posting", "DELETE FROM ledger.journal_entry", "UPDATE ledger.posting_2026_01 SET line = 9"]) {
    await assert.rejects(world.system().transaction((tx) => tx.run(`test.${sql}`, sql)), /permission denied/);
  }
});

test("whatever entries are posted, totals equal postings and debits equal credits", async () => {
  const accounts = ["bank", "principal_receivable", "interest_income", "tax_payable", "overpayment_liability"] as const;
  const line = fc.record({ account: fc.constantFrom(...accounts), minor: fc.bigInt(1n, 10n ** 12n) });
  await fc.assert(fc.asyncProperty(fc.array(fc.array(line, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 }), async (drafts) => {
    const ctx = ctxOf();
    const entries = drafts.map((debits) => entry({ lines: [...debits.map((l) => ({ account: l.account, debit: l.minor })), { account: "owner_equity", credit: debits.reduce((sum, l) => sum + l.minor, 0n) }] }));
    await ctx.transaction((tx) => postAll(tx, ctx, entries));
    const differing = await rowsOf(`
      SELECT account FROM (SELECT account, sum(debit_minor) d, sum(credit_minor) c FROM ledger.posting GROUP BY 1) p
      FULL JOIN (SELECT account, sum(debit_minor) d, sum(credit_minor) c FROM ledger.account_day_total GROUP BY 1) t USING (account) WHERE (p.d, p.c) IS DISTINCT FROM (t.d, t.c)`);
    assert.deepEqual(differing, []);
    const [sum] = await rowsOf("SELECT (sum(debit_minor) - sum(credit_minor))::bigint AS n FROM ledger.posting");
    assert.equal(sum?.["n"], 0n);
  }), { numRuns: 15 });
});

test("one cent too much on any side is noticed", () => {
  fc.assert(fc.property(fc.array(fc.bigInt(1n, 10n ** 15n), { minLength: 1, maxLength: 9 }), (debits) => {
    const total = debits.reduce((a, b) => a + b, 0n);
    const lines = debits.map((debit) => ({ account: "bank", debit }));
    assert.equal(checkedTotal(entry({ lines: [...lines, { account: "owner_equity", credit: total }] })), total);
    assert.throws(() => checkedTotal(entry({ lines: [...lines, { account: "owner_equity", credit: total + 1n }] })), RangeError);
  }));
});

test("an entry of a month no partition was made for is kept too", async () => {
  const ctx = ctxOf();
  const id = await ctx.transaction((tx) => post(tx, ctx, entry({ businessDate: "2047-05-05" })));
  assert.equal((await rowsOf(`SELECT 1 FROM ledger.posting_other WHERE entry_id = '${id}'`)).length, 2);
});

test("thirty simultaneous payments into the same accounts do not wait into a deadlock", async () => {
  await Promise.all(Array.from({ length: 30 }, async () => {
    const ctx = world.system(world.prairie);
    await ctx.transaction((tx) => post(tx, ctx, entry({ currency: "USD" })));
  }));
  const [sum] = await world.system(world.prairie).read((tx) => tx.rows("test.sum", "SELECT sum(debit_minor)::bigint AS n FROM ledger.account_day_total"));
  assert.equal(sum?.["n"], 300_000n);
});
