import type { App, FastifyRequest } from "#kernel/http/app.ts";
import { listRoute } from "#kernel/http/list-route.ts";
import { cancelMandate } from "./commands/cancel-mandate.ts";
import * as c from "./contract.ts";
import { collectionList, getMandate, mandateList } from "./queries/mandates.ts";

const tags = ["payments"];
const owner = (request: FastifyRequest) => (request.scope === "tenant" ? undefined : (request.ctx.actor.partyId ?? request.ctx.actor.id));

/** Permissions to debit, and what was debited under them. */
export function mandateRoutes(app: App): void {
  listRoute(app, { path: "/v1/mandates", operationId: "listMandates", summary: "Permissions to debit, with what became of the last debit", tags, permission: "payment.mandate.read", list: mandateList, item: c.MandateItem });
  listRoute(app, { path: "/v1/collections", operationId: "listCollections", summary: "Debits under mandates: under way, paid, refused, taken back", tags, permission: "payment.mandate.read", list: collectionList, item: c.CollectionItem });
  app.get("/v1/mandates/:id", {
    config: { permission: "payment.mandate.read" },
    schema: { operationId: "getMandate", summary: "One permission to debit with its debits", tags, params: c.IdParams, response: { 200: c.MandateJson } },
  }, async (request, reply) => reply.send((await request.ctx.read((tx) => getMandate(tx, request.params.id, owner(request)))) as never));
  app.post("/v1/mandates/:id/cancellations", {
    config: { permission: "payment.mandate.cancel", idempotent: true },
    schema: { operationId: "cancelMandate", summary: "End a permission to debit; what is not with the bank yet is not debited", tags, params: c.IdParams, body: c.ReasonRequest, response: { 200: c.MandateEnded } },
  }, async (request, reply) => reply.send(await cancelMandate(request.ctx, { mandateId: request.params.id, reason: request.body.reason, ownerPartyId: owner(request) })));
}
