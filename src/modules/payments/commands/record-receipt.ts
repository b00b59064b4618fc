import type { Money } from "#engine/money.ts";
import * as ledger from "#modules/ledger/index.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import * as outbox from "#kernel/outbox.ts";
import { receiptMatched } from "../events.ts";
import { insertMatches, insertReceipts } from "../store.ts";
import { receiptEntry } from "./import-statement.ts";
import { accountFor } from "./register.ts";

export interface NewReceiptByHand {
  readonly amount: Money;
  readonly valueDate: string;
  /** 'cash', 'cheque', 'card' …; statements and pay-now make their own. */
  readonly channel: string;
  /** What the bank's line will carry as EndToEndId when the money gets there, so that it is not counted twice. */
  readonly endToEndId?: string;
  readonly payerName?: string;
  readonly remittance?: string;
  /** Whose it is, when that is known; else it waits in suspense. */
  readonly loanAccountId?: string;
}

/**
 * Records money that somebody took in by hand: Dr bank_clearing / Cr payments_suspense. With a loan named it is matched at once and
 * `payments.receipt_matched` is published. A caller that applies it itself in the same transaction takes the match with `takeMatch` first.
 * May raise bank.account_missing.
 */
export async function recordReceipt(tx: Tx, ctx: Context, input: NewReceiptByHand): Promise<{ receiptId: string; matchId: string | undefined }> {
  if (input.amount.minor <= 0n) throw new RangeError(`receipt of ${input.amount.minor}`);
  const account = await accountFor(tx, input.amount.currency);
  const id = ctx.ids.next("rcp");
  const receipt = {
    id, bankReference: id, channel: input.channel, amountMinor: input.amount.minor, currency: input.amount.currency, valueDate: input.valueDate,
    endToEndId: input.endToEndId, payerName: input.payerName, remittance: input.remittance ?? "", matched: input.loanAccountId !== undefined,
  };
  await insertReceipts(tx, ctx, account.id, [receipt]);
  await ledger.post(tx, ctx, receiptEntry(tx, receipt));
  await audit.record(tx, ctx, { action: "payment.receipt.recorded", subject: id, after: { amountMinor: receipt.amountMinor, currency: receipt.currency, channel: input.channel, loanAccountId: input.loanAccountId } });
  if (input.loanAccountId === undefined) return { receiptId: id, matchId: undefined };
  const match = { id: ctx.ids.next("rm"), receiptId: id, loanAccountId: input.loanAccountId, amountMinor: receipt.amountMinor, how: "person" as const };
  await insertMatches(tx, ctx, [match]);
  await outbox.add(tx, ctx, receiptMatched({ matchId: match.id, receiptId: id, loanAccountId: match.loanAccountId, amountMinor: match.amountMinor, currency: receipt.currency, valueDate: input.valueDate, channel: input.channel }));
  return { receiptId: id, matchId: match.id };
}
