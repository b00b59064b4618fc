import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import type { NewPayout } from "../commands/create-payout.ts";

/** Whom and where the last payout for a subject reached; undefined when none did. The account is in clear: for ordering another payout, not for showing. */
export async function payeeOf(tx: Tx, ctx: Context, subject: string): Promise<NewPayout["payee"] | undefined> {
  const row = await tx.maybe<{ id: string; payee_name: string; payee_scheme: NewPayout["payee"]["accountScheme"]; wrapped_key: Buffer; payee_account: Buffer }>("payments.payout.payee",
    "SELECT id, payee_name, payee_scheme, wrapped_key, payee_account FROM payments.payout WHERE subject = $1 AND state = 'settled' ORDER BY id DESC LIMIT 1", [subject]);
  if (row === undefined) return undefined;
  return { name: row.payee_name, accountScheme: row.payee_scheme, account: ctx.services.keys.open(row.wrapped_key, row.payee_account, `payout:${row.id}`).toString("utf8") };
}
