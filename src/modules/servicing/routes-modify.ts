import type { App } from "#kernel/http/app.ts";
import { modificationOf } from "./asked-modification.ts";
import { modifyLoan } from "./commands/modify-loan.ts";
import * as c from "./contract.ts";
import { LoanParams, modes, tags } from "./routes-read.ts";
import { amountOf, currencyReached, doneJson } from "./routes-write.ts";

/** Lasting changes of a running loan. */
export function modifyRoutes(app: App): void {
  app.post("/v1/loan-accounts/:id/modifications", {
    config: { permission: "loan.account.modify", idempotent: true, modes },
    schema: {
      operationId: "modifyLoan", summary: "Change a running loan for good: extend, put off, pause or capitalise interest, settle for less. Done at once (201), or proposed for a second person where money is given up (202)",
      tags, params: LoanParams, body: c.ModificationRequest, response: { 201: c.EventDone, 202: c.Proposed },
    },
  }, async (request, reply) => {
    const currency = await currencyReached(request, request.params.id);
    const { reason, ...ask } = request.body;
    const done = await modifyLoan(request.ctx, { loanAccountId: request.params.id, modification: modificationOf(ask, ask.amount && amountOf(ask.amount, "/amount", currency)), reason });
    return "state" in done ? reply.code(202).send(done) : reply.code(201).send(doneJson(done, currency));
  });
}
