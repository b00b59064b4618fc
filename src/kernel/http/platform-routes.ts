import Type from "typebox";
import { daysBetween, isoDate } from "#engine/date.ts";
import { decide, withdraw } from "../approvals.ts";
import { makeContext } from "../context.ts";
import { closeDays, readDay } from "../close-days.ts";
import { endOfDaySteps, stepsOf } from "../end-of-day.ts";
import { quarantineRoutes } from "./quarantine-routes.ts";
import { problem } from "../kernel-problems.ts";
import type { ListDefinition } from "../list.ts";
import type { ModuleDefinition } from "../module.ts";
import { jobActor } from "../permissions.ts";
import { currentTenant } from "../tenants.ts";
import type { App } from "./app.ts";
import { auditRoutes } from "./audit-routes.ts";
import { jobRoutes } from "./job-routes.ts";
import { listRoute } from "./list-route.ts";
import { DateJson, Id, InstantJson, MoneyJson, Nullable, OneOf, Text } from "./schemas.ts";

const approvals: ListDefinition = {
  name: "kernel.approvals",
  from: "kernel.approval_request a",
  columns: {
    id: { sql: "a.id", kind: "text", label: "Id", filter: true },
    action: { sql: "a.action", kind: "text", label: "Act", filter: true, sort: true },
    subject: { sql: "a.subject", kind: "text", label: "Subject", filter: true },
    summary: { sql: "a.summary", kind: "text", label: "Summary" },
    amount: { sql: "a.amount_minor", currencySql: "a.currency", kind: "money", label: "Amount", sort: true, filter: true },
    payloadHash: { sql: "a.payload_hash", kind: "text", label: "Hash" },
    makerId: { sql: "a.maker_id", kind: "text", label: "Made by", filter: true },
    madeAt: { sql: "a.made_at", kind: "instant", label: "Made at", sort: true, filter: true },
    expiresAt: { sql: "a.expires_at", kind: "instant", label: "Expires at", sort: true },
    state: { sql: "a.state", kind: "text", label: "State", filter: true, sort: true },
    checkerId: { sql: "a.checker_id", kind: "text", label: "Decided by", filter: true },
    decidedAt: { sql: "a.decided_at", kind: "instant", label: "Decided at", sort: true },
    reason: { sql: "a.reason", kind: "text", label: "Reason" },
  },
  search: ["a.summary", "a.subject"], key: "a.id", defaultSort: "-madeAt",
};
const ApprovalItem = Type.Object({
  id: Type.String(), action: Type.String(), subject: Type.String(), summary: Type.String(), amount: Nullable(MoneyJson), payloadHash: Type.String(), makerId: Type.String(),
  madeAt: InstantJson, expiresAt: InstantJson, state: Type.String(), checkerId: Nullable(Type.String()), decidedAt: Nullable(InstantJson), reason: Nullable(Type.String()),
});

const auditList: ListDefinition = {
  name: "kernel.audit",
  from: "kernel.audit_record r LEFT JOIN kernel.audit_seal s ON s.tenant_id = r.tenant_id AND s.record_id = r.id",
  columns: {
    id: { sql: "r.id", kind: "text", label: "Id", filter: true },
    recordedAt: { sql: "r.recorded_at", kind: "instant", label: "Recorded at", filter: true, sort: true },
    businessDate: { sql: "r.business_date", kind: "date", label: "Business date", filter: true, sort: true },
    actorKind: { sql: "r.actor_kind", kind: "text", label: "Kind", filter: true },
    actorId: { sql: "r.actor_id", kind: "text", label: "Who", filter: true, sort: true },
    action: { sql: "r.action", kind: "text", label: "What", filter: true, sort: true },
    subject: { sql: "r.subject", kind: "text", label: "Subject", filter: true },
    reason: { sql: "r.reason", kind: "text", label: "Why", filter: true },
    requestId: { sql: "r.request_id", kind: "text", label: "Request", filter: true },
    before: { sql: "r.before", kind: "text", label: "Before" },
    after: { sql: "r.after", kind: "text", label: "After" },
    link: { sql: "s.seq", kind: "integer", label: "Link" },
    linkHash: { sql: "encode(s.chain_hash, 'hex')", kind: "text", label: "Link hash" },
  },
  search: ["r.subject", "r.action", "r.actor_id"], key: "r.id", defaultSort: "-recordedAt",
};
const AuditItem = Type.Object({
  id: Type.String(), recordedAt: InstantJson, businessDate: DateJson, actorKind: Type.String(), actorId: Type.String(), action: Type.String(), subject: Type.String(), reason: Nullable(Type.String()),
  requestId: Type.String(), before: Nullable(Type.String()), after: Nullable(Type.String()), link: Nullable(Type.Integer()), linkHash: Nullable(Type.String()),
});

/** Routes of the platform itself: approvals, audit, jobs, end of day, the lender and its business date. */
export function platformRoutes(app: App, modules: readonly ModuleDefinition[]): void {
  const tags = ["platform"];
  listRoute(app, { path: "/v1/approval-requests", operationId: "listApprovalRequests", summary: "Acts waiting for a second person, and those decided", tags, permission: "approval.request.read", list: approvals, item: ApprovalItem });
  listRoute(app, { path: "/v1/audit-records", operationId: "listAuditRecords", summary: "Who did what, when, why, before and after, with the link of the chain", tags, permission: "audit.record.read", list: auditList, item: AuditItem });
  for (const decision of ["approve", "reject"] as const) {
    app.post(`/v1/approval-requests/:id/${decision}`, {
      config: { permission: "approval.request.decide", idempotent: true },
      schema: {
        operationId: `${decision}Request`, summary: decision === "approve" ? "Approve and carry out what somebody else proposed" : "Turn down what somebody proposed", tags,
        params: Type.Object({ id: Id }),
        body: Type.Object({ payloadHash: Type.Optional(Type.String({ pattern: "^[0-9a-f]{64}$", description: "Hash of what you saw; a changed request is refused" })), reason: Type.Optional(Text(500)) }, { additionalProperties: false }),
        response: { 200: Type.Object({ id: Type.String(), state: Type.String() }) },
      },
    }, async (request, reply) => {
      const { id, state } = await decide(request.ctx, request.params.id, decision, request.body.payloadHash, request.body.reason);
      return reply.send({ id, state });
    });
  }
  app.post("/v1/approval-requests/:id/withdraw", {
    config: { permission: "approval.request.withdraw", idempotent: true },
    schema: {
      operationId: "withdrawRequest", summary: "Take back what you proposed yourself, while nobody has decided it", tags,
      params: Type.Object({ id: Id }), body: Type.Object({ reason: Text(500) }, { additionalProperties: false }), response: { 200: Type.Object({ id: Type.String(), state: Type.String() }) },
    },
  }, async (request, reply) => reply.send(await withdraw(request.ctx, request.params.id, request.body.reason)));
  jobRoutes(app);
  auditRoutes(app);
  lenderRoutes(app);
  endOfDayRoutes(app, modules);
  quarantineRoutes(app);
}

function lenderRoutes(app: App): void {
  app.get("/v1/lender", {
    config: { permission: "identity.profile.read" },
    schema: {
      operationId: "getLender", summary: "The lender you work for, and the day its books are on", tags: ["platform"],
      response: { 200: Type.Object({ id: Type.String(), slug: Type.String(), name: Type.String(), country: Type.String(), currency: Type.String(), locale: Type.String(), environment: OneOf(["sandbox", "live"]), businessDate: DateJson, closedThrough: DateJson, mode: OneOf(["unified", "origination", "servicing"]) }) },
    },
  }, async (request, reply) => reply.send(await request.ctx.read(async (tx) => {
    const tenant = await currentTenant(tx);
    const day = await tx.one<{ closed: string }>("kernel.business_day.closed", "SELECT closed_through AS closed FROM kernel.business_day");
    return {
      id: tenant.tenantId, slug: tenant.slug, name: tenant.name, country: tenant.country, currency: tenant.currency, locale: tenant.locale, environment: tenant.environment,
      businessDate: tx.businessDate, closedThrough: day.closed, mode: request.ctx.services.config.mode,
    };
  })));
  app.get("/v1/lenders/:slug", {
    config: { public: true },
    schema: {
      operationId: "getLenderBySlug", summary: "Name and language of a lender, for its sign-in page", tags: ["platform"], params: Type.Object({ slug: Type.String({ pattern: "^[a-z0-9-]{1,40}$" }) }),
      response: { 200: Type.Object({ slug: Type.String(), name: Type.String(), country: Type.String(), locale: Type.String(), environment: Type.String() }) },
    },
  }, async (request, reply) => {
    const [found] = await request.ctx.services.db.anonymous<{ name: string; country: string; locale: string; environment: string }>("SELECT * FROM kernel.tenant_by_slug($1)", [request.params.slug]);
    if (found === undefined) throw problem("request.not_found", "There is no lender of this name.");
    return reply.send({ slug: request.params.slug, name: found.name, country: found.country, locale: found.locale, environment: found.environment });
  });
}

const CloseResult = Type.Object({ closed: Type.Array(DateJson), businessDate: DateJson });

function endOfDayRoutes(app: App, modules: readonly ModuleDefinition[]): void {
  const steps = endOfDaySteps(modules);
  app.get("/v1/end-of-day", {
    config: { permission: "eod.run.read" },
    schema: {
      operationId: "getEndOfDay", summary: "The day being closed or closed last: steps, timing, quarantine", tags: ["platform"],
      querystring: Type.Object({ date: Type.Optional(DateJson) }),
      response: { 200: Type.Object({
        businessDate: DateJson, closedThrough: DateJson, date: DateJson,
        steps: Type.Array(Type.Object({ step: Type.String(), shardsDone: Type.Integer(), touched: Type.Integer(), failed: Type.Integer(), milliseconds: Type.Integer(), doneAt: Nullable(InstantJson) })),
        recent: Type.Array(Type.Object({ date: DateJson, milliseconds: Type.Integer(), touched: Type.Integer(), failed: Type.Integer() })),
        quarantine: Type.Array(Type.Object({ id: Type.String(), date: DateJson, step: Type.String(), subject: Type.String(), reason: Type.String() })),
      }) },
    },
  }, async (request, reply) => reply.send(await request.ctx.read(async (tx) => {
    const day = await tx.one<{ closed: string }>("kernel.business_day.closed", "SELECT closed_through AS closed FROM kernel.business_day");
    const date = request.query.date ?? day.closed;
    const done = await tx.rows<{ step: string; shards: number; touched: number; failed: number; ms: number; done_at: string }>("kernel.eod.steps",
      `SELECT step, count(*)::int AS shards, sum(touched_count)::int AS touched, sum(failed_count)::int AS failed, sum(milliseconds)::int AS ms, max(done_at) AS done_at
       FROM kernel.eod_checkpoint WHERE business_date = $1 GROUP BY step`, [date]);
    const recent = await tx.rows<{ date: string; milliseconds: number; touched: number; failed: number }>("kernel.eod.recent",
      `SELECT business_date AS date, sum(milliseconds)::int AS milliseconds, sum(touched_count)::int AS touched, sum(failed_count)::int AS failed
       FROM kernel.eod_checkpoint GROUP BY business_date ORDER BY business_date DESC LIMIT 30`);
    const quarantine = await tx.rows<{ id: string; date: string; step: string; subject: string; reason: string }>("kernel.eod.quarantined",
      "SELECT id, business_date AS date, step, subject, reason FROM kernel.eod_quarantine WHERE cleared_at IS NULL ORDER BY raised_at DESC LIMIT 200");
    return {
      businessDate: tx.businessDate, closedThrough: day.closed, date, recent, quarantine,
      steps: stepsOf(steps, date).map((step) => {
        const row = done.find((d) => d.step === step.name);
        return { step: step.name, shardsDone: row?.shards ?? 0, touched: row?.touched ?? 0, failed: row?.failed ?? 0, milliseconds: row?.ms ?? 0, doneAt: row?.done_at ?? null };
      }),
    };
  })));

  app.post("/v1/end-of-day/runs", {
    config: { permission: "eod.run.start", idempotent: false },
    schema: { operationId: "closeBusinessDay", summary: "Close the current business date; safe to repeat", tags: ["platform"], body: Type.Object({ date: DateJson }, { additionalProperties: false }), response: { 200: CloseResult } },
  }, async (request, reply) => {
    const { ctx, body: { date } } = request;
    const { businessDate, closedThrough } = await readDay(ctx);
    if (date > businessDate) throw problem("request.invalid", undefined, { errors: [{ pointer: "/date", code: "field.business_date", detail: `The books are on ${businessDate}; close that day first.` }] });
    // The caller names the day it means to close, so that a repeat never closes a second one, and takes up one that was cut short.
    const closed = await closeDays(ctx, steps, { title: `End of day ${date}`, days: daysBetween(isoDate(closedThrough), isoDate(date)), due: (day) => day.closedThrough < date });
    return reply.send({ closed, businessDate: (await readDay(ctx)).businessDate });
  });

  app.post("/v1/sandbox/clock", {
    config: { permission: "sandbox.clock.advance", idempotent: false },
    schema: {
      operationId: "advanceSandboxClock", summary: "Sandbox lenders only: let the sandbox bank end its day and run end of day, for each day up to a date", tags: ["platform"],
      body: Type.Object({ until: DateJson }, { additionalProperties: false, description: "The business date to arrive at, at most 400 days ahead" }), response: { 200: CloseResult },
    },
  }, async (request, reply) => {
    const { ctx } = request;
    const { environment } = await ctx.read(currentTenant);
    if (environment !== "sandbox") throw problem("permission.denied", "Only a sandbox lender's clock can be moved.");
    const { until } = request.body;
    const { businessDate } = await readDay(ctx);
    const bankDay = async (date: string) => {
      for (const module of modules) await module.beforeSandboxDay?.(makeContext(ctx.services, { tenantId: ctx.tenantId, actor: jobActor("sandbox_clock"), requestId: ctx.requestId }), date);
    };
    const closed = await closeDays(ctx, steps, { title: `Sandbox clock to ${until}`, days: Math.max(0, daysBetween(isoDate(businessDate), isoDate(until))), due: (day) => day.businessDate < until, before: bankDay });
    return reply.send({ closed, businessDate: (await readDay(ctx)).businessDate });
  });
}
