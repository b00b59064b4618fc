import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Type from "typebox";
import { loadConfig, UnsafeSetting } from "../config.ts";
import type { Services } from "../context.ts";
import { grantsOf, type Actor } from "../permissions.ts";
import { testWorld, type TestWorld } from "../testing/world.ts";
import type { App } from "./app.ts";
import { buildServer } from "./server.ts";

let world: TestWorld;
before(async () => { world = await testWorld(); });
after(async () => { await world.close(); });

const open = (operationId: string) => ({ config: { public: true, idempotent: false }, schema: { operationId, summary: "A test route", response: { 200: Type.Object({}) } } });

/** A server with these limits; the caller is whom the header x-test names, a person or a client. */
async function serverWith(rateLimits: Services["config"]["rateLimits"]): Promise<App> {
  const services: Services = { ...world.services, config: { ...world.services.config, rateLimits } };
  const actor = (id: string): Actor => ({ kind: id.startsWith("cli") ? "client" : "staff", id, name: id, roles: ["auditor"], grants: grantsOf(["auditor"]), amountLimits: new Map() });
  return buildServer({
    services,
    authenticate: async (request) => (request.headers["x-test"] === undefined ? undefined : { tenantId: world.bharat, actor: actor(String(request.headers["x-test"])) }),
    modules: [{ name: "t", routes: (app) => void app.post("/v1/staff-sign-ins", open("signInStaff"), async () => ({})) }],
  });
}

const ask = (app: App, who?: string) => app.inject({ method: "GET", url: "/v1/jobs", headers: who === undefined ? {} : { "x-test": who } });

test("a person who asks too often is refused for the rest of the minute, and nobody else is", async () => {
  const app = await serverWith({ address: 100, signIn: 100, person: 3, client: 5 });
  const first = await ask(app, "usr_a");
  assert.equal(first.statusCode, 200);
  assert.equal(first.headers["ratelimit-policy"], '"actor";q=3;w=60');
  assert.match(String(first.headers["ratelimit"]), /^"actor";r=2;t=\d+$/);
  await ask(app, "usr_a");
  await ask(app, "usr_a");
  const refused = await ask(app, "usr_a");
  assert.deepEqual([refused.statusCode, refused.json().code, refused.headers["content-type"]], [429, "request.too_many", "application/problem+json; charset=utf-8"]);
  assert.match(String(refused.headers["retry-after"]), /^([1-9]|[1-5]\d|60)$/);
  assert.equal((await ask(app, "usr_b")).statusCode, 200, "another person has a count of their own");
  for (let i = 0; i < 5; i++) assert.equal((await ask(app, "cli_x")).statusCode, 200, "a client has a limit of its own");
  assert.equal((await ask(app, "cli_x")).statusCode, 429);
  await app.close();
});

test("sign-in is counted per address, more tightly than the rest, and a flood without a token is stopped too", async () => {
  const app = await serverWith({ address: 6, signIn: 2, person: 100, client: 100 });
  const signIn = (remoteAddress: string) => app.inject({ method: "POST", url: "/v1/staff-sign-ins", payload: {}, remoteAddress });
  assert.deepEqual([(await signIn("10.0.0.1")).statusCode, (await signIn("10.0.0.1")).statusCode, (await signIn("10.0.0.1")).statusCode], [200, 200, 429]);
  assert.equal((await signIn("10.0.0.2")).statusCode, 200, "another address is not held up");
  const flood = [];
  for (let i = 0; i < 7; i++) flood.push((await app.inject({ method: "GET", url: "/v1/jobs", remoteAddress: "10.0.0.3" })).statusCode);
  assert.deepEqual(flood, [401, 401, 401, 401, 401, 401, 429]);
  await app.close();
});

test("limits are read by name, are on by default, and cannot be off in production", () => {
  const key = Buffer.from(Array.from({ length: 32 }, (_v, i) => i * 7)).toString("base64");
  assert.deepEqual(loadConfig({ LOANWRIGHT_MASTER_KEY: key, LOANWRIGHT_RATE_LIMITS: "signIn=5,person=50" }).rateLimits, { address: 6_000, signIn: 5, person: 50, client: 3_000 });
  assert.equal(loadConfig({ LOANWRIGHT_MASTER_KEY: key }).rateLimits?.signIn, 20);
  assert.equal(loadConfig({ LOANWRIGHT_MASTER_KEY: key, LOANWRIGHT_RATE_LIMITS: "off" }).rateLimits, undefined);
  for (const bad of ["people=5", "person=0", "person=many"]) assert.throws(() => loadConfig({ LOANWRIGHT_MASTER_KEY: key, LOANWRIGHT_RATE_LIMITS: bad }), UnsafeSetting);
  assert.throws(() => loadConfig({ LOANWRIGHT_MASTER_KEY: key, LOANWRIGHT_ENV: "production", LOANWRIGHT_RATE_LIMITS: "off" }), /may not be off in production/);
});
