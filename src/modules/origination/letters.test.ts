import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { bureauAt } from "#integrations/bureau/sandbox-bureau.ts";
import { timestampsAt } from "#integrations/esign/sandbox-timestamps.ts";
import { kycAt } from "#integrations/kyc/sandbox-kyc.ts";
import { messagesAt } from "#integrations/notify/sandbox-messages.ts";
import { decode } from "#kernel/codec.ts";
import type { PublishedEvent } from "#kernel/module.ts";
import { readDocument, renderDocument, reviewDocument, storeDocument } from "#modules/documents/index.ts";
import { startSandbox } from "../../../sandbox/start.ts";
import { advanceApplication, originationModule, sendNotices, startApplication } from "./index.ts";
import { desk, type Desk } from "./testing/desk.ts";

let d: Desk;
before(async () => {
  d = await desk({ startSandbox, bureauAt, kycAt, messagesAt, timestampsAt });
});
after(() => d.close());

/** Hands every event of an application to the subscribers, twice, as a relay at its worst would. */
async function relay(applicationId: string, tenantId?: string): Promise<void> {
  const ctx = d.world.system(tenantId);
  const stored = await ctx.read((tx) => tx.rows<{ id: string; type: string; subject: string; sequence: bigint; business_date: string; payload: string }>("test.events", "SELECT id, type, subject, sequence, business_date, payload FROM kernel.outbox_event WHERE subject = $1 ORDER BY sequence", [applicationId]));
  const events: PublishedEvent[] = stored.map((e) => ({ id: e.id, type: e.type, subject: e.subject, sequence: e.sequence, businessDate: e.business_date, payload: decode(e.payload) }));
  for (const event of [...events, ...events]) {
    for (const subscriber of originationModule(d.outside).subscribers ?? []) if (subscriber.eventTypes.includes(event.type)) await subscriber.handle(d.world.system(tenantId), event);
  }
}

async function inbox(to: string): Promise<{ channel: string; subject: string; body: string; attachments: { name: string; contentType: string }[] }[]> {
  const response = await fetch(`${d.sandbox.url}/messages/v1/messages?to=${encodeURIComponent(to)}`, { headers: { authorization: "Bearer sandbox-messages-key" } });
  return ((await response.json()) as { messages: [] }).messages;
}

test("the applicant hears of each stage once, by text and mail, in words of the product's letters", async () => {
  const { applicationId } = await d.apply({ phone: "+919812388888", givenName: "Radha" });
  await advanceApplication(d.world.system(), d.outside, applicationId);
  await relay(applicationId);
  const texts = await inbox("+919812388888");
  assert.deepEqual(texts.map((m) => m.subject), ["Bharat Finance: we have your application", "Bharat Finance: your offer is ready"]);
  assert.match(texts[1]?.body ?? "", /^Dear Radha Prime, your application AP\d{8} is approved\. .* until 2026-01-30\.$/);
  assert.equal((await inbox("radha.prime@example.com")).length, 2);
});

test("in the United States a decline brings the notice of Regulation B with the real reasons and the score that was used", async () => {
  const { applicationId } = await d.apply({ tenantId: d.world.prairie, givenName: "Morgan", familyName: "Defaulter" });
  assert.equal(await advanceApplication(d.world.system(d.world.prairie), d.outside, applicationId), "declined");
  await relay(applicationId, d.world.prairie);
  const mails = await inbox("morgan.defaulter@example.com");
  const letter = mails.filter((m) => m.attachments.length > 0);
  assert.equal(letter.length, 1, "sent once");
  assert.match(letter[0]?.body ?? "", /1\. Written-off account on the credit report/);
  const ctx = d.world.system(d.world.prairie);
  const notice = await ctx.read((tx) => tx.one<{ document_id: string; state: string }>("test.notice_document", "SELECT document_id, state FROM origination.notice WHERE application_id = $1", [applicationId]));
  assert.equal(notice.state, "sent");
  assert.match((await ctx.transaction((tx) => readDocument(tx, ctx, notice.document_id))).bytes.subarray(0, 5).toString(), /^%PDF-/);
});

test("a letter that could not be sent stays owed and goes out later", async () => {
  const { applicationId } = await d.apply({ familyName: "Defaulter" });
  await advanceApplication(d.world.system(), d.outside, applicationId);
  const broken = { ...d.outside, messages: { send: async () => ({ kind: "outage" as const }) } };
  assert.equal(await sendNotices(d.world.system(), broken, applicationId), 0);
  assert.equal(await sendNotices(d.world.system(), d.outside, applicationId), 1);
});

test("a file for an application moves the paper it is for, to review and to met", async () => {
  const { applicationId } = await d.apply();
  const ctx = d.world.system();
  const pdf = await renderDocument("approval", { lender: { name: "x" }, borrower: { name: "y" }, reference: "1", issuedDate: "2026-01-15", productName: "p", amount: { amount: "1.00", currency: "INR" }, annualRate: "0.1", apr: "0.1", installments: 1, installment: { amount: "1.00", currency: "INR" }, validUntilDate: "2026-01-20", conditions: [] }, "en-IN");
  const file = await ctx.transaction((tx) => storeDocument(tx, ctx, { owner: { kind: "application", id: applicationId }, purpose: "pan_card", fileName: "pan.pdf", bytes: pdf }));
  const state = async () => (await ctx.read((tx) => tx.one<{ state: string }>("test.paper", "SELECT state FROM origination.requirement WHERE application_id = $1 AND code = 'identity'", [applicationId]))).state;
  await relay(applicationId);
  assert.equal(await state(), "in_review");
  await ctx.transaction((tx) => reviewDocument(tx, ctx, file.id, "accepted"));
  await relay(applicationId);
  assert.equal(await state(), "met");
});

test("what is not of the product is refused when the application is opened", async () => {
  await assert.rejects(startApplication(d.world.system(), { productCode: "personal-loan", amount: { minor: 1n, currency: "INR" }, termMonths: 1000 }), /missing or cannot be accepted/);
});
