import { createHash } from "node:crypto";
import Type from "typebox";
import { fromMoneyJson, money, toMoneyJson, type Money } from "#engine/money.ts";
import { makeContext } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import type { App, FastifyRequest } from "#kernel/http/app.ts";
import { listRoute } from "#kernel/http/list-route.ts";
import { tracked } from "#kernel/job-runs.ts";
import type { MoneyJson } from "#kernel/http/schemas.ts";
import { problem as kernelProblem } from "#kernel/kernel-problems.ts";
import { jobActor } from "#kernel/permissions.ts";
import { bankOf } from "./bank.ts";
import { checkoutOfSession, getCheckout, refreshCheckout, startCheckout, type Checkout } from "./commands/checkout.ts";
import { importStatement } from "./commands/import-statement.ts";
import { matchReceipt, unmatchReceipt } from "./commands/match-receipt.ts";
import { returnReceipt } from "./commands/return-receipt.ts";
import { sendPayouts } from "./commands/send-payouts.ts";
import { syncBank } from "./commands/sync-bank.ts";
import * as c from "./contract.ts";
import { problem } from "./problems.ts";
import { mandateRoutes } from "./routes-mandates.ts";
import { checkoutList, lineList, payoutList, receiptList, statementList } from "./queries/lists.ts";
import { suggestionsFor } from "./queries/suggest.ts";

const tags = ["payments"];
const MAX_STATEMENT = 32 * 1024 * 1024;

/** Routes of money in and out. */
export function routes(app: App): void {
  listRoute(app, { path: "/v1/payouts", operationId: "listPayouts", summary: "Payouts and where they are", tags, permission: "payment.order.read", list: payoutList, item: c.PayoutItem });
  listRoute(app, { path: "/v1/statements", operationId: "listStatements", summary: "Bank statements taken in", tags, permission: "payment.order.read", list: statementList, item: c.StatementItem });
  listRoute(app, { path: "/v1/statement-lines", operationId: "listStatementLines", summary: "Lines of bank statements and what each came to", tags, permission: "payment.order.read", list: lineList, item: c.StatementLineItem });
  listRoute(app, { path: "/v1/receipts", operationId: "listReceipts", summary: "Money received: matched, in suspense, returned", tags, permission: "payment.order.read", list: receiptList, item: c.ReceiptItem });
  listRoute(app, { path: "/v1/checkout-sessions", operationId: "listCheckoutSessions", summary: "Payments started on the pay-now page", tags, permission: "loan.payment.initiate", list: checkoutList, item: c.CheckoutItem });
  mandateRoutes(app);
  bankRoutes(app);
  matchingRoutes(app, "receipts", async (_tx, id) => id);
  matchingRoutes(app, "statement-lines", receiptOfLine);
  checkoutRoutes(app);
  app.register(async (scope) => webhookRoute(scope as unknown as App));
  app.register(async (scope) => statementRoute(scope as unknown as App));
}

function bankRoutes(app: App): void {
  app.post("/v1/payouts/send", {
    config: { permission: "payment.payout.send", idempotent: false },
    schema: { operationId: "sendPayouts", summary: "Hand waiting payouts to the bank now; files in doubt are asked about first, never sent again", tags, response: { 200: c.SentJson } },
  }, async (request, reply) => reply.send(await tracked(request.ctx, { kind: "payments.payout_run", title: "Payouts to the bank" }, async (progress) => {
    const run = await sendPayouts(request.ctx);
    progress.step(run.sent + run.inDoubt, run.inDoubt);
    return run;
  })));

  app.post("/v1/bank-files/fetch", {
    config: { permission: "payment.statement.import", idempotent: false },
    schema: { operationId: "fetchBankFiles", summary: "Fetch what the bank has written since the last time", tags, response: { 200: c.SyncJson } },
  }, async (request, reply) => {
    const { statements, stuck, ...rest } = await syncBank(request.ctx);
    return reply.send({ ...rest, statements: [...statements], stuck: [...stuck] });
  });
}

/** A statement is sent as the file itself; its hash stands for the body in the idempotency rule. */
function statementRoute(app: App): void {
  app.addContentTypeParser(["application/xml", "text/xml"], { parseAs: "buffer", bodyLimit: MAX_STATEMENT }, (_request, body, done) => {
    const bytes = body as Buffer;
    done(null, Object.defineProperty({ sha256: createHash("sha256").update(bytes).digest("hex") }, "bytes", { value: bytes, enumerable: false }));
  });
  app.post("/v1/statements", {
    config: { permission: "payment.statement.import", idempotent: true },
    bodyLimit: MAX_STATEMENT,
    schema: { operationId: "importStatement", summary: "Take in a bank statement (camt.053, camt.054), whole or not at all; content type application/xml", tags, response: { 200: c.ImportResultJson } },
  }, async (request, reply) => {
    const body = request.body as { bytes?: Buffer } | undefined;
    if (body?.bytes === undefined) throw kernelProblem("request.unsupported_media_type", "Send the statement as application/xml.");
    const { bytes } = body;
    const statements = await tracked(request.ctx, { kind: "payments.statement_import", title: "Bank statement" }, async (progress) => {
      const taken = await importStatement(request.ctx, bytes);
      progress.step(taken.reduce((sum, statement) => sum + statement.lines, 0));
      return taken;
    });
    return reply.send({ statements });
  });
}

async function receiptOfLine(tx: Tx, lineId: string): Promise<string> {
  const line = await tx.maybe<{ receipt_id: string | null }>("payments.line.receipt", "SELECT receipt_id FROM payments.statement_line WHERE id = $1", [lineId]);
  if (line === undefined) throw problem("line.not_found");
  if (line.receipt_id === null) throw problem("receipt.not_found", "This line brought no money in.");
  return line.receipt_id;
}

/** Matching is offered on receipts and, for the import screen, on the lines that brought them. */
function matchingRoutes(app: App, noun: "receipts" | "statement-lines", receiptId: (tx: Tx, id: string) => Promise<string>): void {
  const of = noun === "receipts" ? "Receipt" : "StatementLine";
  app.get(`/v1/${noun}/:id/suggestions`, {
    config: { permission: "payment.order.read" },
    schema: { operationId: `suggestFor${of}`, summary: "Whose money it may be, with how sure that is", tags, params: c.IdParams, response: { 200: c.SuggestionsJson } },
  }, async (request, reply) => reply.send({ items: await request.ctx.read(async (tx) => suggestionsFor(tx, await receiptId(tx, request.params.id))) }));

  app.post(`/v1/${noun}/:id/match`, {
    config: { permission: "payment.line.match", idempotent: true },
    schema: { operationId: `match${of}`, summary: "Say whose money it is; several parts split it", tags, params: c.IdParams, body: c.MatchRequest, response: { 200: c.MatchJson } },
  }, async (request, reply) => {
    const { ctx } = request;
    const parts = request.body.parts.map((p, i) => ({ reference: p.reference.trim().toUpperCase(), amount: amountIn(p.amount, `/parts/${i}/amount`) }));
    return reply.send(await ctx.transaction(async (tx) => matchReceipt(tx, ctx, await receiptId(tx, request.params.id), parts)));
  });

  app.post(`/v1/${noun}/:id/suspense`, {
    config: { permission: "payment.line.match", idempotent: true },
    schema: { operationId: `unmatch${of}`, summary: "Undo a match: the money goes back into suspense", tags, params: c.IdParams, body: c.ReasonRequest, response: { 200: c.ReceiptRef } },
  }, async (request, reply) => {
    const { ctx } = request;
    return reply.send(await ctx.transaction(async (tx) => unmatchReceipt(tx, ctx, await receiptId(tx, request.params.id), request.body.reason)));
  });

  if (noun === "receipts") app.post("/v1/receipts/:id/return", {
    config: { permission: "payment.line.match", idempotent: true },
    schema: { operationId: "returnReceipt", summary: "Record that the bank took the money back", tags, params: c.IdParams, body: c.ReasonRequest, response: { 200: c.ReceiptRef } },
  }, async (request, reply) => {
    const { ctx } = request;
    return reply.send(await ctx.transaction(async (tx) => {
      await returnReceipt(tx, ctx, request.params.id, request.body.reason);
      return { receiptId: request.params.id };
    }));
  });
}

const ownParty = (request: FastifyRequest) => (request.scope === "tenant" ? undefined : (request.ctx.actor.partyId ?? request.ctx.actor.id));

function checkoutRoutes(app: App): void {
  app.post("/v1/checkout-sessions", {
    config: { permission: "loan.payment.initiate", idempotent: true },
    schema: { operationId: "startCheckout", summary: "Open a page at the bank to pay a loan now", tags, body: c.CheckoutRequest, response: { 201: c.CheckoutJson } },
  }, async (request, reply) => {
    const { ctx, body } = request;
    const lender = await ctx.read((tx) => tx.one<{ slug: string }>("payments.tenant.slug", "SELECT slug FROM kernel.tenant"));
    const made = await startCheckout(ctx, {
      reference: body.reference.trim().toUpperCase(), amount: amountIn(body.amount, "/amount"), description: body.description, returnUrl: body.returnUrl, partyId: ownParty(request),
      webhookUrl: `${ctx.services.config.publicUrl}/v1/bank-webhooks/${lender.slug}`,
    });
    return reply.code(201).send(checkoutJson(made));
  });

  app.get("/v1/checkout-sessions/:id", {
    config: { permission: "loan.payment.initiate" },
    schema: { operationId: "getCheckout", summary: "One payment", tags, params: c.IdParams, response: { 200: c.CheckoutJson } },
  }, async (request, reply) => reply.send(checkoutJson(await request.ctx.read((tx) => getCheckout(tx, request.params.id, ownParty(request))))));

  app.post("/v1/checkout-sessions/:id/refresh", {
    config: { permission: "loan.payment.initiate", idempotent: false },
    schema: { operationId: "refreshCheckout", summary: "Ask the bank what became of it, when the answer got lost", tags, params: c.IdParams, response: { 200: c.CheckoutJson } },
  }, async (request, reply) => {
    const { ctx } = request;
    await ctx.read((tx) => getCheckout(tx, request.params.id, ownParty(request)));
    return reply.send(checkoutJson(await refreshCheckout(ctx, request.params.id)));
  });
}

/** The bank reports a payment. The signature covers the raw body, so it is read as text here; what it says is asked for again. */
function webhookRoute(app: App): void {
  app.addContentTypeParser("application/json", { parseAs: "string", bodyLimit: 64 * 1024 }, (_request, body, done) => done(null, body));
  app.post("/v1/bank-webhooks/:lender", {
    config: { public: true, idempotent: false },
    schema: { operationId: "receiveBankWebhook", summary: "For the bank: a payment page was paid or failed (Standard Webhooks)", tags, params: Type.Object({ lender: Type.String({ pattern: "^[a-z0-9-]{1,60}$" }) }), response: { 204: Type.Null() } },
  }, async (request, reply) => {
    const { services } = request.ctx;
    const [found] = await services.db.anonymous<{ tenant_id: string }>("SELECT tenant_id FROM kernel.tenant_by_slug($1)", [request.params.lender]);
    if (found === undefined) throw kernelProblem("request.not_found");
    const ctx = makeContext(services, { tenantId: found.tenant_id, actor: jobActor("payments.bank_webhook"), requestId: request.id });
    const raw = request.body as unknown as string;
    if (!bankOf(ctx).channel.verifyWebhook(request.headers, raw, services.clock.nowMs())) throw problem("webhook.bad_signature");
    const sessionId = sessionIn(raw);
    const id = sessionId === undefined ? undefined : await ctx.read((tx) => checkoutOfSession(tx, sessionId));
    if (id !== undefined) await refreshCheckout(ctx, id);
    return reply.code(204).send(null);
  });
}

function sessionIn(raw: string): string | undefined {
  try {
    const id = (JSON.parse(raw) as { data?: { id?: unknown } }).data?.id;
    return typeof id === "string" ? id : undefined;
  } catch {
    throw kernelProblem("request.malformed");
  }
}

function checkoutJson({ amountMinor, currency, ...rest }: Checkout) {
  return { ...rest, amount: toMoneyJson(money(amountMinor, currency)) };
}

function amountIn(json: MoneyJson, pointer: string): Money {
  try {
    const amount = fromMoneyJson(json);
    if (amount.minor > 0n) return amount;
  } catch {
    // Too many decimals for the currency: refused below like any other bad amount.
  }
  throw kernelProblem("request.invalid", undefined, { errors: [{ pointer: `${pointer}/amount`, code: "field.amount", detail: `Use an amount above zero with the decimals of ${json.currency}.` }] });
}
