/** Accounts on which nothing should stand for long: money in flight and money not yet placed. */
export const OPEN_ITEM_ACCOUNTS = ["bank_clearing", "disbursement_clearing", "payments_suspense", "refund_payable"] as const;

/** Bands of age in calendar days, youngest first; the last has no end. */
export const AGE_BANDS = [
  { band: "0-1", from: 0, to: 1 }, { band: "2-7", from: 2, to: 7 }, { band: "8-30", from: 8, to: 30 }, { band: "31-90", from: 31, to: 90 }, { band: "over 90", from: 91, to: null },
] as const;

/** Money in flight longer than this many days is a red check at period close. */
export const STALE_AFTER_DAYS = 7;

export interface OpenDay {
  /** Calendar days from that day to the day of the report. */
  readonly ageDays: number;
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
}

/**
 * What of each day still stands in a balance when the oldest is cleared first: the newest amounts on the balance's own side, up to the balance.
 *
 * @param days  the account's totals of each day, newest first
 * @returns     signed like the balance, debits positive; the parts add up to debits minus credits
 * @source      first in, first out, as open items are cleared when nothing says which one was meant
 * @example     Dr 50 three days ago, Cr 30 yesterday, Dr 5 today leave 5 of today and 20 of three days ago
 */
export function openByAge(days: readonly OpenDay[]): { ageDays: number; openMinor: bigint }[] {
  const net = days.reduce((sum, d) => sum + d.debitMinor - d.creditMinor, 0n);
  const sign = net < 0n ? -1n : 1n;
  let left = net * sign;
  const open: { ageDays: number; openMinor: bigint }[] = [];
  for (const d of days) {
    if (left === 0n) break;
    const side = sign > 0n ? d.debitMinor : d.creditMinor;
    const part = side < left ? side : left;
    if (part > 0n) open.push({ ageDays: d.ageDays, openMinor: part * sign });
    left -= part;
  }
  return open;
}
