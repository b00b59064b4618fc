import { addDays, isoDate } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { readLoan } from "#modules/servicing/index.ts";
import { differences, netOf, shareOf } from "../domain/shares.ts";
import { problem } from "../problems.ts";
import { insertLines, loansOf, lockPartner, lockStatement, statedOf, termsOf, type ParticipationRow, type PlacedLine } from "../store.ts";

/**
 * Drafts what a partner is to be told and paid of a period that is over: every fact of its loans up to the last day, less what was stated before. Nothing is posted.
 * May raise partner.not_found, partner_statement.period_not_over, .nothing_owned, .open, .period_stated.
 */
export async function draftStatement(ctx: Context, input: { readonly partnerId: string; readonly currency: string; readonly throughDate: string }): Promise<{ statementId: string; lines: number; netMinor: bigint }> {
  requirePermission(ctx.actor, "partner.statement.make");
  return ctx.transaction(async (tx) => {
    await lockPartner(tx, input.partnerId);
    if (input.throughDate >= tx.businessDate) throw problem("partner_statement.period_not_over");
    const shares = await tx.rows<ParticipationRow>("partners.participations.stated", "SELECT * FROM partners.participation WHERE partner_id = $1 AND currency = $2 AND state = 'active' AND from_date <= $3 ORDER BY id", [input.partnerId, input.currency, input.throughDate]);
    if (shares.length === 0) throw problem("partner_statement.nothing_owned");
    const fromDate = await firstDay(tx, input, shares);
    const lines = (await Promise.all(shares.map((share) => linesOf(tx, share, input.throughDate)))).flat();
    const netMinor = lines.reduce((sum, l) => sum + BigInt(netOf(l)), 0n);
    const statementId = ctx.ids.next("pst");
    await tx.run("partners.statement.insert", "INSERT INTO partners.statement (id, partner_id, currency, from_date, through_date, state, net_minor, lines, made_by, made_at) VALUES ($1, $2, $3, $4, $5, 'draft', $6, $7, $8, $9)",
      [statementId, input.partnerId, input.currency, fromDate, input.throughDate, netMinor, lines.length, ctx.actor.id, tx.now]);
    await insertLines(tx, statementId, lines);
    await audit.record(tx, ctx, { action: "partner.statement.drafted", subject: statementId, after: { partnerId: input.partnerId, fromDate, throughDate: input.throughDate, lines: lines.length, netMinor, currency: input.currency } });
    return { statementId, lines: lines.length, netMinor };
  });
}

/** Takes a draft away, so that another can be made. May raise partner_statement.not_found, partner_statement.not_draft. */
export async function discardStatement(ctx: Context, statementId: string, reason: string): Promise<{ statementId: string }> {
  requirePermission(ctx.actor, "partner.statement.make");
  return ctx.transaction(async (tx) => {
    const statement = await lockStatement(tx, statementId);
    if (statement.state !== "draft") throw problem("partner_statement.not_draft", `It is ${statement.state}.`);
    await tx.run("partners.statement.discard", "UPDATE partners.statement SET state = 'discarded' WHERE id = $1", [statementId]);
    await audit.record(tx, ctx, { action: "partner.statement.discarded", subject: statementId, reason });
    return { statementId };
  });
}

/** The day after the statement before, or the first day that anything was owned. */
async function firstDay(tx: Tx, input: { partnerId: string; currency: string; throughDate: string }, shares: readonly ParticipationRow[]): Promise<string> {
  const before = await tx.rows<{ state: string; through_date: string }>("partners.statement.before", "SELECT state, through_date FROM partners.statement WHERE partner_id = $1 AND currency = $2 AND state <> 'discarded' ORDER BY through_date DESC", [input.partnerId, input.currency]);
  if (before.some((s) => s.state !== "settled")) throw problem("partner_statement.open");
  const last = before[0]?.through_date;
  if (last !== undefined && last >= input.throughDate) throw problem("partner_statement.period_stated", `It is stated through ${last}.`);
  return last === undefined ? shares.map((s) => s.from_date).sort()[0] as string : addDays(isoDate(last), 1);
}

async function linesOf(tx: Tx, share: ParticipationRow, throughDate: string): Promise<PlacedLine[]> {
  const stated = await statedOf(tx, share.id);
  const lines: PlacedLine[] = [];
  for (const loan of await loansOf(tx, share.id)) {
    const { state } = await readLoan(tx, loan.loan_account_id);
    const now = shareOf(state, termsOf(share, loan.offset_ppb ?? 0n), isoDate(throughDate));
    lines.push(...differences(now, stated.get(loan.loan_account_id) ?? []).map((l) => ({ ...l, participationId: share.id, loanAccountId: loan.loan_account_id })));
  }
  return lines;
}
