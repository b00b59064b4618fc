import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { App } from "#kernel/http/app.ts";
import { buildServer } from "#kernel/http/server.ts";
import { readDocument } from "#modules/documents/index.ts";
import { servicingRoutes } from "./routes.ts";
import { lendingWorld, type LendingWorld } from "./testing/lender.ts";

let world: LendingWorld;
let app: App;
let loan: { loanAccountId: string; number: string };
before(async () => {
  world = await lendingWorld();
  app = await buildServer({ services: world.services, modules: [{ name: "servicing", routes: servicingRoutes }], authenticate: async (request) => ({ tenantId: world.bharat, actor: world.as([(request.headers["x-role"] ?? "servicing_agent") as "borrower"]).actor }) });
  loan = await world.lend(world.bharat, { amount: "100000.00", months: 12, rate: "0.24" });
  await world.lend(world.bharat, { amount: "50000.00", months: 12, rate: "0.24" });
  await post(`/loan-accounts/${loan.loanAccountId}/repayments`, { amount: { amount: "2115.50", currency: "INR" }, valueDate: "2026-01-15", channel: "cash", reference: "RCPT-778" });
});
after(async () => {
  await app.close();
  await world.close();
});

let keys = 0;
const post = (path: string, payload: object) => app.inject({ method: "POST", url: `/v1${path}`, headers: { "idempotency-key": `search-${String(++keys).padStart(6, "0")}` }, payload });
async function found(text: string): Promise<string[]> {
  const answer = await app.inject({ url: `/v1/loan-accounts?q=${encodeURIComponent(text)}` });
  assert.equal(answer.statusCode, 200, answer.body);
  return (answer.json() as { items: { number: string }[] }).items.map((item) => item.number);
}

test("a loan is found by whatever the caller knows: number, phone, e-mail, amount and day, reference", async () => {
  for (const text of [loan.number, loan.loanAccountId, "+91 98100 00001", "98100 00001", "asha1@example.com", "2,115.50 2026-01-15", "2026-01-15 2115.5", "RCPT-778"]) {
    assert.deepEqual(await found(text), [loan.number], `found by ${text}`);
  }
  assert.equal((await found("Asha Rao")).length, 2, "a name is looked for in the list's own columns");
});

test("a part of a phone number, another day or another amount finds nobody", async () => {
  for (const text of ["98100 0000", "2115.50 2026-01-16", "2115.51 2026-01-15", "2115.505 2026-01-15", "RCPT-77"]) assert.deepEqual(await found(text), [], text);
});

test("a payoff quote becomes a letter that is filed with the loan; a quote of another loan does not", async () => {
  const quote = (await post(`/loan-accounts/${loan.loanAccountId}/payoff-quotes`, { payoffDate: "2026-01-20" })).json() as { id: string };
  const letter = await post(`/loan-accounts/${loan.loanAccountId}/payoff-quotes/${quote.id}/letters`, {});
  assert.equal(letter.statusCode, 201, letter.body);
  const ctx = world.as(["servicing_agent"]);
  const file = await ctx.transaction((tx) => readDocument(tx, ctx, (letter.json() as { documentId: string }).documentId));
  assert.equal(Buffer.from(file.bytes).subarray(0, 5).toString(), "%PDF-");
  const other = await world.lend(world.bharat, { amount: "20000.00", months: 6, rate: "0.24" });
  const refused = await post(`/loan-accounts/${other.loanAccountId}/payoff-quotes/${quote.id}/letters`, {});
  assert.deepEqual([refused.statusCode, (refused.json() as { code: string }).code], [404, "payoff.not_found"]);
});

test("a note is left for the next person, stands as an alert, and borrowers never see it", async () => {
  const path = `/loan-accounts/${loan.loanAccountId}/notes`;
  assert.equal((await post(path, { body: "Calls only after six.", alert: true })).statusCode, 201);
  assert.equal((await post(path, { body: "x" })).statusCode, 422, "a note says something");
  const { items } = (await app.inject({ url: `/v1${path}` })).json() as { items: { body: string; alert: boolean; businessDate: string }[] };
  assert.deepEqual(items.map((n) => [n.body, n.alert, n.businessDate]), [["Calls only after six.", true, "2026-01-15"]]);
  for (const role of ["borrower", "finance_officer"]) {
    const read = await app.inject({ url: `/v1${path}`, headers: { "x-role": role } });
    assert.equal(read.statusCode, role === "borrower" ? 403 : 200, role);
  }
  assert.equal((await post("/loan-accounts/la_nothere/notes", { body: "Nowhere" })).statusCode, 404);
});
