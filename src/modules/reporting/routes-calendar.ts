import { Readable } from "node:stream";
import Type from "typebox";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { App } from "#kernel/http/app.ts";
import { listRoute } from "#kernel/http/list-route.ts";
import { Id } from "#kernel/http/schemas.ts";
import { defineReport } from "./commands/define-report.ts";
import { investigateDispute, raiseDispute, resolveDispute } from "./commands/disputes.ts";
import { checkReport, fileReport } from "./commands/file-report.ts";
import { generateReport } from "./commands/generate-report.ts";
import { CheckReportRequest, DefinitionItem, DefinitionRequest, DisputeItem, DisputeRequest, FileReportRequest, GenerateReportRequest, InvestigateRequest, ReportDifference, ReportItem, ReportJson, ReportOrdered, ResolveRequest } from "./contract.ts";
import type { KindName } from "./kinds/index.ts";
import { problem } from "./problems.ts";
import { calendarList, definitionList, disputeList, getReport, reportDifference } from "./queries/calendar.ts";
import { partOf } from "./report-file.ts";

const tags = ["regulatory reports"];
const modes = ["servicing"] as const;
const ById = Type.Object({ id: Id });

/** The calendar of reports, from what is due to the proof that it was filed. */
export function calendarRoutes(app: App): void {
  listRoute(app, { path: "/v1/regulatory-reports", operationId: "listRegulatoryReports", summary: "The calendar: each period of each report, when it is due and what was filed", tags, permission: "report.regulatory.read", list: calendarList, item: ReportItem });
  listRoute(app, { path: "/v1/report-definitions", operationId: "listReportDefinitions", summary: "What must be reported, all versions", tags, permission: "report.regulatory.read", list: definitionList, item: DefinitionItem });
  app.post("/v1/report-definitions", { config: { permission: "report.regulatory.define", idempotent: true }, schema: { operationId: "defineReport", summary: "A new report, or a new version of one; periods in the calendar keep theirs", tags, body: DefinitionRequest, response: { 201: Type.Object({ code: Type.String(), version: Type.Integer() }) } } },
    async (request, reply) => reply.code(201).send(await defineReport(request.ctx, { ...request.body, kind: request.body.kind as KindName })));
  app.post("/v1/regulatory-reports/generate", { config: { permission: "report.regulatory.generate", idempotent: true }, schema: { operationId: "generateRegulatoryReport", summary: "Make the file of a period that is over, as a job; a future one is refused", tags, body: GenerateReportRequest, response: { 202: ReportOrdered } } },
    async (request, reply) => reply.code(202).send(await generateReport(request.ctx, request.body)));
  app.get("/v1/regulatory-reports/:id", { config: { permission: "report.regulatory.read" }, schema: { operationId: "getRegulatoryReport", summary: "A period of a report with every file made for it", tags, params: ById, response: { 200: ReportJson } } },
    async (request, reply) => reply.send(await request.ctx.read((tx) => getReport(tx, request.params.id))));
  app.get("/v1/report-files/:id/differences", { config: { permission: "report.regulatory.read" }, schema: { operationId: "getReportDifferences", summary: "A file beside the one filed before it: totals, and what was added, removed and changed", tags, params: ById, response: { 200: ReportDifference } } },
    async (request, reply) => reply.send(await request.ctx.read((tx) => reportDifference(tx, request.params.id))));
  app.post("/v1/report-files/:id/check", { config: { permission: "report.regulatory.file", idempotent: true }, schema: { operationId: "checkReportFile", summary: "Say that a file was looked at; by another person than who generated it", tags, params: ById, body: CheckReportRequest, response: { 200: Type.Object({ runId: Id, state: Type.Literal("checked") }) } } },
    async (request, reply) => reply.send(await checkReport(request.ctx, { runId: request.params.id, note: request.body.note })));
  app.post("/v1/report-files/:id/file", { config: { permission: "report.regulatory.file", idempotent: true }, schema: { operationId: "fileReport", summary: "Note that a checked file was sent, with the receiver's reference", tags, params: ById, body: FileReportRequest, response: { 200: Type.Object({ runId: Id, state: Type.Literal("filed"), sha256: Type.String() }) } } },
    async (request, reply) => reply.send(await fileReport(request.ctx, { runId: request.params.id, ...request.body })));
  app.get("/v1/report-files/:id/content", { config: { permission: "report.file.download" }, schema: { operationId: "downloadReportFile", summary: "The file itself, people's identifiers in clear; each fetch is on record", tags, params: ById, response: { 200: { description: "The file", content: { "text/plain": { schema: Type.String() } } } } } as never },
    async (request, reply) => {
      const { id } = request.params as { id: string };
      const file = await openFile(request.ctx, id);
      return reply.header("content-type", file.contentType).header("content-disposition", `attachment; filename="${file.name}"`).send(Readable.from(file.parts) as never);
    });
}

/** Disputes of what a bureau was told. */
export function disputeRoutes(app: App): void {
  listRoute(app, { path: "/v1/credit-disputes", operationId: "listCreditDisputes", summary: "Disputes of what was reported, by the day their investigation is due", tags, permission: "credit.dispute.read", list: disputeList, item: DisputeItem, modes });
  app.post("/v1/credit-disputes", { config: { permission: "credit.dispute.work", idempotent: true, modes }, schema: { operationId: "raiseCreditDispute", summary: "Note a dispute; the loan is reported as disputed until it is resolved", tags, body: DisputeRequest, response: { 201: Type.Object({ disputeId: Id, dueDate: Type.String() }) } } },
    async (request, reply) => reply.code(201).send(await raiseDispute(request.ctx, request.body)));
  app.post("/v1/credit-disputes/:id/investigate", { config: { permission: "credit.dispute.work", idempotent: true, modes }, schema: { operationId: "investigateCreditDispute", summary: "Say who looks into a dispute and what was found so far", tags, params: ById, body: InvestigateRequest, response: { 200: Type.Object({ disputeId: Id, state: Type.Literal("investigating") }) } } },
    async (request, reply) => reply.send(await investigateDispute(request.ctx, { disputeId: request.params.id, note: request.body.note })));
  app.post("/v1/credit-disputes/:id/resolve", { config: { permission: "credit.dispute.work", idempotent: true, modes }, schema: { operationId: "resolveCreditDispute", summary: "End a dispute with what was found", tags, params: ById, body: ResolveRequest, response: { 200: Type.Object({ disputeId: Id, state: Type.Literal("resolved") }) } } },
    async (request, reply) => reply.send(await resolveDispute(request.ctx, { disputeId: request.params.id, ...request.body })));
}

/** A file's parts, opened one by one after the fetch is on record. May raise report.not_found. */
async function openFile(ctx: Context, runId: string): Promise<{ name: string; contentType: string; parts: AsyncIterable<Buffer> }> {
  const run = await ctx.transaction(async (tx) => {
    const row = await tx.maybe<{ instance_id: string; file_name: string; content_type: string; data_key: Buffer; sha256: string }>("reporting.run.file", "SELECT instance_id, file_name, content_type, data_key, sha256 FROM reporting.report_run WHERE id = $1 AND data_key IS NOT NULL", [runId]);
    if (row === undefined) throw problem("report.not_found");
    await audit.record(tx, ctx, { action: "report.file.downloaded", subject: row.instance_id, after: { runId, sha256: row.sha256 } });
    return row;
  });
  async function* parts(): AsyncGenerator<Buffer> {
    for (let part = 0; ; part++) {
      const content = await ctx.read((tx) => partOf(tx, ctx, { runId, part, dataKey: run.data_key }));
      if (content === null) return;
      yield content;
    }
  }
  return { name: run.file_name, contentType: run.content_type, parts: parts() };
}
