import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import * as outbox from "./outbox.ts";
import { outboundTo } from "./outbound.ts";
import { testWorld, type TestWorld } from "./testing/world.ts";
import { makeContext, type Context } from "./context.ts";
import { jobActor } from "./permissions.ts";
import { deliverWebhook } from "./webhooks.ts";

let world: TestWorld;
let receiver: Server;
let ctx: () => Context;
let answerWith = 200;
const got: { headers: IncomingHttpHeaders; body: string }[] = [];
const SECRET = Buffer.from("a signing secret of the test ...");

before(async () => {
  world = await testWorld();
  receiver = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      got.push({ headers: request.headers, body });
      response.writeHead(answerWith).end();
    });
  });
  await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done));
  const origin = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const services = { ...world.services, outbound: outboundTo([origin], async () => undefined) };
  ctx = () => makeContext(services, { tenantId: world.bharat, actor: jobActor("test"), requestId: "req_test" });
  const key = services.keys.newWrappedKey();
  await ctx().transaction((tx) => tx.run("test.endpoint", "INSERT INTO kernel.webhook_endpoint (id, url, event_types, secret_key, secret, status, created_at) VALUES ('whe_1', $1, '{*}', $2, $3, 'active', now())", [`${origin}/hook`, key, services.keys.seal(key, SECRET, "webhook:whe_1")]));
  await ctx().transaction((tx) => outbox.add(tx, ctx(), { type: "servicing.closed", subject: "la_1", payload: { amount: 12n } }));
});
after(async () => {
  receiver.close();
  await world.close();
});

const eventId = () => ctx().read(async (tx) => (await tx.one<{ id: string }>("test.event", "SELECT id FROM kernel.outbox_event WHERE type = 'servicing.closed'")).id);

test("a delivery is signed over id, time and body, and says where the event stands in its object's life", async () => {
  const id = await eventId();
  assert.equal(await deliverWebhook(ctx(), { endpointId: "whe_1", eventId: id, attempt: 1 }), "delivered");
  const { headers, body } = got.at(-1) ?? assert.fail("nothing was received");
  const expected = createHmac("sha256", SECRET).update(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`).digest("base64");
  assert.equal(headers["webhook-signature"], `v1,${expected}`);
  assert.equal(headers["webhook-id"], id);
  const event = JSON.parse(body) as { data: unknown; sequence: unknown };
  assert.deepEqual(event.data, { amount: "12" });
  assert.equal(typeof event.sequence, "number");
});

test("what fails is tried again until three days have passed, then it is dead", async () => {
  answerWith = 500;
  assert.equal(await deliverWebhook(ctx(), { endpointId: "whe_1", eventId: await eventId(), attempt: 1 }), "failed");
  assert.equal(await deliverWebhook(ctx(), { endpointId: "whe_1", eventId: await eventId(), attempt: 10 }), "dead");
});

test("a receiver that says it is gone is left alone", async () => {
  answerWith = 410;
  assert.equal(await deliverWebhook(ctx(), { endpointId: "whe_1", eventId: await eventId(), attempt: 1 }), "dead");
  const before = got.length;
  assert.equal(await deliverWebhook(ctx(), { endpointId: "whe_1", eventId: await eventId(), attempt: 1 }), "nothing");
  assert.equal(got.length, before);
});
