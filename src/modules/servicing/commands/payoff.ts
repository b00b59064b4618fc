import { addDays, daysBetween, isoDate, isIsoDate, type Payoff } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { payoffOf } from "../domain/payoff.ts";
import { problem } from "../problems.ts";
import { readLoan } from "../store.ts";

const LONGEST_DAYS = 60;

export interface PayoffQuote {
  readonly id: string;
  readonly loanAccountId: string;
  /** Last day the sum is good for: the day it was asked for. */
  readonly expiresDate: string;
  /** Minor units. */
  readonly payoff: Payoff;
}

/** The sum that closes a loan on a day, kept so that it can be honoured. May raise loan.not_found, loan.not_active, payoff.date_invalid. */
export async function quotePayoff(ctx: Context, input: { loanAccountId: string; payoffDate: string }): Promise<PayoffQuote> {
  requirePermission(ctx.actor, "loan.payoff.quote");
  return ctx.transaction(async (tx) => {
    const loan = await readLoan(tx, input.loanAccountId);
    if (loan.status !== "active" && loan.status !== "charged_off") throw problem("loan.not_active", `Loan account ${loan.number} is ${loan.status.replace("_", " ")}.`);
    if (!isIsoDate(input.payoffDate) || input.payoffDate < tx.businessDate || daysBetween(isoDate(tx.businessDate), isoDate(input.payoffDate)) > LONGEST_DAYS) {
      throw problem("payoff.date_invalid", undefined, { errors: [{ pointer: "/payoffDate", code: "field.range", detail: `From ${tx.businessDate} to ${addDays(isoDate(tx.businessDate), LONGEST_DAYS)}.` }] });
    }
    const sum = payoffOf(loan.state, isoDate(input.payoffDate));
    const id = ctx.ids.next("pq");
    await tx.run("servicing.payoff.insert",
      `INSERT INTO servicing.payoff_quote (id, loan_account_id, payoff_date, principal_minor, interest_minor, fee_minor, penalty_minor, total_minor, per_diem_minor, currency, expires_date, made_by, made_at, business_date)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $3, $11, $12, $13)`,
      [id, loan.id, sum.date, sum.principal, sum.interest, sum.fees, sum.penalties, sum.total, sum.perDiem, sum.currency, ctx.actor.id, tx.now, tx.businessDate]);
    await audit.record(tx, ctx, { action: "loan.payoff.quoted", subject: loan.id, after: { id, ...sum } });
    return { id, loanAccountId: loan.id, expiresDate: sum.date, payoff: sum };
  });
}
