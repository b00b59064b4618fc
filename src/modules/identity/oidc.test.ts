import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import Provider from "oidc-provider";
import type { App } from "#kernel/http/app.ts";
import { buildServer } from "#kernel/http/server.ts";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import { authenticator, createUser, identityModule } from "./index.ts";

let world: TestWorld;
let app: App;
let issuer: string;
let identityProvider: Server;
let url: string;
let account = "asha";

/** A port that was free a moment ago: provider and application must know each other's address before they start. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}

before(async () => {
  const [idpPort, appPort] = [await freePort(), await freePort()];
  issuer = `http://127.0.0.1:${idpPort}`;
  url = `http://127.0.0.1:${appPort}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "loanwright", client_secret: "a secret of the test", redirect_uris: [`${url}/v1/oidc/callback`] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"] }, conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } }, cookies: { keys: ["test"] },
    findAccount: async (_ctx, id) => ({ accountId: id, claims: async () => ({ sub: id, email: `${id}@bharat.example`, email_verified: true }) }),
    interactions: { url: (_ctx, interaction) => `/signed-in/${interaction.uid}` },
  });
  const handle = provider.callback();
  identityProvider = createServer((request, response) => {
    if (!request.url?.startsWith("/signed-in/")) return void handle(request, response);
    // Stands for the provider's own page, where a person would type a password and agree.
    void (async () => {
      const { grantId, params } = await provider.interactionDetails(request, response) as { grantId?: string; params: { client_id: string } };
      const grant = grantId === undefined ? new provider.Grant({ accountId: account, clientId: params.client_id }) : await provider.Grant.find(grantId);
      grant?.addOIDCScope("openid email");
      await provider.interactionFinished(request, response, { login: { accountId: account }, consent: { grantId: await grant?.save() } });
    })();
  });
  await new Promise<void>((done) => identityProvider.listen(idpPort, "127.0.0.1", done));
  world = await testWorld();
  const services = { ...world.services, config: { ...world.services.config, publicUrl: url, oidc: { issuer, clientId: "loanwright", clientSecret: "a secret of the test" } } };
  app = await buildServer({ services, modules: [identityModule(services, { send: async () => ({ kind: "sent" }) })], authenticate: authenticator(services) });
  await app.listen({ port: appPort, host: "127.0.0.1" });
  await createUser(world.system(), { email: "asha@bharat.example", name: "Asha", roles: ["loan_officer"] });
});
after(async () => {
  await app.close();
  identityProvider.close();
  await world.close();
});

/** Follows redirects with cookies, as a browser does. */
async function browse(start: string): Promise<{ status: number; cookies: Map<string, string>; body: string; at: string }> {
  const cookies = new Map<string, string>();
  let at = start;
  for (let hop = 0; hop < 12; hop++) {
    const response = await fetch(at, { redirect: "manual", headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") } });
    for (const line of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (line.split(";")[0] ?? "").split(/=(.*)/s);
      if (value === "") cookies.delete(name); else cookies.set(name, value);
    }
    const next = response.headers.get("location");
    if (next === null || next.endsWith("/staff/")) return { status: response.status, cookies, body: await response.text(), at: next ?? at };
    at = new URL(next, at).href;
  }
  throw new Error("too many redirects");
}

test("a known member of staff signs in at the identity provider and gets a session", async () => {
  account = "asha";
  const end = await browse(`${url}/v1/oidc/start?lender=bharat`);
  assert.equal(end.at, "/staff/");
  const me = await fetch(`${url}/v1/me`, { headers: { cookie: `lw_session=${end.cookies.get("lw_session")}` } });
  assert.equal(((await me.json()) as { name: string }).name, "Asha");
});

test("somebody whom the provider knows and the lender does not is refused", async () => {
  account = "stranger";
  const end = await browse(`${url}/v1/oidc/start?lender=bharat`);
  assert.equal(end.status, 401);
  assert.match(end.body, /sign_in\.refused/);
});

test("an answer that was not asked for in this browser is refused", async () => {
  const response = await fetch(`${url}/v1/oidc/callback?code=abc&state=def`);
  assert.equal(response.status, 401);
});
