import { PgBoss, type Job } from "pg-boss";
import { decode, encode } from "./codec.ts";
import { makeContext, type Context, type Services } from "./context.ts";
import type { Tx } from "./db.ts";
import type { JobDefinition, ModuleDefinition } from "./module.ts";
import { jobActor } from "./permissions.ts";
import { tenantIds } from "./tenants.ts";

interface Envelope {
  readonly tenantId: string;
  readonly payload: string;
  readonly [key: string]: unknown;
}

export interface EnqueueOptions {
  readonly startAfterSeconds?: number;
  /** At most one waiting job of this name and key. */
  readonly singletonKey?: string;
  /** How long it may take when ten minutes are not enough; the worker then reports every half minute that it lives. */
  readonly hours?: number;
}

let sender: PgBoss | undefined;

/**
 * Opens the queue (pg-boss, schema pgboss, in the same database). Once per process, before anything is enqueued.
 * @param ownerUrl when given, the queue's schema is created or upgraded first, as its owner
 */
export async function openQueue(services: Services, appUrl: string, ownerUrl?: string): Promise<PgBoss> {
  if (ownerUrl !== undefined) await prepareQueue(ownerUrl);
  const boss = new PgBoss({ connectionString: appUrl, migrate: false, createSchema: false, max: 4, application_name: "loanwright-queue" });
  boss.on("error", (error) => services.log.error({ err: error }, "queue"));
  await boss.start();
  sender = boss;
  return boss;
}

/** Creates or upgrades the queue's own schema, and lets the application role use it. */
async function prepareQueue(ownerUrl: string): Promise<void> {
  const owner = new PgBoss({ connectionString: ownerUrl, max: 2, supervise: false, schedule: false });
  await owner.start();
  // One transaction behind a lock: processes that start at once would change the same rows of the catalogue.
  await owner.getDb().executeSql(`SELECT pg_advisory_xact_lock(hashtextextended('loanwright queue', 0));
    GRANT USAGE, CREATE ON SCHEMA pgboss TO loanwright_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA pgboss TO loanwright_app;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pgboss TO loanwright_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA pgboss GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO loanwright_app`);
  await owner.stop({ graceful: false });
}

/** Puts a job into the queue in the transaction that causes it: no commit, no job. A process without a queue (tests, imports) skips it. */
export async function enqueue(tx: Tx, _ctx: Context, name: string, payload: unknown, options: EnqueueOptions = {}): Promise<void> {
  if (sender === undefined) return;
  const data: Envelope = { tenantId: tx.tenantId, payload: encode(payload) };
  await sender.send(name, data, {
    db: { executeSql: async (text: string, values?: unknown[]) => tx.client.query(text, values) },
    startAfter: options.startAfterSeconds,
    singletonKey: options.singletonKey === undefined ? undefined : `${tx.tenantId}:${options.singletonKey}`,
    retryLimit: 8, retryBackoff: true, retryDelay: 1,
    ...(options.hours === undefined ? { expireInSeconds: 600 } : { expireInSeconds: options.hours * 3600, heartbeatSeconds: 60 }),
  });
}

/** Makes the queues of all jobs and, in a worker, starts taking work from them. */
export async function workOn(services: Services, boss: PgBoss, modules: readonly ModuleDefinition[]): Promise<void> {
  for (const module of modules) {
    for (const job of (module.jobs ?? []) as readonly JobDefinition<unknown>[]) {
      await boss.work<Envelope>(job.name, { batchSize: 1, pollingIntervalSeconds: 0.5 }, async ([taken]: Job<Envelope>[]) => {
        if (taken === undefined) return;
        await runJob(services, job, taken.data, taken.id);
      });
      if (job.cron !== undefined) await boss.schedule(job.name, job.cron, { tenantId: "*", payload: "null" });
    }
  }
}

/** The queues must exist before anything is sent to them; asked for by every process. */
export async function makeQueues(boss: PgBoss, names: readonly string[]): Promise<void> {
  const known = new Set((await boss.getQueues()).map((queue) => queue.name));
  for (const name of names) if (!known.has(name)) await boss.createQueue(name);
}

/** Runs one job as its own actor; a job "for every tenant" runs once for each. */
async function runJob(services: Services, job: JobDefinition<unknown>, envelope: Envelope, id: string): Promise<void> {
  const tenants = envelope.tenantId === "*" ? await tenantIds(services) : [envelope.tenantId];
  for (const tenantId of tenants) {
    const ctx = makeContext(services, { tenantId, actor: jobActor(job.name), requestId: `job_${id}` });
    await job.handle(ctx, decode(envelope.payload));
  }
}
