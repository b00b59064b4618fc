import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { problem } from "../problems.ts";
import type { BankAccountNumber } from "../ports.ts";

export interface BankAccount {
  readonly id: string;
  readonly name: string;
  readonly holderName: string;
  readonly currency: string;
  readonly number: BankAccountNumber;
  /** What the bank's interface calls it. */
  readonly channelId: string;
}

/** Adds one of the lender's own bank accounts. Safe to repeat for the same account number. */
export async function registerBankAccount(tx: Tx, ctx: Context, account: Omit<BankAccount, "id">): Promise<string> {
  const id = ctx.ids.next("ba");
  const made = await tx.run("payments.bank_account.add", `
    INSERT INTO payments.bank_account (id, name, holder_name, currency, scheme, bank_code, account, channel_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (tenant_id, account) DO NOTHING`,
    [id, account.name, account.holderName, account.currency, account.number.scheme, account.number.bankCode ?? null, account.number.account, account.channelId]);
  if (made === 1) await audit.record(tx, ctx, { action: "payment.bank_account.added", subject: id, after: { name: account.name, currency: account.currency } });
  return (await bankAccountBy(tx, { account: account.number.account }) as BankAccount).id;
}

/**
 * Says which loan a reference means, so that money that carries it finds its way. Called when a loan is booked.
 * @param input.partyIds  borrowers who may pay it from the portal
 */
export async function registerReference(tx: Tx, _ctx: Context, input: { reference: string; subject: string; partyIds?: readonly string[] }): Promise<void> {
  await tx.run("payments.reference.add", `
    INSERT INTO payments.reference (reference, subject, party_ids) VALUES ($1, $2, $3)
    ON CONFLICT (tenant_id, reference) DO UPDATE SET subject = excluded.subject, party_ids = excluded.party_ids`,
    [input.reference, input.subject, input.partyIds ?? []]);
}

/** The same for many loans in one statement. */
export async function registerReferences(tx: Tx, _ctx: Context, references: readonly { reference: string; subject: string; partyId: string }[]): Promise<void> {
  await tx.run("payments.reference.add_many",
    "INSERT INTO payments.reference (reference, subject, party_ids) SELECT r.reference, r.subject, ARRAY[r.party] FROM unnest($1::text[], $2::text[], $3::text[]) AS r (reference, subject, party)",
    [references.map((r) => r.reference), references.map((r) => r.subject), references.map((r) => r.partyId)]);
}

interface Row { id: string; name: string; holder_name: string; currency: string; scheme: BankAccountNumber["scheme"]; bank_code: string | null; account: string; channel_id: string }

/** One of our accounts by number, id or currency (the first of it); undefined when there is none. */
export async function bankAccountBy(tx: Tx, by: { account?: string; id?: string; currency?: string }): Promise<BankAccount | undefined> {
  const row = await tx.maybe<Row>("payments.bank_account.by", `
    SELECT id, name, holder_name, currency, scheme, bank_code, account, channel_id FROM payments.bank_account
    WHERE account = $1 OR id = $2 OR currency = $3 ORDER BY id LIMIT 1`, [by.account ?? null, by.id ?? null, by.currency ?? null]);
  if (row === undefined) return undefined;
  return { id: row.id, name: row.name, holderName: row.holder_name, currency: row.currency, channelId: row.channel_id, number: { scheme: row.scheme, bankCode: row.bank_code ?? undefined, account: row.account } };
}

/** The account that payments of a currency use. May raise bank.account_missing. */
export async function accountFor(tx: Tx, currency: string): Promise<BankAccount> {
  const found = await bankAccountBy(tx, { currency });
  if (found === undefined) throw problem("bank.account_missing", `There is no bank account in ${currency}.`);
  return found;
}
