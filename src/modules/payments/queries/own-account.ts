import type { Tx } from "#kernel/db.ts";

export interface OwnAccount { readonly holderName: string; readonly scheme: "iban" | "in" | "us"; readonly bankCode: string | null; readonly account: string }

/** The lender's account that borrowers pay into, in a currency; the first that was registered. */
export async function ownAccount(tx: Tx, currency: string): Promise<OwnAccount | undefined> {
  return tx.maybe<OwnAccount & Record<string, unknown>>("payments.account.own", `SELECT holder_name AS "holderName", scheme, bank_code AS "bankCode", account FROM payments.bank_account WHERE currency = $1 ORDER BY id LIMIT 1`, [currency]);
}
