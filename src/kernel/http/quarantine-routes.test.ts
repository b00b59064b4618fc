import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { quarantine } from "../end-of-day.ts";
import { grantsOf, type Role } from "../permissions.ts";
import { testWorld, type TestWorld } from "../testing/world.ts";
import type { App } from "./app.ts";
import { buildServer } from "./server.ts";

let world: TestWorld;
let app: App;
before(async () => {
  world = await testWorld();
  app = await buildServer({
    services: world.services, modules: [],
    authenticate: async (request) => {
      const role = String(request.headers["x-role"]) as Role;
      return { tenantId: world.bharat, actor: { kind: "staff", id: `usr_${role}`, name: role, roles: [role], grants: grantsOf([role]), amountLimits: new Map() } };
    },
  });
});
after(async () => {
  await app.close();
  await world.close();
});

const ask = (method: "GET" | "POST", url: string, role: Role, key: string, payload?: object) => app.inject({ method, url, headers: { "x-role": role, "idempotency-key": `quarantine-${key}` }, payload });
const onList = async () => ((await ask("GET", "/v1/end-of-day", "operations_officer", "read")).json() as { quarantine: readonly { id: string; subject: string }[] }).quarantine;

test("what end of day set aside leaves the list once, with a reason in the audit trail, by who may run end of day", async () => {
  const ctx = world.system();
  await ctx.transaction((tx) => quarantine(tx, ctx, { date: "2026-01-14", step: "servicing.accrue", subject: "la_1", reason: "a rate is missing" }));
  const [item] = await onList();
  assert.equal(item?.subject, "la_1");
  const url = `/v1/end-of-day/quarantine/${item.id}/clear`;
  assert.equal((await ask("POST", url, "finance_officer", "a", { reason: "Seen" })).statusCode, 403);
  assert.equal((await ask("POST", url, "operations_officer", "b", {})).statusCode, 422, "a reason is needed");
  assert.equal((await ask("POST", url, "operations_officer", "c", { reason: "The rate was entered" })).statusCode, 200);
  assert.deepEqual(await onList(), []);
  assert.equal((await ask("POST", url, "operations_officer", "d", { reason: "Again" })).statusCode, 404);
  const [record] = await world.system().read((tx) => tx.rows<{ reason: string }>("test.cleared", "SELECT reason FROM kernel.audit_record WHERE action = 'eod.quarantine.cleared'"));
  assert.equal(record?.reason, "The rate was entered");
});
