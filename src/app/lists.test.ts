import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Tx } from "#kernel/db.ts";
import { listRouteOf } from "#kernel/http/list-route.ts";
import { buildServer } from "#kernel/http/server.ts";
import { readList } from "#kernel/list.ts";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import { wire } from "./wiring.ts";

let world: TestWorld;
before(async () => {
  world = await testWorld();
  const app = await buildServer({ services: world.services, ...wire(world.services) });
  await app.close();
});
after(async () => { await world.close(); });

/** Lists of tables that grow with the book of loans or with every command. */
const BIG = ["listLoanAccounts", "listApplications", "listParties", "listReceipts", "listPayouts", "listStatementLines", "listJournalEntries", "listPostings", "listAuditRecords", "listDocuments", "listJobs"];

/** The plan of a list's first page when the planner may not sort: it then sorts only where no index has the order. */
async function planOf(tx: Tx, name: string): Promise<string> {
  const route = listRouteOf(name);
  assert.ok(route !== undefined, name);
  const asked: { text: string; values?: unknown[] }[] = [];
  const listening = { ...tx, client: { query: async (statement: { text: string; values?: unknown[] }) => {
    asked.push(statement);
    return { rows: [] };
  } } } as unknown as Tx;
  await readList(listening, route.list, {});
  const [page] = asked;
  for (const way of ["sort", "seqscan", "bitmapscan", "hashjoin", "mergejoin"]) await tx.client.query(`SET LOCAL enable_${way} = off`);
  const { rows } = await tx.client.query<{ "QUERY PLAN": string }>({ text: `EXPLAIN ${page?.text}`, values: page?.values });
  return rows.map((row) => row["QUERY PLAN"]).join("\n");
}

for (const name of BIG) {
  test(`the first page of ${name} is read in the order of an index, without sorting the table`, async () => {
    const plan = await world.system().read((tx) => planOf(tx, name));
    // Rows of one day may still be put in order among themselves.
    assert.doesNotMatch(plan.replaceAll("Incremental Sort", "in order within a day"), /(^|->)\s*Sort {2}\(/m, plan);
    assert.match(plan, /Index( Only)? Scan( Backward)? using \S*(recent|newest|by_name|recorded_at_id_idx|business_date_idx|(posting|journal_entry)_\S*pkey)/, plan);
  });
}
