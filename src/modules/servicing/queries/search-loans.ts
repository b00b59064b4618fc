import { parseAmount } from "#engine/index.ts";
import type { Context } from "#kernel/context.ts";
import type { Extra } from "#kernel/list.ts";
import { currentTenant } from "#kernel/tenants.ts";
import { partiesKnownBy } from "#modules/parties/index.ts";
import { byReference } from "../commands/apply-payments.ts";

/**
 * What a caller knows of a loan when it is neither name nor number: phone, e-mail or official identifier of a party, the amount and day of
 * a payment, or the reference it was posted with. Undefined leaves the text to the list's own columns.
 *
 * @example "98765 43210", "2,115.00 2026-04-03", "RCPT-778"
 */
export async function searchLoans(text: string, ctx: Context): Promise<Extra | undefined> {
  return ctx.read(async (tx) => {
    const parties = await partiesKnownBy(tx, ctx, text);
    if (parties.length > 0) return { sql: "EXISTS (SELECT FROM servicing.loan_party lp WHERE lp.tenant_id = a.tenant_id AND lp.loan_account_id = a.id AND lp.party_id = ANY($1::text[]))", values: [parties] };
    const paid = paymentIn(text, (await currentTenant(tx)).currency);
    if (paid !== undefined) {
      return {
        sql: "a.id IN (SELECT ev.loan_account_id FROM servicing.loan_event ev WHERE ev.type = 'paymentReceived' AND ev.value_date = $1::date AND (ev.payload ->> 'amount')::bigint = $2::bigint)",
        values: [paid.date, paid.minor],
      };
    }
    const source = await tx.maybe<{ loan_account_id: string }>("servicing.search.source", "SELECT loan_account_id FROM servicing.payment_source WHERE source = ANY($1)", [[text, byReference(text)]]);
    return source === undefined ? undefined : { sql: "a.id = $1", values: [source.loan_account_id] };
  });
}

/** An amount and a day, in either order: "2,115.00 2026-04-03". */
function paymentIn(text: string, currency: string): { date: string; minor: string } | undefined {
  const date = /\b\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\b/.exec(text)?.[0];
  if (date === undefined) return undefined;
  const amount = text.replace(date, "").replaceAll(",", "").trim();
  if (!/^\d{1,13}(\.\d{1,3})?$/.test(amount)) return undefined;
  try {
    return { date, minor: parseAmount(amount, currency).minor.toString() };
  } catch (error) {
    // More decimals than the currency has: no payment was ever that.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
