import { createHmac, randomBytes } from "node:crypto";
import Type from "typebox";
import * as audit from "./audit.ts";
import { canonicalJson, decode } from "./codec.ts";
import type { Context } from "./context.ts";
import type { Tx } from "./db.ts";
import type { App } from "./http/app.ts";
import { listRoute } from "./http/list-route.ts";
import { Id, InstantJson, Nullable, Text } from "./http/schemas.ts";
import { enqueue } from "./jobs.ts";
import { problem } from "./kernel-problems.ts";
import type { ListDefinition } from "./list.ts";
import type { JobDefinition, ModuleDefinition } from "./module.ts";

/**
 * Webhooks as Standard Webhooks describes them: `webhook-id`, `webhook-timestamp`, `webhook-signature` (HMAC-SHA256 over
 * id.timestamp.body). Deliveries are repeated for three days; the id stays the same and `sequence` orders events of one object.
 * @source https://www.standardwebhooks.com, specification 1.0
 */
const RETRY_SECONDS = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400] as const;
const JOB = "kernel.deliver_webhook";

interface Payload { readonly endpointId: string; readonly eventId: string; readonly attempt: number }

/** Puts a delivery into the queue for every endpoint that wants one of these events; called by the relay in its transaction. */
export async function enqueueDeliveries(tx: Tx, ctx: Context, events: readonly { id: string; type: string }[]): Promise<void> {
  const endpoints = await tx.rows<{ id: string; event_types: string[] }>("kernel.webhook.active", "SELECT id, event_types FROM kernel.webhook_endpoint WHERE status = 'active'");
  for (const event of events) {
    for (const endpoint of endpoints) {
      if (endpoint.event_types.includes("*") || endpoint.event_types.includes(event.type)) await enqueue(tx, ctx, JOB, { endpointId: endpoint.id, eventId: event.id, attempt: 1 } satisfies Payload);
    }
  }
}

interface Found { url: string; secret_key: Buffer; secret: Buffer; status: string; type: string; subject: string; sequence: bigint; payload: string; business_date: string; recorded_at: string }

/** One attempt at one delivery. What fails is tried again later; after three days it is dead and can be sent again by hand. */
export async function deliverWebhook(ctx: Context, { endpointId, eventId, attempt }: Payload): Promise<"delivered" | "failed" | "dead" | "nothing"> {
  const found = await ctx.read((tx) => tx.maybe<Found>("kernel.webhook.to_deliver",
    `SELECT e.url, e.secret_key, e.secret, e.status, o.type, o.subject, o.sequence, o.payload, o.business_date, o.recorded_at
     FROM kernel.webhook_endpoint e, kernel.outbox_event o WHERE e.id = $1 AND o.id = $2`, [endpointId, eventId]));
  if (found === undefined || found.status !== "active") return "nothing";
  const { keys, outbound, clock } = ctx.services;
  const body = canonicalJson({
    id: eventId, type: found.type, timestamp: found.recorded_at, subject: found.subject, sequence: Number(found.sequence), businessDate: found.business_date,
    data: JSON.parse(JSON.stringify(decode(found.payload), (_k, v: unknown) => (typeof v === "bigint" ? v.toString() : v))) as unknown,
  });
  const timestamp = String(Math.floor(clock.nowMs() / 1000));
  const secret = keys.open(found.secret_key, found.secret, `webhook:${endpointId}`);
  const answer = await outbound.call({ method: "POST", url: found.url, body, anyPublic: true, retries: 0, deadlineMs: 15_000, headers: { "content-type": "application/json", "webhook-id": eventId, "webhook-timestamp": timestamp, "webhook-signature": signature(secret, eventId, timestamp, body) } });
  const status = answer.kind === "answer" ? answer.status : undefined;
  const wait = RETRY_SECONDS[attempt - 1];
  const state = status !== undefined && status >= 200 && status < 300 ? "delivered" : wait === undefined || status === 410 ? "dead" : "failed";
  await ctx.transaction(async (tx) => {
    await tx.run("kernel.webhook.delivery", "INSERT INTO kernel.webhook_delivery (id, endpoint_id, event_id, attempt, state, http_status, why, tried_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      [ctx.ids.next("whd"), endpointId, eventId, attempt, state, status ?? null, answer.kind === "answer" ? null : answer.why, tx.now]);
    if (status === 410) await tx.run("kernel.webhook.gone", "UPDATE kernel.webhook_endpoint SET status = 'gone' WHERE id = $1", [endpointId]);
    if (state === "failed") await enqueue(tx, ctx, JOB, { endpointId, eventId, attempt: attempt + 1 } satisfies Payload, { startAfterSeconds: wait });
  });
  return state;
}

export function signature(secret: Buffer, id: string, timestamp: string, body: string): string {
  return `v1,${createHmac("sha256", secret).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}

const endpoints: ListDefinition = {
  name: "kernel.webhook_endpoints", from: "kernel.webhook_endpoint e",
  columns: {
    id: { sql: "e.id", kind: "text", label: "Id", filter: true }, url: { sql: "e.url", kind: "text", label: "Address", filter: true, sort: true },
    eventTypes: { sql: "array_to_string(e.event_types, ', ')", kind: "text", label: "Events" }, status: { sql: "e.status", kind: "text", label: "Status", filter: true, sort: true },
    createdAt: { sql: "e.created_at", kind: "instant", label: "Since", sort: true },
  },
  key: "e.id", defaultSort: "createdAt",
};
const deliveries: ListDefinition = {
  name: "kernel.webhook_deliveries", from: "kernel.webhook_delivery d JOIN kernel.outbox_event o ON o.tenant_id = d.tenant_id AND o.id = d.event_id",
  columns: {
    id: { sql: "d.id", kind: "text", label: "Id" }, endpointId: { sql: "d.endpoint_id", kind: "text", label: "Endpoint", filter: true }, eventId: { sql: "d.event_id", kind: "text", label: "Event", filter: true },
    type: { sql: "o.type", kind: "text", label: "Type", filter: true }, subject: { sql: "o.subject", kind: "text", label: "Subject", filter: true }, attempt: { sql: "d.attempt", kind: "integer", label: "Attempt" },
    state: { sql: "d.state", kind: "text", label: "State", filter: true, sort: true }, httpStatus: { sql: "d.http_status", kind: "integer", label: "Answer" }, why: { sql: "d.why", kind: "text", label: "Why" },
    triedAt: { sql: "d.tried_at", kind: "instant", label: "Tried at", sort: true, filter: true },
  },
  key: "d.id", defaultSort: "-triedAt",
};

function routes(app: App): void {
  const tags = ["webhooks"];
  const permission = "webhook.endpoint.manage" as const;
  listRoute(app, { path: "/v1/webhook-endpoints", operationId: "listWebhookEndpoints", summary: "Addresses that are told what happens", tags, permission, list: endpoints, item: Type.Object({ id: Type.String(), url: Type.String(), eventTypes: Type.String(), status: Type.String(), createdAt: InstantJson }) });
  listRoute(app, { path: "/v1/webhook-deliveries", operationId: "listWebhookDeliveries", summary: "What became of each delivery", tags, permission, list: deliveries, item: Type.Object({ id: Type.String(), endpointId: Type.String(), eventId: Type.String(), type: Type.String(), subject: Type.String(), attempt: Type.Integer(), state: Type.String(), httpStatus: Nullable(Type.Integer()), why: Nullable(Type.String()), triedAt: InstantJson }) });
  app.post("/v1/webhook-endpoints", {
    config: { permission, idempotent: false },
    schema: { operationId: "createWebhookEndpoint", summary: "Register an address; its signing secret is shown once", tags, body: Type.Object({ url: Type.String({ format: "uri", maxLength: 500 }), eventTypes: Type.Array(Text(80), { minItems: 1, maxItems: 50 }) }, { additionalProperties: false }), response: { 201: Type.Object({ id: Type.String(), secret: Type.String() }) } },
  }, async (request, reply) => {
    const { ctx } = request;
    const { url, eventTypes } = request.body;
    if (!ctx.services.outbound.mayCall(url)) throw problem("request.invalid", undefined, { errors: [{ pointer: "/url", code: "field.url", detail: "Use a public https address." }] });
    const secret = randomBytes(32);
    const key = ctx.services.keys.newWrappedKey();
    const made = await ctx.transaction(async (tx) => {
      const id = ctx.ids.next("whe");
      await tx.run("kernel.webhook.insert", "INSERT INTO kernel.webhook_endpoint (id, url, event_types, secret_key, secret, status, created_at) VALUES ($1, $2, $3, $4, $5, 'active', $6)",
        [id, url, eventTypes, key, ctx.services.keys.seal(key, secret, `webhook:${id}`), tx.now]);
      await audit.record(tx, ctx, { action: "webhook.endpoint.created", subject: id, after: { url, eventTypes } });
      return { id };
    });
    return reply.code(201).send({ id: made.id, secret: `whsec_${secret.toString("base64")}` });
  });
  app.post("/v1/webhook-deliveries/resend", {
    config: { permission, idempotent: true },
    schema: { operationId: "resendWebhook", summary: "Send an event to an endpoint once more", tags, body: Type.Object({ endpointId: Id, eventId: Id }, { additionalProperties: false }), response: { 202: Type.Object({ queued: Type.Boolean() }) } },
  }, async (request, reply) => {
    const { ctx } = request;
    return reply.code(202).send(await ctx.transaction(async (tx) => {
      await enqueue(tx, ctx, JOB, { ...request.body, attempt: 1 } satisfies Payload);
      await audit.record(tx, ctx, { action: "webhook.delivery.resent", subject: request.body.endpointId, after: request.body });
      return { queued: true };
    }));
  });
}

export const webhooks: ModuleDefinition = {
  name: "webhooks", routes,
  jobs: [{ name: JOB, handle: async (ctx, payload) => void await deliverWebhook(ctx, payload) } satisfies JobDefinition<Payload> as unknown as JobDefinition],
};
