import Type from "typebox";
import type { App } from "#kernel/http/app.ts";
import { listRoute } from "#kernel/http/list-route.ts";
import { DateJson } from "#kernel/http/schemas.ts";
import * as c from "./contract.ts";
import { accrualList } from "./queries/list-accruals.ts";
import { accrualTotals, deferralDayList, deferralList, deferralTotals } from "./queries/list-deferrals.ts";
import { deferralOf } from "./queries/loan-deferral.ts";
import { LoanParams, modes, refuseForeign, tags } from "./routes-read.ts";
import { readLoan } from "./store.ts";

const permission = "ledger.entry.read" as const;
const DayParams = Type.Object({ date: DateJson });

/** Interest and deferred fees and costs of all loans, as the books hold them, and how one loan's become income. */
export function accrualRoutes(app: App): void {
  listRoute(app, { path: "/v1/accruals", operationId: "listAccruals", summary: "Interest of running loans: earned and unpaid, taken into income, in suspense", tags, modes, permission, list: accrualList, item: c.AccrualItem });
  app.get("/v1/accrual-totals", {
    config: { permission, modes },
    schema: { operationId: "getAccrualTotals", summary: "Interest of running loans by product and currency", tags, response: { 200: c.AccrualTotalsJson } },
  }, async (request, reply) => reply.send(await request.ctx.read((tx) => accrualTotals(tx))));
  listRoute(app, { path: "/v1/deferrals", operationId: "listDeferrals", summary: "Fees and costs by effective interest, loan by loan: yield, deferred, taken, left", tags, modes, permission, list: deferralList, item: c.DeferralItem });
  listRoute(app, {
    path: "/v1/deferral-days/:date/deferrals", operationId: "listDeferralsOn", summary: "The same at the end of a day", tags, modes, permission, list: deferralDayList, item: c.DeferralItem, params: DayParams,
    extra: ({ params }) => [{ sql: "m.business_date <= $1::date AND (m.until IS NULL OR m.until > $1::date)", values: [(params as { date: string }).date] }],
  });
  app.get("/v1/deferral-totals", {
    config: { permission, modes },
    schema: { operationId: "getDeferralTotals", summary: "Fees and costs by effective interest at the end of a day, by product and currency", tags, querystring: Type.Object({ asOf: Type.Optional(Type.String({ format: "date", description: "Default today" })) }, { additionalProperties: false }), response: { 200: c.DeferralTotalsJson } },
  }, async (request, reply) => reply.send(await request.ctx.read((tx) => deferralTotals(tx, request.query.asOf ?? tx.businessDate))));
  app.get("/v1/loan-accounts/:id/deferral", {
    config: { permission, modes },
    schema: { operationId: "getLoanDeferral", summary: "How the loan's fees and costs become income: the yield, each stretch and each month, with the reason", tags, params: LoanParams, response: { 200: c.LoanDeferralJson } },
  }, async (request, reply) => reply.send(await request.ctx.read(async (tx) => {
    await refuseForeign(tx, request, request.params.id);
    return deferralOf(tx, await readLoan(tx, request.params.id));
  })));
}
