import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, test } from "node:test";
import { parseFaults } from "./faults.ts";
import { DEMO_KEYS, parseKeys, PROVIDERS } from "./keys.ts";
import { MAGIC_ACCOUNTS, MAGIC_AMOUNTS, MAGIC_NAMES } from "./magic-values.ts";
import { type Client, startTestSandbox } from "./testing/client.ts";
import { pain001 } from "./testing/pain.ts";
import { openMain } from "./testing/statement.ts";

const enquiry = { reference: "e", kind: "soft", consentId: "c", country: "US", asOf: "2026-01-15", person: { givenName: "Ann", familyName: "Prime", birthDate: "1980-02-03", identifiers: [{ scheme: "SSN", value: "123-45-6789" }] } };

describe("faults by header", () => {
  let client: Client;
  beforeEach(async () => { client = await startTestSandbox(); });
  afterEach(() => client.close());

  const ask = (fault: string, fields = {}) => client.send("bureau", "POST", "/bureau/v1/enquiries", { ...enquiry, ...fields }, { "x-sandbox-fault": fault });
  const charged = async () => (await client.get("bureau", "/bureau/v1/statistics")).json["charged"];

  test("error answers the status and does nothing", async () => {
    assert.equal((await ask("error:502")).status, 502);
    assert.equal(await charged(), 0);
  });

  test("drop does the work and gives no answer", async () => {
    await assert.rejects(ask("drop"));
    assert.equal(await charged(), 1);
  });

  test("a file dropped was paid once, is found by its MsgId, and its repeat moves nothing", async () => {
    await openMain(client, "100.00");
    const xml = pain001({ msgId: "M1", date: "2026-01-15", items: [{ id: "L1", amount: "40.00", account: "500012345678" }] });
    assert.deepEqual((await client.get("bank", "/bank/v1/submissions?msgId=M1")).json["submissions"], []);
    await assert.rejects(client.file(xml, "key", { "x-sandbox-fault": "drop" }));
    assert.equal((await client.get("bank", "/bank/v1/submissions?msgId=M1")).json["submissions"]?.[0]?.["status"], "ACSC");
    assert.equal((await client.file(xml, "key")).status, 201);
    assert.equal((await client.file(xml, "key-2", { "x-sandbox-fault": "duplicate" })).status, 409);
    assert.equal((await client.get("bank", "/bank/v1/accounts/main")).json["balance"], "60.00");
  });

  test("duplicate delivers twice and charges once", async () => {
    assert.equal((await ask("duplicate")).status, 200);
    assert.equal(await charged(), 1);
  });

  test("garbage is neither JSON nor of its type, wrong-person is about somebody else", async () => {
    const garbage = await ask("garbage");
    assert.equal(garbage.status, 200);
    assert.throws(() => { JSON.parse(garbage.text); });
    assert.equal((await ask("wrong-person", { reference: "w" })).json["person"]?.["familyName"], "Otherwise");
    assert.deepEqual((await client.send("kyc", "POST", "/kyc/v1/verifications", { reference: "k", kind: "identity", person: { givenName: "Ann", familyName: "Lee" }, asOf: "2026-01-15" }, { "x-sandbox-fault": "wrong-person" })).json["outcome"], "mismatch");
  });

  test("slow works after its time, and faults stand beside each other", async () => {
    assert.equal((await ask("slow:20, error:418")).status, 418);
    assert.equal((await ask("slow:20")).status, 200);
  });

  test("a fault nobody knows is refused instead of ignored", async () => {
    for (const fault of ["drip", "slow", "slow:x", "slow:999999", "error:200", "drop:1"]) assert.equal((await ask(fault)).json["code"], "sandbox.invalid", fault);
    assert.equal(await charged(), 0);
  });

  test("without the provider's own key nothing is told", async () => {
    const routes = { bureau: "/bureau/v1/statistics", kyc: "/kyc/v1/verifications/x", bank: "/bank/v1/accounts", messages: "/messages/v1/messages", esign: undefined } as const;
    for (const provider of PROVIDERS) {
      const path = routes[provider];
      if (path === undefined) continue;
      assert.equal((await client.get(provider, path, { authorization: "" })).status, 401, provider);
      assert.equal((await client.get(provider, path, { authorization: `Bearer ${DEMO_KEYS.esign}` })).status, 401, provider);
      assert.notEqual((await client.get(provider, path)).status, 401, provider);
    }
    assert.equal((await client.send("bank", "POST", "/esign/v1/timestamps", { sha256: "a".repeat(64) })).status, 401);
  });

  test("the index page and the README name every magic value", async () => {
    const page = await (await fetch(`${client.url}/`)).text();
    const readme = readFileSync(new URL("README.md", import.meta.url), "utf8");
    for (const { familyName } of MAGIC_NAMES) assert.ok(page.includes(`<code>${familyName}</code>`) && readme.includes(`\`${familyName}\``), familyName);
    for (const { ending } of MAGIC_ACCOUNTS) assert.ok(page.includes(`…${ending}`) && readme.includes(`\`${ending}\``), ending);
    assert.ok(readme.includes(MAGIC_AMOUNTS.map((each) => each.reason).join(" ")));
    assert.equal((await (await fetch(`${client.url}/health`)).json() as { status: string }).status, "ok");
  });
});

test("keys are given by provider, and a provider that does not exist is refused", () => {
  assert.deepEqual(parseKeys("bank=b=1,kyc=k"), { ...DEMO_KEYS, bank: "b=1", kyc: "k" });
  assert.throws(() => parseKeys("bnak=1"), RangeError);
  assert.throws(() => parseKeys("bank="), RangeError);
});

test("no fault header is no fault", () => {
  assert.deepEqual([parseFaults(undefined), parseFaults(""), parseFaults("slow:5, drop")], [[], [], [{ kind: "slow", milliseconds: 5 }, { kind: "drop" }]]);
});
