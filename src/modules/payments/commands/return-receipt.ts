import * as ledger from "#modules/ledger/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import * as outbox from "#kernel/outbox.ts";
import { receiptReturned } from "../events.ts";
import { problem } from "../problems.ts";
import { failCollections } from "./collect.ts";

/**
 * Takes back a receipt that the bank returned and that no statement line has shown yet. The line that shows it later is then
 * known. May raise receipt.not_found, receipt.returned.
 */
export async function returnReceipt(tx: Tx, ctx: Context, receiptId: string, reason: string): Promise<void> {
  const receipt = await tx.maybe<{ state: string }>("payments.receipt.lock_state", "SELECT state FROM payments.receipt WHERE id = $1 FOR UPDATE", [receiptId]);
  if (receipt === undefined) throw problem("receipt.not_found");
  if (receipt.state === "returned") throw problem("receipt.returned");
  await takeBack(tx, ctx, receiptId, reason);
}

/**
 * Undoes a receipt: Dr payments_suspense / Cr bank_clearing; whoever was credited is told, and servicing reverses it, which puts
 * the money back into suspense on its side.
 */
export async function takeBack(tx: Tx, ctx: Context, receiptId: string, reason: string): Promise<void> {
  const receipt = await tx.one<{ amount_minor: bigint; currency: string; value_date: string; end_to_end_id: string | null }>("payments.receipt.take_back",
    "UPDATE payments.receipt SET state = 'returned', return_reason = $2 WHERE id = $1 AND state <> 'returned' RETURNING amount_minor, currency, value_date, end_to_end_id", [receiptId, reason]);
  const matches = await tx.rows<{ id: string; loan_account_id: string; amount_minor: bigint; taken: boolean }>("payments.match.undo_all",
    "UPDATE payments.receipt_match SET undone_at = $2 WHERE receipt_id = $1 AND undone_at IS NULL RETURNING id, loan_account_id, amount_minor, taken_at IS NOT NULL AS taken", [receiptId, tx.now]);
  await ledger.post(tx, ctx, {
    cause: { kind: "receipt", id: receiptId }, businessDate: tx.businessDate, valueDate: receipt.value_date, currency: receipt.currency, memo: `Receipt returned: ${reason}`,
    lines: [{ account: "payments_suspense", debit: receipt.amount_minor }, { account: "bank_clearing", credit: receipt.amount_minor }],
  });
  await audit.record(tx, ctx, { action: "payment.receipt.returned", subject: receiptId, reason, after: { amountMinor: receipt.amount_minor, currency: receipt.currency, matches: matches.map((m) => m.id) } });
  await outbox.add(tx, ctx, ...matches.map((m) => receiptReturned({ matchId: m.id, receiptId, loanAccountId: m.loan_account_id, amountMinor: m.amount_minor, currency: receipt.currency, reason })));
  if (receipt.end_to_end_id?.startsWith("dd_") === true) await failCollections(tx, ctx, [{ id: receipt.end_to_end_id, reason }], "returned");
}
