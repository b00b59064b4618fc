import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { post } from "#modules/ledger/index.ts";
import { takeMatch } from "#modules/payments/index.ts";
import { PAYABLE } from "../domain/posting.ts";
import { lockPartner, move } from "../store.ts";

/** What a payment from a partner carries, so that it is known for one. */
export function referenceOf(code: string): string {
  return `PARTNER-${code.toUpperCase()}`;
}

/** Money that was matched to a partner, once: what it owes for shares is that much less. */
export async function takeMoney(tx: Tx, ctx: Context, matchId: string): Promise<void> {
  const match = await takeMatch(tx, matchId);
  if (match === undefined) return;
  const partner = await lockPartner(tx, match.loanAccountId);
  await post(tx, ctx, {
    cause: { kind: "receipt", id: match.receiptId }, businessDate: tx.businessDate, valueDate: match.valueDate, currency: match.currency, memo: `Money from ${partner.name}`,
    lines: [{ account: "payments_suspense", debit: match.amountMinor }, { account: PAYABLE, credit: match.amountMinor }],
  });
  await move(tx, ctx, { partnerId: partner.id, currency: match.currency, kind: "money_in", subjectId: matchId, amountMinor: match.amountMinor });
  await audit.record(tx, ctx, { action: "partner.money.received", subject: partner.id, after: { receiptId: match.receiptId, amountMinor: match.amountMinor, currency: match.currency } });
}

/** The match was undone, or the bank took the money back. Safe to repeat. */
export async function giveMoneyBack(tx: Tx, ctx: Context, input: { matchId: string; partnerId: string; reason: string }): Promise<void> {
  const partner = await lockPartner(tx, input.partnerId);
  const known = await tx.rows<{ kind: string; currency: string; amount_minor: bigint }>("partners.move.of_match", "SELECT kind, currency, amount_minor FROM partners.partner_move WHERE partner_id = $1 AND subject_id = $2", [partner.id, input.matchId]);
  const taken = known.find((m) => m.kind === "money_in");
  if (taken === undefined || known.length > 1) return;
  await post(tx, ctx, {
    cause: { kind: "receipt_match", id: input.matchId }, businessDate: tx.businessDate, valueDate: tx.businessDate, currency: taken.currency, memo: `Money from ${partner.name} taken back: ${input.reason}`,
    lines: [{ account: PAYABLE, debit: taken.amount_minor }, { account: "payments_suspense", credit: taken.amount_minor }],
  });
  await move(tx, ctx, { partnerId: partner.id, currency: taken.currency, kind: "money_in_undone", subjectId: input.matchId, amountMinor: -taken.amount_minor });
  await audit.record(tx, ctx, { action: "partner.money.taken_back", subject: partner.id, reason: input.reason, after: { amountMinor: taken.amount_minor, currency: taken.currency } });
}
