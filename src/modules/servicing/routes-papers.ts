import Type from "typebox";
import type { App, FastifyRequest } from "#kernel/http/app.ts";
import { DateJson, Id, OneOf } from "#kernel/http/schemas.ts";
import { renderReceipt, renderStatement } from "./queries/papers.ts";
import { LoanParams, modes, refuseForeign, tags } from "./routes-read.ts";

const Language = Type.Optional(OneOf(["en", "hi"] as const));
const pdf = { 200: { description: "PDF", content: { "application/pdf": { schema: Type.String() } } } };

/** Papers written when they are asked for: statement of account, receipt of a payment. */
export function paperRoutes(app: App): void {
  const config = { permission: "loan.account.read", modes } as const;
  const reached = (request: FastifyRequest, id: string) => request.ctx.read((tx) => refuseForeign(tx, request, id));
  app.get("/v1/loan-accounts/:id/statement", {
    config, schema: { operationId: "getStatement", summary: "Statement of account between two days, as PDF; from the payout until today when none are named", tags, params: LoanParams, querystring: Type.Object({ from: Type.Optional(DateJson), to: Type.Optional(DateJson), language: Language }, { additionalProperties: false }), response: pdf } as never,
  }, async (request, reply) => {
    const { id } = request.params as { id: string };
    await reached(request, id);
    const bytes = await renderStatement(request.ctx, { loanAccountId: id, ...(request.query as { from?: string; to?: string; language?: "en" | "hi" }) });
    return reply.header("content-type", "application/pdf").header("content-disposition", `attachment; filename="statement-${id}.pdf"`).header("cache-control", "private, no-store").send(bytes as never);
  });
  app.get("/v1/loan-accounts/:id/transactions/:eventId/receipt", {
    config, schema: { operationId: "getPaymentReceipt", summary: "Receipt of one payment, as PDF", tags, params: Type.Object({ id: Id, eventId: Id }), querystring: Type.Object({ language: Language }, { additionalProperties: false }), response: pdf } as never,
  }, async (request, reply) => {
    const { id, eventId } = request.params as { id: string; eventId: string };
    await reached(request, id);
    const bytes = await renderReceipt(request.ctx, { loanAccountId: id, eventId, ...(request.query as { language?: "en" | "hi" }) });
    return reply.header("content-type", "application/pdf").header("content-disposition", `attachment; filename="receipt-${eventId}.pdf"`).header("cache-control", "private, no-store").send(bytes as never);
  });
}
