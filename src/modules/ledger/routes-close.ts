import Type from "typebox";
import type { App } from "#kernel/http/app.ts";
import { listRoute } from "#kernel/http/list-route.ts";
import { DateJson } from "#kernel/http/schemas.ts";
import { closePeriod, proposeReopening } from "./commands/close-period.ts";
import { CloseDeskJson, PeriodCloseJson, PeriodCloseRequest, PeriodEventItem, PeriodReopenRequest, ProposedJson } from "./contract.ts";
import { closeDesk } from "./queries/close-checks.ts";
import { periodEventList } from "./queries/lists.ts";

const tags = ["ledger"];

/** The close desk: what is in order per book, closing, and reopening by two people. */
export function closeRoutes(app: App): void {
  listRoute(app, { path: "/v1/period-events", operationId: "listPeriodEvents", summary: "Periods closed and reopened, with reason and persons", tags, permission: "ledger.entry.read", list: periodEventList, item: PeriodEventItem });

  app.get("/v1/close-desk", {
    config: { permission: "ledger.entry.read" },
    schema: { operationId: "getCloseDesk", summary: "The checklist of a period close, for each book", tags, querystring: Type.Object({ through: Type.Optional(DateJson) }), response: { 200: CloseDeskJson } },
  }, async (request, reply) => reply.send(await request.ctx.read((tx) => closeDesk(tx, request.query.through))));

  app.post("/v1/period-closes", {
    config: { permission: "ledger.period.close", idempotent: true },
    schema: { operationId: "closePeriod", summary: "Close a book through a date; nothing is posted there any more", tags, body: PeriodCloseRequest, response: { 201: PeriodCloseJson } },
  }, async (request, reply) => {
    const { ctx, body } = request;
    return reply.code(201).send(await ctx.transaction((tx) => closePeriod(tx, ctx, body.through, body.book, body.reason)));
  });

  app.post("/v1/period-reopenings", {
    config: { permission: "ledger.period.close", idempotent: true },
    schema: { operationId: "reopenPeriod", summary: "Propose to open a closed period again; a second person does it", tags, body: PeriodReopenRequest, response: { 202: ProposedJson } },
  }, async (request, reply) => {
    const { ctx } = request;
    const made = await ctx.transaction((tx) => proposeReopening(tx, ctx, request.body));
    return reply.code(202).send({ approvalRequestId: made.id, state: "waiting" as const });
  });
}
