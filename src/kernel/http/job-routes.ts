import { Readable } from "node:stream";
import Type from "typebox";
import { cancelRun, readResult, retryRun } from "../job-runs.ts";
import type { ListDefinition } from "../list.ts";
import type { App } from "./app.ts";
import { startExport } from "./list-export.ts";
import { listRoute } from "./list-route.ts";
import { Id, InstantJson, Nullable, OneOf, Text } from "./schemas.ts";

const tags = ["platform"];

const jobList: ListDefinition = {
  name: "kernel.jobs",
  from: "kernel.job_run j",
  columns: {
    id: { sql: "j.id", kind: "text", label: "Id", filter: true },
    kind: { sql: "j.kind", kind: "text", label: "Kind", filter: true, sort: true },
    title: { sql: "j.title", kind: "text", label: "Title" },
    state: { sql: "j.state", kind: "text", label: "State", filter: true, sort: true },
    doneCount: { sql: "j.done_count", kind: "integer", label: "Done" },
    totalCount: { sql: "j.total_count", kind: "integer", label: "Of" },
    failedCount: { sql: "j.failed_count", kind: "integer", label: "Failed" },
    detail: { sql: "j.detail", kind: "text", label: "Detail" },
    startedBy: { sql: "j.started_by", kind: "text", label: "Started by", filter: true },
    createdAt: { sql: "j.created_at", kind: "instant", label: "Asked for at", sort: true, filter: true },
    changedAt: { sql: "j.changed_at", kind: "instant", label: "Changed at", sort: true },
    finishedAt: { sql: "j.finished_at", kind: "instant", label: "Finished at", sort: true },
    // At the pace so far; told only when there is a pace to tell it from.
    expectedAt: { sql: "CASE WHEN j.state = 'running' AND j.done_count > 0 AND j.total_count > j.done_count THEN j.changed_at + (j.changed_at - j.started_at) * ((j.total_count - j.done_count)::float8 / j.done_count) END", kind: "instant", label: "Expected at" },
    cancellable: { sql: "j.cancellable AND j.state IN ('queued', 'running') AND j.cancel_asked_by IS NULL", kind: "boolean", label: "Can be stopped" },
    stopping: { sql: "j.state = 'running' AND j.cancel_asked_by IS NOT NULL", kind: "boolean", label: "Stopping" },
    repeatable: { sql: "j.payload IS NOT NULL AND j.state IN ('failed', 'cancelled')", kind: "boolean", label: "Can be repeated" },
    retryOf: { sql: "j.retry_of", kind: "text", label: "Repeats" },
    resultName: { sql: "CASE WHEN j.state = 'done' THEN j.result_name END", kind: "text", label: "File" },
    resultBytes: { sql: "j.result_bytes", kind: "integer", label: "Bytes" },
    resultSha256: { sql: "j.result_sha256", kind: "text", label: "SHA-256" },
  },
  key: "j.id", defaultSort: "-createdAt", scope: { own: "j.started_by" },
};
const JobItem = Type.Object({
  id: Type.String(), kind: Type.String(), title: Type.String(), state: OneOf(["queued", "running", "done", "failed", "cancelled"]), doneCount: Type.Integer(), totalCount: Nullable(Type.Integer()), failedCount: Type.Integer(),
  detail: Nullable(Type.String()), startedBy: Type.String(), createdAt: InstantJson, changedAt: InstantJson, finishedAt: Nullable(InstantJson), expectedAt: Nullable(InstantJson),
  cancellable: Type.Boolean(), stopping: Type.Boolean(), repeatable: Type.Boolean(), retryOf: Nullable(Type.String()), resultName: Nullable(Type.String()), resultBytes: Nullable(Type.Integer()), resultSha256: Nullable(Type.String()),
});

const failureList: ListDefinition = {
  name: "kernel.job_failures",
  from: "kernel.job_failure f JOIN kernel.job_run j ON j.tenant_id = f.tenant_id AND j.id = f.run_id",
  columns: {
    position: { sql: "f.position", kind: "integer", label: "No.", sort: true },
    subject: { sql: "f.subject", kind: "text", label: "What", filter: true },
    reason: { sql: "f.reason", kind: "text", label: "Why" },
  },
  key: "f.position", defaultSort: "position", scope: { own: "j.started_by" },
};
const FailureItem = Type.Object({ position: Type.Integer(), subject: Type.String(), reason: Type.String() });
const params = Type.Object({ id: Id });

/** Long work: seen, stopped, repeated, its file fetched; and long lists made into files. */
export function jobRoutes(app: App): void {
  listRoute(app, { path: "/v1/jobs", operationId: "listJobs", summary: "Long work: progress, when it is expected to end, what failed and what came out; your own, or all for operations", tags, permission: "job.run.read", list: jobList, item: JobItem });
  listRoute(app, {
    path: "/v1/jobs/:id/failures", operationId: "listJobFailures", summary: "What a job could not do, and why; the first thousand", tags, permission: "job.run.read", list: failureList, item: FailureItem, params,
    extra: (request) => [{ sql: "f.run_id = $1", values: [(request.params as { id: string }).id] }],
  });
  app.post("/v1/jobs/:id/cancel", {
    config: { permission: "job.run.manage", idempotent: true },
    schema: { operationId: "cancelJob", summary: "Stop a job: at once when it waits, at its next safe place when it runs", tags, params, response: { 200: Type.Object({ id: Type.String(), state: Type.String() }) } },
  }, async (request, reply) => reply.send(await cancelRun(request.ctx, request.scope, request.params.id)));
  app.post("/v1/jobs/:id/retry", {
    config: { permission: "job.run.manage", idempotent: true },
    schema: { operationId: "retryJob", summary: "Start a failed or stopped job once more, as a new one", tags, params, response: { 201: Type.Object({ id: Type.String() }) } },
  }, async (request, reply) => reply.code(201).send(await retryRun(request.ctx, request.scope, request.params.id)));
  app.get("/v1/jobs/:id/result", {
    config: { permission: "job.run.read" },
    schema: { operationId: "getJobResult", summary: "The file a job made; kept for a week, and each download recorded", tags, params, response: { 200: { description: "The file", content: { "text/csv": { schema: Type.String() } } } } } as never,
  }, async (request, reply) => {
    const file = await readResult(request.ctx, request.scope, (request.params as { id: string }).id);
    return reply.header("content-type", file.contentType).header("content-disposition", `attachment; filename="${file.name}"`).send(Readable.from(file.parts) as never);
  });
  app.post("/v1/exports", {
    config: { permission: "job.run.manage", idempotent: true },
    schema: {
      operationId: "startExport", summary: "Make a list into a CSV file in the background; any size, the same filter and order as the list", tags,
      body: Type.Object({
        list: Type.String({ pattern: "^[A-Za-z_]{2,40}(\\.[A-Za-z_]{2,40})?$", description: "operationId of the list's route, for instance listLoanAccounts, or the name its saved views have" }),
        path: Type.Optional(Type.Record(Type.String({ maxLength: 40 }), Text(60), { description: "Parameters in the list's path" })),
        query: Type.Optional(Type.Object({ q: Type.Optional(Text(200)), filter: Type.Optional(Type.Array(Text(500), { maxItems: 20 })), sort: Type.Optional(Text(200)) }, { additionalProperties: false })),
      }, { additionalProperties: false }),
      response: { 202: Type.Object({ id: Type.String() }) },
    },
  }, async (request, reply) => reply.code(202).send(await startExport(request.ctx, request.body)));
}
