import { setTimeout as wait } from "node:timers/promises";
import { endOfMonth, isoDate } from "#engine/date.ts";
import * as audit from "./audit.ts";
import { makeContext, type Context, type Services } from "./context.ts";
import type { Tx } from "./db.ts";
import { enqueue } from "./jobs.ts";
import type { ClosingDay, EndOfDayStep, JobDefinition, ModuleDefinition } from "./module.ts";
import * as outbox from "./outbox.ts";
import { jobActor } from "./permissions.ts";
import { currentTenant, type Tenant } from "./tenants.ts";

export interface DayClosed {
  readonly date: string;
  readonly steps: readonly { readonly name: string; readonly touched: number; readonly failed: number }[];
}

/** The steps of all modules in the order of the day. */
export function endOfDaySteps(modules: readonly ModuleDefinition[]): EndOfDayStep[] {
  return modules.flatMap((module) => module.endOfDay ?? []).sort((a, b) => a.order - b.order || (a.name < b.name ? -1 : 1));
}

/** The steps of a certain day: some have work on the last day of a month only. */
export function stepsOf(steps: readonly EndOfDayStep[], date: string): EndOfDayStep[] {
  const isMonthEnd = endOfMonth(isoDate(date)) === date;
  return steps.filter((step) => step.on === undefined || isMonthEnd);
}

/**
 * Closes the oldest open business date of a tenant: first moves the books to the next day, so that whatever comes in
 * meanwhile belongs there, then carries out every step of every shard, each in one transaction with its checkpoint.
 * It can be killed anywhere and called again, and several processes may call it at once.
 *
 * @param onStep  told after each step and shard, for progress bars
 * @param only    the day that is meant: when another process has closed it meanwhile, nothing is done, and the next day is not begun
 */
export async function closeBusinessDay(services: Services, tenantId: string, steps: readonly EndOfDayStep[], onStep?: (name: string, outcome: { readonly touched: number; readonly failed: number }) => void, only?: string): Promise<DayClosed> {
  const ctx = makeContext(services, { tenantId, actor: jobActor("end_of_day"), requestId: services.ids.next("req") });
  const { date, shards } = await openClosing(ctx, only);
  if (only !== undefined && date !== only) return { date: only, steps: [] };
  const done: { name: string; touched: number; failed: number }[] = [];
  for (const step of stepsOf(steps, date)) {
    const parts = step.per === "tenant" ? 1 : shards;
    let open = Array.from({ length: parts }, (_v, shard) => shard);
    const sum = { name: step.name, touched: 0, failed: 0 };
    while (open.length > 0) {
      const waiting: number[] = [];
      for (const shard of open) {
        const outcome = await runShard(ctx, step, { date, shard, shards: parts });
        if (outcome === "elsewhere") waiting.push(shard);
        else {
          sum.touched += outcome.touched;
          sum.failed += outcome.failed;
          onStep?.(step.name, outcome);
        }
      }
      open = waiting;
      // Another process is at it; its transaction ends or dies with it.
      if (open.length > 0) await wait(20);
    }
    done.push(sum);
  }
  await finishClosing(ctx, date);
  return { date, steps: done };
}

const JOIN = "kernel.join_end_of_day";
/** Workers called to a day besides the one that opened it, at most; those that come too late find nothing to do. */
const HELPERS = 7;

/** The job by which idle workers take shards of a day that another process has begun to close. */
export function joinEndOfDay(modules: readonly ModuleDefinition[]): JobDefinition<{ date: string }> {
  const steps = endOfDaySteps(modules);
  return { name: JOIN, handle: async (ctx, { date }) => void (await closeBusinessDay(ctx.services, ctx.tenantId, steps, undefined, date)) };
}

async function openClosing(ctx: Context, only?: string): Promise<{ date: string; shards: number }> {
  return ctx.transaction(async (tx) => {
    const day = await tx.one<{ closing: string; under_way: boolean; shards: number }>("kernel.eod.lock_day",
      `SELECT (closed_through + 1)::text AS closing, closed_through < business_date - 1 AS under_way, closing_shards AS shards
       FROM kernel.business_day FOR UPDATE`);
    if (day.under_way || (only !== undefined && day.closing !== only)) return { date: day.closing, shards: day.shards };
    const shards = shardsOf(await currentTenant(tx));
    await tx.run("kernel.eod.move_day", "UPDATE kernel.business_day SET business_date = business_date + 1, closing_shards = $1, changed_at = $2", [shards, tx.now]);
    await audit.record(tx, ctx, { action: "eod.run.started", subject: ctx.tenantId, after: { closing: day.closing, shards } });
    for (let n = 1; n < Math.min(shards, HELPERS + 1); n++) await enqueue(tx, ctx, JOIN, { date: day.closing }, { hours: 2 });
    return { date: day.closing, shards };
  });
}

const shardsOf = (tenant: Tenant): number => (typeof tenant.settings["endOfDayShards"] === "number" ? tenant.settings["endOfDayShards"] : 1);

/** Into how many shards a lender's next day will be cut. */
export async function endOfDayShards(ctx: Context): Promise<number> {
  return shardsOf(await ctx.read(currentTenant));
}

/** One shard of one step, unless it is done already. "elsewhere": another process has it in hand. */
async function runShard(ctx: Context, step: EndOfDayStep, day: ClosingDay): Promise<{ touched: number; failed: number } | "elsewhere"> {
  const startedMs = performance.now();
  return ctx.transaction(async (tx) => {
    // Two statements: the checkpoint must be read by a snapshot that was taken once the lock is held, or a second closer would
    // take the lock just after the first had finished and not see that it had.
    const { mine } = await tx.one<{ mine: boolean }>("kernel.eod.claim", "SELECT pg_try_advisory_xact_lock(hashtextextended($1::text || '/' || $2::text || '/' || $3::text || '/' || $4::text, 0)) AS mine", [ctx.tenantId, day.date, step.name, String(day.shard)]);
    const done = await tx.maybe<{ touched: bigint; failed: bigint }>("kernel.eod.checkpointed", "SELECT touched_count AS touched, failed_count AS failed FROM kernel.eod_checkpoint WHERE business_date = $1 AND step = $2 AND shard = $3", [day.date, step.name, day.shard]);
    if (done !== undefined) return { touched: Number(done.touched), failed: Number(done.failed) };
    if (!mine) return "elsewhere";
    const outcome = await step.run({ ...tx, businessDate: day.date }, ctx, day);
    await tx.run("kernel.eod.checkpoint",
      "INSERT INTO kernel.eod_checkpoint (business_date, step, shard, done_at, touched_count, failed_count, milliseconds) VALUES ($1, $2, $3, $4, $5, $6, $7)",
      [day.date, step.name, day.shard, tx.now, outcome.touched, outcome.failed, Math.round(performance.now() - startedMs)]);
    return outcome;
  });
}

async function finishClosing(ctx: Context, date: string): Promise<void> {
  await ctx.transaction(async (tx) => {
    const moved = await tx.run("kernel.eod.finish", "UPDATE kernel.business_day SET closed_through = $1, changed_at = $2 WHERE closed_through < $1::date", [date, tx.now]);
    if (moved === 0) return; // another process was first
    await audit.record(tx, ctx, { action: "eod.run.finished", subject: ctx.tenantId, after: { closed: date } });
    await outbox.add(tx, ctx, { type: "kernel.business_day_closed", subject: ctx.tenantId, payload: { date } });
  });
}

/** Sets a record aside whose processing failed; the day goes on without it and the console shows it with the reason. */
export async function quarantine(tx: Tx, ctx: Context, item: { date: string; step: string; subject: string; reason: string }): Promise<void> {
  await tx.run("kernel.eod.quarantine",
    "INSERT INTO kernel.eod_quarantine (id, business_date, step, subject, reason, raised_at) VALUES ($1, $2, $3, $4, $5, $6)",
    [ctx.ids.next("qr"), item.date, item.step, item.subject, item.reason, tx.now]);
}
