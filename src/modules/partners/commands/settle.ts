import { money } from "#engine/index.ts";
import * as audit from "#kernel/audit.ts";
import { propose, type ApprovalRequest, type DualControl } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { requirePermission } from "#kernel/permissions.ts";
import { post, type JournalEntry } from "#modules/ledger/index.ts";
import { createPayout } from "#modules/payments/index.ts";
import { linesOfShares, PAYABLE, type PostedShare } from "../domain/posting.ts";
import { problem } from "../problems.ts";
import { lockPartner, lockStatement, move, owedTo, type PartnerRow, type StatementRow } from "../store.ts";

/** On which day a statement stands in the books: the last of its period, so that the month is whole, or the day it is agreed, when that month is closed. */
export type BooksDate = "period_end" | "today";
interface Payload { readonly statementId: string; readonly booksDate: BooksDate }

const ACTION = "partner.statement.settle";

/** Proposes to post a statement and pay what is owed; a second person agrees. May raise partner_statement.not_found, partner_statement.not_draft, partner_statement.disputed. */
export async function proposeSettlement(ctx: Context, input: Payload): Promise<ApprovalRequest> {
  requirePermission(ctx.actor, "partner.statement.make");
  return ctx.transaction(async (tx) => {
    const statement = await lockStatement(tx, input.statementId);
    if (statement.state !== "draft") throw problem("partner_statement.not_draft", `It is ${statement.state}.`);
    const { open } = await tx.one<{ open: bigint }>("partners.disputes.open", "SELECT count(*) AS open FROM partners.dispute WHERE statement_id = $1 AND state IN ('open', 'proposed')", [statement.id]);
    if (open > 0n) throw problem("partner_statement.disputed");
    const partner = await lockPartner(tx, statement.partner_id);
    await tx.run("partners.statement.propose", "UPDATE partners.statement SET state = 'proposed' WHERE id = $1", [statement.id]);
    return propose(tx, ctx, {
      action: ACTION, subject: statement.id, summary: `Settle with ${partner.name}, ${statement.from_date} to ${statement.through_date}, paid to ${partner.payee_masked}`,
      amountMinor: statement.net_minor < 0n ? -statement.net_minor : statement.net_minor, currency: statement.currency, payload: input,
    });
  });
}

/** The second person's half: the statement's entry, and the payout of what is then owed. May raise partner_statement.not_proposed, period.closed. */
export const settlementControl: DualControl<Payload> = {
  action: ACTION, permission: "partner.statement.approve", limited: true,
  execute: async (tx, ctx, { statementId, booksDate }) => {
    const statement = await lockStatement(tx, statementId);
    if (statement.state !== "proposed") throw problem("partner_statement.not_proposed", `It is ${statement.state}.`);
    const partner = await lockPartner(tx, statement.partner_id);
    const { lines, netMinor } = linesOfShares(await sharesOf(tx, statementId));
    const businessDate = booksDate === "period_end" ? statement.through_date : tx.businessDate;
    const entryId = lines.length === 0 ? null : await post(tx, ctx, {
      cause: { kind: "partner_statement", id: statementId }, businessDate, valueDate: statement.through_date, currency: statement.currency, memo: `Shares of ${partner.name}, ${statement.from_date} to ${statement.through_date}`, lines,
    });
    await tx.run("partners.statement.settle", "UPDATE partners.statement SET state = 'settled', entry_id = $2 WHERE id = $1", [statementId, entryId]);
    await move(tx, ctx, { partnerId: partner.id, currency: statement.currency, kind: "statement", subjectId: statementId, amountMinor: netMinor });
    const payoutId = await pay(tx, ctx, partner, statement);
    await audit.record(tx, ctx, { action: "partner.statement.settled", subject: statementId, after: { netMinor, currency: statement.currency, entryId, payoutId } });
    return { statementId, entryId, payoutId };
  },
  reject: async (tx, ctx, { statementId }, reason) => {
    await tx.run("partners.statement.turn_down", "UPDATE partners.statement SET state = 'discarded' WHERE id = $1 AND state = 'proposed'", [statementId]);
    await audit.record(tx, ctx, { action: "partner.statement.discarded", subject: statementId, reason });
  },
  // Taken back by its maker it is a draft again.
  withdraw: async (tx, ctx, { statementId }, reason) => {
    await tx.run("partners.statement.take_back", "UPDATE partners.statement SET state = 'draft' WHERE id = $1 AND state = 'proposed'", [statementId]);
    await audit.record(tx, ctx, { action: "partner.statement.taken_back", subject: statementId, reason });
  },
};

const AGAIN = "partner.statement.pay_again";

/** Proposes to order again what the bank refused, to the account of today; a second person agrees. May raise partner_statement.not_found, partner_statement.payment_not_refused. */
export async function proposePayingAgain(ctx: Context, statementId: string): Promise<ApprovalRequest> {
  requirePermission(ctx.actor, "partner.statement.make");
  return ctx.transaction(async (tx) => {
    const statement = await lockStatement(tx, statementId);
    if (statement.payment !== "refused") throw problem("partner_statement.payment_not_refused");
    const partner = await lockPartner(tx, statement.partner_id);
    const owed = await owedTo(tx, partner.id, statement.currency);
    if (owed <= 0n) throw problem("partner_statement.payment_not_refused", "Nothing is owed any more.");
    return propose(tx, ctx, { action: AGAIN, subject: statementId, summary: `Pay ${partner.name} again, to ${partner.payee_masked}`, amountMinor: owed, currency: statement.currency, payload: { statementId } });
  });
}

/** The second person's half. May raise partner_statement.payment_not_refused. */
export const payAgainControl: DualControl<{ statementId: string }> = {
  action: AGAIN, permission: "partner.statement.approve", limited: true,
  execute: async (tx, ctx, { statementId }, request) => {
    const statement = await lockStatement(tx, statementId);
    const partner = await lockPartner(tx, statement.partner_id);
    if (statement.payment !== "refused") throw problem("partner_statement.payment_not_refused");
    if ((await owedTo(tx, partner.id, statement.currency)) !== request.amountMinor) throw problem("partner_statement.payment_not_refused", "What is owed is another sum by now: propose it again.");
    const payoutId = await pay(tx, ctx, partner, statement);
    await audit.record(tx, ctx, { action: "partner.statement.paid_again", subject: statementId, after: { payoutId, amountMinor: request.amountMinor, currency: statement.currency } });
    return { statementId, payoutId };
  },
};

/** Orders what is owed to a partner by now; nothing where it owes us. */
async function pay(tx: Tx, ctx: Context, partner: PartnerRow, statement: StatementRow): Promise<string | null> {
  const owed = await owedTo(tx, partner.id, statement.currency);
  if (owed <= 0n) return null;
  const attempt = statement.attempts + 1;
  const account = ctx.services.keys.open(partner.wrapped_key, partner.payee_account, `partner:${partner.id}`).toString("utf8");
  const payoutId = await createPayout(tx, ctx, {
    reference: `${statement.id}-${attempt}`, amount: money(owed, statement.currency), payee: { name: partner.name, accountScheme: partner.payee_scheme, account }, purpose: "partner settlement", subject: statement.id,
  });
  await post(tx, ctx, payoutEntry(tx, statement, owed, "out"));
  await move(tx, ctx, { partnerId: partner.id, currency: statement.currency, kind: "payout", subjectId: statement.id, amountMinor: -owed });
  await tx.run("partners.statement.pay", "UPDATE partners.statement SET payment = 'ordered', paid_minor = $2, attempts = $3, reason = NULL WHERE id = $1", [statement.id, owed, attempt]);
  return payoutId;
}

/** A payout under way leaves what is owed for the clearing account, which the bank's line empties; one that comes back goes the other way. */
function payoutEntry(tx: Tx, statement: StatementRow, amount: bigint, way: "out" | "back"): JournalEntry {
  const [debit, credit] = way === "out" ? [PAYABLE, "disbursement_clearing"] : ["disbursement_clearing", PAYABLE];
  return {
    cause: { kind: "partner_statement", id: statement.id }, businessDate: tx.businessDate, valueDate: tx.businessDate, currency: statement.currency,
    memo: way === "out" ? "Payout to an owner of loan shares" : "Payout to an owner of loan shares came back", lines: [{ account: debit, debit: amount }, { account: credit, credit: amount }],
  };
}

/** The bank paid, or refused or returned, what a statement ordered. Safe to repeat; payouts of other things are passed over. */
export async function noteBank(tx: Tx, ctx: Context, fact: { statementId: string; reference: string; settled: boolean; reason: string }): Promise<void> {
  const statement = await lockStatement(tx, fact.statementId);
  // A late word about an earlier attempt says nothing of the present one.
  if (fact.reference !== `${statement.id}-${statement.attempts}`) return;
  if (fact.settled) {
    if (statement.payment !== "ordered") return;
    await tx.run("partners.statement.paid", "UPDATE partners.statement SET payment = 'paid' WHERE id = $1", [statement.id]);
    await audit.record(tx, ctx, { action: "partner.statement.paid", subject: statement.id, after: { amountMinor: statement.paid_minor, currency: statement.currency } });
    return;
  }
  if (statement.payment !== "ordered" && statement.payment !== "paid") return;
  await lockPartner(tx, statement.partner_id);
  await post(tx, ctx, payoutEntry(tx, statement, statement.paid_minor, "back"));
  await move(tx, ctx, { partnerId: statement.partner_id, currency: statement.currency, kind: "payout_refused", subjectId: statement.id, amountMinor: statement.paid_minor });
  await tx.run("partners.statement.refused", "UPDATE partners.statement SET payment = 'refused', reason = $2 WHERE id = $1", [statement.id, fact.reason]);
  await audit.record(tx, ctx, { action: "partner.statement.refused", subject: statement.id, reason: fact.reason, after: { amountMinor: statement.paid_minor, currency: statement.currency } });
}

const SUMS = ["principal", "interest", "fee", "penalty", "recovery", "loss", "servicing_fee"].map((c) => `sum(l.${c}_minor)::bigint AS ${c}`).join(", ");

function sharesOf(tx: Tx, statementId: string): Promise<PostedShare[]> {
  return tx.rows<Record<"principal" | "interest" | "fee" | "penalty" | "recovery" | "loss" | "servicing_fee", bigint> & { product_code: string; branch_id: string | null }>("partners.statement.sums",
    `SELECT p.product_code, p.branch_id, ${SUMS}
     FROM partners.share_line l JOIN partners.participation_loan p ON p.tenant_id = l.tenant_id AND p.participation_id = l.participation_id AND p.loan_account_id = l.loan_account_id
     WHERE l.source_id = $1 GROUP BY p.product_code, p.branch_id ORDER BY p.product_code, p.branch_id`, [statementId])
    .then((rows) => rows.map((r) => ({
      productCode: r.product_code, branchId: r.branch_id, principal: Number(r.principal), interest: Number(r.interest), fee: Number(r.fee), penalty: Number(r.penalty), recovery: Number(r.recovery), loss: Number(r.loss), servicingFee: Number(r.servicing_fee),
    })));
}
