import Type, { type Static } from "typebox";
import { isoDate, money, toMoneyJson } from "#engine/index.ts";
import type { App } from "#kernel/http/app.ts";
import { listRoute } from "#kernel/http/list-route.ts";
import { Id, MoneyJson, OneOf } from "#kernel/http/schemas.ts";
import { proposePayingAgain, proposeSettlement } from "./commands/settle.ts";
import { discardStatement, draftStatement } from "./commands/statements.ts";
import { LineItem, NewStatementJson, ReasonJson, SettleJson, StatementItem, StatementJson } from "./contract.ts";
import { statementLines, statements } from "./queries/lists.ts";
import { getStatement } from "./queries/read.ts";
import { statementPdf, statementXlsx } from "./queries/statement-files.ts";

const tags = ["partners"];
const permission = "partner.record.read" as const;
const make = { permission: "partner.statement.make", idempotent: true, modes: ["servicing"] } as const;
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const FileQuery = Type.Object({ format: Type.Optional(OneOf(["pdf", "xlsx"] as const)), language: Type.Optional(OneOf(["en", "hi"] as const)) }, { additionalProperties: false });
const ById = Type.Object({ id: Id });

export function statementRoutes(app: App): void {
  const modes = ["servicing"] as const;
  listRoute(app, { path: "/v1/partner-statements", operationId: "listPartnerStatements", summary: "What partners were told and paid, by period", tags, permission, list: statements, item: StatementItem, modes });
  listRoute(app, {
    path: "/v1/partner-statements/:id/lines", operationId: "listPartnerStatementLines", summary: "A statement fact by fact", tags, permission, list: statementLines, item: LineItem, params: ById, modes,
    extra: ({ params }) => [{ sql: "l.source_id = $1", values: [(params as { id: string }).id] }],
  });
  app.get("/v1/partner-statements/:id", { config: { permission, modes: [...modes] }, schema: { operationId: "getPartnerStatement", summary: "A statement with its sums", tags, params: ById, response: { 200: StatementJson } } }, async (request, reply) =>
    reply.send(await request.ctx.read((tx) => getStatement(tx, request.params.id))));
  app.get("/v1/partner-statements/:id/file", {
    config: { permission, modes: [...modes] },
    schema: {
      operationId: "getPartnerStatementFile", summary: "A statement as the partner gets it, as PDF, or its lines as a workbook", tags, params: ById, querystring: FileQuery,
      response: { 200: { description: "The file", content: { "application/pdf": { schema: Type.String() }, [XLSX]: { schema: Type.String() } } } },
    } as never,
  }, async (request, reply) => {
    const { id } = request.params as { id: string };
    const { format = "pdf", language = "en" } = request.query as Static<typeof FileQuery>;
    const bytes = format === "pdf" ? await statementPdf(request.ctx, id, language) : await statementXlsx(request.ctx, id);
    return reply.header("content-type", format === "pdf" ? "application/pdf" : XLSX).header("content-disposition", `attachment; filename="statement-${id}.${format}"`).header("cache-control", "private, no-store").send(bytes as never);
  });
  app.post("/v1/partners/:id/statements", { config: { ...make, modes: [...modes] }, schema: { operationId: "draftPartnerStatement", summary: "Draft what a partner is told and paid through a day that is over; nothing is posted", tags, params: ById, body: NewStatementJson, response: { 201: Type.Object({ statementId: Id, lines: Type.Integer(), net: MoneyJson }) } } }, async (request, reply) => {
    const made = await draftStatement(request.ctx, { partnerId: request.params.id, currency: request.body.currency, throughDate: isoDate(request.body.throughDate) });
    return reply.code(201).send({ statementId: made.statementId, lines: made.lines, net: toMoneyJson(money(made.netMinor, request.body.currency)) });
  });
  app.post("/v1/partner-statements/:id/settle", { config: { ...make, modes: [...modes] }, schema: { operationId: "proposePartnerSettlement", summary: "Ask a second person to post a statement and pay what is owed", tags, params: ById, body: SettleJson, response: { 202: Type.Object({ approvalRequestId: Id }) } } }, async (request, reply) =>
    reply.code(202).send({ approvalRequestId: (await proposeSettlement(request.ctx, { statementId: request.params.id, booksDate: request.body.booksDate })).id }));
  app.post("/v1/partner-statements/:id/pay-again", { config: { ...make, modes: [...modes] }, schema: { operationId: "proposePartnerPaymentAgain", summary: "Ask a second person to order again what the bank refused", tags, params: ById, response: { 202: Type.Object({ approvalRequestId: Id }) } } }, async (request, reply) =>
    reply.code(202).send({ approvalRequestId: (await proposePayingAgain(request.ctx, request.params.id)).id }));
  app.post("/v1/partner-statements/:id/discard", { config: { ...make, modes: [...modes] }, schema: { operationId: "discardPartnerStatement", summary: "Take a draft away", tags, params: ById, body: ReasonJson, response: { 200: Type.Object({ statementId: Id }) } } }, async (request, reply) =>
    reply.send(await discardStatement(request.ctx, request.params.id, request.body.reason)));
}
