import type { Tx } from "#kernel/db.ts";
import { AGE_BANDS, OPEN_ITEM_ACCOUNTS, openByAge, type OpenDay } from "../domain/ageing.ts";
import { STATUTORY } from "../domain/entry.ts";

export interface AccountAge {
  readonly account: string;
  readonly currency: string;
  /** Debits minus credits at the end of the day. */
  readonly balanceMinor: bigint;
  /** One figure per band, youngest first; they add up to the balance. */
  readonly bandsMinor: readonly bigint[];
  /** Age of the oldest part that still stands; 0 when nothing does. */
  readonly oldestDays: number;
}

/**
 * How long money has stood on the suspense and clearing accounts, oldest cleared first, from the running totals alone.
 * @param of.asOf  inclusive; default the current business date
 */
export async function suspenseAgeing(tx: Tx, of: { asOf?: string; book?: string } = {}): Promise<AccountAge[]> {
  const rows = await tx.rows<OpenDay & { account: string; currency: string }>("ledger.suspense.days", `
    SELECT account, currency, ($2::date - business_date) AS "ageDays", sum(debit_minor)::bigint AS "debitMinor", sum(credit_minor)::bigint AS "creditMinor"
    FROM ledger.account_day_total WHERE book = $1 AND account = ANY($3) AND business_date <= $2
    GROUP BY account, currency, business_date ORDER BY account, currency, business_date DESC`, [of.book ?? STATUTORY, of.asOf ?? tx.businessDate, OPEN_ITEM_ACCOUNTS]);
  return [...Map.groupBy(rows, (r) => `${r.account} ${r.currency}`).values()].map((days) => {
    const open = openByAge(days);
    const [first] = days as [typeof rows[number]];
    return {
      account: first.account, currency: first.currency,
      balanceMinor: open.reduce((sum, d) => sum + d.openMinor, 0n),
      bandsMinor: AGE_BANDS.map(({ from, to }) => open.reduce((sum, d) => (d.ageDays >= from && (to === null || d.ageDays <= to) ? sum + d.openMinor : sum), 0n)),
      oldestDays: open.at(-1)?.ageDays ?? 0,
    };
  });
}

/** What the items of an account come to now, as payments tells them one by one; debits minus credits. */
export async function openItemSums(tx: Tx): Promise<(account: string, currency: string) => bigint> {
  const sums = await tx.rows<{ account: string; currency: string; minor: bigint }>("ledger.suspense.items", "SELECT account, currency, sum(amount_minor)::bigint AS minor FROM payments.ledger_open_item GROUP BY account, currency");
  return (account, currency) => sums.find((s) => s.account === account && s.currency === currency)?.minor ?? 0n;
}
