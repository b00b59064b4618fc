import Type from "typebox";
import { fromMoneyJson, type Money, type MoneyJson } from "#engine/index.ts";
import type { App, FastifyRequest } from "#kernel/http/app.ts";
import { etag, requireVersion } from "#kernel/http/etag.ts";
import { listRoute } from "#kernel/http/list-route.ts";
import { tracked } from "#kernel/job-runs.ts";
import { Id, Nullable } from "#kernel/http/schemas.ts";
import { problem as kernelProblem } from "#kernel/kernel-problems.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { askRequirement } from "./commands/ask-requirement.ts";
import { removeCoBorrower, setCoBorrower } from "./commands/co-borrower.ts";
import { correctPayoutAccount } from "./commands/correct-account.ts";
import { acceptOffer, declineOffer } from "./commands/make-offers.ts";
import { decideByPerson } from "./commands/decide.ts";
import { readFundedLoan } from "./commands/export-loan.ts";
import { changeRequirement, claimApplication, claimNext, verifyAgain, withdrawApplication } from "./commands/follow-up.ts";
import { proposeFunding, returnFunding } from "./commands/fund.ts";
import { handUp } from "./commands/hand-up.ts";
import { importApplications } from "./commands/import-applications.ts";
import { prepareAgreement, sendSigningCode, signAgreement } from "./commands/sign-agreement.ts";
import { saveStep, startApplication, submitApplication } from "./commands/start-application.ts";
import {
  AgreementJson, AskRequest, ApplicationItem, ApplicationJson, BackTestJson, DecisionRequest, FundedLoanFile, HandUpRequest, ImportResult, NewApplication, ReasonRequest, RequirementRequest, RerunRequest, SignRequest, Started, StateJson, CoBorrowerRequest, CoBorrowerSet, StepRequest, StepSaved, TimelineItem,
  TraceJson, TrackerJson, WhatIfRequest, WorkbenchJson,
} from "./contract.ts";
import type { Outside } from "./ports.ts";
import { problem } from "./problems.ts";
import { agreementOf, getApplication, recordReveal, renderKeyFacts } from "./queries/get-application.ts";
import { backTest } from "./queries/back-test.ts";
import { applications, fundedLoans, fundingQueue, timeline } from "./queries/lists.ts";
import { decisionTrace, tracker, workbench } from "./queries/workbench.ts";
import { readApplication, requireWithinScope } from "./store.ts";
import { FundedLoanItem, FundingItem } from "./list-items.ts";

const tags = ["origination"];
const modes = ["origination"] as const;
const ById = Type.Object({ id: Id });

/** The routes of origination; decisions are the commands'. */
export function originationRoutes(app: App, outside: Outside): void {
  intakeRoutes(app);
  readRoutes(app);
  decisionRoutes(app);
  backTestRoute(app);
  offerRoutes(app, outside);
  fundingRoutes(app, outside);
}

/** An amount that cannot be read is a refusal of that field, not a fault. */
function moneyOf(json: MoneyJson | undefined): Money | undefined {
  if (json === undefined) return undefined;
  try {
    return fromMoneyJson(json);
  } catch {
    throw problem("application.incomplete", undefined, { errors: [{ pointer: "/amount/amount", code: "field.amount", detail: "Write the amount with at most the currency's decimals." }] });
  }
}

function intakeRoutes(app: App): void {
  app.post("/v1/applications", { config: { permission: "application.case.create", idempotent: true, modes }, schema: { operationId: "startApplication", summary: "Open an application, with as many answers as there are", tags, body: NewApplication, response: { 201: Started } } }, async (request, reply) => {
    const { amount, ...rest } = request.body;
    return reply.code(201).send(await startApplication(request.ctx, { ...rest, amount: moneyOf(amount) as Money }));
  });
  app.put("/v1/applications/:id/steps/:page", { config: { permission: "application.case.edit", modes }, schema: { operationId: "saveApplicationStep", summary: "Save one page of the form; faults are told, the rest is kept; needs If-Match", tags, params: Type.Object({ id: Id, page: Type.String({ maxLength: 60 }) }), body: StepRequest, response: { 200: StepSaved } } }, async (request, reply) => {
    const { id, page } = request.params;
    const saved = await saveStep(request.ctx, { applicationId: id, page, ...request.body, amount: moneyOf(request.body.amount) }, (rowVersion) => requireVersion(request, rowVersion));
    return etag(reply, saved.rowVersion).send(saved);
  });
  app.put("/v1/applications/:id/co-borrower", { config: { permission: "application.case.edit", modes }, schema: { operationId: "setCoBorrower", summary: "Add a second person who owes the loan like the first, with their own answers and consents; drafts only", tags, params: ById, body: CoBorrowerRequest, response: { 200: CoBorrowerSet } } }, async (request, reply) =>
    reply.send(await setCoBorrower(request.ctx, { applicationId: request.params.id, ...request.body })));
  app.delete("/v1/applications/:id/co-borrower", { config: { permission: "application.case.edit", modes }, schema: { operationId: "removeCoBorrower", summary: "Take the co-borrower off a draft", tags, params: ById, response: { 200: Type.Object({ removed: Type.Boolean() }) } } }, async (request, reply) =>
    reply.send(await removeCoBorrower(request.ctx, request.params.id)));
  app.post("/v1/applications/:id/submit", { config: { permission: "application.case.submit", idempotent: true, modes }, schema: { operationId: "submitApplication", summary: "Hand an application in; every fault of the whole form is told at once", tags, params: ById, response: { 200: Type.Object({ applicationId: Type.String(), number: Type.String(), partyId: Type.String() }) } } }, async (request, reply) =>
    reply.send(await submitApplication(request.ctx, request.params.id)));
  app.post("/v1/applications/:id/withdraw", { config: { permission: "application.case.withdraw", idempotent: true, modes }, schema: { operationId: "withdrawApplication", summary: "Withdraw an application", tags, params: ById, body: ReasonRequest, response: { 200: StateJson } } }, async (request, reply) =>
    reply.send(await withdrawApplication(request.ctx, request.params.id, request.body.reason)));
  app.post("/v1/application-imports", { config: { permission: "application.case.import", idempotent: false, modes }, schema: { operationId: "importApplications", summary: "Hand in applications from a CSV file (multipart); a repeated line makes nothing", tags, consumes: ["multipart/form-data"], response: { 200: ImportResult } } as never }, async (request, reply) => {
    const file = await request.file();
    if (file === undefined) throw problem("import.unreadable", "Send the file as a multipart part.");
    const csv = (await file.toBuffer()).toString("utf8");
    const lines = await tracked(request.ctx, { kind: "origination.application_import", title: `Applications from ${file.filename.slice(0, 100)}`, cancellable: true }, (progress) => importApplications(request.ctx, csv, progress));
    const count = (state: string) => lines.filter((line) => line.state === state).length;
    return reply.send({ accepted: count("accepted"), refused: count("refused"), duplicate: count("duplicate"), lines: lines.map((line) => ({ ...line, errors: line.errors.map((e) => ({ ...e })) })) });
  });
}

async function visible(request: FastifyRequest & { params: { id: string } }) {
  return request.ctx.read(async (tx) => requireWithinScope(request.ctx, request.scope, await readApplication(tx, request.params.id)));
}

function readRoutes(app: App): void {
  const config = { permission: "application.case.read", modes } as const;
  listRoute(app, { path: "/v1/applications", operationId: "listApplications", summary: "Applications with stage, time left and who is to move", tags, permission: "application.case.read", list: applications, item: ApplicationItem, modes });
  listRoute(app, {
    path: "/v1/applications/:id/timeline", operationId: "listApplicationTimeline", summary: "What happened to an application", tags, permission: "application.case.read", list: timeline, item: TimelineItem, params: ById, modes,
    extra: (request) => [{ sql: "t.application_id = $1", values: [(request.params as { id: string }).id] }],
  });
  app.get("/v1/applications/:id", { config, schema: { operationId: "getApplication", summary: "Everything about one application; reveal=true shows personal data and is recorded", tags, params: ById, querystring: Type.Object({ reveal: Type.Optional(Type.Boolean()) }), response: { 200: ApplicationJson } } }, async (request, reply) => {
    const found = await visible(request);
    const reveal = request.query.reveal === true;
    if (reveal && request.ctx.actor.kind !== "borrower") {
      requirePermission(request.ctx.actor, "party.identifier.reveal");
      await request.ctx.transaction((tx) => recordReveal(tx, request.ctx, found.id));
    }
    const shown = await request.ctx.read((tx) => getApplication(tx, request.ctx, found, { reveal }));
    return etag(reply, shown.rowVersion).send(shown);
  });
  app.get("/v1/applications/:id/tasks", { config, schema: { operationId: "getApplicationTasks", summary: "Where an application is, in plain words, and what is to do", tags, params: ById, response: { 200: TrackerJson } } }, async (request, reply) => {
    const found = await visible(request);
    return reply.send(await request.ctx.read((tx) => tracker(tx, found)));
  });
  app.get("/v1/applications/:id/decisions/:decisionId/trace", { config, schema: { operationId: "getDecisionTrace", summary: "Facts, rules and points of a decision, and the same facts weighed again", tags, params: Type.Object({ id: Id, decisionId: Id }), querystring: Type.Object({ productVersionId: Type.Optional(Id) }), response: { 200: TraceJson } } }, async (request, reply) => {
    if (request.ctx.actor.kind === "borrower") throw problem("application.not_found");
    const found = await visible(request);
    return reply.send(await request.ctx.read((tx) => decisionTrace(tx, found, request.params.decisionId, request.query.productVersionId)));
  });
}

function decisionRoutes(app: App): void {
  app.post("/v1/applications/:id/workbench", { config: { permission: "application.decision.make", idempotent: false, modes }, schema: { operationId: "getWorkbench", summary: "Bureau, income, score and policy of an application, also for other terms; nothing is stored", tags, params: ById, body: WhatIfRequest, response: { 200: WorkbenchJson } } }, async (request, reply) => {
    const found = await visible(request);
    moneyOf(request.body.amount);
    return reply.send(await request.ctx.read((tx) => workbench(tx, request.ctx, found, request.body)));
  });
  app.post("/v1/applications/:id/decision", { config: { permission: "application.decision.make", idempotent: true, modes }, schema: { operationId: "decideApplication", summary: "Approve or decline; going against policy or pricing is an override and needs authority", tags, params: ById, body: DecisionRequest, response: { 200: Type.Object({ decisionId: Type.String(), state: Type.String(), override: Type.Boolean() }) } } }, async (request, reply) =>
    reply.send(await decideByPerson(request.ctx, { applicationId: request.params.id, ...request.body, amount: moneyOf(request.body.amount) })));
  app.post("/v1/applications/:id/checks", { config: { permission: "application.check.run", idempotent: true, modes }, schema: { operationId: "rerunChecks", summary: "Check and decide a referred application again, with other terms if given", tags, params: ById, body: RerunRequest, response: { 202: StateJson } } }, async (request, reply) =>
    reply.code(202).send(await verifyAgain(request.ctx, request.params.id, { amountMinor: moneyOf(request.body.amount)?.minor, termMonths: request.body.termMonths, reason: request.body.reason })));
  app.post("/v1/application-claims", { config: { permission: "application.case.assign", idempotent: true, modes }, schema: { operationId: "claimNextApplication", summary: "Take the next referred application nobody works on", tags, response: { 200: Type.Object({ applicationId: Nullable(Type.String()) }) } } }, async (request, reply) => reply.send(await claimNext(request.ctx)));
  for (const act of ["claim", "release"] as const) {
    app.post(`/v1/applications/:id/${act}`, { config: { permission: "application.case.assign", idempotent: true, modes }, schema: { operationId: `${act}Application`, summary: act === "claim" ? "Take an application" : "Give it back", tags, params: ById, response: { 200: Type.Object({ claimedBy: Nullable(Type.String()) }) } } }, async (request, reply) =>
      reply.send(await claimApplication(request.ctx, request.params.id, act)));
  }
  app.post("/v1/applications/:id/hand-up", { config: { permission: "application.decision.make", idempotent: true, modes }, schema: { operationId: "handUpApplication", summary: "Hand a referred case to a role whose authority reaches further", tags, params: ById, body: HandUpRequest, response: { 200: Type.Object({ waitingOn: Type.String() }) } } }, async (request, reply) =>
    reply.send(await handUp(request.ctx, { applicationId: request.params.id, ...request.body })));
  app.post("/v1/applications/:id/requirements", { config: { permission: "application.condition.manage", idempotent: true, modes }, schema: { operationId: "askRequirement", summary: "Ask for one more paper, or set one more condition", tags, params: ById, body: AskRequest, response: { 201: Type.Object({ code: Type.String(), state: Type.String() }) } } }, async (request, reply) =>
    reply.code(201).send(await askRequirement(request.ctx, { applicationId: request.params.id, ...request.body })));
  app.post("/v1/applications/:id/requirements/:code", { config: { permission: "application.case.read", idempotent: true, modes }, schema: { operationId: "changeRequirement", summary: "Hand in, accept, refuse or waive a paper or condition", tags, params: Type.Object({ id: Id, code: Type.String({ maxLength: 60 }) }), body: RequirementRequest, response: { 200: Type.Object({ code: Type.String(), state: Type.String() }) } } }, async (request, reply) =>
    reply.send(await changeRequirement(request.ctx, { applicationId: request.params.id, code: request.params.code, ...request.body })));
}

function backTestRoute(app: App): void {
  app.post("/v1/product-versions/:id/back-tests", { config: { permission: "product.version.read", idempotent: false, modes }, schema: { operationId: "backTestProductVersion", summary: "What this version, drafts included, would have decided on past applicants; nothing is stored", tags, params: ById, body: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 2000, default: 500 })) }, { additionalProperties: false }), response: { 200: BackTestJson } } }, async (request, reply) => {
    if (request.ctx.actor.kind === "borrower") throw kernelProblem("permission.denied");
    return reply.send(await request.ctx.read((tx) => backTest(tx, request.params.id, request.body.limit ?? 500)));
  });
}

function offerRoutes(app: App, outside: Outside): void {
  const OfferPath = Type.Object({ id: Id, offerId: Id });
  app.post("/v1/applications/:id/offers/:offerId/accept", { config: { permission: "application.offer.accept", idempotent: true, modes }, schema: { operationId: "acceptOffer", summary: "Accept one offer; the others close", tags, params: OfferPath, response: { 200: Type.Object({ applicationId: Type.String(), offerId: Type.String(), state: Type.String() }) } } }, async (request, reply) =>
    reply.send(await acceptOffer(request.ctx, request.params.id, request.params.offerId)));
  app.post("/v1/applications/:id/offers/:offerId/decline", { config: { permission: "application.offer.accept", idempotent: true, modes }, schema: { operationId: "declineOffer", summary: "Turn one offer down", tags, params: OfferPath, body: ReasonRequest, response: { 200: Type.Object({ applicationId: Type.String(), openOffers: Type.Integer() }) } } }, async (request, reply) =>
    reply.send(await declineOffer(request.ctx, request.params.id, request.params.offerId, request.body.reason)));
  app.get("/v1/applications/:id/offers/:offerId/key-facts", { config: { permission: "application.case.read", modes }, schema: { operationId: "getOfferKeyFacts", summary: "Key facts statement (India) or Truth in Lending disclosure (United States) of an offer, as PDF", tags, params: OfferPath, response: { 200: { description: "PDF", content: { "application/pdf": { schema: Type.String() } } } } } as never }, async (request, reply) => {
    const path = request.params as { id: string; offerId: string };
    const found = await request.ctx.read(async (tx) => requireWithinScope(request.ctx, request.scope, await readApplication(tx, path.id)));
    const pdf = await renderKeyFacts(request.ctx, found, path.offerId);
    return reply.header("content-type", "application/pdf").header("content-disposition", `inline; filename="key-facts-${found.number}.pdf"`).send(pdf as never);
  });
  app.get("/v1/applications/:id/agreement", { config: { permission: "application.case.read", modes }, schema: { operationId: "getAgreement", summary: "The agreement; drawn up when an accepted offer has none yet", tags, params: ById, response: { 200: AgreementJson } } }, async (request, reply) => {
    const found = await visible(request);
    if (found.state === "accepted") await prepareAgreement(request.ctx, found.id);
    const shown = await request.ctx.read((tx) => agreementOf(tx, found.id));
    if (shown === null) throw problem("agreement.not_ready");
    return reply.send(shown);
  });
  app.post("/v1/applications/:id/agreement/codes", { config: { permission: "application.agreement.sign", idempotent: false, modes }, schema: { operationId: "sendSigningCode", summary: "Send the one-time code to sign with", tags, params: ById, response: { 200: Type.Object({ agreementId: Type.String(), documentSha256: Type.String(), sentTo: Type.String(), expiresAt: Type.String() }) } } }, async (request, reply) =>
    reply.send(await sendSigningCode(request.ctx, outside, request.params.id)));
  app.post("/v1/applications/:id/agreement/sign", { config: { permission: "application.agreement.sign", idempotent: true, modes }, schema: { operationId: "signAgreement", summary: "Sign with the code and the hash of what was read", tags, params: ById, body: SignRequest, response: { 200: Type.Object({ agreementId: Type.String(), state: Type.String(), scheduleHash: Type.String() }) } } }, async (request, reply) =>
    reply.send(await signAgreement(request.ctx, outside, { applicationId: request.params.id, code: request.body.code, documentSha256: request.body.documentSha256, ip: request.ip, device: String(request.headers["user-agent"] ?? "").slice(0, 200), mandateCap: moneyOf(request.body.mandate?.cap) })));
}

function fundingRoutes(app: App, outside: Outside): void {
  // Not idempotent by key: the account check answers anew each time, and writing the same account twice changes nothing.
  app.post("/v1/applications/:id/payout-account", { config: { permission: "application.funding.propose", idempotent: false, modes }, schema: { operationId: "correctPayoutAccount", summary: "Write another account to pay into, after a refused payout; it is checked anew", tags, params: ById, body: Type.Object({ account: Type.String({ minLength: 4, maxLength: 60 }), reason: Type.String({ minLength: 1, maxLength: 300 }) }, { additionalProperties: false }), response: { 200: Type.Object({ outcome: Type.String() }) } } }, async (request, reply) =>
    reply.send(await correctPayoutAccount(request.ctx, outside.kyc, { applicationId: request.params.id, ...request.body })));
  listRoute(app, { path: "/v1/funding-queue", operationId: "listFundingQueue", summary: "Signed applications on their way to the payout", tags, permission: "application.case.read", list: fundingQueue, item: FundingItem, modes });
  app.post("/v1/applications/:id/funding", { config: { permission: "application.funding.propose", idempotent: true, modes }, schema: { operationId: "proposeFunding", summary: "Propose the payout for a second person to release (approval request application.funding.release)", tags, params: ById, response: { 202: Type.Object({ fundingId: Type.String(), approvalRequestId: Type.String(), net: Type.String(), currency: Type.String(), scheduleHash: Type.String() }) } } }, async (request, reply) =>
    reply.code(202).send(await proposeFunding(request.ctx, request.params.id)));
  app.post("/v1/applications/:id/funding/return", { config: { permission: "application.funding.propose", idempotent: true, modes }, schema: { operationId: "returnFunding", summary: "Take a proposed payout back into the queue", tags, params: ById, body: ReasonRequest, response: { 200: StateJson } } }, async (request, reply) =>
    reply.send(await returnFunding(request.ctx, request.params.id, request.body.reason)));
  listRoute(app, { path: "/v1/funded-loans", operationId: "listFundedLoans", summary: "Files of funded loans for the system that keeps the books", tags, permission: "loan.account.board", list: fundedLoans, item: FundedLoanItem, modes });
  app.get("/v1/funded-loans/:id", { config: { permission: "loan.account.board", modes }, schema: { operationId: "getFundedLoan", summary: "One file of a funded loan (loanwright-funded-loan/1)", tags, params: ById, response: { 200: FundedLoanFile } } }, async (request, reply) => {
    const file = await request.ctx.read((tx) => readFundedLoan(tx, request.ctx, request.params.id));
    await request.ctx.transaction((tx) => recordReveal(tx, request.ctx, file.application.id));
    return reply.header("content-disposition", `attachment; filename="${file.fileId}.json"`).send(file);
  });
}
