import Type from "typebox";
import { money, toMoneyJson } from "#engine/money.ts";
import { formatScaled } from "#engine/rate.ts";
import type { Tx } from "#kernel/db.ts";
import type { App } from "#kernel/http/app.ts";
import { listRoute } from "#kernel/http/list-route.ts";
import { DateJson, Id, Text } from "#kernel/http/schemas.ts";
import { proposeRates, ratesOfCsv } from "./commands/fx-rates.ts";
import { proposeRevaluation, proposeRevaluationReversal } from "./commands/revalue.ts";
import { ConsolidatedJson, FxRateItem, FxRatesRequest, ProposedJson, ReasonRequest, RevaluationItem, RevaluationLineItem, RevaluationMadeJson, RevaluationRequest } from "./contract.ts";
import { RATE_DECIMALS } from "./domain/fx.ts";
import { consolidatedTrialBalance } from "./queries/fx.ts";
import { rateList, revaluationLineList, revaluationList } from "./queries/lists.ts";

const tags = ["ledger"];
const permission = "ledger.entry.read" as const;
const IdParams = Type.Object({ id: Id });

/** Currencies: rates by two people, revaluation of foreign balances by two people, and all currencies in the lender's own. */
export function currencyRoutes(app: App): void {
  listRoute(app, { path: "/v1/fx-rates", operationId: "listFxRates", summary: "Rates of exchange, newest day first", tags, permission, list: rateList, item: FxRateItem });
  listRoute(app, { path: "/v1/fx-revaluations", operationId: "listRevaluations", summary: "Revaluations of foreign balances, newest first", tags, permission, list: revaluationList, item: RevaluationItem });
  listRoute(app, {
    path: "/v1/fx-revaluations/:id/lines", operationId: "listRevaluationLines", summary: "One revaluation, account by account", tags, permission, list: revaluationLineList, item: RevaluationLineItem, params: IdParams,
    extra: (request) => [{ sql: "l.revaluation_id = $1", values: [(request.params as { id: string }).id] }],
  });

  app.get("/v1/consolidated-trial-balance", {
    config: { permission },
    schema: { operationId: "getConsolidatedTrialBalance", summary: "All currencies in the lender's own: money at the rate of the day, the rest at the rates of their days", tags, querystring: Type.Object({ asOf: Type.Optional(DateJson), book: Type.Optional(Text(40)) }), response: { 200: ConsolidatedJson } },
  }, async (request, reply) => reply.send(await request.ctx.read((tx) => consolidatedJson(tx, request.query))));

  app.post("/v1/fx-rates", {
    config: { permission: "ledger.fx_rate.propose", idempotent: true },
    schema: { operationId: "proposeFxRates", summary: "Propose rates of exchange; they count once a second person has agreed", tags, body: FxRatesRequest, response: { 202: ProposedJson } },
  }, async (request, reply) => {
    const { ctx, body } = request;
    const rates = body.csv === undefined ? body.rates ?? [] : ratesOfCsv(body.csv);
    const made = await ctx.transaction((tx) => proposeRates(tx, ctx, body.source, rates));
    return reply.code(202).send({ approvalRequestId: made.id, state: "waiting" as const });
  });

  app.post("/v1/fx-revaluations", {
    config: { permission: "ledger.revaluation.make", idempotent: true },
    schema: { operationId: "proposeRevaluation", summary: "Reckon foreign balances at the rates of a day and propose the entry; a second person posts it", tags, body: RevaluationRequest, response: { 202: RevaluationMadeJson } },
  }, async (request, reply) => {
    const { ctx } = request;
    const made = await ctx.transaction((tx) => proposeRevaluation(tx, ctx, request.body));
    return reply.code(202).send({ id: made.id, approvalRequestId: made.request.id, state: "waiting" as const });
  });

  app.post("/v1/fx-revaluations/:id/reversals", {
    config: { permission: "ledger.revaluation.make", idempotent: true },
    schema: { operationId: "proposeRevaluationReversal", summary: "Propose to undo the newest revaluation; a second person does it", tags, params: IdParams, body: ReasonRequest, response: { 202: ProposedJson } },
  }, async (request, reply) => {
    const { ctx } = request;
    const made = await ctx.transaction((tx) => proposeRevaluationReversal(tx, ctx, request.params.id, request.body.reason));
    return reply.code(202).send({ approvalRequestId: made.id, state: "waiting" as const });
  });
}

async function consolidatedJson(tx: Tx, query: { asOf?: string; book?: string }) {
  const tb = await consolidatedTrialBalance(tx, query);
  const m = (minor: bigint, currency = tb.currency) => toMoneyJson(money(minor, currency));
  const sides = [...tb.accounts.map((a) => a.minor), tb.notPostedMinor, tb.roundingMinor];
  return {
    asOf: tb.asOf, book: tb.book, currency: tb.currency,
    accounts: tb.accounts.map((a) => ({ account: a.account, name: a.name, kind: a.kind, native: a.native.map((n) => m(n.minor, n.currency)), debit: a.minor > 0n ? m(a.minor) : null, credit: a.minor < 0n ? m(-a.minor) : null })),
    notPosted: m(tb.notPostedMinor), rounding: m(tb.roundingMinor),
    totalDebit: m(sides.reduce((sum, s) => (s > 0n ? sum + s : sum), 0n)), totalCredit: m(sides.reduce((sum, s) => (s < 0n ? sum - s : sum), 0n)),
    rates: tb.rates.map((r) => ({ currency: r.currency, rate: formatScaled(r.ratePpb, RATE_DECIMALS) })),
  };
}
