import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { decide, registerDualControl } from "#kernel/approvals.ts";
import type { App } from "#kernel/http/app.ts";
import { buildServer } from "#kernel/http/server.ts";
import { modifyControl } from "./commands/modify-loan.ts";
import { accrueStep } from "./end-of-day/accrue.ts";
import { attendStep } from "./end-of-day/attend.ts";
import { servicingRoutes } from "./routes.ts";
import { lendingWorld, type LendingWorld } from "./testing/lender.ts";

/** Lasting changes of a running loan: who may, what becomes of schedule and books, and that two people give money up. */

let world: LendingWorld;
let app: App;
before(async () => {
  world = await lendingWorld();
  registerDualControl(modifyControl);
  app = await buildServer({ services: world.services, modules: [{ name: "servicing", routes: servicingRoutes, endOfDay: [] }], authenticate: async (request) => {
    const role = String(request.headers["x-role"]) as "servicing_agent";
    const tenantId = request.headers["x-lender"] === "bharat" ? world.bharat : world.prairie;
    return { tenantId, actor: world.as([role], { tenantId, person: `usr_${role}` }).actor };
  } });
});
after(async () => {
  await app.close();
  await world.close();
});

let keys = 0;
async function call(url: string, body?: object, asked: { role?: string; lender?: string; key?: string } = {}) {
  const headers = { "x-role": asked.role ?? "servicing_agent", "x-lender": asked.lender ?? "prairie", ...(body === undefined ? {} : { "idempotency-key": asked.key ?? `modify-${String(++keys).padStart(8, "0")}` }) };
  const response = await app.inject({ method: body === undefined ? "GET" : "POST", url: `/v1/loan-accounts/${url}`, headers, ...(body === undefined ? {} : { payload: body }) });
  return { status: response.statusCode, json: response.json() };
}
const lend = () => world.lend(world.prairie, { amount: "10000.00", months: 12, rate: "0.12" });
const change = (id: string, body: object, asked?: Parameters<typeof call>[2]) => call(`${id}/modifications`, { reason: "Agreed on the phone", ...body }, asked);
const dues = async (id: string, asked?: Parameters<typeof call>[2]) => (await call(`${id}/schedule`, undefined, asked)).json.rows.flatMap((row: { dueDate: string; due: { amount: string } }) => (row.due.amount === "0.00" ? [] : [row.dueDate]));
const proved = async () => assert.deepEqual(await world.unproved(world.prairie), []);
const approve = (id: string, role: "finance_officer" | "credit_manager" = "finance_officer") => decide(world.as([role], { tenantId: world.prairie }), id, "approve", undefined);

test("more installments: done at once, by one person, and the debt is spread over them; a repeat of the request adds none", async () => {
  const { loanAccountId: id } = await lend();
  const done = await change(id, { kind: "extend", installments: 6 }, { key: "modify-extend-1" });
  assert.equal(done.status, 201);
  await change(id, { kind: "extend", installments: 6 }, { key: "modify-extend-1" });
  const rows = (await call(`${id}/schedule`)).json.rows;
  assert.equal(rows.length, 18);
  assert.equal(rows.reduce((sum: number, r: { principal: { amount: string } }) => sum + Number(r.principal.amount.replace(".", "")), 0), 10_000_00);
  const told = (await call(`${id}/timeline`)).json.items;
  assert.equal(told[0].kind, "extended");
  await proved();
});

test("installments put off move the rest of the schedule, of a loan of either kind", async () => {
  const { loanAccountId: id } = await lend();
  const before = await dues(id);
  assert.equal((await change(id, { kind: "defer", installments: 2 })).status, 201);
  assert.deepEqual((await dues(id)).slice(0, 10), before.slice(2));
  const other = await world.lend(world.bharat, { amount: "100000.00", months: 12, rate: "0.24" });
  const asked = { lender: "bharat" };
  const planned = await dues(other.loanAccountId, asked);
  assert.equal((await change(other.loanAccountId, { kind: "defer", installments: 2 }, asked)).status, 201);
  assert.deepEqual((await dues(other.loanAccountId, asked)).slice(0, 10), planned.slice(2));
  assert.deepEqual(await world.unproved(world.bharat), []);
});

test("a pause of interest is money given up: a second person with a limit for it carries it out, and the books take in no interest meanwhile", async () => {
  const { loanAccountId: id } = await lend();
  const asked = await change(id, { kind: "pause_interest", from: "2026-01-15", to: "2026-02-14" });
  assert.deepEqual([asked.status, asked.json.state], [202, "waiting"]);
  assert.equal((await change(id, { kind: "pause_interest", from: "2026-01-15", to: "2026-02-14" })).json.code, "approval.already_waiting");
  await assert.rejects(decide(world.as(["servicing_agent"], { tenantId: world.prairie }), asked.json.approvalRequestId, "approve", undefined), /permission/);
  const before = Number((await call(`${id}/schedule`)).json.totals.interest.amount);
  await approve(asked.json.approvalRequestId);
  const after = Number((await call(`${id}/schedule`)).json.totals.interest.amount);
  // 10,000.00 at 12 % for thirty days is 98.63, and as much more principal is repaid from then on, which bears 12 % no longer.
  assert.ok(before - after > 98.63 && before - after < 98.63 * 1.13, `${before} ${after}`);
});

test("a settlement takes the money in as a receipt, gives the rest up and closes the loan; taken back, it is owed again", async () => {
  const { loanAccountId: id } = await lend();
  const preview = await call(`${id}/previews`, { kind: "settle", amount: { amount: "8000.00", currency: "USD" } }, {});
  assert.deepEqual([preview.status, preview.json.after.status, preview.json.after.principal.amount], [200, "settled", "0.00"]);
  const asked = await change(id, { kind: "settle", amount: { amount: "8000.00", currency: "USD" }, channel: "cheque", reference: "CHQ-77" });
  assert.equal(asked.status, 202);
  const [waiting] = await world.system(world.prairie).read((tx) => tx.rows<{ amount_minor: bigint; summary: string }>("test.approval", "SELECT amount_minor, summary FROM kernel.approval_request WHERE id = $1", [asked.json.approvalRequestId]));
  assert.equal(waiting?.amount_minor, 2_000_00n, "what is given up is what a limit must cover");
  const books = await world.balances(world.prairie);
  await approve(asked.json.approvalRequestId, "credit_manager");
  const loan = (await call(id)).json;
  assert.deepEqual([loan.status, loan.balances.total.amount, loan.balances.chargedOff.amount, loan.nextDue], ["settled", "0.00", "0.00", null], "what was given up is no longer owed");
  const now = await world.balances(world.prairie);
  const moved = (account: string) => (now[account] ?? 0n) - (books[account] ?? 0n);
  assert.deepEqual([moved("bank_clearing"), moved("payments_suspense"), moved("principal_receivable")], [8_000_00n, 0n, -10_000_00n]);
  await proved();
  const event = (await call(`${id}/transactions`)).json.items.find((t: { type: string }) => t.type === "settlement");
  const back = await call(`${id}/reversals`, { eventId: event.eventId, reason: "Cheque returned" });
  assert.deepEqual([back.status, back.json.balances.principal.amount, (await call(id)).json.status], [201, "10000.00", "active"]);
  await proved();
});

test("interest due and unpaid becomes principal, no more than is due", async () => {
  const { loanAccountId: id, quoted } = await lend();
  assert.equal((await change(id, { kind: "capitalise_interest" })).json.code, "loan.event_refused", "nothing is due yet");
  await world.closeUntil(world.prairie, quoted.firstDueDate, [{ name: "servicing", endOfDay: [attendStep, accrueStep] }]);
  const owed = (await call(id)).json.balances;
  assert.equal((await change(id, { kind: "capitalise_interest", amount: { amount: "9000.00", currency: "USD" } })).json.reason, "event.amount_above_owed");
  const done = await change(id, { kind: "capitalise_interest" });
  assert.deepEqual([done.status, Number(done.json.balances.principal.amount).toFixed(2), done.json.balances.interest.amount], [201, (Number(owed.principal.amount) + Number(owed.interest.amount)).toFixed(2), "0.00"]);
  await proved();
});

test("what a change needs is named, and nobody changes a loan without the permission or one that is not running", async () => {
  const { loanAccountId: id } = await lend();
  const pointers = async (body: object) => (await change(id, body)).json.errors?.map((e: { pointer: string }) => e.pointer);
  assert.deepEqual(await pointers({ kind: "extend" }), ["/installments"]);
  assert.deepEqual(await pointers({ kind: "pause_interest" }), ["/from", "/to"]);
  assert.deepEqual(await pointers({ kind: "pause_interest", from: "2025-12-31", to: "2025-12-01" }), ["/from", "/to"]);
  assert.deepEqual(await pointers({ kind: "settle", amount: { amount: "1.00", currency: "EUR" } }), ["/amount/currency"]);
  assert.equal((await change(id, { kind: "extend", installments: 1 }, { role: "finance_officer" })).status, 403);
  assert.equal((await change("la_none", { kind: "extend", installments: 1 })).json.code, "loan.not_found");
  assert.equal((await change(id, { kind: "extend", installments: 360 })).status, 201);
});
