import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import type { JournalEntry } from "../domain/entry.ts";
import { trialBalance } from "../queries/balances.ts";
import { post } from "./post.ts";
import { mergeDayTotals } from "./prove.ts";
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

const DAY = "2026-01-15";
const receipt = (businessDate = DAY): JournalEntry => ({
  cause: { kind: "test", id: "t1" }, businessDate, valueDate: businessDate, currency: "INR", memo: "Receipt",
  lines: [{ account: "bank_clearing", debit: 10_000n }, { account: "payments_suspense", credit: 10_000n }],
});
const rows = (tenant: string) => world.system(tenant).read((tx) => tx.rows<{ account: string; date: string; slot: number; net: bigint }>("test.totals",
  "SELECT account, business_date AS date, slot, debit_minor - credit_minor AS net FROM ledger.account_day_total ORDER BY 1, 2, 3"));

/** Posts on connections of their own, held open together until all have posted. */
async function postOnConnections(count: number, entry: JournalEntry): Promise<void> {
  const ctx = world.system();
  let waiting = count;
  let go = () => {};
  const all = new Promise<void>((done) => { go = done; });
  await Promise.all(Array.from({ length: count }, () => ctx.transaction(async (tx) => {
    await post(tx, ctx, entry);
    if (--waiting === 0) go();
    await all;
  })));
}

test("the totals that three connections kept of a closed day become one row an account; other days and lenders keep theirs", async () => {
  await postOnConnections(3, receipt());
  const prairie = world.system(world.prairie);
  await prairie.transaction((tx) => post(tx, prairie, receipt()));
  const others = await rows(world.prairie);
  await postOnConnections(1, receipt("2026-01-16"));
  const balance = await world.system().read((tx) => trialBalance(tx, { asOf: "2026-01-31" }));

  assert.equal(await world.system().transaction((tx) => mergeDayTotals(tx, DAY)), 6);

  const kept = await rows(world.bharat);
  assert.deepEqual(kept.filter((row) => row.date === DAY).map(({ account, slot, net }) => [account, slot, net]), [["bank_clearing", -1, 30_000n], ["payments_suspense", -1, -30_000n]]);
  assert.ok(kept.filter((row) => row.date === "2026-01-16").every((row) => row.slot >= 0));
  assert.deepEqual(await rows(world.prairie), others);
  assert.deepEqual(await world.system().read((tx) => trialBalance(tx, { asOf: "2026-01-31" })), balance);
});

test("a total that somebody is posting to is left until the next time, and what comes late joins the day's one row", async () => {
  const ctx = world.system();
  await postOnConnections(1, receipt("2026-01-20"));
  await ctx.transaction(async (tx) => {
    await post(tx, ctx, receipt("2026-01-20"));
    await world.system().transaction((other) => mergeDayTotals(other, "2026-01-20"));
  });
  await ctx.transaction((tx) => mergeDayTotals(tx, "2026-01-20"));
  await postOnConnections(2, receipt("2026-01-20"));
  await ctx.transaction((tx) => mergeDayTotals(tx, "2026-01-20"));
  const kept = (await rows(world.bharat)).filter((row) => row.date === "2026-01-20");
  assert.deepEqual(kept.map(({ account, slot, net }) => [account, slot, net]), [["bank_clearing", -1, 40_000n], ["payments_suspense", -1, -40_000n]]);
});

test("nobody folds the totals of another lender, nor deletes a row by hand", async () => {
  const before = await rows(world.bharat);
  await world.system(world.prairie).transaction((tx) => mergeDayTotals(tx, "2026-12-31"));
  assert.deepEqual(await rows(world.bharat), before);
  await assert.rejects(world.system().transaction((tx) => tx.run("test.delete", "DELETE FROM ledger.account_day_total")), /permission denied/);
});
