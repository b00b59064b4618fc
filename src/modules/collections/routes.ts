import Type from "typebox";
import { fromMoneyJson } from "#engine/money.ts";
import type { App } from "#kernel/http/app.ts";
import { etag } from "#kernel/http/etag.ts";
import { listRoute } from "#kernel/http/list-route.ts";
import { Id, type MoneyJson } from "#kernel/http/schemas.ts";
import { claimNextCase, releaseCase } from "./commands/claim-case.ts";
import { recordPromise } from "./commands/keep-promises.ts";
import { recordContact } from "./commands/record-contact.ts";
import { CaseItem, CaseJson, ContactAnswer, ContactRequest, NextCase, PromiseRequest } from "./contract.ts";
import { problem } from "./problems.ts";
import { caseList, getCase } from "./queries/cases.ts";

const tags = ["collections"];
const modes = ["servicing"] as const;
const params = Type.Object({ id: Id });

export function collectionsRoutes(app: App): void {
  listRoute(app, { path: "/v1/collections/cases", operationId: "listCollectionCases", summary: "Loans that are behind and who works on them", tags, permission: "collections.case.read", list: caseList, item: CaseItem, modes });
  app.post("/v1/collections/cases/next", {
    config: { permission: "collections.case.work", idempotent: true, modes },
    schema: { operationId: "claimNextCase", summary: "Take the case that matters most and nobody else has in hand, for 30 minutes", tags, response: { 200: NextCase } },
  }, async (request, reply) => {
    const { ctx } = request;
    const { caseId } = await claimNextCase(ctx);
    return reply.send({ case: caseId === null ? null : await ctx.read((tx) => getCase(tx, ctx, caseId)) });
  });
  app.get("/v1/collections/cases/:id", {
    config: { permission: "collections.case.read", modes },
    schema: { operationId: "getCollectionCase", summary: "One case: figures, contacts, promises, and whether contact is allowed now", tags, params, response: { 200: CaseJson } },
  }, async (request, reply) => {
    const { ctx } = request;
    const found = await ctx.read((tx) => getCase(tx, ctx, request.params.id));
    return etag(reply, found.version).send(found);
  });
  app.post("/v1/collections/cases/:id/release", {
    config: { permission: "collections.case.work", idempotent: true, modes },
    schema: { operationId: "releaseCase", summary: "Give the case back to the queue", tags, params, response: { 200: Type.Object({ caseId: Id }) } },
  }, async (request, reply) => reply.send(await releaseCase(request.ctx, request.params.id)));
  app.post("/v1/collections/cases/:id/contacts", {
    config: { permission: "collections.case.work", idempotent: true, modes },
    schema: { operationId: "recordContact", summary: "Record a call, message or visit; refused outside the contact rules unless overridden with a reason", tags, params, body: ContactRequest, response: { 201: ContactAnswer } },
  }, async (request, reply) => reply.code(201).send(await recordContact(request.ctx, request.params.id, request.body)));
  app.post("/v1/collections/cases/:id/promises", {
    config: { permission: "collections.case.work", idempotent: true, modes },
    schema: { operationId: "recordPromise", summary: "Take down a promise to pay; replaces an open one", tags, params, body: PromiseRequest, response: { 201: Type.Object({ promiseId: Id }) } },
  }, async (request, reply) => reply.code(201).send(await recordPromise(request.ctx, request.params.id, { amount: readAmount(request.body.amount), dueDate: request.body.dueDate })));
}

/** Money with no more decimals than its currency has. */
function readAmount(json: MoneyJson) {
  try {
    return fromMoneyJson(json);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw problem("collections.promise_invalid", undefined, { errors: [{ pointer: "/amount/amount", code: "money.too_many_decimals", detail: `Use no more decimals than ${json.currency} has.` }] });
  }
}
