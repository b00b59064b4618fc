import Type, { type Static } from "typebox";
import { daysPastDue, differenceBetween, fromMoneyJson, isoDate, nextDue, overdueOf, type EventDraft, type LoanState, type Money, type Parts } from "#engine/index.ts";
import { propose } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import type { App, FastifyRequest } from "#kernel/http/app.ts";
import { Id, type MoneyJson } from "#kernel/http/schemas.ts";
import { modificationOf } from "./asked-modification.ts";
import { addCharge, chargeOffControl, previewEvent, reverseEvent, waiveCharge, type ChangeResult, type Preview } from "./commands/change-events.ts";
import { quotePayoff } from "./commands/payoff.ts";
import { proposeRefund } from "./commands/refund.ts";
import { writePayoffLetter } from "./commands/payoff-letter.ts";
import { recordRepayment } from "./commands/record-repayment.ts";
import { draftOf } from "./commands/modify-loan.ts";
import * as c from "./contract.ts";
import { positionOf, total } from "./domain/position.ts";
import { problem } from "./problems.ts";
import { viewLoan } from "./queries/get-loan-account.ts";
import { statusOf } from "./domain/status.ts";
import { moneyOf, partsJson } from "./queries/present.ts";
import { whatIf } from "./queries/what-if.ts";
import { LoanParams, modes, refuseForeign, tags } from "./routes-read.ts";

type Status = Static<typeof c.EventDone>["status"];

/** What can be done to a loan. */
export function writeRoutes(app: App): void {
  moneyRoutes(app);
  chargeRoutes(app);
  app.post("/v1/loan-accounts/:id/charge-offs", {
    config: { permission: "loan.account.charge_off", idempotent: true, modes },
    schema: { operationId: "proposeChargeOff", summary: "Propose to take the loan to loss; a second person carries it out", tags, params: LoanParams, body: c.ChargeOffRequest, response: { 202: c.Proposed } },
  }, async (request, reply) => {
    await reach(request, request.params.id);
    return reply.code(202).send(await proposeChargeOff(request.ctx, request.params.id, request.body.reason));
  });
  app.post("/v1/loan-accounts/:id/payoff-quotes", {
    config: { permission: "loan.payoff.quote", idempotent: true, modes },
    schema: { operationId: "quotePayoff", summary: "The sum that closes the loan on a day, kept so that it can be honoured", tags, params: LoanParams, body: c.PayoffRequest, response: { 201: c.PayoffQuoteJson } },
  }, async (request, reply) => {
    await reach(request, request.params.id);
    const { payoff, ...quote } = await quotePayoff(request.ctx, { loanAccountId: request.params.id, payoffDate: request.body.payoffDate });
    const m = moneyOf(payoff.currency);
    return reply.code(201).send({ ...quote, payoff: { date: payoff.date, principal: m(payoff.principal), interest: m(payoff.interest), fees: m(payoff.fees), penalties: m(payoff.penalties), total: m(payoff.total), perDiem: m(payoff.perDiem) } });
  });
  app.post("/v1/loan-accounts/:id/payoff-quotes/:quoteId/letters", {
    config: { permission: "loan.payoff.quote", idempotent: true, modes },
    schema: { operationId: "writePayoffLetter", summary: "Put a payoff quote into a letter and file it with the loan", tags, params: Type.Object({ id: Id, quoteId: Id }), response: { 201: Type.Object({ documentId: Id }) } },
  }, async (request, reply) => {
    const { id, quoteId } = request.params;
    await reach(request, id);
    return reply.code(201).send(await writePayoffLetter(request.ctx, { loanAccountId: id, quoteId }));
  });
  app.post("/v1/loan-accounts/:id/previews", {
    config: { permission: "loan.account.read", idempotent: false, modes },
    schema: { operationId: "previewEvent", summary: "What a payment, reversal, charge, waiver or change of terms would do: balances, rows, journal before and after; changes nothing", tags, params: LoanParams, body: c.PreviewRequest, response: { 200: c.PreviewJson } },
  }, async (request, reply) => {
    const businessDate = await reach(request, request.params.id);
    return reply.send(previewJson(await previewEvent(request.ctx, request.params.id, (state) => previewDraftOf(request.body, state, businessDate)), businessDate));
  });
  app.post("/v1/loan-accounts/:id/what-if", {
    config: { permission: "loan.account.read", idempotent: false, modes },
    schema: { operationId: "whatIf", summary: "What an extra payment saves, or what closes the loan on a day; keeps nothing", tags, params: LoanParams, body: c.WhatIfRequest, response: { 200: c.WhatIfJson } },
  }, async (request, reply) => {
    const { extra, payoffDate } = request.body;
    return reply.send(await request.ctx.read(async (tx) => {
      await refuseForeign(tx, request, request.params.id);
      const view = await viewLoan(tx, request.params.id);
      return whatIf(view, { payoffDate, extra: extra === undefined ? undefined : { date: extra.date, minor: Number(amountOf(extra.amount, "/extra/amount", view.loan.currency).minor) } });
    }));
  });
}

function moneyRoutes(app: App): void {
  app.post("/v1/loan-accounts/:id/repayments", {
    config: { permission: "loan.repayment.record", idempotent: true, modes },
    schema: { operationId: "recordRepayment", summary: "Apply money that was taken in by hand to a loan; of the past by running its history again. It is a receipt too, which its line on the bank's statement is tied to", tags, params: LoanParams, body: c.RepaymentRequest, response: { 201: c.RepaymentReceipt } },
  }, async (request, reply) => {
    // Who reaches all loans needs no look before: the command itself says when there is none. This route is the busiest.
    if (request.scope !== "tenant") await reach(request, request.params.id);
    const { amount, valueDate, channel, reference } = request.body;
    const done = await recordRepayment(request.ctx, { loanAccountId: request.params.id, amount: amountOf(amount, "/amount"), valueDate, channel, ...(reference === undefined ? {} : { reference }) });
    const m = moneyOf(done.currency);
    return reply.code(201).send({
      eventId: done.eventId, loanAccountId: done.loanAccountId, paid: { principal: m(done.paid.principal), interest: m(done.paid.interest), fee: m(done.paid.fee), penalty: m(done.paid.penalty) },
      excess: m(done.excess), outstandingPrincipal: m(done.outstandingPrincipal), status: done.status as Status, journalEntryId: done.journalEntryId,
    });
  });
  app.post("/v1/loan-accounts/:id/reversals", {
    config: { permission: "loan.repayment.reverse", idempotent: true, modes },
    schema: { operationId: "reverseEvent", summary: "Take a fact back as if it had never been: a returned payment, a charge in error", tags, params: LoanParams, body: c.ReversalRequest, response: { 201: c.EventDone } },
  }, async (request, reply) => {
    const currency = await currencyReached(request, request.params.id);
    return reply.code(201).send(doneJson(await reverseEvent(request.ctx, { loanAccountId: request.params.id, ...request.body }), currency));
  });
  app.post("/v1/loan-accounts/:id/refunds", {
    config: { permission: "loan.repayment.reverse", idempotent: true, modes },
    schema: { operationId: "proposeRefund", summary: "Propose to pay an overpayment back to the borrower's account; a second person releases it", tags, params: LoanParams, body: c.RefundRequest, response: { 202: c.Proposed } },
  }, async (request, reply) => {
    await reach(request, request.params.id);
    return reply.code(202).send(await proposeRefund(request.ctx, { loanAccountId: request.params.id, reason: request.body.reason }));
  });
}

function chargeRoutes(app: App): void {
  app.post("/v1/loan-accounts/:id/charges", {
    config: { permission: "loan.charge.add", idempotent: true, modes },
    schema: { operationId: "addCharge", summary: "Add a fee or penalty", tags, params: LoanParams, body: c.ChargeRequest, response: { 201: c.EventDone } },
  }, async (request, reply) => {
    const currency = await currencyReached(request, request.params.id);
    const { amount, ...rest } = request.body;
    return reply.code(201).send(doneJson(await addCharge(request.ctx, { loanAccountId: request.params.id, ...rest, amount: amountOf(amount, "/amount", currency) }), currency));
  });
  app.post("/v1/loan-accounts/:id/charges/:chargeId/waivers", {
    config: { permission: "loan.charge.waive", idempotent: true, modes },
    schema: { operationId: "waiveCharge", summary: "Give up what is unpaid of a charge", tags, params: Type.Object({ id: Id, chargeId: Id }), body: c.WaiverRequest, response: { 201: c.EventDone } },
  }, async (request, reply) => {
    const { id, chargeId } = request.params;
    const currency = await currencyReached(request, id);
    return reply.code(201).send(doneJson(await waiveCharge(request.ctx, { loanAccountId: id, chargeId, ...request.body }), currency));
  });
}

/** The business date, when the actor reaches the loan. May raise loan.not_found. */
async function reach(request: FastifyRequest, id: string): Promise<string> {
  return request.ctx.read(async (tx) => {
    await refuseForeign(tx, request, id);
    return tx.businessDate;
  });
}

export async function currencyReached(request: FastifyRequest, id: string): Promise<string> {
  return request.ctx.read(async (tx) => {
    await refuseForeign(tx, request, id);
    return (await tx.one<{ currency: string }>("servicing.loan.currency", "SELECT currency FROM servicing.loan_account WHERE id = $1", [id])).currency;
  });
}

/** Money with no more decimals than its currency has. May raise repayment.invalid at `pointer`. */
export function amountOf(json: MoneyJson, pointer: string, currency?: string): Money {
  const refuse = (field: string, code: string, detail: string) => problem("repayment.invalid", undefined, { errors: [{ pointer: `${pointer}/${field}`, code, detail }] });
  if (currency !== undefined && json.currency !== currency) throw refuse("currency", "field.currency", `The loan is in ${currency}.`);
  let amount: Money;
  try {
    amount = fromMoneyJson(json);
  } catch (error) {
    if (error instanceof RangeError) throw refuse("amount", "field.decimals", `Use no more decimals than ${json.currency} has.`);
    throw error;
  }
  if (amount.minor <= 0n) throw refuse("amount", "field.positive", "The amount must be above zero.");
  if (amount.minor > BigInt(Number.MAX_SAFE_INTEGER)) throw refuse("amount", "field.range", "The amount is larger than any loan may be.");
  return amount;
}

async function proposeChargeOff(ctx: Context, loanAccountId: string, reason: string): Promise<{ approvalRequestId: string; state: "waiting" }> {
  return ctx.transaction(async (tx) => {
    const { loan, state, asOf } = await viewLoan(tx, loanAccountId);
    if (loan.status !== "active") throw problem("loan.not_active", `Loan account ${loan.number} is ${loan.status.replace("_", " ")}.`);
    const { principal, interest, fee, penalty } = positionOf(state, asOf);
    const request = await propose(tx, ctx, {
      action: chargeOffControl.action, subject: loan.id, summary: `Charge off loan ${loan.number} of ${loan.borrower_name}: ${reason}`, amountMinor: BigInt(principal + interest + fee + penalty), currency: loan.currency,
      payload: { loanAccountId, reason }, ...(loan.branch_id === null ? {} : { branchId: loan.branch_id }),
    });
    return { approvalRequestId: request.id, state: "waiting" };
  });
}

function previewDraftOf(ask: Static<typeof c.PreviewRequest>, state: LoanState, businessDate: string): EventDraft {
  const today = isoDate(businessDate);
  const needed = <T>(value: T | undefined, field: string): T => {
    if (value === undefined) throw problem("repayment.invalid", undefined, { errors: [{ pointer: `/${field}`, code: "field.required", detail: "This field is needed for this kind of preview." }] });
    return value;
  };
  switch (ask.kind) {
    case "repayment": return { type: "paymentReceived", valueDate: isoDate(ask.valueDate ?? businessDate), amount: Number(amountOf(needed(ask.amount, "amount"), "/amount").minor), kind: "repayment", channel: ask.channel ?? "other" };
    case "reversal": return { type: "reversed", valueDate: today, eventId: needed(ask.eventId, "eventId") };
    case "charge_waiver": return { type: "chargeWaived", valueDate: today, chargeId: needed(ask.chargeId, "chargeId") };
    case "charge": return {
      type: "chargeAdded", valueDate: today, code: needed(ask.code, "code"), component: needed(ask.component, "component"), timing: "specified_date", basis: "flat",
      amount: Number(amountOf(needed(ask.amount, "amount"), "/amount").minor), dueDate: isoDate(ask.dueDate ?? businessDate),
    };
    default: return draftOf(modificationOf({ ...ask, kind: ask.kind }, ask.amount && amountOf(ask.amount, "/amount", state.terms.currency)), state, businessDate);
  }
}

function previewJson(preview: Preview, businessDate: string): Static<typeof c.PreviewJson> {
  const { before, after } = preview;
  const m = moneyOf(after.terms.currency);
  const difference = differenceBetween(before, after);
  const sum = (parts: Parts) => m(total(parts));
  const row = (r: { dueDate: string; due: Parts; paid: Parts } | null) => (r === null ? null : { dueDate: r.dueDate, due: sum(r.due), paid: sum(r.paid) });
  const standing = (state: LoanState) => {
    const day = isoDate(businessDate);
    const p = positionOf(state, day);
    return {
      principal: m(p.principal), interest: m(p.interest), fee: m(p.fee), penalty: m(p.penalty), overpayment: m(p.overpayment), status: statusOf(state),
      overdue: m(daysPastDue(state, day) === 0 ? 0 : total(overdueOf(state, day))), nextDueDate: nextDue(state, day)?.dueDate ?? null,
    };
  };
  return {
    before: standing(before), after: standing(after),
    rows: difference.installments.map((r) => ({ number: r.number, before: row(r.before), after: row(r.after) })),
    transactions: difference.transactions.map((t) => ({ eventId: t.eventId, type: t.type, before: t.before === null ? null : partsJson(t.before.parts, m), after: t.after === null ? null : partsJson(t.after.parts, m) })),
    journal: preview.journal.map((l) => ({ account: l.account, debit: l.debit === undefined ? null : m(l.debit), credit: l.credit === undefined ? null : m(l.credit) })),
  };
}

export function doneJson(done: ChangeResult, currency: string): Static<typeof c.EventDone> {
  const m = moneyOf(currency);
  const { principal, interest, fee, penalty, overpayment } = done.balances;
  return {
    eventIds: [...done.eventIds], loanAccountId: done.loanAccountId, status: done.status as Status, journalEntryId: done.journalEntryId,
    balances: { principal: m(principal), interest: m(interest), fee: m(fee), penalty: m(penalty), overpayment: m(overpayment) },
  };
}
