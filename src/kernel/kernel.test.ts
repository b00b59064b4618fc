import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pg from "pg";
import * as audit from "./audit.ts";
import { sealEverything, verifyAudit } from "./audit-chain.ts";
import { closeBusinessDay } from "./end-of-day.ts";
import { migrate } from "./migrate.ts";
import * as outbox from "./outbox.ts";
import { deliverAll } from "./relay.ts";
import { isProblem } from "./problems.ts";
import { decide, propose, registerDualControl, withdraw } from "./approvals.ts";
import { makeContext } from "./context.ts";
import { testWorld, type TestWorld } from "./testing/world.ts";

let world: TestWorld;
before(async () => {
  world = await testWorld();
});
after(() => world.close());

test("a repeated command gets the first result, and its work is done once", async () => {
  let done = 0;
  const work = async () => ({ count: ++done, amount: 12n });
  const first = await world.as(["servicing_agent"], { person: "usr_a", idempotencyKey: "same-key-1" }).transaction(work);
  const repeat = world.as(["servicing_agent"], { person: "usr_a", idempotencyKey: "same-key-1" });
  assert.deepEqual(await repeat.transaction(work), first);
  assert.equal(done, 1);
  assert.equal(repeat.replayed, true);
});

test("twenty simultaneous repeats of one command do the work once", async () => {
  const results = await Promise.all(Array.from({ length: 20 }, () => {
    const ctx = world.as(["servicing_agent"], { person: "usr_b", idempotencyKey: "same-key-2" });
    return ctx.transaction(async (tx) => {
      await outbox.add(tx, ctx, { type: "kernel.tried", subject: "x", payload: {} });
      return { by: ctx.requestId };
    });
  }));
  assert.equal(new Set(results.map((r) => r.by)).size, 1);
  const [row] = await world.system().read((tx) => tx.rows<{ n: bigint }>("test.count", "SELECT count(*) AS n FROM kernel.outbox_event WHERE type = 'kernel.tried'"));
  assert.equal(row?.n, 1n);
});

test("a key that was used with another body is refused, and the first result stays", async () => {
  const ask = (requestHash: string) => makeContext(world.services, { tenantId: world.bharat, actor: world.system().actor, requestId: "req_k", idempotency: { key: "same-key-3", scope: "usr_c", command: "test", requestHash } });
  await ask("one").transaction(async () => ({ first: true }));
  await assert.rejects(ask("two").transaction(async () => ({ first: false })), (e) => isProblem(e, "idempotency.body_differs"));
  assert.deepEqual(await ask("one").transaction(async () => ({ first: false })), { first: true });
});

test("a command that fails leaves its key free, so that it can be sent again", async () => {
  const ctx = () => world.as(["servicing_agent"], { person: "usr_d", idempotencyKey: "same-key-4" });
  await assert.rejects(ctx().transaction(async () => {
    throw new Error("broken");
  }));
  assert.deepEqual(await ctx().transaction(async () => ({ worked: true })), { worked: true });
});

test("without a tenant no table of the platform shows a row or takes one", async () => {
  const client = new pg.Client({ connectionString: world.database.appUrl });
  await client.connect();
  const { rows } = await client.query("SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.columns WHERE column_name = 'tenant_id' AND table_schema NOT IN ('pgboss', 'information_schema') AND (table_schema, table_name) IN (SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE')");
  assert.ok(rows.length >= 10, "no tables were checked");
  for (const { name } of rows as { name: string }[]) {
    const found = await client.query(`SELECT count(*)::int AS n FROM ${name}`);
    assert.equal(found.rows[0].n, 0, `${name} shows rows without a tenant`);
  }
  await client.end();
});

test("one lender's transaction cannot see or write another lender's rows", async () => {
  await assert.rejects(
    world.services.db.transaction(world.prairie, (tx) => tx.run("test.cross", "INSERT INTO kernel.job_run (tenant_id, id, kind, title, state, started_by, created_at, changed_at) VALUES ($1, 'j1', 'k', 't', 'queued', 'x', now(), now())", [world.bharat])),
    /row-level security/,
  );
});

test("the application may not change or delete what was audited", async () => {
  for (const sql of ["UPDATE kernel.audit_record SET reason = 'x'", "DELETE FROM kernel.audit_record", "TRUNCATE kernel.audit_record"]) {
    await assert.rejects(world.services.db.transaction(world.bharat, (tx) => tx.run(`test.${sql}`, sql)), /permission denied/);
  }
});

test("the audit chain is intact, and an altered record is found and named", async () => {
  const ctx = world.as(["auditor"]);
  await ctx.transaction(async (tx) => {
    for (let i = 0; i < 5; i++) await audit.record(tx, ctx, { action: "test.thing.done", subject: `s${i}`, after: { i } });
  });
  await sealEverything(world.services, world.bharat);
  assert.deepEqual((await verifyAudit(world.services, world.bharat)).faults, []);
  const owner = new pg.Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
  const { rows } = await owner.query("UPDATE kernel.audit_record SET after = '{\"i\":99}' WHERE subject = 's3' RETURNING id");
  assert.match((await verifyAudit(world.services, world.bharat)).faults.join(), new RegExp(rows[0].id));
  await owner.query("UPDATE kernel.audit_record SET after = '{\"i\":3}' WHERE subject = 's3'");
  await owner.query("DELETE FROM kernel.audit_seal WHERE seq = (SELECT max(seq) FROM kernel.audit_seal)");
  assert.match((await verifyAudit(world.services, world.bharat)).faults.join(), /cut or rewritten/);
  await owner.end();
});

test("nobody approves their own request, and an approval carries it out once", async () => {
  let carriedOut = 0;
  registerDualControl({ action: "test.thing.release", permission: "application.funding.release", limited: true, execute: async () => ({ n: ++carriedOut }) });
  const maker = world.as(["operations_officer"], { person: "usr_maker" });
  const request = await maker.transaction((tx) => propose(tx, maker, { action: "test.thing.release", subject: "thing_1", summary: "Release", amountMinor: 500n, currency: "INR", payload: { to: "someone" } }));
  await assert.rejects(maker.transaction((tx) => propose(tx, maker, { action: "test.thing.release", subject: "thing_1", summary: "Again", payload: {} })), (e) => isProblem(e, "approval.already_waiting"));
  await assert.rejects(decide(world.as(["funding_officer"], { person: "usr_maker" }), request.id, "approve", undefined), (e) => isProblem(e, "approval.own_request"));
  await assert.rejects(decide(world.as(["funding_officer"], { limits: { INR: 499n } }), request.id, "approve", undefined), (e) => isProblem(e, "permission.above_limit"));
  await assert.rejects(decide(world.as(["servicing_agent"]), request.id, "approve", undefined), (e) => isProblem(e, "permission.denied"));
  assert.equal((await decide(world.as(["funding_officer"]), request.id, "approve", undefined)).state, "approved");
  await assert.rejects(decide(world.as(["funding_officer"]), request.id, "approve", undefined), (e) => isProblem(e, "approval.already_decided"));
  assert.equal(carriedOut, 1);
});

test("a request that has expired makes way for a new one", async () => {
  const maker = world.as(["operations_officer"], { person: "usr_maker" });
  const ask = () => maker.transaction((tx) => propose(tx, maker, { action: "test.thing.release", subject: "thing_2", summary: "Release", payload: {} }));
  const first = await ask();
  await maker.transaction((tx) => tx.run("test.expire", "UPDATE kernel.approval_request SET expires_at = $2 WHERE id = $1", [first.id, "2026-01-01T00:00:00Z"]));
  await ask();
  await assert.rejects(decide(world.as(["funding_officer"]), first.id, "approve", undefined), (e) => isProblem(e, "approval.already_decided"));
});

test("the maker alone withdraws a request, the item is free again, and nobody can approve it any more", async () => {
  const freed: string[] = [];
  registerDualControl({ action: "test.thing.hold", permission: "application.funding.release", limited: false, execute: async () => ({}), reject: async (_tx, _ctx, payload: { item: string }, reason) => void freed.push(`${payload.item}: ${reason}`) });
  const maker = world.as(["operations_officer"], { person: "usr_maker2" });
  const ask = () => maker.transaction((tx) => propose(tx, maker, { action: "test.thing.hold", subject: "thing_3", summary: "Hold", payload: { item: "thing_3" } }));
  const request = await ask();
  await assert.rejects(withdraw(world.as(["operations_officer"]), request.id, "not mine"), (e) => isProblem(e, "approval.not_yours"));
  await assert.rejects(withdraw(world.as(["operations_officer"], { person: "usr_maker2", tenantId: world.prairie }), request.id, "another lender"), (e) => isProblem(e, "approval.not_found"));
  assert.deepEqual(freed, [], "a refused withdrawal frees nothing");
  assert.equal((await withdraw(world.as(["operations_officer"], { person: "usr_maker2" }), request.id, "wrong account")).state, "withdrawn");
  assert.deepEqual(freed, ["thing_3: wrong account"]);
  await assert.rejects(decide(world.as(["funding_officer"]), request.id, "approve", undefined), (e) => isProblem(e, "approval.already_decided"));
  await assert.rejects(withdraw(world.as(["operations_officer"], { person: "usr_maker2" }), request.id, "again"), (e) => isProblem(e, "approval.already_decided"));
  assert.notEqual((await ask()).id, request.id, "the same act can be proposed again");
  const [trail] = await maker.read((tx) => tx.rows<{ reason: string }>("test.withdrawn", "SELECT reason FROM kernel.audit_record WHERE action = 'approval.request.withdrawn' AND subject = 'thing_3'"));
  assert.equal(trail?.reason, "wrong account");
});

test("end of day runs each step once per shard, and a second run of the same day does nothing twice", async () => {
  const ran: string[] = [];
  const steps = [{ name: "test.count", order: 1, per: "tenant" as const, run: async (tx: { businessDate: string }) => {
    ran.push(tx.businessDate);
    return { touched: 1, failed: 0 };
  } }];
  const closed = await closeBusinessDay(world.services, world.prairie, steps);
  assert.equal(closed.date, "2026-01-15");
  await closeBusinessDay(world.services, world.prairie, steps);
  assert.deepEqual(ran, ["2026-01-15", "2026-01-16"]);
  const today = await world.system(world.prairie).read(async (tx) => tx.businessDate);
  assert.equal(today, "2026-01-17");
});

test("published events reach their subscribers", async () => {
  const heard: string[] = [];
  const modules = [{ name: "t", subscribers: [{ name: "t.listen", eventTypes: ["kernel.business_day_closed"], handle: async (_ctx: unknown, event: { payload: object }) => {
    heard.push(JSON.stringify(event.payload));
  } }] }];
  await closeBusinessDay(world.services, world.prairie, []);
  await deliverAll(world.services, modules as never, world.prairie);
  assert.equal(heard.at(-1), '{"date":"2026-01-17"}');
});

test("a session that stands still in the midst of a transaction is ended, or it would hold its locks for ever; an operator's own figure stays", async () => {
  const { ownerUrl, appUrl } = world.database;
  const asked = async (url: string, text: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<{ idle_in_transaction_session_timeout: string }>(text)).rows[0]?.idle_in_transaction_session_timeout;
    } finally {
      await client.end();
    }
  };
  const started = async () => {
    await migrate(ownerUrl, new URL(appUrl).password);
    return asked(appUrl, "SHOW idle_in_transaction_session_timeout");
  };
  await asked(ownerUrl, "ALTER ROLE loanwright_app RESET idle_in_transaction_session_timeout");
  assert.equal(await started(), "5min");
  await asked(ownerUrl, "ALTER ROLE loanwright_app SET idle_in_transaction_session_timeout = '7min'");
  assert.equal(await started(), "7min");
  await asked(ownerUrl, "ALTER ROLE loanwright_app RESET idle_in_transaction_session_timeout");
});

test("the chain is found whole while somebody seals it", async () => {
  const { services } = world;
  const recordAndSeal = async () => {
    const ctx = world.system(world.prairie);
    await ctx.transaction((tx) => audit.record(tx, ctx, { action: "test.chain.grown", subject: "while it is verified" }));
    await sealEverything(services, ctx.tenantId);
  };
  await recordAndSeal();
  // Between what the verifier does in the database and what it does next, the chain grows and is anchored.
  const db = Object.create(services.db) as typeof services.db;
  db.transaction = async (tenantId, work, mode) => {
    const result = await services.db.transaction(tenantId, work, mode);
    await recordAndSeal();
    return result;
  };
  assert.deepEqual((await verifyAudit({ ...services, db }, world.prairie)).faults, []);
});
