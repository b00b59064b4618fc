import * as audit from "./audit.ts";
import { decode, encode } from "./codec.ts";
import { makeContext, type Context, type Services } from "./context.ts";
import { databaseAway, type Tx } from "./db.ts";
import { plusMs } from "./clock.ts";
import { enqueue } from "./jobs.ts";
import { partName, ResultWriter, RunProgress, type Progress } from "./job-progress.ts";
import { problem } from "./kernel-problems.ts";
import type { JobDefinition, LongWork } from "./module.ts";
import { requirePermission, type Actor, type Permission, type Scope } from "./permissions.ts";
import { Problem } from "./problems.ts";

/** Work that shows itself in the jobs tray while the caller waits for its result. */
export interface TrackedWork {
  /** noun.noun, for instance payments.statement_import */
  readonly kind: string;
  /** For the person who looks at the tray: "Statement camt053-0115.xml". */
  readonly title: string;
  readonly total?: number;
  /** True when the work asks `heedStop()` at safe places. */
  readonly cancellable?: boolean;
}

const SILENT_MS = 2 * 60_000;
const KEEP_RESULT_MS = 7 * 24 * 3_600_000;
const BROKE = "Something broke on our side; the fault is logged under this job's id.";
const works = new Map<string, LongWork<never>>();

/** Registers a kind of work that the queue carries out; called once per kind when the modules are wired. */
export function registerLongWork<P>(work: LongWork<P>): void {
  works.set(work.kind, work as LongWork<never>);
}

/**
 * Does work in this process and lets it be seen meanwhile. The row is written apart from the command's own transactions and idempotency
 * key, so that it is there while they run and says how they ended.
 */
export async function tracked<T>(ctx: Context, work: TrackedWork, carryOut: (progress: Progress) => Promise<T>): Promise<T> {
  const { services, tenantId } = ctx;
  const id = services.ids.next("job");
  await services.db.transaction(tenantId, (tx) => tx.run("kernel.job.begin",
    `INSERT INTO kernel.job_run (id, kind, title, state, total_count, cancellable, started_by, created_at, started_at, changed_at) VALUES ($1, $2, $3, 'running', $4, $5, $6, $7, $7, $7)`,
    [id, work.kind, work.title, work.total ?? null, work.cancellable ?? false, ctx.actor.id, tx.now]));
  return follow(services, tenantId, id, async (progress) => {
    const result = await carryOut(progress);
    if (ctx.replayed) progress.say("The same request was carried out before; nothing was done again.");
    return result;
  });
}

/** Runs the work with its progress, and writes how it ended whatever happens. */
async function follow<T>(services: Services, tenantId: string, id: string, carryOut: (progress: RunProgress) => Promise<T>): Promise<T> {
  const progress = new RunProgress(services, tenantId, id);
  try {
    const result = await carryOut(progress);
    await progress.end();
    await finish(services, tenantId, id, progress.stopped ? "cancelled" : "done");
    return result;
  } catch (error) {
    // Where the database is away nothing can be written; the mender finds the row later.
    await progress.end().catch(() => undefined);
    await finish(services, tenantId, id, "failed", error instanceof Problem ? error.message : BROKE).catch(() => undefined);
    throw error;
  }
}

async function finish(services: Services, tenantId: string, id: string, state: "done" | "failed" | "cancelled", detail?: string): Promise<void> {
  await services.db.transaction(tenantId, (tx) => tx.run("kernel.job.finish",
    "UPDATE kernel.job_run SET state = $2, detail = coalesce($3, detail), finished_at = $4, changed_at = $4 WHERE id = $1", [id, state, detail ?? null, tx.now]));
}

export interface NewRun {
  readonly kind: string;
  readonly title: string;
  readonly payload: unknown;
  readonly total?: number;
  /** What one must hold to fetch the result. */
  readonly resultPermission: Permission;
  readonly retryOf?: string;
}

interface Sealed { readonly actor: Omit<Actor, "grants" | "amountLimits"> & { readonly grants: readonly (readonly [Permission, Scope])[]; readonly limits: readonly (readonly [string, bigint])[] }; readonly payload: unknown }

/** Puts work into the queue in the command's own transaction; it is done on behalf of who asks, with the grants held now. */
export async function startRun(tx: Tx, ctx: Context, run: NewRun): Promise<{ id: string }> {
  if (!works.has(run.kind)) throw new RangeError(`no long work is registered as ${run.kind}`);
  const { keys } = ctx.services;
  const id = ctx.ids.next("job");
  const key = keys.newWrappedKey();
  const { grants, amountLimits, ...actor } = ctx.actor;
  const sealed: Sealed = { actor: { ...actor, grants: [...grants], limits: [...amountLimits] }, payload: run.payload };
  await tx.run("kernel.job.queue",
    `INSERT INTO kernel.job_run (id, kind, title, state, total_count, cancellable, started_by, created_at, changed_at, retry_of, data_key, payload, result_permission)
     VALUES ($1, $2, $3, 'queued', $4, true, $5, $6, $6, $7, $8, $9, $10)`,
    [id, run.kind, run.title, run.total ?? null, ctx.actor.id, tx.now, run.retryOf ?? null, key, keys.seal(key, encode(sealed), `job-payload ${id}`), run.resultPermission]);
  await audit.record(tx, ctx, { action: "job.run.started", subject: id, after: { kind: run.kind, title: run.title, ...(run.retryOf === undefined ? {} : { retryOf: run.retryOf }) } });
  await enqueue(tx, ctx, LONG_WORK, { runId: id }, { hours: 6 });
  return { id };
}

const LONG_WORK = "kernel.long_work";

interface RunRow { kind: string; data_key: Buffer; payload: Buffer }

/** Takes one queued run and does it. A run that another process has in hand, or that has ended, is left alone. */
export async function carryOutRun(services: Services, tenantId: string, runId: string): Promise<void> {
  const row = await services.db.transaction(tenantId, (tx) => tx.maybe<RunRow>("kernel.job.take",
    `UPDATE kernel.job_run SET state = 'running', started_at = coalesce(started_at, $2), changed_at = $2
     WHERE id = $1 AND payload IS NOT NULL AND (state = 'queued' OR (state = 'running' AND changed_at < $3)) RETURNING kind, data_key, payload`, [runId, tx.now, plusMs(tx.now, -SILENT_MS)]));
  if (row === undefined) return;
  const work = works.get(row.kind);
  if (work === undefined) throw new RangeError(`no long work is registered as ${row.kind}`);
  const { actor, payload } = unseal(services, runId, row);
  const ctx = makeContext(services, { tenantId, actor, requestId: runId });
  try {
    await follow(services, tenantId, runId, (progress) => work.run(ctx, payload as never, progress, new ResultWriter(services, tenantId, runId, row.data_key)));
  } catch (error) {
    if (databaseAway(error)) throw error; // the queue asks again
    if (!(error instanceof Problem)) services.log.error({ err: error, runId }, "long work");
  }
}

function unseal(services: Services, runId: string, row: Pick<RunRow, "data_key" | "payload">): { actor: Actor; payload: unknown } {
  const { actor: { grants, limits, ...who }, payload } = decode<Sealed>(services.keys.open(row.data_key, row.payload, `job-payload ${runId}`).toString("utf8"));
  return { actor: { ...who, grants: new Map(grants), amountLimits: new Map(limits) }, payload };
}

interface Seen { id: string; kind: string; title: string; state: string; started_by: string; cancellable: boolean; data_key: Buffer | null; payload: Buffer | null; result_permission: Permission | null; result_name: string | null; result_type: string | null }

/** One run, locked or not, if the actor may know of it; another's is not found for who sees only their own. */
async function seenRun(tx: Tx, ctx: Context, scope: Scope, id: string): Promise<Seen> {
  const row = await tx.maybe<Seen>("kernel.job.find", "SELECT id, kind, title, state, started_by, cancellable, data_key, payload, result_permission, result_name, result_type FROM kernel.job_run WHERE id = $1", [id]);
  if (row === undefined || (scope !== "tenant" && row.started_by !== ctx.actor.id)) throw problem("job.not_found");
  return row;
}

/** Asks a run to stop: one that waits is over at once, one that runs ends at its next safe place. May raise job.not_found, job.not_cancellable. */
export async function cancelRun(ctx: Context, scope: Scope, id: string): Promise<{ id: string; state: string }> {
  return ctx.transaction(async (tx) => {
    const run = await seenRun(tx, ctx, scope, id);
    if (!run.cancellable || !["queued", "running"].includes(run.state)) throw problem("job.not_cancellable", `It is ${run.state}${run.cancellable ? "" : ", and this kind of work is carried through once begun"}.`);
    const after = await tx.one<{ state: string }>("kernel.job.cancel",
      `UPDATE kernel.job_run SET cancel_asked_by = $2, changed_at = CASE WHEN state = 'queued' THEN $3 ELSE changed_at END, finished_at = CASE WHEN state = 'queued' THEN $3::timestamptz END,
         state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END WHERE id = $1 RETURNING state`, [id, ctx.actor.id, tx.now]);
    await audit.record(tx, ctx, { action: "job.run.cancelled", subject: id, after: { kind: run.kind } });
    return { id, state: after.state };
  });
}

/** Starts a failed or cancelled run once more, as a run of its own and on behalf of who asks now. May raise job.not_found, job.not_repeatable. */
export async function retryRun(ctx: Context, scope: Scope, id: string): Promise<{ id: string }> {
  return ctx.transaction(async (tx) => {
    const run = await seenRun(tx, ctx, scope, id);
    if (run.data_key === null || run.payload === null || run.result_permission === null || !["failed", "cancelled"].includes(run.state)) throw problem("job.not_repeatable", `It is ${run.state}.`);
    requirePermission(ctx.actor, run.result_permission);
    const { payload } = unseal(ctx.services, id, { data_key: run.data_key, payload: run.payload });
    return startRun(tx, ctx, { kind: run.kind, title: run.title, payload, resultPermission: run.result_permission, retryOf: id });
  });
}

/** The file that came out, and a record of who fetched it. May raise job.not_found, job.no_result, permission.denied. */
export async function readResult(ctx: Context, scope: Scope, id: string): Promise<{ name: string; contentType: string; parts: AsyncGenerator<Buffer> }> {
  const run = await ctx.transaction(async (tx) => {
    const seen = await seenRun(tx, ctx, scope, id);
    if (seen.state !== "done" || seen.result_name === null) throw problem("job.no_result", `It is ${seen.state}.`);
    if (seen.result_permission !== null) requirePermission(ctx.actor, seen.result_permission);
    await audit.record(tx, ctx, { action: "job.result.downloaded", subject: id, after: { kind: seen.kind, file: seen.result_name } });
    return seen;
  });
  const { services, tenantId } = ctx;
  async function* parts(): AsyncGenerator<Buffer> {
    for (let part = 0; ; part++) {
      const row = await services.db.transaction(tenantId, (tx) => tx.maybe<{ sealed: Buffer }>("kernel.job.read_part", "SELECT sealed FROM kernel.job_result_part WHERE run_id = $1 AND part = $2", [id, part]), "read");
      if (row === undefined) return;
      yield services.keys.open(run.data_key ?? Buffer.alloc(0), row.sealed, partName(id, part));
    }
  }
  return { name: run.result_name ?? "", contentType: run.result_type ?? "application/octet-stream", parts: parts() };
}

/** Ends runs whose process has died, and deletes result files nobody will fetch any more. */
export async function mendRuns(ctx: Context): Promise<{ ended: number; deleted: number }> {
  return ctx.transaction(async (tx) => {
    const ended = await tx.run("kernel.job.mend", `UPDATE kernel.job_run SET state = 'failed', finished_at = $2, detail = 'The process that did this ended before it was done.' WHERE state = 'running' AND changed_at < CASE WHEN payload IS NULL THEN $1::timestamptz ELSE $3 END`,
      // What the queue carries out is taken up again by it; an hour later it has given up.
      [plusMs(tx.now, -SILENT_MS), tx.now, plusMs(tx.now, -30 * SILENT_MS)]);
    const old = await tx.rows<{ id: string }>("kernel.job.old_results", "UPDATE kernel.job_run SET result_name = NULL WHERE result_name IS NOT NULL AND finished_at < $1 RETURNING id", [plusMs(tx.now, -KEEP_RESULT_MS)]);
    const deleted = old.length === 0 ? 0 : await tx.run("kernel.job.delete_parts", "DELETE FROM kernel.job_result_part WHERE run_id = ANY($1)", [old.map((o) => o.id)]);
    return { ended, deleted };
  });
}

/** The queue's side of long work; part of every installation. */
export const longWorkJobs: readonly JobDefinition<never>[] = [
  { name: LONG_WORK, handle: (ctx: Context, { runId }: { runId: string }) => carryOutRun(ctx.services, ctx.tenantId, runId) } as JobDefinition<never>,
  { name: "kernel.mend_job_runs", cron: "*/5 * * * *", handle: async (ctx: Context) => void await mendRuns(ctx) },
];
