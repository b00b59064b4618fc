import type { Tx } from "#kernel/db.ts";
import type { ListDefinition } from "#kernel/list.ts";
import { differenceOf, totalsOf, type RowDifference } from "../domain/difference.ts";
import type { ReportDifference, ReportJson, ReportRun } from "../contract.ts";
import { kindOf } from "../kinds/index.ts";
import { problem } from "../problems.ts";
import { filedRows, rowsOf } from "../report-file.ts";

/** The calendar: each period of each report, and what was filed for it last. */
export const calendarList: ListDefinition = {
  name: "reporting.calendar",
  from: `reporting.report_instance i JOIN reporting.report_definition d ON d.tenant_id = i.tenant_id AND d.code = i.code AND d.version = i.version
    LEFT JOIN LATERAL (SELECT r.filed_date, r.filed_by, r.reference, r.sha256, r.row_count FROM reporting.report_run r WHERE r.tenant_id = i.tenant_id AND r.instance_id = i.id AND r.state = 'filed' ORDER BY r.number DESC LIMIT 1) f ON true`,
  columns: {
    id: { sql: "i.id", kind: "text", label: "Identifier" }, code: { sql: "i.code", kind: "text", label: "Code", filter: true, sort: true }, name: { sql: "d.name", kind: "text", label: "Report", sort: true },
    periodStart: { sql: "i.period_start", kind: "date", label: "From" }, periodEnd: { sql: "i.period_end", kind: "date", label: "Period to", filter: true, sort: true }, dueDate: { sql: "i.due_date", kind: "date", label: "Due", filter: true, sort: true },
    ownerRole: { sql: "d.owner_role", kind: "text", label: "Owner", filter: true, sort: true }, version: { sql: "i.version", kind: "integer", label: "Version" }, state: { sql: "i.state", kind: "text", label: "State", filter: true, sort: true },
    overdue: { sql: "(i.state <> 'filed' AND i.due_date < (SELECT business_date FROM kernel.business_day))", kind: "boolean", label: "Overdue" },
    filedDate: { sql: "f.filed_date", kind: "date", label: "Filed on" }, filedBy: { sql: "f.filed_by", kind: "text", label: "Filed by" }, reference: { sql: "f.reference", kind: "text", label: "Reference" }, sha256: { sql: "f.sha256", kind: "text", label: "SHA-256" }, records: { sql: "f.row_count", kind: "integer", label: "Records" },
  },
  search: ["d.name", "i.code", "f.reference"], key: "i.id", defaultSort: "dueDate",
};

export const definitionList: ListDefinition = {
  name: "reporting.definitions", from: "reporting.report_definition d", key: "(d.code || '/' || d.version)", defaultSort: "code,-version", search: ["d.code", "d.name"],
  columns: {
    code: { sql: "d.code", kind: "text", label: "Code", filter: true, sort: true }, version: { sql: "d.version", kind: "integer", label: "Version", sort: true }, name: { sql: "d.name", kind: "text", label: "Report" }, kind: { sql: "d.kind", kind: "text", label: "Kind", filter: true },
    ownerRole: { sql: "d.owner_role", kind: "text", label: "Owner", filter: true }, period: { sql: "d.period", kind: "text", label: "Period", filter: true }, due: { sql: "d.due", kind: "text", label: "Due" }, settings: { sql: "d.settings", kind: "text", label: "Settings" },
    state: { sql: "d.state", kind: "text", label: "State", filter: true }, madeBy: { sql: "d.made_by", kind: "text", label: "Made by" }, madeAt: { sql: "d.made_at", kind: "instant", label: "Made at", sort: true },
  },
};

export const disputeList: ListDefinition = {
  name: "reporting.disputes", from: "reporting.credit_dispute c", key: "c.id", defaultSort: "dueDate", search: ["c.number", "c.claim"],
  columns: {
    id: { sql: "c.id", kind: "text", label: "Identifier" }, loanAccountId: { sql: "c.loan_account_id", kind: "text", label: "Loan", filter: true }, number: { sql: "c.number", kind: "text", label: "Number", filter: true, sort: true }, state: { sql: "c.state", kind: "text", label: "State", filter: true, sort: true },
    source: { sql: "c.source", kind: "text", label: "Came from", filter: true }, claim: { sql: "c.claim", kind: "text", label: "Claim" }, raisedDate: { sql: "c.raised_date", kind: "date", label: "Came on", filter: true, sort: true }, dueDate: { sql: "c.due_date", kind: "date", label: "Due", filter: true, sort: true },
    late: { sql: "(c.state <> 'resolved' AND c.due_date < (SELECT business_date FROM kernel.business_day))", kind: "boolean", label: "Late" }, raisedBy: { sql: "c.raised_by", kind: "text", label: "Noted by" }, investigation: { sql: "c.investigation", kind: "text", label: "Investigation" }, investigatedBy: { sql: "c.investigated_by", kind: "text", label: "Looked into by" }, outcome: { sql: "c.outcome", kind: "text", label: "Outcome", filter: true },
    consumerAgrees: { sql: "c.consumer_agrees", kind: "boolean", label: "Consumer agrees" }, finding: { sql: "c.finding", kind: "text", label: "Finding" }, resolvedDate: { sql: "c.resolved_date", kind: "date", label: "Resolved on", sort: true }, resolvedBy: { sql: "c.resolved_by", kind: "text", label: "Resolved by" },
  },
};

/** One period of a report with every file that was made for it, the latest first. May raise report.not_found. */
export async function getReport(tx: Tx, id: string): Promise<ReportJson> {
  const row = await tx.maybe<Omit<ReportJson, "runs" | "correctable"> & object>("reporting.instance.read",
    `SELECT i.id, i.code, d.name, d.kind, i.period_start AS "periodStart", i.period_end AS "periodEnd", i.due_date AS "dueDate", d.owner_role AS "ownerRole", i.version, i.state
     FROM reporting.report_instance i JOIN reporting.report_definition d ON d.tenant_id = i.tenant_id AND d.code = i.code AND d.version = i.version WHERE i.id = $1`, [id]);
  if (row === undefined) throw problem("report.not_found");
  const runs = await tx.rows<ReportRun & object>("reporting.run.of_instance",
    `SELECT id, number, purpose, version, state, business_date AS "businessDate", generated_by AS "generatedBy", generated_at AS "generatedAt", file_name AS "fileName", byte_count::int AS bytes, sha256, row_count AS records,
       coalesce(totals, '{}') AS totals, coalesce(faults, '[]') AS faults, checked_by AS "checkedBy", checked_at AS "checkedAt", check_note AS "checkNote", filed_by AS "filedBy", filed_at AS "filedAt", filed_date AS "filedDate", reference
     FROM reporting.report_run WHERE instance_id = $1 ORDER BY number DESC`, [id]);
  return { ...row, correctable: kindOf(row.kind).correctable, runs };
}

const SHOWN = 200;

/** A file beside the one filed before it: of the same period where this corrects one, of an earlier period otherwise. May raise report.not_found. */
export async function reportDifference(tx: Tx, runId: string): Promise<ReportDifference> {
  const run = await tx.maybe<{ instance_id: string; purpose: string; code: string; period_end: string; totals: Record<string, number> | null }>("reporting.run.read",
    "SELECT r.instance_id, r.purpose, i.code, i.period_end, r.totals FROM reporting.report_run r JOIN reporting.report_instance i ON i.tenant_id = r.tenant_id AND i.id = r.instance_id WHERE r.id = $1", [runId]);
  if (run === undefined) throw problem("report.not_found");
  const last = await tx.maybe<{ id: string; instance_id: string; period_end: string; filed_date: string; totals: Record<string, number> }>("reporting.run.filed_before",
    `SELECT r.id, r.instance_id, i.period_end, r.filed_date, r.totals FROM reporting.report_run r JOIN reporting.report_instance i ON i.tenant_id = r.tenant_id AND i.id = r.instance_id
     WHERE i.code = $1 AND r.state = 'filed' AND r.purpose = 'original' AND r.id <> $2 AND (CASE WHEN $3 THEN i.period_end = $4::date ELSE i.period_end < $4::date END) ORDER BY i.period_end DESC, r.number DESC LIMIT 1`,
    [run.code, runId, run.purpose === "correction", run.period_end]);
  const [before, now] = [last === undefined ? new Map() : await filedRows(tx, last.instance_id), await rowsOf(tx, runId)];
  const all = differenceOf(before, now);
  // A correction names only what differs: what it leaves out stands as it was filed.
  const rows = run.purpose === "correction" ? all.rows.filter((r) => r.change !== "removed") : all.rows;
  const count = (change: RowDifference["change"]) => rows.filter((r) => r.change === change).length;
  return {
    against: last === undefined ? null : { runId: last.id, periodEnd: last.period_end, filedDate: last.filed_date }, added: count("added"), removed: count("removed"), changed: count("changed"), unchanged: run.purpose === "correction" ? before.size - count("changed") : all.unchanged,
    totals: totalsOf(last?.totals ?? {}, run.totals ?? {}), rows: rows.slice(0, SHOWN).map((r) => ({ ...r, fields: [...r.fields] })),
  };
}
