import type { Money } from "#engine/money.ts";
import type { JournalEntry } from "#modules/ledger/index.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { problem } from "../problems.ts";
import { UNKNOWN_ACCOUNT } from "../store.ts";
import { receiptEntry } from "./import-statement.ts";
import { unmatchReceipt } from "./match-receipt.ts";
import { takeBack } from "./return-receipt.ts";

export interface MoneyByHand {
  readonly amount: Money;
  readonly valueDate: string;
  /** 'cash', 'cheque', 'card' … */
  readonly channel: string;
  /** The loan it is for, and its number. */
  readonly loanAccountId: string;
  readonly number: string;
  /** What the payer's or the bank's paper calls the payment; the bank's line may carry it. */
  readonly reference?: string;
}

/** Money somebody took in for a loan, about to be kept: a receipt, its match, and what it posts. */
export interface TakenByHand extends MoneyByHand {
  readonly receiptId: string;
  readonly matchId: string;
  /** Who took it in. */
  readonly actorId: string;
  /** Dr bank_clearing / Cr payments_suspense: the caller posts it with the entry that applies the money. */
  readonly entry: JournalEntry;
}

/** Names a receipt and its match, so that whoever applies the money can refer to them before they are kept. */
export function takenByHand(tx: Tx, ctx: Context, input: MoneyByHand): TakenByHand {
  const receiptId = ctx.ids.next("rcp");
  return { ...input, receiptId, matchId: ctx.ids.next("rm"), actorId: ctx.actor.id, entry: receiptEntry(tx, { id: receiptId, amountMinor: input.amount.minor, currency: input.amount.currency, valueDate: input.valueDate }) };
}

/**
 * Keeps receipts that were taken in by hand with their matches, taken already: whoever calls applies them in this transaction. One
 * statement, however many; it writes no audit record of its own, the caller's names the receipt.
 */
export async function keepTakenByHand(tx: Tx, taken: readonly TakenByHand[]): Promise<void> {
  if (taken.length === 0) return;
  await tx.run("payments.receipt.take_by_hand", `
    WITH taken AS MATERIALIZED (
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::date[], $8::text[], $9::text[], $12::text[])
        AS t (receipt_id, match_id, loan_account_id, channel, amount_minor, currency, value_date, reference, remittance, actor_id)
    ), receipt AS (
      INSERT INTO payments.receipt (id, bank_account_id, bank_reference, channel, amount_minor, currency, value_date, end_to_end_id, remittance, state, received_at)
      SELECT receipt_id, $10, receipt_id, channel, amount_minor, currency, value_date, reference, remittance, 'matched', $11 FROM taken
    )
    INSERT INTO payments.receipt_match (id, receipt_id, loan_account_id, amount_minor, how, matched_by, matched_at, taken_at)
    SELECT match_id, receipt_id, loan_account_id, amount_minor, 'person', actor_id, $11, $11 FROM taken`,
    [taken.map((t) => t.receiptId), taken.map((t) => t.matchId), taken.map((t) => t.loanAccountId), taken.map((t) => t.channel), taken.map((t) => String(t.amount.minor)), taken.map((t) => t.amount.currency),
      taken.map((t) => t.valueDate), taken.map((t) => t.reference ?? null), taken.map((t) => t.number), UNKNOWN_ACCOUNT, tx.now, taken.map((t) => t.actorId)]);
}

/**
 * What was applied from a match was taken off its loan by a person. A receipt by hand whose money no statement has shown is taken back
 * with it, Dr payments_suspense / Cr bank_clearing; one that the bank has shown goes back into suspense. One part of several, or a match
 * undone before, is left alone. May raise receipt.not_found.
 */
export async function releaseMatch(tx: Tx, ctx: Context, matchId: string, reason: string): Promise<void> {
  const row = await tx.maybe<{ receipt_id: string; state: string; awaited: boolean; undone: boolean; parts: number }>("payments.match.release", `
    SELECT m.receipt_id, r.state, r.line_id IS NULL AND r.bank_reference = r.id AS awaited, m.undone_at IS NOT NULL AS undone,
      (SELECT count(*)::int FROM payments.receipt_match o WHERE o.receipt_id = m.receipt_id AND o.undone_at IS NULL) AS parts
    FROM payments.receipt_match m JOIN payments.receipt r ON r.tenant_id = m.tenant_id AND r.id = m.receipt_id WHERE m.id = $1 FOR UPDATE OF r`, [matchId]);
  if (row === undefined) throw problem("receipt.not_found");
  if (row.undone || row.state !== "matched" || row.parts !== 1) return;
  if (row.awaited) await takeBack(tx, ctx, row.receipt_id, reason);
  else await unmatchReceipt(tx, ctx, row.receipt_id, reason);
}
