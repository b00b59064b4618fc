import { isIsoDate } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { hashOf } from "../report-file.ts";
import { problem } from "../problems.ts";
import { orderInterestLetters } from "./interest-letters.ts";

interface RunRow { instance_id: string; purpose: string; state: string; generated_by: string; sha256: string; data_key: Buffer; faults: readonly string[]; period_end: string; kind: string }

/**
 * A second person has looked at a generated file: what reading it back found, its totals, its difference to the last one filed.
 * May raise report.not_found, report.wrong_state, report.same_person, report.faulty.
 */
export async function checkReport(ctx: Context, input: { readonly runId: string; readonly note: string }): Promise<{ runId: string; state: "checked" }> {
  requirePermission(ctx.actor, "report.regulatory.file");
  return ctx.transaction(async (tx) => {
    const run = await lockRun(tx, ctx, input.runId, "generated");
    if (run.faults.length > 0) throw problem("report.faulty", `${run.faults.length} faults; the first: ${run.faults[0]}.`);
    await tx.run("reporting.run.checked", "UPDATE reporting.report_run SET state = 'checked', checked_by = $2, checked_at = $3, check_note = $4 WHERE id = $1", [input.runId, ctx.actor.id, tx.now, input.note]);
    if (run.purpose === "original") await tx.run("reporting.instance.checked", "UPDATE reporting.report_instance SET state = 'checked' WHERE id = $1", [run.instance_id]);
    await audit.record(tx, ctx, { action: "report.file.checked", subject: run.instance_id, reason: input.note, after: { runId: input.runId, sha256: run.sha256 } });
    return { runId: input.runId, state: "checked" };
  });
}

/**
 * Notes that a checked file was sent, with the receiver's reference: the proof names its hash, who and when.
 * May raise report.not_found, report.wrong_state, report.same_person, report.future_date, report.altered.
 */
export async function fileReport(ctx: Context, input: { readonly runId: string; readonly reference: string; readonly filedDate: string }): Promise<{ runId: string; state: "filed"; sha256: string }> {
  requirePermission(ctx.actor, "report.regulatory.file");
  return ctx.transaction(async (tx) => {
    const run = await lockRun(tx, ctx, input.runId, "checked");
    if (!isIsoDate(input.filedDate) || input.filedDate > tx.businessDate || input.filedDate <= run.period_end) throw problem("report.future_date", `The books are on ${tx.businessDate}; the period ended on ${run.period_end}.`);
    if ((await hashOf(tx, ctx, input.runId, run.data_key)) !== run.sha256) throw problem("report.altered");
    await tx.run("reporting.run.filed", "UPDATE reporting.report_run SET state = 'filed', filed_by = $2, filed_at = $3, filed_date = $4, reference = $5 WHERE id = $1", [input.runId, ctx.actor.id, tx.now, input.filedDate, input.reference]);
    await tx.run("reporting.instance.filed", "UPDATE reporting.report_instance SET state = 'filed' WHERE id = $1", [run.instance_id]);
    if (run.kind === "interest_1098") await orderInterestLetters(tx, ctx, input.runId);
    await audit.record(tx, ctx, { action: "report.file.filed", subject: run.instance_id, after: { runId: input.runId, sha256: run.sha256, reference: input.reference, filedDate: input.filedDate } });
    return { runId: input.runId, state: "filed", sha256: run.sha256 };
  });
}

/** The run at a step, locked with its instance; another person than who generated it must take the next. */
async function lockRun(tx: Tx, ctx: Context, runId: string, state: string): Promise<RunRow> {
  const run = await tx.maybe<RunRow & object>("reporting.run.lock",
    `SELECT r.instance_id, r.purpose, r.state, r.generated_by, r.sha256, r.data_key, r.faults, i.period_end, d.kind FROM reporting.report_run r JOIN reporting.report_instance i ON i.tenant_id = r.tenant_id AND i.id = r.instance_id
     JOIN reporting.report_definition d ON d.tenant_id = i.tenant_id AND d.code = i.code AND d.version = r.version WHERE r.id = $1 FOR UPDATE OF r, i`, [runId]);
  if (run === undefined) throw problem("report.not_found");
  if (run.state !== state) throw problem("report.wrong_state", `It is ${run.state}.`);
  if (run.generated_by === ctx.actor.id) throw problem("report.same_person");
  const newer = await tx.maybe("reporting.run.newer_made", "SELECT 1 FROM reporting.report_run WHERE instance_id = $1 AND number > (SELECT number FROM reporting.report_run WHERE id = $2) AND state IN ('generated', 'checked', 'filed') LIMIT 1", [run.instance_id, runId]);
  if (newer !== undefined) throw problem("report.wrong_state", "A newer file was made meanwhile.");
  return run;
}
