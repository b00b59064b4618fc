import type { App, FastifyRequest } from "#kernel/http/app.ts";
import { etag } from "#kernel/http/etag.ts";
import { listRoute } from "#kernel/http/list-route.ts";
import { Id, PageOf } from "#kernel/http/schemas.ts";
import type { Tx } from "#kernel/db.ts";
import Type, { type TSchema } from "typebox";
import * as c from "./contract.ts";
import { problem } from "./problems.ts";
import { compareLoan } from "./queries/compare-loan.ts";
import { getLoanAccount, viewLoan, type LoanView, type ReadAt } from "./queries/get-loan-account.ts";
import { loanList } from "./queries/list-loans.ts";
import { accrualsOf, explainFigure, journalOf, timelineOf, transactionsOf } from "./queries/loan-parts.ts";
import { exampleEntries } from "./queries/example-entries.ts";
import { searchLoans } from "./queries/search-loans.ts";
import { chargesJson, scheduleJson } from "./queries/present.ts";

export const tags = ["servicing"];
export const modes = ["servicing"] as const;
export const LoanParams = Type.Object({ id: Id });

/** What there is to see of a loan. */
export function readRoutes(app: App): void {
  listRoute(app, { path: "/v1/loan-accounts", operationId: "listLoanAccounts", summary: "Loans with what is outstanding, due and overdue", tags, modes, permission: "loan.account.read", list: loanList, item: c.LoanItem, search: searchLoans });
  app.get("/v1/loan-accounts/:id", {
    config: { permission: "loan.account.read", modes },
    schema: { operationId: "getLoanAccount", summary: "One loan: balances, next due, delinquency, payoff; at any day, by what was known at any instant", tags, params: LoanParams, querystring: c.ReadAt, response: { 200: c.LoanJson } },
  }, async (request, reply) => {
    const { ctx } = request;
    const loan = await ctx.read(async (tx) => {
      await refuseForeign(tx, request, request.params.id);
      return getLoanAccount(tx, ctx, request.params.id, request.query);
    });
    return etag(reply, loan.version).send(loan);
  });
  app.get("/v1/loan-accounts/:id/schedule", {
    config: { permission: "loan.account.read", modes },
    schema: { operationId: "getSchedule", summary: "The installment schedule as it stands, sixteen columns", tags, params: LoanParams, querystring: c.ReadAt, response: { 200: c.ScheduleJson } },
  }, async (request, reply) => reply.send(await reading(request, request.params.id, request.query, async (_tx, view) => scheduleJson(view.state, view.asOf))));
  part(app, "transactions", "listTransactions", "Transactions with their division, newest first", c.TransactionJson, transactionsOf);
  part(app, "charges", "listCharges", "Charges: due, paid, waived", c.ChargeJson, async (_tx, view) => chargesJson(view.state));
  part(app, "accruals", "listAccruals", "Interest earned, month by month", c.AccrualJson, async (_tx, view) => accrualsOf(view));
  part(app, "journal", "listLoanJournal", "Journal entries that touch the loan, in every book that is kept of it", c.JournalJson, journalOf);
  part(app, "timeline", "getTimeline", "What happened to the loan, newest first", c.TimelineJson, timelineOf);
  app.get("/v1/loan-accounts/:id/comparison", {
    config: { permission: "loan.account.read", modes },
    schema: { operationId: "compareLoan", summary: "The loan by two pairs of dates, as of and known on: figures, rows, transactions, and the facts that came between with who and why", tags, params: LoanParams, querystring: c.CompareAt, response: { 200: c.ComparisonJson } },
  }, async (request, reply) => {
    const { asOf, knownOn, toAsOf, toKnownOn } = request.query;
    return reply.send(await request.ctx.read(async (tx) => {
      await refuseForeign(tx, request, request.params.id);
      return compareLoan(tx, request.params.id, { asOf, knownOn }, { asOf: toAsOf, knownOn: toKnownOn });
    }));
  });
  app.get("/v1/loan-accounts/:id/explanations", {
    config: { permission: "loan.account.read", modes },
    schema: { operationId: "explainFigure", summary: "How a figure of the loan came about: formula, inputs, facts, rule, a sentence", tags, params: LoanParams, querystring: Type.Object({ ...c.FigureQuery.properties, ...c.ReadAt.properties }, { additionalProperties: false }), response: { 200: c.ExplanationJson } },
  }, async (request, reply) => reply.send(await reading(request, request.params.id, request.query, async (_tx, view) => explainFigure(view.state, request.query.figure))));
}

/** What the posting rules of a product make of a loan's life, before there is a loan. */
export function exampleRoutes(app: App): void {
  app.get("/v1/product-versions/:id/example-entries", {
    config: { permission: "product.entries.read", modes },
    schema: { operationId: "getExampleEntries", summary: "Every journal entry in the life of an example loan, in each book of the product, with the posting rule of each line", tags, params: LoanParams, querystring: c.ExampleEntriesQuery, response: { 200: c.ExampleEntriesJson } },
  }, async (request, reply) => reply.send(await request.ctx.read((tx) => exampleEntries(tx, request.params.id, request.query))));
}

/** A list that belongs to one loan; whole, in the form of a page. */
function part<T extends TSchema>(app: App, name: string, operationId: string, summary: string, item: T, read: (tx: Tx, view: LoanView) => Promise<unknown[]>): void {
  app.get(`/v1/loan-accounts/:id/${name}`, {
    config: { permission: "loan.account.read", modes },
    schema: { operationId, summary, tags, params: LoanParams, querystring: c.ReadAt, response: { 200: PageOf(item) } } as never,
  }, async (request, reply) => {
    const items = await reading(request, (request.params as { id: string }).id, request.query as ReadAt, read);
    return reply.send({ items, total: items.length, totalIsExact: true, nextCursor: null, hasMore: false });
  });
}

async function reading<T>(request: FastifyRequest, id: string, at: ReadAt, read: (tx: Tx, view: LoanView) => Promise<T>): Promise<T> {
  return request.ctx.read(async (tx) => {
    await refuseForeign(tx, request, id);
    return read(tx, await viewLoan(tx, id, at));
  });
}

/** A loan out of the actor's reach is answered like one that does not exist. May raise loan.not_found. */
export async function refuseForeign(tx: Tx, request: FastifyRequest, loanAccountId: string): Promise<void> {
  const { actor } = request.ctx;
  const row = await tx.maybe<{ branch_id: string | null; mine: boolean }>("servicing.loan.reach",
    "SELECT a.branch_id, EXISTS (SELECT FROM servicing.loan_party p WHERE p.loan_account_id = a.id AND p.party_id = $2) AS mine FROM servicing.loan_account a WHERE a.id = $1", [loanAccountId, actor.partyId ?? ""]);
  const reached = row !== undefined && (request.scope === "tenant" || (request.scope === "own" ? row.mine : row.branch_id !== null && row.branch_id === actor.branchId));
  if (!reached) throw problem("loan.not_found");
}
