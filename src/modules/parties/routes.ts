import Type from "typebox";
import * as audit from "#kernel/audit.ts";
import type { App, FastifyRequest } from "#kernel/http/app.ts";
import { etag } from "#kernel/http/etag.ts";
import { listRoute } from "#kernel/http/list-route.ts";
import { Id } from "#kernel/http/schemas.ts";
import type { ListDefinition } from "#kernel/list.ts";
import type { Tx } from "#kernel/db.ts";
import { registerParty } from "./commands/register-party.ts";
import { Duplicates, PartyItem, PartyJson, PartyRequest } from "./contract.ts";
import { problem } from "./problems.ts";
import { findDuplicates, getParty } from "./queries/get-party.ts";

const parties: ListDefinition = {
  name: "parties.parties", from: "parties.party p",
  columns: {
    id: { sql: "p.id", kind: "text", label: "Id", filter: true }, kind: { sql: "p.kind", kind: "text", label: "Kind", filter: true },
    displayName: { sql: "p.display_name", kind: "text", label: "Name", filter: true, sort: true }, branchId: { sql: "p.branch_id", kind: "text", label: "Branch", filter: true },
    createdAt: { sql: "p.created_at", kind: "instant", label: "Since", sort: true, filter: true },
  },
  search: ["p.display_name"], key: "p.id", defaultSort: "displayName", scope: { branch: "p.branch_id", own: "p.id" },
};
const tags = ["parties"];

export function partyRoutes(app: App): void {
  listRoute(app, { path: "/v1/parties", operationId: "listParties", summary: "People and organisations", tags, permission: "party.record.read", list: parties, item: PartyItem });
  app.post("/v1/parties", { config: { permission: "party.record.create", idempotent: true }, schema: { operationId: "registerParty", summary: "Make the one record of a person or organisation, or find it again by an identifier", tags, body: PartyRequest, response: { 201: Type.Object({ partyId: Type.String(), existing: Type.Boolean() }) } } }, async (request, reply) => {
    const { ctx } = request;
    return reply.code(201).send(await ctx.transaction((tx) => registerParty(tx, ctx, request.body, { partyId: ctx.actor.partyId, branchId: ctx.actor.branchId })));
  });
  app.post("/v1/party-duplicates", { config: { permission: "party.record.create", idempotent: false }, schema: { operationId: "findDuplicateParties", summary: "Records that may be the same person; changes nothing", tags, body: PartyRequest, response: { 200: Duplicates } } }, async (request, reply) => {
    const { ctx } = request;
    // A borrower may not learn from here who else is a customer.
    if (request.scope === "own") return reply.send({ items: [] });
    return reply.send({ items: await ctx.read((tx) => findDuplicates(tx, ctx, request.body)) });
  });
  app.get("/v1/parties/:id", { config: { permission: "party.record.read" }, schema: { operationId: "getParty", summary: "One person or organisation, masked", tags, params: Type.Object({ id: Id }), response: { 200: PartyJson } } }, async (request, reply) => {
    const { ctx } = request;
    const view = await ctx.read(async (tx) => {
      await refuseOutOfScope(tx, request, request.params.id);
      // People see their own data in full.
      return getParty(tx, ctx, request.params.id, { reveal: ctx.actor.partyId === request.params.id });
    });
    return etag(reply, view.version).send({ ...view, identifiers: [...view.identifiers] });
  });
  app.post("/v1/parties/:id/reveal", { config: { permission: "party.identifier.reveal", idempotent: false }, schema: { operationId: "revealParty", summary: "The unmasked record; the reason goes to the audit trail", tags, params: Type.Object({ id: Id }), body: Type.Object({ reason: Type.String({ minLength: 5, maxLength: 300 }) }, { additionalProperties: false }), response: { 200: PartyJson } } }, async (request, reply) => {
    const { ctx } = request;
    const view = await ctx.transaction(async (tx) => {
      await refuseOutOfScope(tx, request, request.params.id);
      await audit.record(tx, ctx, { action: "party.identifier.revealed", subject: request.params.id, reason: request.body.reason });
      return getParty(tx, ctx, request.params.id, { reveal: true });
    });
    return reply.send({ ...view, identifiers: [...view.identifiers] });
  });
}

/** Somebody else's person is answered like one that does not exist. */
async function refuseOutOfScope(tx: Tx, request: FastifyRequest, partyId: string): Promise<void> {
  const { actor } = request.ctx;
  if (request.scope === "tenant") return;
  if (request.scope === "own") {
    if (actor.partyId !== partyId) throw problem("party.not_found");
    return;
  }
  const row = await tx.maybe<{ branch_id: string | null }>("parties.party.branch", "SELECT branch_id FROM parties.party WHERE id = $1", [partyId]);
  if (row === undefined || row.branch_id !== (actor.branchId ?? null)) throw problem("party.not_found");
}
