import { addDays, isIsoDate } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { problem } from "../problems.ts";

/** Days to look into a dispute, from the day it came. @source FCRA section 611(a)(1)(A), 15 U.S.C. 1681i */
const INVESTIGATION_DAYS = 30;

export interface NewDispute { /** Number or id of the loan account. */ readonly loan: string; readonly source: "consumer" | "bureau"; readonly claim: string; readonly raisedDate: string }

/**
 * Notes a dispute of what was reported of a loan. Until it is resolved, the loan is reported with code XB.
 * May raise dispute.loan_not_found, dispute.already_open, dispute.future_date.
 */
export async function raiseDispute(ctx: Context, input: NewDispute): Promise<{ disputeId: string; dueDate: string }> {
  requirePermission(ctx.actor, "credit.dispute.work");
  return ctx.transaction(async (tx) => {
    if (!isIsoDate(input.raisedDate) || input.raisedDate > tx.businessDate) throw problem("dispute.future_date");
    const loan = await tx.maybe<{ id: string; number: string }>("reporting.dispute.loan", "SELECT loan_account_id AS id, number FROM servicing.report_loan WHERE loan_account_id = $1 OR number = $1", [input.loan]);
    if (loan === undefined) throw problem("dispute.loan_not_found");
    const disputeId = ctx.ids.next("cdp");
    const dueDate = addDays(input.raisedDate, INVESTIGATION_DAYS);
    const made = await tx.run("reporting.dispute.insert",
      `INSERT INTO reporting.credit_dispute (id, loan_account_id, number, state, source, claim, raised_date, due_date, raised_by, raised_at) VALUES ($1, $2, $3, 'open', $4, $5, $6, $7, $8, $9)
       ON CONFLICT (tenant_id, loan_account_id) WHERE state <> 'resolved' DO NOTHING`,
      [disputeId, loan.id, loan.number, input.source, input.claim, input.raisedDate, dueDate, ctx.actor.id, tx.now]);
    if (made === 0) throw problem("dispute.already_open");
    await audit.record(tx, ctx, { action: "credit.dispute.raised", subject: disputeId, after: { loanAccountId: loan.id, source: input.source, raisedDate: input.raisedDate, dueDate } });
    return { disputeId, dueDate };
  });
}

/**
 * Says who looks into a dispute and what was asked or found so far; may be said again as the investigation goes on.
 * May raise dispute.not_found, dispute.already_resolved.
 */
export async function investigateDispute(ctx: Context, input: { readonly disputeId: string; readonly note: string }): Promise<{ disputeId: string; state: "investigating" }> {
  requirePermission(ctx.actor, "credit.dispute.work");
  return ctx.transaction(async (tx) => {
    await lockOpen(tx, input.disputeId);
    await tx.run("reporting.dispute.investigate", "UPDATE reporting.credit_dispute SET state = 'investigating', investigation = concat_ws(E'\\n', investigation, $2::text), investigated_by = $3, investigated_at = $4 WHERE id = $1", [input.disputeId, `${tx.businessDate}: ${input.note}`, ctx.actor.id, tx.now]);
    await audit.record(tx, ctx, { action: "credit.dispute.investigated", subject: input.disputeId, reason: input.note });
    return { disputeId: input.disputeId, state: "investigating" };
  });
}

async function lockOpen(tx: Tx, disputeId: string): Promise<void> {
  const dispute = await tx.maybe<{ state: string }>("reporting.dispute.lock", "SELECT state FROM reporting.credit_dispute WHERE id = $1 FOR UPDATE", [disputeId]);
  if (dispute === undefined) throw problem("dispute.not_found");
  if (dispute.state === "resolved") throw problem("dispute.already_resolved");
}

export interface DisputeResolution { readonly disputeId: string; readonly outcome: "verified" | "corrected" | "deleted"; readonly finding: string; readonly consumerAgrees: boolean }

/**
 * Ends a dispute with what was found. The loan is then reported with XH, or XC where the consumer still disagrees; `deleted` takes it out of the
 * bureau's file. May raise dispute.not_found, dispute.already_resolved.
 */
export async function resolveDispute(ctx: Context, input: DisputeResolution): Promise<{ disputeId: string; state: "resolved" }> {
  requirePermission(ctx.actor, "credit.dispute.work");
  return ctx.transaction(async (tx) => {
    await lockOpen(tx, input.disputeId);
    await tx.run("reporting.dispute.resolve", "UPDATE reporting.credit_dispute SET state = 'resolved', outcome = $2, finding = $3, consumer_agrees = $4, resolved_date = $5, resolved_by = $6, resolved_at = $7 WHERE id = $1",
      [input.disputeId, input.outcome, input.finding, input.consumerAgrees, tx.businessDate, ctx.actor.id, tx.now]);
    await audit.record(tx, ctx, { action: "credit.dispute.resolved", subject: input.disputeId, reason: input.finding, after: { outcome: input.outcome, consumerAgrees: input.consumerAgrees } });
    return { disputeId: input.disputeId, state: "resolved" };
  });
}
