import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { money } from "#engine/money.ts";
import { closeBusinessDay, endOfDaySteps } from "#kernel/end-of-day.ts";
import type { App } from "#kernel/http/app.ts";
import { buildServer } from "#kernel/http/server.ts";
import * as outbox from "#kernel/outbox.ts";
import { isProblem, type Problem } from "#kernel/problems.ts";
import { deliverAll } from "#kernel/relay.ts";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import { claimNextCase, getCase, module, recordContact, recordPromise, releaseCase } from "./index.ts";

let world: TestWorld;
let serial = 0;
before(async () => {
  world = await testWorld();
});
after(() => world.close());

const agent = (person: string, tenantId = world.bharat) => world.as(["collections_agent"], { person, tenantId });
const steps = () => endOfDaySteps([module]);

let payments = 0;
const repaid = (loanAccountId: string, amountMinor: bigint, valueDate: string) => publish("repayment_recorded", { loanAccountId, eventId: `le_${++payments}`, amountMinor, valueDate });
/** Publishes what servicing publishes, and lets collections hear it. */
async function publish(type: string, payload: Record<string, unknown>, tenantId = world.bharat): Promise<void> {
  const ctx = world.system(tenantId);
  await ctx.transaction((tx) => outbox.add(tx, ctx, { type: `servicing.${type}`, subject: payload["loanAccountId"] as string, payload }));
  await deliverAll(world.services, [module], tenantId);
}

async function behind(overdueMinor: bigint, dpd: number, more: Record<string, unknown> = {}, tenantId = world.bharat): Promise<{ loanAccountId: string; caseId: string }> {
  const loanAccountId = `la_${++serial}`;
  const currency = tenantId === world.bharat ? "INR" : "USD";
  await publish("bucket_entered", { loanAccountId, bucket: "1-29", dpd, overdueMinor, currency, productCode: "personal", borrowerName: "Asha Rao", ...more }, tenantId);
  return { loanAccountId, caseId: await caseOf(loanAccountId, tenantId) };
}
const query = <R extends object>(sql: string, tenantId = world.bharat) => world.system(tenantId).read(async (tx) => (await tx.client.query<R & Record<string, unknown>>(sql)).rows);
const caseOf = async (loan: string, tenantId = world.bharat) => (await query<{ id: string }>(`SELECT id FROM collections.collection_case WHERE loan_account_id = '${loan}' ORDER BY id DESC`, tenantId))[0]?.id ?? "";
const read = (caseId: string, tenantId = world.bharat) => {
  const ctx = agent("usr_reader", tenantId);
  return ctx.read((tx) => getCase(tx, ctx, caseId));
};
const close = async (...cases: { loanAccountId: string }[]) => {
  for (const { loanAccountId } of cases) await publish("closed", { loanAccountId });
};

test("a loan that falls behind gets one case, however often its event arrives", async () => {
  const one = await behind(500_00n, 1);
  await publish("bucket_entered", { loanAccountId: one.loanAccountId, bucket: "30-59", dpd: 30, overdueMinor: 900_00n, currency: "INR" });
  const rows = await query<{ dpd: number; overdue_minor: bigint }>(`SELECT * FROM collections.collection_case WHERE loan_account_id = '${one.loanAccountId}'`);
  assert.equal(rows.length, 1);
  assert.equal(rows[0]?.dpd, 30);
  assert.equal(rows[0]?.overdue_minor, 900_00n);
  await close(one);
});

test("an event that was overtaken changes nothing", async () => {
  const one = await behind(500_00n, 1);
  const stale = { id: "ev_old", type: "servicing.bucket_left", subject: one.loanAccountId, sequence: 0n, businessDate: "2026-01-15", payload: { loanAccountId: one.loanAccountId, dpd: 0 } };
  await module.subscribers?.[0]?.handle(world.system(), stale);
  assert.equal((await read(one.caseId)).state, "open");
  await close(one);
});

test("the queue serves broken promises first, then overdue times days, and each case to one agent", async () => {
  const small = await behind(100_00n, 10);
  const large = await behind(100_00n, 20);
  const broken = await behind(1_00n, 1);
  await world.system().transaction((tx) => tx.run("test.broken", "UPDATE collections.collection_case SET broken_promise = true WHERE id = $1", [broken.caseId]));
  const served = await Promise.all(["usr_q1", "usr_q2", "usr_q3", "usr_q4"].map((person) => claimNextCase(agent(person))));
  const ids = served.map((s) => s.caseId).filter((id) => id !== null);
  assert.equal(new Set(ids).size, 3, "three cases, three agents, none twice");
  for (const person of ["usr_q1", "usr_q2", "usr_q3", "usr_q4"]) for (const id of ids) await releaseCase(agent(person), id).catch((e: unknown) => assert.ok(isProblem(e, "collections.case_claimed")));
  const order = [];
  for (const person of ["usr_q5", "usr_q6", "usr_q7"]) order.push((await claimNextCase(agent(person))).caseId);
  assert.deepEqual(order, [broken.caseId, large.caseId, small.caseId]);
  assert.equal((await claimNextCase(agent("usr_q8"))).caseId, null);
  await close(small, large, broken);
});

test("a case that another agent is taking at this very moment is passed over, not waited for", { timeout: 20_000 }, async () => {
  const large = await behind(900_00n, 20);
  const small = await behind(100_00n, 5);
  await world.system().transaction(async (tx) => {
    await tx.one("test.taking", "SELECT id FROM collections.collection_case WHERE id = $1 FOR UPDATE", [large.caseId]);
    assert.equal((await claimNextCase(agent("usr_second"))).caseId, small.caseId);
  });
  await close(large, small);
});

test("somebody else's claim keeps others out, and ends by itself after half an hour", async () => {
  const one = await behind(100_00n, 5);
  assert.equal((await claimNextCase(agent("usr_a"))).caseId, one.caseId);
  await assert.rejects(recordContact(agent("usr_b"), one.caseId, { channel: "sms", outcome: "left_message" }), (e) => isProblem(e, "collections.case_claimed"));
  (world.services.clock as unknown as { advance(ms: number): void }).advance(30 * 60_000 + 1000);
  assert.equal((await claimNextCase(agent("usr_b"))).caseId, one.caseId);
  await close(one);
});

test("the eighth attempt in seven days is refused with its rule, unless overridden with a reason that is kept", async () => {
  const one = await behind(100_00n, 5);
  const ctx = agent("usr_caller");
  for (let i = 0; i < 7; i++) await recordContact(ctx, one.caseId, { channel: "call", outcome: "no_answer" });
  await assert.rejects(recordContact(ctx, one.caseId, { channel: "call", outcome: "no_answer" }), (e: Problem) =>
    isProblem(e, "collections.contact_not_allowed") && e.extra["rule"] === "seven_in_seven_days");
  await recordContact(ctx, one.caseId, { channel: "call", outcome: "call_back", overrideReason: "The borrower's lawyer asked for it" });
  const shown = await read(one.caseId);
  assert.equal(shown.contacts.length, 8);
  assert.equal(shown.contacts[0]?.overriddenRule, "seven_in_seven_days");
  const audited = await query(`SELECT * FROM kernel.audit_record WHERE subject = '${one.caseId}' AND reason LIKE 'The borrower%'`);
  assert.equal(audited.length, 1);
  await close(one);
});

test("ten attempts at once count as ten: seven pass", async () => {
  const one = await behind(100_00n, 5);
  const tried = await Promise.allSettled(Array.from({ length: 10 }, () => recordContact(agent("usr_many"), one.caseId, { channel: "call", outcome: "no_answer" })));
  assert.equal(tried.filter((t) => t.status === "fulfilled").length, 7);
  await close(one);
});

test("at ten in the evening in Chicago nobody is written to", async () => {
  const one = await behind(100_00n, 5, {}, world.prairie);
  await assert.rejects(recordContact(agent("usr_us", world.prairie), one.caseId, { channel: "email", outcome: "left_message" }), (e: Problem) =>
    isProblem(e, "collections.contact_not_allowed") && e.extra["rule"] === "contact_hours");
});

test("a promise is kept when enough comes by its day, counted from when it was given", async () => {
  const one = await behind(100_00n, 5);
  await repaid(one.loanAccountId, 60_00n, "2026-01-15");
  await recordPromise(agent("usr_p"), one.caseId, { amount: money(60_00n, "INR"), dueDate: "2026-01-20" });
  assert.equal((await read(one.caseId)).promises[0]?.state, "open", "money from before it does not count");
  await repaid(one.loanAccountId, 30_00n, "2026-01-15");
  assert.equal((await read(one.caseId)).promises[0]?.state, "open");
  await repaid(one.loanAccountId, 30_00n, "2026-01-20");
  assert.equal((await read(one.caseId)).promises[0]?.state, "kept");
  await publish("repayment_reversed", { loanAccountId: one.loanAccountId, eventId: "le_back", reversedEventId: `le_${payments}`, amountMinor: 30_00n });
  assert.equal((await read(one.caseId)).promises[0]?.state, "open", "a returned payment keeps nothing");
  await close(one);
});

test("a promise that cannot be meant is refused field by field", async () => {
  const one = await behind(100_00n, 5);
  await assert.rejects(recordPromise(agent("usr_p"), one.caseId, { amount: money(0n, "USD"), dueDate: "2026-01-14" }), (e: Problem) =>
    isProblem(e, "collections.promise_invalid") && e.errors.map((f) => f.pointer).join() === "/amount/amount,/amount/currency,/dueDate");
  await close(one);
});

test("a cured loan's case is closed, and the next time it falls behind it gets a new one", async () => {
  const one = await behind(100_00n, 5);
  await publish("bucket_left", { loanAccountId: one.loanAccountId, bucket: "1-29", dpd: 0, overdueMinor: 0n });
  assert.deepEqual([(await read(one.caseId)).state, (await read(one.caseId)).closeReason], ["closed", "cured"]);
  await assert.rejects(recordContact(agent("usr_c"), one.caseId, { channel: "sms", outcome: "left_message" }), (e) => isProblem(e, "collections.case_closed"));
  await publish("bucket_entered", { loanAccountId: one.loanAccountId, bucket: "1-29", dpd: 1, overdueMinor: 50_00n, currency: "INR" });
  assert.notEqual(await caseOf(one.loanAccountId), one.caseId);
  await close(one);
});

test("a charged-off loan's case goes on as a recovery", async () => {
  const one = await behind(100_00n, 150);
  await publish("charged_off", { loanAccountId: one.loanAccountId, amountMinor: 4000_00n, date: "2026-01-15" });
  const shown = await read(one.caseId);
  assert.deepEqual([shown.state, shown.stage, shown.overdue.amount], ["open", "recovery", "4000.00"]);
  await close(one);
});

test("routes: the queue is for collectors, amounts have no third decimal, a repeat answers the same", async () => {
  const one = await behind(100_00n, 5);
  const app: App = await buildServer({ services: world.services, modules: [module], authenticate: async (request) => ({ tenantId: world.bharat, actor: world.as([request.headers["x-role"] as "collections_agent"], { person: "usr_http" }).actor }) });
  const call = (url: string, role: string, body?: object, key = "key-00000001") => app.inject({ method: body === undefined ? "GET" : "POST", url, headers: { "x-role": role, ...(body === undefined ? {} : { "idempotency-key": key }) }, payload: body });
  assert.equal((await call("/v1/collections/cases/next", "loan_officer", {})).statusCode, 403);
  const next = await call("/v1/collections/cases/next", "collections_agent", {});
  assert.equal(next.json().case.id, one.caseId);
  assert.equal((await call("/v1/collections/cases/next", "collections_agent", {})).headers["idempotency-replayed"], "true");
  assert.equal((await call("/v1/collections/cases?filter=state:eq:open&sort=-daysPastDue", "collections_agent")).json().items[0].id, one.caseId);
  const third = await call(`/v1/collections/cases/${one.caseId}/promises`, "collections_agent", { amount: { amount: "1.005", currency: "INR" }, dueDate: "2026-01-20" }, "key-00000002");
  assert.deepEqual([third.statusCode, third.json().errors[0].pointer], [422, "/amount/amount"]);
  assert.equal((await call(`/v1/collections/cases/${one.caseId}/promises`, "collections_agent", { amount: { amount: "1.50", currency: "INR" }, dueDate: "2026-01-20" }, "key-00000003")).statusCode, 201);
  assert.equal((await call("/v1/collections/cases/cs_none", "collections_agent")).json().code, "collections.case_not_found");
  await app.close();
  await close(one);
});

// Last, because these move the lender's day.
test("end of day breaks what was promised for the day, and a payment heard late makes it good", async () => {
  const one = await behind(100_00n, 5);
  await recordPromise(agent("usr_e"), one.caseId, { amount: money(60_00n, "INR"), dueDate: "2026-01-15" });
  await closeBusinessDay(world.services, world.bharat, steps());
  assert.equal((await read(one.caseId)).promises[0]?.state, "broken");
  assert.equal((await claimNextCase(agent("usr_e2"))).caseId, one.caseId, "it is first in the queue");
  const events = await query<{ n: number }>(`SELECT count(*)::int AS n FROM kernel.outbox_event WHERE type = 'collections.promise_broken' AND subject = '${one.caseId}'`);
  assert.equal(events[0]?.n, 1);
  await repaid(one.loanAccountId, 60_00n, "2026-01-15");
  const shown = await read(one.caseId);
  assert.deepEqual([shown.promises[0]?.state, shown.brokenPromise], ["kept", false]);
});
