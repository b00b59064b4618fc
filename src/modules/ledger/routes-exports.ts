import { once } from "node:events";
import { PassThrough } from "node:stream";
import Type from "typebox";
import * as audit from "#kernel/audit.ts";
import type { App } from "#kernel/http/app.ts";
import { problem as kernelProblem } from "#kernel/kernel-problems.ts";
import { ExportQuery, ExportRequest } from "./contract.ts";
import { checkOrder, fileOf, startFile, writeFile, type FileOrder } from "./exports/run.ts";

const tags = ["ledger"];
const permission = "ledger.entry.read" as const;

/** The books as files: journal, trial balance, general ledger; for ledger-cli and hledger, CSV, Excel, Parquet. */
export function exportRoutes(app: App): void {
  app.get("/v1/ledger-exports", {
    config: { permission },
    schema: { operationId: "exportJournal", summary: "The journal, the trial balance or an account's general ledger as a file, streamed", tags, querystring: ExportQuery, produces: ["text/plain", "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/vnd.apache.parquet"] } as never,
  }, async (request, reply) => {
    const { ctx } = request;
    const order = orderOf(request.query as ExportQuery);
    await ctx.transaction(async (tx) => {
      await checkOrder(tx, order);
      await audit.record(tx, ctx, { action: "ledger.journal.exported", subject: tx.tenantId, after: order });
    });
    const stream = new PassThrough();
    const write = async (piece: string | Buffer) => {
      if (stream.destroyed) throw new Error("the reader went away");
      if (!stream.write(piece)) await Promise.race([once(stream, "drain"), once(stream, "close")]);
    };
    ctx.read((tx) => writeFile(tx, order, write)).then(() => stream.end(), (error: Error) => stream.destroy(error));
    const { name, type } = fileOf(order);
    return reply.header("content-type", type).header("content-disposition", `attachment; filename="${name}"`).send(stream);
  });

  app.post("/v1/ledger-exports", {
    config: { permission, idempotent: true },
    schema: { operationId: "startLedgerExport", summary: "Make such a file in the background; it is fetched from the jobs", tags, body: ExportRequest, response: { 202: Type.Object({ id: Type.String() }) } },
  }, async (request, reply) => reply.code(202).send(await startFile(request.ctx, orderOf(request.body))));
}

function orderOf(asked: ExportQuery): FileOrder {
  const dataset = asked.dataset ?? "journal";
  if (dataset === "general_ledger" && asked.account === undefined) throw kernelProblem("request.invalid", undefined, { errors: [{ pointer: "/account", code: "field.required", detail: "Which account?" }] });
  return { ...asked, dataset, account: dataset === "general_ledger" ? asked.account : undefined };
}
