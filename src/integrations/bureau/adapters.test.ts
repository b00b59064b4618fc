import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { outboundTo } from "#kernel/outbound.ts";
import { startSandbox } from "../../../sandbox/start.ts";
import { timestampsAt } from "../esign/sandbox-timestamps.ts";
import { kycAt } from "../kyc/sandbox-kyc.ts";
import { messagesAt, signInMessages } from "../notify/sandbox-messages.ts";
import { bureauAt } from "./sandbox-bureau.ts";

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
before(async () => {
  sandbox = await startSandbox({ port: 0, seed: "adapters" });
});
after(() => sandbox.close());

const out = () => outboundTo([sandbox.url], async () => undefined);
const at = (provider: string) => ({ url: sandbox.url, key: `sandbox-${provider}-key` });
const person = (familyName: string, value: string) => ({ givenName: "Asha", familyName, birthDate: "1990-04-02", identifiers: [{ scheme: "PAN", value }] });
const enquiry = (reference: string, familyName: string, value: string) => ({ reference, kind: "soft" as const, consentId: "cns_1", country: "IN" as const, asOf: "2026-01-15", person: person(familyName, value) });

describe("the bureau's answers are told apart", () => {
  for (const [family, pan, kind] of [["Prime", "ABCPP1111A", "hit"], ["Norecord", "ABCPN1111A", "no_record"], ["Outage", "ABCPO1111A", "outage"], ["Doubt", "ABCPD1111A", "in_doubt"], ["Garbage", "ABCPG1111A", "unreadable"], ["Wrongperson", "ABCPW1111A", "wrong_person"]] as const) {
    test(`${family} is ${kind}`, async () => assert.equal((await bureauAt(out(), at("bureau")).enquire(enquiry(`ref-${family}`, family, pan))).kind, kind));
  }
  test("a doubt is resolved under its reference, and what never came is unknown", async () => {
    const bureau = bureauAt(out(), at("bureau"));
    assert.equal((await bureau.enquire(enquiry("ref-lost", "Doubt", "ABCPD2222A"))).kind, "in_doubt");
    assert.equal((await bureau.find("ref-lost", person("Doubt", "ABCPD2222A"))).kind, "hit");
    assert.equal((await bureau.find("ref-never", person("Doubt", "ABCPD2222A"))).kind, "unknown");
  });
  test("a reference used for somebody else is refused by name of the rule, not with the person's data", async () => {
    const bureau = bureauAt(out(), at("bureau"));
    await bureau.enquire(enquiry("ref-once", "Prime", "ABCPP3333A"));
    assert.deepEqual(await bureau.enquire(enquiry("ref-once", "Prime", "ABCPP4444A")), { kind: "refused", why: "bureau.reference_reused" });
  });
  test("a server that is not there is an outage", async () => {
    const gone = outboundTo(["http://127.0.0.1:9"], async () => undefined);
    assert.equal((await bureauAt(gone, { url: "http://127.0.0.1:9", key: "x" }).enquire(enquiry("ref-gone", "Prime", "ABCPP5555A"))).kind, "outage");
  });
});

describe("the other providers", () => {
  test("KYC tells clear, mismatch, a list hit and pending", async () => {
    const kyc = kycAt(out(), at("kyc"));
    const verify = async (reference: string, kind: "pan" | "sanctions", familyName: string) => (await kyc.verify({ reference, kind, person: person(familyName, "BBCPR1234K"), identifier: kind === "pan" ? { scheme: "PAN", value: `BBCP${familyName.charAt(0)}1234K` } : undefined, asOf: "2026-01-15" })).kind;
    assert.deepEqual([await verify("k1", "pan", "Rao"), await verify("k2", "pan", "Mismatch"), await verify("k3", "sanctions", "Watchlist"), await verify("k4", "pan", "Pending"), await verify("k5", "pan", "Outage")], ["clear", "mismatch", "hit", "pending", "outage"]);
    const wrong = await kyc.verify({ reference: "k6", kind: "pan", person: person("Wrongperson", "BBCPW9999K"), identifier: { scheme: "PAN", value: "BBCPW9999K" }, asOf: "2026-01-15" });
    assert.equal(wrong.kind, "mismatch");
    assert.ok(!JSON.stringify(wrong).includes("Morgan"), "whoever the answer was about is not kept");
    assert.equal((await kyc.find("k1")).kind, "clear");
    assert.equal((await kyc.find("k9")).kind, "unknown");
  });
  test("messages are delivered once a reference; a mailbox that does not exist bounces, which a sign-in does not tell", async () => {
    const messages = messagesAt(out(), at("messages"));
    const message = { reference: "m1", channel: "email" as const, to: "asha@example.in", subject: "s", body: "b" };
    assert.deepEqual([(await messages.send(message)).kind, (await messages.send(message)).kind], ["sent", "sent"]);
    assert.equal((await messages.send({ ...message, reference: "m2", to: "bounce@example.in" })).kind, "bounced");
    assert.equal((await signInMessages(messages).send({ ...message, tenantId: "tn_x", reference: "m3", to: "bounce@example.in" })).kind, "sent");
    const inbox = (await (await fetch(`${sandbox.url}/messages/v1/messages?to=asha@example.in`, { headers: { authorization: "Bearer sandbox-messages-key" } })).json()) as { messages: unknown[] };
    assert.equal(inbox.messages.length, 1);
  });
  test("the authority stamps the same hash and instant with the same token", async () => {
    const timestamps = timestampsAt(out(), at("esign"));
    const [a, b] = [await timestamps.stamp({ sha256: "a".repeat(64), at: "2026-01-15T04:00:00.000Z" }), await timestamps.stamp({ sha256: "a".repeat(64), at: "2026-01-15T04:00:00.000Z" })];
    assert.ok(a.kind === "stamped");
    assert.deepEqual(a, b);
  });
});
