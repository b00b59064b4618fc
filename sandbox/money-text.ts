/**
 * Number of decimals of a currency.
 * @source ISO 4217 minor units, the currencies a sandbox account may have
 */
const DECIMALS: Readonly<Record<string, number>> = { INR: 2, USD: 2, EUR: 2, GBP: 2, CAD: 2, AUD: 2, SGD: 2, AED: 2, CHF: 2, JPY: 0, KWD: 3, BHD: 3 };

/** Decimals of a known currency, undefined for an unknown one. */
export const decimalsOf = (currency: string): number | undefined => DECIMALS[currency];

function scaleOf(currency: string): number {
  const decimals = DECIMALS[currency];
  if (decimals === undefined) throw new RangeError(`unknown currency ${currency}`);
  return decimals;
}

/**
 * Decimal text to minor units. Fewer decimals than the currency has are accepted, more are not,
 * unless they are zero (files of other systems write 5.0400).
 * @throws RangeError not a plain decimal, too many decimals, an unknown currency
 * @example toMinor("106.62", "INR") is 10662n; toMinor("10.005", "USD") throws
 */
export function toMinor(text: string, currency: string): bigint {
  const decimals = scaleOf(currency);
  const match = /^(-?)(\d{1,18})(?:\.(\d{1,18}))?$/.exec(text);
  if (match === null) throw new RangeError(`"${text.slice(0, 40)}" is not a decimal amount`);
  const fraction = match[3] ?? "";
  if (/[1-9]/.test(fraction.slice(decimals))) throw new RangeError(`"${text.slice(0, 40)}" has more decimals than ${currency} knows`);
  const minor = BigInt(`${match[2]}${fraction.slice(0, decimals).padEnd(decimals, "0")}`);
  return match[1] === "-" ? -minor : minor;
}

/** Minor units to decimal text with the currency's own number of decimals. @example toText(10662n, "INR") is "106.62" */
export function toText(minor: bigint, currency: string): string {
  const decimals = scaleOf(currency);
  const digits = (minor < 0n ? -minor : minor).toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const sign = minor < 0n ? "-" : "";
  return decimals === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-decimals)}`;
}
