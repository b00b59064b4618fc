/**
 * A scheduler in a process of its own, whose clock is told over IPC: it does what the queue's worker does when the clock's job comes (close what is due), and then
 * hands waiting events to the queue. It may be stopped and woken at any moment.
 */
import { PgBoss } from "pg-boss";
import { openServices } from "#app/open-services.ts";
import { wire } from "#app/wiring.ts";
import type { Clock, Instant } from "#kernel/clock.ts";
import { plusMs } from "#kernel/clock.ts";
import { loadConfig } from "#kernel/config.ts";
import { makeContext, type Context } from "#kernel/context.ts";
import { databaseAway } from "#kernel/db.ts";
import { closeBusinessDay, endOfDaySteps } from "#kernel/end-of-day.ts";
import { scheduledEndOfDay } from "#kernel/end-of-day-schedule.ts";
import type { ModuleDefinition } from "#kernel/module.ts";
import { jobActor } from "#kernel/permissions.ts";
import { relayOutbox } from "#kernel/relay.ts";

export const TENANT = "tn_bharat";
export const TOLD = "check.day_closed";

/** `planted`: closes "the next day" rather than the day it saw to be due. */
export interface Lead { readonly now: string; readonly planted: boolean }
/** `away`: it lost its connection on the way, and knows nothing of how it went. */
export interface Led { readonly how: "done" | "away" }

/** Counts what was done: a row for each shard and day that was worked on, without any rule that forbids a second. */
const counting: ModuleDefinition = {
  name: "check",
  subscribers: [{ name: TOLD, eventTypes: ["kernel.business_day_closed"], handle: async () => undefined }],
  endOfDay: [{
    name: "check.count", order: 999, per: "shard",
    run: async (tx, _ctx, day) => {
      await tx.run("check.count", "INSERT INTO bench.ran (business_date, shard) VALUES ($1, $2)", [day.date, day.shard]);
      return { touched: 1, failed: 0 };
    },
  }],
};

if (import.meta.main) await lead();

async function lead(): Promise<void> {
  let now = "2026-01-01T00:00:00.000Z" as Instant;
  const clock: Clock = { now: () => now = plusMs(now, 1), nowMs: () => Temporal.Instant.from(now).epochMilliseconds };
  const name = process.env["CHECK_LEADER"] ?? "";
  const { services, appUrl } = await openServices(loadConfig({ ...process.env }), { clock, applicationName: name, keepDatabaseRunning: true });
  const { modules: whole } = wire(services);
  const modules = [...whole, counting];
  const boss = new PgBoss({ connectionString: appUrl, migrate: false, createSchema: false, supervise: false, schedule: false, max: 1, application_name: name });
  boss.on("error", () => undefined);
  await boss.start();
  const job = scheduledEndOfDay(modules);
  const steps = endOfDaySteps(modules);
  const once = async (ctx: Context, planted: boolean) => {
    if (planted) await closeBusinessDay(services, TENANT, steps);
    else await job.handle(ctx, null);
    await relayOutbox(services, boss, [counting], TENANT);
  };
  process.on("message", (order: Lead) => {
    now = order.now as Instant;
    const ctx = makeContext(services, { tenantId: TENANT, actor: jobActor(job.name), requestId: services.ids.next("req") });
    once(ctx, order.planted).then((): Led => ({ how: "done" }), (error: Error): Led => {
      if (!databaseAway(error)) {
        console.error(error);
        process.exit(1);
      }
      return { how: "away" };
    }).then((led) => process.send?.(led)).catch(() => process.exit(1));
  });
  process.send?.({ how: "done" } satisfies Led);
}
