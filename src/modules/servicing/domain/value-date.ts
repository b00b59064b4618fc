/**
 * The day money counts from for a loan: the bank's value date, but not before the payout and not after the day the books are on.
 * @example the bank says 2026-03-03, the books are on 2026-03-02: 2026-03-02
 */
export function engineValueDate(bankDate: string, paidOut: string, businessDate: string): string {
  if (bankDate > businessDate) return businessDate;
  return bankDate < paidOut ? paidOut : bankDate;
}
