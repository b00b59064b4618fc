import Type from "typebox";
import { isoDate, parseRate } from "#engine/index.ts";
import type { App } from "#kernel/http/app.ts";
import { listRoute } from "#kernel/http/list-route.ts";
import { Id } from "#kernel/http/schemas.ts";
import { proposeAccount, proposePartner } from "./commands/partners.ts";
import { proposeParticipation } from "./commands/participations.ts";
import { AccountJson, MoveItem, NewParticipationJson, NewPartnerJson, OwnerJson, ParticipationItem, PartnerItem, PartnerJson, SharedLoanItem } from "./contract.ts";
import { moves, participations, partners, sharedLoans } from "./queries/lists.ts";
import { getPartner, ownersOf } from "./queries/read.ts";
import { guaranteeRoutes } from "./routes-guarantees.ts";
import { statementRoutes } from "./routes-statements.ts";

const tags = ["partners"];
const permission = "partner.record.read" as const;
const modes = ["servicing"] as const;
const ById = Type.Object({ id: Id });
const Waiting = { approvalRequestId: Id };

export function partnerRoutes(app: App): void {
  listRoute(app, { path: "/v1/partners", operationId: "listPartners", summary: "Investors and co-lenders", tags, permission, list: partners, item: PartnerItem, modes });
  listRoute(app, { path: "/v1/participations", operationId: "listParticipations", summary: "Shares of loans that partners own", tags, permission, list: participations, item: ParticipationItem, modes });
  listRoute(app, {
    path: "/v1/participations/:id/loans", operationId: "listSharedLoans", summary: "The loans of a participation, and what of each is owned as stated", tags, permission, list: sharedLoans, item: SharedLoanItem, params: ById, modes,
    extra: ({ params }) => [{ sql: "l.participation_id = $1", values: [(params as { id: string }).id] }],
  });
  listRoute(app, {
    path: "/v1/partners/:id/moves", operationId: "listPartnerMoves", summary: "What changed the sum owed to a partner", tags, permission, list: moves, item: MoveItem, params: ById, modes,
    extra: ({ params }) => [{ sql: "m.partner_id = $1", values: [(params as { id: string }).id] }],
  });
  app.get("/v1/partners/:id", { config: { permission, modes: [...modes] }, schema: { operationId: "getPartner", summary: "One partner: what is owed to it and what it owns", tags, params: ById, response: { 200: PartnerJson } } }, async (request, reply) =>
    reply.send(await request.ctx.read((tx) => getPartner(tx, request.params.id))));
  app.get("/v1/loan-accounts/:id/owners", { config: { permission, modes: [...modes] }, schema: { operationId: "getLoanOwners", summary: "Who owns which share of a loan", tags, params: ById, response: { 200: Type.Object({ owners: Type.Array(OwnerJson) }) } } }, async (request, reply) =>
    reply.send({ owners: await request.ctx.read((tx) => ownersOf(tx, request.params.id)) }));
  app.post("/v1/partners", { config: { permission: "partner.record.propose", idempotent: true, modes: [...modes] }, schema: { operationId: "proposePartner", summary: "Propose a partner with the account it is paid to; a second person agrees", tags, body: NewPartnerJson, response: { 202: Type.Object({ partnerId: Id, ...Waiting }) } } }, async (request, reply) => {
    const made = await proposePartner(request.ctx, request.body);
    return reply.code(202).send({ partnerId: made.partnerId, approvalRequestId: made.id });
  });
  app.post("/v1/partners/:id/account", { config: { permission: "partner.record.propose", idempotent: true, modes: [...modes] }, schema: { operationId: "proposePartnerAccount", summary: "Propose another account to pay a partner to; a second person agrees", tags, params: ById, body: AccountJson, response: { 202: Type.Object(Waiting) } } }, async (request, reply) =>
    reply.code(202).send({ approvalRequestId: (await proposeAccount(request.ctx, request.params.id, request.body)).id }));
  app.post("/v1/partners/:id/participations", { config: { permission: "participation.share.propose", idempotent: true, modes: [...modes] }, schema: { operationId: "proposeParticipation", summary: "Propose that a partner takes a share of loans, named or found by a filter; a second person agrees", tags, params: ById, body: NewParticipationJson, response: { 202: Type.Object({ participationId: Id, loans: Type.Integer(), ...Waiting }) } } }, async (request, reply) => {
    const { share, feeRate, fromDate, ...rest } = request.body;
    const made = await proposeParticipation(request.ctx, { ...rest, partnerId: request.params.id, sharePpb: parseRate(share).ppb, feePpb: feeRate === undefined ? 0n : parseRate(feeRate).ppb, fromDate: isoDate(fromDate) });
    return reply.code(202).send({ participationId: made.participationId, loans: made.loans, approvalRequestId: made.id });
  });
  statementRoutes(app);
  guaranteeRoutes(app);
}
