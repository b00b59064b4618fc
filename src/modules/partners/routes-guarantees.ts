import Type from "typebox";
import { fromMoneyJson, isoDate, money, parseRate, toMoneyJson, type Money } from "#engine/index.ts";
import type { App } from "#kernel/http/app.ts";
import { listRoute } from "#kernel/http/list-route.ts";
import { Id, MoneyJson, Nullable } from "#kernel/http/schemas.ts";
import { proposeClaim } from "./commands/claims.ts";
import { answerDispute, raiseDispute } from "./commands/disputes.ts";
import { proposeGuarantee } from "./commands/guarantees.ts";
import { AnswerJson, DisputeItem, GuaranteedLoanItem, GuaranteeItem, GuaranteeJson, NewClaimJson, NewDisputeJson, NewGuaranteeJson } from "./contract.ts";
import { problem } from "./problems.ts";
import { disputes, getGuarantee, guaranteedLoans, guarantees } from "./queries/guarantees.ts";

const tags = ["partners"];
const permission = "partner.record.read" as const;
const modes = ["servicing"] as const;
const ById = Type.Object({ id: Id });

/** Guarantees of pools of loans, claims under them, and what partners dispute of their statements. */
export function guaranteeRoutes(app: App): void {
  listRoute(app, { path: "/v1/guarantees", operationId: "listGuarantees", summary: "Guarantees of pools of loans, with what is used of each", tags, permission, list: guarantees, item: GuaranteeItem, modes });
  listRoute(app, {
    path: "/v1/guarantees/:id/loans", operationId: "listGuaranteedLoans", summary: "The loans that a guarantee covers, and what was claimed of each", tags, permission, list: guaranteedLoans, item: GuaranteedLoanItem, params: ById, modes,
    extra: ({ params }) => [{ sql: "x.guarantee_id = $1", values: [(params as { id: string }).id] }],
  });
  app.get("/v1/guarantees/:id", { config: { permission, modes: [...modes] }, schema: { operationId: "getGuarantee", summary: "A guarantee with its meter: limit, used, left, and what stands behind it today", tags, params: ById, response: { 200: GuaranteeJson } } }, async (request, reply) =>
    reply.send(await request.ctx.read((tx) => getGuarantee(tx, request.params.id))));
  app.post("/v1/partners/:id/guarantees", { config: { permission: "guarantee.cover.propose", idempotent: true, modes: [...modes] }, schema: { operationId: "proposeGuarantee", summary: "Propose that a partner answers for loans up to a share of what was lent; a second person agrees", tags, params: ById, body: NewGuaranteeJson, response: { 202: Type.Object({ guaranteeId: Id, loans: Type.Integer(), limit: MoneyJson, approvalRequestId: Id }) } } }, async (request, reply) => {
    const { cap, fromDate, throughDate, loans, pool, ...rest } = request.body;
    const made = await proposeGuarantee(request.ctx, { ...rest, partnerId: request.params.id, capPpb: parseRate(cap).ppb, fromDate: isoDate(fromDate), throughDate: isoDate(throughDate), ...(loans === undefined ? {} : { loans }), ...(pool === undefined ? {} : { pool }) });
    return reply.code(202).send({ guaranteeId: made.guaranteeId, loans: made.loans, limit: toMoneyJson(money(made.capMinor, rest.currency)), approvalRequestId: made.id });
  });
  app.post("/v1/guarantees/:id/claims", { config: { permission: "guarantee.claim.propose", idempotent: true, modes: [...modes] }, schema: { operationId: "proposeGuaranteeClaim", summary: "Propose to claim what borrowers of covered loans owe, until the limit is used up; a second person agrees", tags, params: ById, body: NewClaimJson, response: { 202: Type.Object({ claimId: Id, loans: Type.Integer(), amount: MoneyJson, approvalRequestId: Id }) } } }, async (request, reply) => {
    const made = await proposeClaim(request.ctx, { guaranteeId: request.params.id, loans: request.body.loans });
    return reply.code(202).send({ claimId: made.claimId, loans: made.loans, amount: toMoneyJson(money(made.amountMinor, made.currency ?? "")), approvalRequestId: made.id });
  });
  disputeRoutes(app);
}

function disputeRoutes(app: App): void {
  const config = { permission: "partner.statement.make", idempotent: true, modes: ["servicing"] } as const;
  listRoute(app, { path: "/v1/partner-disputes", operationId: "listPartnerDisputes", summary: "What partners dispute of their statements, and how it was answered", tags, permission, list: disputes, item: DisputeItem, modes });
  app.post("/v1/partner-statements/:id/disputes", { config: { ...config, modes: [...modes] }, schema: { operationId: "raisePartnerDispute", summary: "Note what a partner disputes of a statement; a draft waits until it is answered", tags, params: ById, body: NewDisputeJson, response: { 201: Type.Object({ disputeId: Id }) } } }, async (request, reply) =>
    reply.code(201).send(await raiseDispute(request.ctx, { statementId: request.params.id, loanAccountId: request.body.loanAccountId, claim: amountOf(request.body.amount), reason: request.body.reason })));
  app.post("/v1/partner-disputes/:id/answers", { config: { ...config, modes: [...modes] }, schema: { operationId: "answerPartnerDispute", summary: "Answer a dispute; an adjustment takes a second person", tags, params: ById, body: AnswerJson, response: { 200: Type.Object({ disputeId: Id, state: Type.String(), approvalRequestId: Nullable(Id) }) } } }, async (request, reply) =>
    reply.send(await answerDispute(request.ctx, { disputeId: request.params.id, outcome: request.body.outcome, answer: request.body.answer, adjustment: request.body.amount === undefined ? undefined : amountOf(request.body.amount) })));
}

function amountOf(json: MoneyJson): Money {
  try {
    return fromMoneyJson(json);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw problem("partner_dispute.amount_invalid", undefined, { errors: [{ pointer: "/amount/amount", code: "money.too_many_decimals", detail: `Use no more decimals than ${json.currency} has.` }] });
  }
}
