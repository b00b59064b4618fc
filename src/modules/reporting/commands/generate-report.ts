import { isIsoDate, type IsoDate } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { startRun } from "#kernel/job-runs.ts";
import type { Progress } from "#kernel/job-progress.ts";
import type { LongWork } from "#kernel/module.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { dueDate, periodEnding, type DueRule, type ReportPeriod } from "../domain/calendar.ts";
import { kindOf } from "../kinds/index.ts";
import type { ReportOrder, Settings } from "../kinds/kind.ts";
import { filedRows, linesOf, reportSink, type MadeFile } from "../report-file.ts";
import { problem } from "../problems.ts";

export interface GenerateReport { readonly code: string; readonly periodEnd: string; readonly correction?: boolean }
interface Definition { version: number; name: string; kind: string; period: ReportPeriod; due: DueRule }
interface InstanceRow { id: string; version: number; state: string; period_start: string; period_end: string }

const WORK = "reporting.report";

/**
 * Orders the file of a report for a period that is over; it is made as a job. What was generated before and not filed is replaced.
 * May raise report_definition.not_found, report.not_a_period, report.future_period, report.already_filed, report.not_filed, report.not_correctable.
 */
export async function generateReport(ctx: Context, input: GenerateReport): Promise<{ reportId: string; runId: string; jobId: string }> {
  requirePermission(ctx.actor, "report.regulatory.generate");
  return ctx.transaction(async (tx) => {
    const definition = await definitionInForce(tx, input.code);
    const instance = await instanceFor(tx, ctx, definition, input);
    const correction = input.correction === true;
    if (correction && !kindOf(definition.kind).correctable) throw problem("report.not_correctable");
    if (!correction && instance.state === "filed") throw problem("report.already_filed");
    if (correction && instance.state !== "filed") throw problem("report.not_filed");
    const runId = ctx.ids.next("rpr");
    await tx.run("reporting.run.insert",
      `INSERT INTO reporting.report_run (id, instance_id, number, purpose, version, state, business_date, generated_by)
       SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4, 'making', $5, $6 FROM reporting.report_run WHERE instance_id = $2`,
      [runId, instance.id, correction ? "correction" : "original", definition.version, tx.businessDate, ctx.actor.id]);
    const job = await startRun(tx, ctx, { kind: WORK, title: `${definition.name} ${instance.period_end}`, payload: { runId }, resultPermission: "report.regulatory.generate" });
    await audit.record(tx, ctx, { action: "report.file.ordered", subject: instance.id, after: { code: input.code, periodEnd: instance.period_end, runId, correction } });
    return { reportId: instance.id, runId, jobId: job.id };
  });
}

async function definitionInForce(tx: Tx, code: string): Promise<Definition> {
  const row = await tx.maybe<Definition & object>("reporting.definition.in_force", "SELECT version, name, kind, period, due FROM reporting.report_definition WHERE code = $1 AND state = 'in_force'", [code]);
  if (row === undefined) throw problem("report_definition.not_found");
  return row;
}

/** The instance of the period, locked; made when the calendar has none of it yet. */
async function instanceFor(tx: Tx, ctx: Context, definition: Definition, { code, periodEnd }: GenerateReport): Promise<InstanceRow> {
  const period = isIsoDate(periodEnd) ? periodEnding(definition.period, periodEnd) : null;
  if (period === null) throw problem("report.not_a_period", `${periodEnd} ends no ${definition.period}.`);
  if (period.to >= tx.businessDate) throw problem("report.future_period", `The books are on ${tx.businessDate}; the period ends on ${period.to}.`);
  await tx.run("reporting.instance.insert",
    "INSERT INTO reporting.report_instance (id, code, version, period_start, period_end, due_date, state) VALUES ($1, $2, $3, $4, $5, $6, 'due') ON CONFLICT (tenant_id, code, period_end) DO NOTHING",
    [ctx.ids.next("rpi"), code, definition.version, period.from, period.to, dueDate(definition.due, period.to)]);
  return tx.one<InstanceRow & object>("reporting.instance.lock", "SELECT id, version, state, period_start, period_end FROM reporting.report_instance WHERE code = $1 AND period_end = $2 FOR UPDATE", [code, period.to]);
}

/** The job's side: makes the file, keeps it sealed with what it says of each thing, and reads it back. */
export const reportWork: LongWork<{ runId: string }> = {
  kind: WORK,
  run: async (ctx, { runId }, progress) => {
    const made = await makeReport(ctx, runId, progress);
    progress.say(made === null ? "Nothing was kept: a newer file was ordered, or somebody stopped this." : `${made.rows} records, ${made.bytes} bytes.`);
  },
};

interface RunRow { instance_id: string; number: number; purpose: "original" | "correction"; code: string; kind: string; settings: Settings; period_start: IsoDate; period_end: IsoDate }

/** Thrown to undo what was made so far; it is nobody's fault. */
const NOT_WANTED = new Error("not wanted any more");

/** Makes the file of a run that was ordered, in one transaction: all of it is kept or nothing. Null when it is not wanted any more. */
export async function makeReport(ctx: Context, runId: string, progress: Progress): Promise<MadeFile | null> {
  try {
    return await ctx.transaction((tx) => makeFile(tx, ctx, runId, progress));
  } catch (error) {
    if (error !== NOT_WANTED) throw error;
    return null;
  }
}

async function makeFile(tx: Tx, ctx: Context, runId: string, progress: Progress): Promise<MadeFile> {
  const run = await tx.maybe<RunRow & object>("reporting.run.take",
    `SELECT r.instance_id, r.number, r.purpose, i.code, d.kind, d.settings, i.period_start, i.period_end FROM reporting.report_run r JOIN reporting.report_instance i ON i.tenant_id = r.tenant_id AND i.id = r.instance_id
     JOIN reporting.report_definition d ON d.tenant_id = i.tenant_id AND d.code = i.code AND d.version = r.version WHERE r.id = $1 AND r.state = 'making' FOR UPDATE OF r`, [runId]);
  if (run === undefined) throw NOT_WANTED;
  const kind = kindOf(run.kind);
  const order: ReportOrder = {
    period: { from: run.period_start, to: run.period_end }, businessDate: tx.businessDate as IsoDate, madeAt: tx.now, settings: run.settings,
    filed: run.purpose === "correction" ? await filedRows(tx, run.instance_id) : null,
  };
  const file = reportSink(tx, ctx, runId, progress);
  if ((await kind.make(tx, ctx, order, file.sink)) === "stopped") throw NOT_WANTED;
  const made = await file.end();
  const faults = await kind.check(linesOf(tx, ctx, runId, made.dataKey));
  await keepNewest(tx, runId, run);
  await tx.run("reporting.run.generated",
    `UPDATE reporting.report_run SET state = 'generated', generated_at = $2, file_name = $3, content_type = $4, byte_count = $5, sha256 = $6, row_count = $7, totals = $8, faults = $9, data_key = $10 WHERE id = $1`,
    [runId, tx.now, kind.fileName(order), kind.contentType, made.bytes, made.sha256, made.rows, JSON.stringify(made.totals), JSON.stringify(faults.slice(0, 200)), made.dataKey]);
  await audit.record(tx, ctx, { action: "report.file.generated", subject: run.instance_id, reason: "Personal identifiers of those reported were opened to write the file", after: { runId, code: run.code, periodEnd: run.period_end, sha256: made.sha256, records: made.rows, people: made.totals["people"] ?? 0, faults: faults.length } });
  return made;
}

/**
 * Only now is the period locked, so that nobody waits while a long file is made: who was overtaken by a newer order, or finds the period filed
 * meanwhile, gives up; files before this one are replaced, but for one that is still being made and will give up itself.
 */
async function keepNewest(tx: Tx, runId: string, run: RunRow): Promise<void> {
  const { state } = await tx.one<{ state: string }>("reporting.instance.lock_id", "SELECT state FROM reporting.report_instance WHERE id = $1 FOR UPDATE", [run.instance_id]);
  const newer = await tx.maybe("reporting.run.newer", "SELECT 1 FROM reporting.report_run WHERE instance_id = $1 AND number > $2 LIMIT 1", [run.instance_id, run.number]);
  if (newer !== undefined || (run.purpose === "original") === (state === "filed")) throw NOT_WANTED;
  await tx.run("reporting.run.replace",
    `UPDATE reporting.report_run SET state = 'replaced' WHERE id IN (SELECT id FROM reporting.report_run WHERE instance_id = $1 AND id <> $2 AND state IN ('making', 'generated', 'checked') FOR UPDATE SKIP LOCKED)`, [run.instance_id, runId]);
  if (run.purpose === "original") await tx.run("reporting.instance.generated", "UPDATE reporting.report_instance SET state = 'generated' WHERE id = $1", [run.instance_id]);
}
