/** Days past due from which an open account has a status and a payment-history code, ascending. */
export const METRO2_STATUS = [
  { from: 0, status: "11", code: "0" }, { from: 30, status: "71", code: "1" }, { from: 60, status: "78", code: "2" }, { from: 90, status: "80", code: "3" },
  { from: 120, status: "82", code: "4" }, { from: 150, status: "83", code: "5" }, { from: 180, status: "84", code: "6" },
] as const;

/**
 * Account status and history code of an open account.
 * @throws RangeError  a negative or fractional count
 * @source             CDIA Credit Reporting Resource Guide, account status codes
 * @example            metro2Status(89) is status "78", code "2"
 */
export function metro2Status(daysPastDue: number): { readonly status: string; readonly code: string } {
  const band = METRO2_STATUS.findLast((b) => daysPastDue >= b.from);
  if (!Number.isInteger(daysPastDue) || band === undefined) throw new RangeError(`not days past due: ${daysPastDue}`);
  return { status: band.status, code: band.code };
}

const HISTORY_MONTHS = 24;

/**
 * The payment history profile: one code a month, the latest first, `B` where there is no history yet.
 * @param codes        latest month first; longer histories are cut
 * @throws RangeError  an unknown code, or `B` before a month that has a history
 * @source             CDIA Credit Reporting Resource Guide, payment history profile
 * @example            paymentHistoryProfile(["1", "0"]) is "10BBBBBBBBBBBBBBBBBBBBBB"
 */
export function paymentHistoryProfile(codes: readonly string[]): string {
  const text = codes.slice(0, HISTORY_MONTHS).join("");
  if (codes.some((c) => !/^[0-6BDEGHJKLZ]$/.test(c)) || /B[^B]/.test(text)) throw new RangeError(`not a payment history: ${text}`);
  return text.padEnd(HISTORY_MONTHS, "B");
}
