import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { isIsoDate, type IsoDate } from "#engine/index.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { currentTenant } from "#kernel/tenants.ts";
import { dueDate, lastPeriod, type DueRule, type ReportPeriod } from "../domain/calendar.ts";
import { KINDS } from "../kinds/index.ts";
import { problem } from "../problems.ts";
import { standardDefinitions, type ReportDefinition } from "../seeds/definitions.ts";

/** A new version of a report's definition, or a new report; periods that are in the calendar keep the version they came with. May raise report_definition.invalid. */
export async function defineReport(ctx: Context, input: ReportDefinition): Promise<{ code: string; version: number }> {
  requirePermission(ctx.actor, "report.regulatory.define");
  const { due } = input;
  const errors = [
    ...(Object.hasOwn(KINDS, input.kind) ? [] : [{ pointer: "/kind", code: "field.unknown", detail: `Kinds are ${Object.keys(KINDS).join(", ")}.` }]),
    ...(due.rule === "on" && !isIsoDate(`2026-${String(due.month).padStart(2, "0")}-${String(due.day).padStart(2, "0")}`) ? [{ pointer: "/due", code: "field.date", detail: "No year has this day." }] : []),
  ];
  if (errors.length > 0) throw problem("report_definition.invalid", undefined, { errors });
  return ctx.transaction(async (tx) => {
    await tx.run("reporting.definition.replace", "UPDATE reporting.report_definition SET state = 'replaced' WHERE code = $1 AND state = 'in_force'", [input.code]);
    const version = await insertDefinition(tx, ctx, input);
    await audit.record(tx, ctx, { action: "report.definition.changed", subject: input.code, after: { ...input, version } });
    return { code: input.code, version };
  });
}

async function insertDefinition(tx: Tx, ctx: Context, d: ReportDefinition): Promise<number> {
  const row = await tx.one<{ version: number }>("reporting.definition.insert",
    `INSERT INTO reporting.report_definition (code, version, name, kind, owner_role, period, due, settings, state, made_by, made_at)
     SELECT $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7, 'in_force', $8, $9 FROM reporting.report_definition WHERE code = $1 RETURNING version`,
    [d.code, d.name, d.kind, d.ownerRole, d.period, JSON.stringify(d.due), JSON.stringify(d.settings), ctx.actor.id, tx.now]);
  return row.version;
}

/** Gives a lender the reports of its country that it has no version of yet. */
async function ensureDefinitions(tx: Tx, ctx: Context): Promise<number> {
  const known = new Set((await tx.rows<{ code: string }>("reporting.definition.codes", "SELECT DISTINCT code FROM reporting.report_definition")).map((row) => row.code));
  const missing = standardDefinitions(await currentTenant(tx)).filter((d) => !known.has(d.code));
  for (const d of missing) await insertDefinition(tx, ctx, d);
  if (missing.length > 0) await audit.record(tx, ctx, { action: "report.definition.seeded", subject: ctx.tenantId, after: { codes: missing.map((d) => d.code) } });
  return missing.length;
}

/** Puts the last period that is over of each report in force into the calendar. `day` is the first day that is not closed. */
export async function keepCalendar(tx: Tx, ctx: Context, day: IsoDate): Promise<number> {
  const made = await ensureDefinitions(tx, ctx);
  const missing: { id: string; code: string; version: number; from: string; to: string; due: string }[] = [];
  const known = new Set((await tx.rows<{ code: string; period_end: string }>("reporting.instance.known", "SELECT code, max(period_end) AS period_end FROM reporting.report_instance GROUP BY code")).map((row) => `${row.code} ${row.period_end}`));
  for (const d of await tx.rows<{ code: string; version: number; period: ReportPeriod; due: DueRule }>("reporting.definition.all_in_force", "SELECT code, version, period, due FROM reporting.report_definition WHERE state = 'in_force' ORDER BY code")) {
    const { from, to } = lastPeriod(d.period, day);
    if (!known.has(`${d.code} ${to}`)) missing.push({ id: ctx.ids.next("rpi"), code: d.code, version: d.version, from, to, due: dueDate(d.due, to) });
  }
  if (missing.length === 0) return made;
  return made + await tx.run("reporting.instance.add",
    `INSERT INTO reporting.report_instance (id, code, version, period_start, period_end, due_date, state) SELECT m.*, 'due' FROM unnest($1::text[], $2::text[], $3::int[], $4::date[], $5::date[], $6::date[]) AS m ON CONFLICT (tenant_id, code, period_end) DO NOTHING`,
    [missing.map((m) => m.id), missing.map((m) => m.code), missing.map((m) => m.version), missing.map((m) => m.from), missing.map((m) => m.to), missing.map((m) => m.due)]);
}
