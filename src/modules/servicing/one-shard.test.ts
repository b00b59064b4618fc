import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pg from "pg";
import { parseAmount } from "#engine/index.ts";
import * as ledger from "#modules/ledger/index.ts";
import { recordRepayment } from "./commands/record-repayment.ts";
import { module as servicing } from "./index.ts";
import { lendingWorld, type LendingWorld } from "./testing/lender.ts";

// A lender is what a distributed PostgreSQL would place on one server: docs/scale-out.md. These tests show that it can.

let world: LendingWorld;
before(async () => { world = await lendingWorld(); });
after(() => world.close());

interface Statement { readonly name: string; readonly text: string; readonly values: readonly unknown[] }

/** Every named statement that `work` sends, once each. */
async function statementsOf(work: () => Promise<unknown>): Promise<Statement[]> {
  const seen = new Map<string, Statement>();
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]) {
    const [config] = given as [Partial<Statement> | string];
    if (typeof config === "object" && typeof config.name === "string" && config.text !== undefined) seen.set(config.name, { name: config.name, text: config.text, values: config.values ?? [] });
    return Reflect.apply(query, this, given) as unknown;
  } as typeof query;
  try {
    await work();
  } finally {
    pg.Client.prototype.query = query;
  }
  return [...seen.values()];
}

interface Plan { "Node Type": string; "Relation Name"?: string; "Index Cond"?: string; "Recheck Cond"?: string; Filter?: string; "Hash Cond"?: string; Plans?: Plan[] }

/** Tables of a plan that are read without the lender in the condition. The database's own are on every server. */
function readAcrossLenders(plan: Plan): string[] {
  const conditions = [plan["Index Cond"], plan["Recheck Cond"], plan.Filter].join(" ");
  const here = plan["Relation Name"]?.startsWith("pg_") === false && /Scan/.test(plan["Node Type"]) && !/tenant_id\)? = /.test(conditions) ? [`${plan["Relation Name"]} by ${plan["Node Type"]} ${conditions}`] : [];
  return [...here, ...(plan.Plans ?? []).flatMap(readAcrossLenders)];
}

async function faultsOf(statements: readonly Statement[]): Promise<string[]> {
  const faults: string[] = [];
  for (const { name, text, values } of statements) {
    await world.system(world.bharat).read(async (tx) => {
      const { rows } = await tx.client.query<{ "QUERY PLAN": [{ Plan: Plan }] }>(`EXPLAIN (FORMAT JSON) ${text}`, values as unknown[]);
      for (const fault of readAcrossLenders((rows[0] as { "QUERY PLAN": [{ Plan: Plan }] })["QUERY PLAN"][0].Plan)) faults.push(`${name}: ${fault}`);
    });
  }
  return faults;
}

test("no statement of a payout, a repayment or a closing reads a row of another lender's server", async () => {
  const { loanAccountId } = await world.lend(world.bharat, { amount: "50000.00", months: 12, rate: "0.24" });
  const statements = await statementsOf(async () => {
    await world.lend(world.bharat, { amount: "60000.00", months: 12, rate: "0.24" });
    await recordRepayment(world.as(["servicing_agent"]), { loanAccountId, amount: parseAmount("5000.00", "INR"), valueDate: "2026-01-15", channel: "bank_transfer" });
    await world.closeUntil(world.bharat, "2026-01-17", [servicing, ledger.module]);
  });
  const names = statements.map((s) => s.name);
  for (const name of ["servicing.loans.lock_free", "servicing.state.save", "servicing.accrue.shard", "kernel.eod.claim"]) assert.ok(names.includes(name), `${name} was seen among ${names.length}`);
  assert.deepEqual(await faultsOf(statements), []);
});

test("a statement that forgot the lender would be seen", async () => {
  const plan: Plan = { "Node Type": "Hash Join", Plans: [{ "Node Type": "Seq Scan", "Relation Name": "loan_state", Filter: "(shard = 3)" }, { "Node Type": "Index Scan", "Relation Name": "loan_account", "Index Cond": "(tenant_id = 'tn_a'::text)" }] };
  assert.deepEqual(readAcrossLenders(plan).map((fault) => fault.split(" ")[0]), ["loan_state"]);
});

test("every key of every table that holds a lender's rows holds the lender, and no row points to another lender's", async () => {
  // The list of lenders itself stands on every server, and a name is taken in all of them.
  const { rows } = await world.system(world.bharat).read((tx) => tx.client.query<{ found: string }>(`
    SELECT format('%s %s', c.conrelid::regclass, c.conname) AS found
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attname = 'tenant_id'
    WHERE c.contype IN ('p', 'u', 'f') AND NOT a.attnum = ANY (c.conkey) AND c.conrelid <> 'kernel.tenant'::regclass
    UNION ALL
    SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname = 'tenant_id'
    WHERE i.indisunique AND NOT a.attnum = ANY (i.indkey::int2[]) AND i.indrelid <> 'kernel.tenant'::regclass ORDER BY 1`));
  assert.deepEqual(rows.map((row) => row.found), []);
});
