import type { Money } from "#engine/money.ts";
import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { enqueue } from "#kernel/jobs.ts";
import { masked } from "../domain/payout.ts";
import { problem } from "../problems.ts";

export interface NewPayout {
  /** The caller's own; a repeat with the same reference answers with the first payout. */
  readonly reference: string;
  readonly amount: Money;
  readonly payee: {
    readonly name: string;
    readonly accountScheme: "iban" | "in" | "us";
    /** BANKCODE/ACCOUNT, for instance HDFC0000001/501000012345 or 021000021/123456789; an IBAN alone. */
    readonly account: string;
  };
  readonly purpose: string;
  /** What it is for, an id; events carry it. */
  readonly subject: string;
}

export const SEND_JOB = "payments.send_payouts";

/**
 * Orders a payout. It leaves with the next file to the bank, which a job writes.
 * May raise payout.reference_reused when the reference was used for another amount or payee.
 */
export async function createPayout(tx: Tx, ctx: Context, input: NewPayout): Promise<string> {
  if (input.amount.minor <= 0n) throw new RangeError(`payout of ${input.amount.minor}`);
  const id = ctx.ids.next("po");
  const wrappedKey = ctx.services.keys.newWrappedKey();
  const sealed = ctx.services.keys.seal(wrappedKey, input.payee.account, `payout:${id}`);
  const mask = masked(input.payee.account);
  const made = await tx.run("payments.payout.create", `
    INSERT INTO payments.payout (id, reference, subject, purpose, amount_minor, currency, payee_name, payee_scheme, payee_masked, wrapped_key, payee_account, state, created_at, changed_at, ordered_date)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'created', $12, $12, $13) ON CONFLICT (tenant_id, reference) DO NOTHING`,
    [id, input.reference, input.subject, input.purpose, input.amount.minor, input.amount.currency, input.payee.name, input.payee.accountScheme, mask, wrappedKey, sealed, tx.now, tx.businessDate]);
  if (made === 0) return repeated(tx, input, mask);
  await audit.record(tx, ctx, { action: "payment.payout.created", subject: id, after: { reference: input.reference, subject: input.subject, amountMinor: input.amount.minor, currency: input.amount.currency, payee: mask } });
  await enqueue(tx, ctx, SEND_JOB, {}, { singletonKey: "send" });
  return id;
}

async function repeated(tx: Tx, input: NewPayout, mask: string): Promise<string> {
  const first = await tx.one<{ id: string; amount_minor: bigint; currency: string; payee_masked: string; subject: string }>("payments.payout.by_reference",
    "SELECT id, amount_minor, currency, payee_masked, subject FROM payments.payout WHERE reference = $1", [input.reference]);
  const same = first.amount_minor === input.amount.minor && first.currency === input.amount.currency && first.payee_masked === mask && first.subject === input.subject;
  if (!same) throw problem("payout.reference_reused");
  return first.id;
}
