import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pg from "pg";
import * as audit from "../audit.ts";
import { sealEverything } from "../audit-chain.ts";
import { testWorld, type TestWorld } from "../testing/world.ts";
import type { App } from "./app.ts";
import { buildServer } from "./server.ts";

let world: TestWorld;
let app: App;
before(async () => {
  world = await testWorld();
  app = await buildServer({ services: world.services, modules: [], authenticate: async (request) => ({ tenantId: world.bharat, actor: world.as([request.headers["x-role"] as "auditor"]).actor }) });
});
after(async () => {
  await app.close();
  await world.close();
});

const verify = (role = "auditor") => app.inject({ method: "POST", url: "/v1/audit-verifications", headers: { "x-role": role }, payload: {} });

test("an auditor has the chain verified, the check is a record itself, and a record that was altered is named", async () => {
  const ctx = world.as(["servicing_agent"]);
  await ctx.transaction((tx) => audit.record(tx, ctx, { action: "test.act.done", subject: "la_1", after: { amount: "1.00" } }));
  await sealEverything(world.services, world.bharat);
  const first = await verify();
  assert.equal(first.statusCode, 200, first.body);
  const { intact, records, sealed } = first.json() as { intact: boolean; records: number; sealed: number };
  assert.deepEqual([intact, sealed], [true, records]);
  const checks = await ctx.read((tx) => tx.rows("test.checks", "SELECT 1 FROM kernel.audit_record WHERE action = 'audit.chain.verified'"));
  assert.equal(checks.length, 1);
  const owner = new pg.Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
  await owner.query("UPDATE kernel.audit_record SET after = '{\"amount\":\"9.00\"}' WHERE action = 'test.act.done'");
  await owner.end();
  const again = (await verify()).json() as { intact: boolean; faultCount: number; faults: string[] };
  assert.deepEqual([again.intact, again.faultCount], [false, 1]);
  assert.match(again.faults[0] ?? "", /was altered/);
  assert.equal((await verify("servicing_agent")).statusCode, 403);
});
