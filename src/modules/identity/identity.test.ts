import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { generateSync } from "otplib";
import { buildServer } from "#kernel/http/server.ts";
import type { App } from "#kernel/http/app.ts";
import { isProblem } from "#kernel/problems.ts";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import { authenticator, createApiClient, createUser, identityModule } from "./index.ts";

const PASSWORD = "a long enough pass phrase";
let world: TestWorld;
let app: App;
let url: string;
const sent: { to: string; body: string }[] = [];

before(async () => {
  world = await testWorld();
  const messages = { send: async (message: { to: string; body: string }) => (sent.push(message), { kind: "sent" as const }) };
  app = await buildServer({ services: world.services, modules: [identityModule(world.services, messages)], authenticate: authenticator(world.services) });
  url = await app.listen({ port: 0 });
  await createUser(world.system(), { email: "asha@bharat.example", name: "Asha", roles: ["loan_officer"], password: PASSWORD, amountLimits: { INR: 500n } });
  await createUser(world.system(), { email: "admin@bharat.example", name: "Admin", roles: ["administrator"], password: PASSWORD });
});
after(async () => {
  await app.close();
  await world.close();
});

async function call(method: string, path: string, options: { token?: string; lender?: string; body?: unknown; headers?: Record<string, string> } = {}) {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(options.body === undefined ? {} : { "content-type": "application/json" }),
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
      "x-lender": options.lender ?? "bharat", "idempotency-key": `key-${Math.trunc(performance.now() * 1000)}-${path.length}`, ...options.headers,
    },
    body: options.body === undefined ? undefined : JSON.stringify(options.body),
  });
  const text = await response.text();
  return { status: response.status, body: (text === "" ? {} : JSON.parse(text)) as Record<string, string>, headers: response.headers };
}

const signIn = (email: string, more: object = {}, lender = "bharat") => call("POST", "/v1/staff-sign-ins", { lender, body: { email, password: PASSWORD, ...more } });

test("staff sign in with their password and learn what they may do", async () => {
  const { status, body } = await signIn("Asha@bharat.example");
  assert.equal(status, 200);
  const me = await call("GET", "/v1/me", { token: body["token"] });
  assert.deepEqual(me.body["roles"], ["loan_officer"]);
  assert.deepEqual(me.body["amountLimits"], [{ amount: "5.00", currency: "INR" }]);
});

test("the same user does not exist at another lender, and an unknown one is refused in the same words", async () => {
  const other = await signIn("asha@bharat.example", {}, "prairie");
  const unknown = await signIn("nobody@bharat.example");
  assert.equal(other.status, 401);
  assert.equal(unknown.body["detail"], other.body["detail"]);
});

test("after five wrong passwords the right one is refused too", async () => {
  await createUser(world.system(), { email: "locked@bharat.example", name: "Locked", roles: ["auditor"], password: PASSWORD });
  for (let i = 0; i < 5; i++) assert.equal((await call("POST", "/v1/staff-sign-ins", { body: { email: "locked@bharat.example", password: "wrong" } })).status, 401);
  const right = await signIn("locked@bharat.example");
  assert.equal(right.status, 401);
  assert.match(right.body["detail"] ?? "", /Locked until/);
});

test("an enrolled authenticator is asked for, and its code is good once", async () => {
  await createUser(world.system(), { email: "totp@bharat.example", name: "Totp", roles: ["auditor"], password: PASSWORD });
  const first = await signIn("totp@bharat.example");
  const { body: enrolled } = await call("POST", "/v1/me/authenticator", { token: first.body["token"] });
  assert.equal((await signIn("totp@bharat.example")).status, 200, "a secret that was only shown does not lock anybody out");
  const stale = generateSync({ secret: enrolled["secret"] ?? "", epoch: Math.floor(world.services.clock.nowMs() / 1000) - 600 });
  assert.equal((await call("POST", "/v1/me/authenticator/confirm", { token: first.body["token"], body: { code: stale } })).body["code"], "sign_in.code_refused");
  const shown = generateSync({ secret: enrolled["secret"] ?? "", epoch: Math.floor(world.services.clock.nowMs() / 1000) });
  assert.equal((await call("POST", "/v1/me/authenticator/confirm", { token: first.body["token"], body: { code: shown } })).status, 200);
  assert.equal((await signIn("totp@bharat.example")).body["code"], "sign_in.second_factor_needed");
  const code = generateSync({ secret: enrolled["secret"] ?? "", epoch: Math.floor(world.services.clock.nowMs() / 1000) });
  assert.equal((await signIn("totp@bharat.example", { totpCode: code })).status, 200);
  assert.equal((await signIn("totp@bharat.example", { totpCode: code })).status, 401);
});

test("signing out ends the session", async () => {
  const { body } = await signIn("asha@bharat.example");
  assert.equal((await call("POST", "/v1/sign-outs", { token: body["token"] })).status, 204);
  assert.equal((await call("GET", "/v1/me", { token: body["token"] })).status, 401);
});

test("a borrower signs in with the code from the message, once", async () => {
  const asked = await call("POST", "/v1/borrower-codes", { body: { channel: "sms", address: "+91 98765 43210" } });
  const code = /\d{6}/.exec(sent.at(-1)?.body ?? "")?.[0];
  assert.equal(sent.at(-1)?.to, "+919876543210");
  const signedIn = await call("POST", "/v1/borrower-sign-ins", { body: { codeId: asked.body["codeId"], code } });
  assert.equal(signedIn.status, 200);
  const me = await call("GET", "/v1/me", { token: signedIn.body["token"] });
  assert.match(me.body["partyId"] ?? "", /^pty_/);
  assert.equal((await call("POST", "/v1/borrower-sign-ins", { body: { codeId: asked.body["codeId"], code } })).status, 401);
});

test("five wrong codes use the code up", async () => {
  const asked = await call("POST", "/v1/borrower-codes", { body: { channel: "email", address: "r@example.org" } });
  const code = /\d{6}/.exec(sent.at(-1)?.body ?? "")?.[0] ?? "";
  const wrong = code === "000000" ? "111111" : "000000";
  for (let i = 0; i < 5; i++) assert.equal((await call("POST", "/v1/borrower-sign-ins", { body: { codeId: asked.body["codeId"], code: wrong } })).status, 401);
  assert.equal((await call("POST", "/v1/borrower-sign-ins", { body: { codeId: asked.body["codeId"], code } })).status, 401);
});

test("an API client gets a token for its secret", async () => {
  const client = await createApiClient(world.system(), { name: "Partner", roles: ["loan_officer"] });
  const token = await call("POST", "/v1/oauth/token", { body: { grantType: "client_credentials", ...client } });
  assert.equal((await call("GET", "/v1/me", { token: token.body["token"] })).body["kind"], "client");
  assert.equal((await call("POST", "/v1/oauth/token", { body: { grantType: "client_credentials", clientId: client.clientId, clientSecret: `${client.clientSecret.slice(0, -1)}x` } })).status, 401);
});

test("roles that would let one person do what takes two are refused", async () => {
  await assert.rejects(createUser(world.system(), { email: "x@bharat.example", name: "X", roles: ["operations_officer", "funding_officer"], password: PASSWORD }), (e) => isProblem(e, "user.toxic_roles"));
});

test("a change of roles needs the version that was read, and ends the user's sessions", async () => {
  const admin = (await signIn("admin@bharat.example")).body["token"];
  const asha = (await signIn("asha@bharat.example")).body["token"];
  const { body } = await call("GET", "/v1/users?filter=name:eq:Asha", { token: admin });
  const user = (body["items"] as unknown as { id: string; version: number }[])[0];
  assert.ok(user);
  const change = (headers: Record<string, string>) => call("PATCH", `/v1/users/${user.id}`, { token: admin, body: { roles: ["auditor"] }, headers });
  assert.equal((await change({})).body["code"], "version.missing");
  assert.equal((await change({ "if-match": `"${user.version + 1}"` })).body["code"], "version.conflict");
  assert.equal((await change({ "if-match": `"${user.version}"` })).status, 200);
  assert.equal((await call("GET", "/v1/me", { token: asha })).status, 401);
});

test("a command sent again with its key is answered alike, and refused with another body", async () => {
  const token = (await signIn("admin@bharat.example")).body["token"];
  const make = (name: string) => call("POST", "/v1/users", { token, body: { email: "twice@bharat.example", name, roles: ["auditor"], password: PASSWORD }, headers: { "idempotency-key": "one-user-once" } });
  const first = await make("Twice");
  assert.equal(first.status, 201);
  const again = await make("Twice");
  assert.deepEqual([again.status, again.body, again.headers.get("idempotency-replayed")], [201, first.body, "true"]);
  const other = await make("Somebody else");
  assert.deepEqual([other.status, other.body["code"]], [422, "idempotency.body_differs"]);
});

test("every route refuses a visitor, and every answer carries the security headers", async () => {
  const me = await call("GET", "/v1/me");
  assert.equal(me.body["code"], "session.missing");
  assert.match(me.headers.get("content-security-policy") ?? "", /default-src 'self'/);
  assert.equal((await call("GET", "/v1/nothing-here")).body["code"], "request.not_found");
});

test("an administrator opens a branch, stops a program, and takes a lost authenticator away", async () => {
  const { token } = (await signIn("admin@bharat.example")).body;
  const opened = await call("POST", "/v1/branches", { token, body: { code: "NGP", name: "Nagpur", region: "MH" } });
  assert.equal(opened.status, 201);
  assert.equal((await call("POST", "/v1/branches", { token, body: { code: "NGP", name: "Again", region: "MH" } })).body["code"], "branch.code_taken");
  const made = await call("POST", "/v1/api-clients", { token, body: { name: "Dealer link", roles: ["sales_agent"] } });
  const enter = () => call("POST", "/v1/oauth/token", { body: { grantType: "client_credentials", clientId: made.body["clientId"], clientSecret: made.body["clientSecret"] } });
  const client = await enter();
  assert.equal((await call("GET", "/v1/me", { token: client.body["token"] })).status, 200);
  assert.equal((await call("POST", `/v1/api-clients/${made.body["clientId"] ?? ""}/disable`, { token, body: { reason: "Contract ended" } })).status, 200);
  assert.equal((await call("GET", "/v1/me", { token: client.body["token"] })).status, 401, "its tokens end with it");
  assert.equal((await enter()).status, 401);
  const { items } = (await call("GET", "/v1/users?q=totp", { token })).body as unknown as { items: readonly { id: string; secondFactor: boolean; amountLimit: unknown }[] };
  assert.equal(items[0]?.secondFactor, true);
  assert.equal((await call("POST", `/v1/users/${items[0]?.id ?? ""}/authenticator-removals`, { token, body: { reason: "Phone lost" } })).status, 200);
  assert.equal((await signIn("totp@bharat.example")).status, 200);
});

test("a toxic pair of roles is refused at its field, with the fraud it would allow", async () => {
  const { token } = (await signIn("admin@bharat.example")).body;
  const refused = await call("POST", "/v1/users", { token, body: { email: "both@bharat.example", name: "Both", roles: ["operations_officer", "funding_officer"], password: PASSWORD } });
  assert.equal(refused.body["code"], "user.toxic_roles");
  assert.match(JSON.stringify(refused.body["errors"]), /"pointer":"\/roles".*prepare and release a payout/);
});

test("the directory names staff and branches to staff, and to nobody else", async () => {
  const signIn = await call("POST", "/v1/staff-sign-ins", { body: { email: "asha@bharat.example", password: PASSWORD } });
  const { body } = await call("GET", "/v1/directory", { token: signIn.body["token"] });
  const people = (body as unknown as { people: { id: string; name: string }[] }).people;
  assert.ok(people.some((p) => p.name === "Asha") && people.some((p) => p.name === "Admin"));
  assert.deepEqual(Object.keys(people[0] ?? {}).toSorted(), ["id", "name"], "a name is all that is told");
  assert.equal((await call("GET", "/v1/directory")).status, 401);
});
