import { divideRounded } from "./rounding.ts";
import type { Rounding } from "./rounding.ts";

/** An amount in whole minor units of one currency: 12.34 USD is `{ minor: 1234n, currency: "USD" }`. */
export type Money = { readonly minor: bigint; readonly currency: string };

/** Money on the wire: a decimal string with exactly the currency's decimals. */
export type MoneyJson = { readonly amount: string; readonly currency: string };

/**
 * Decimals of currencies that do not have two.
 * @source ISO 4217 list one (minor unit column), edition of 2024
 */
const DECIMALS: Readonly<Record<string, number>> = {
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, UYI: 0, VND: 0, VUV: 0,
  XAF: 0, XOF: 0, XPF: 0, BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3, CLF: 4, UYW: 4,
};

/**
 * Number of decimals of a currency (0, 2, 3 or 4).
 * @throws RangeError  the code is not three capital letters
 * @example            currencyDecimals("JPY") is 0
 */
export function currencyDecimals(currency: string): number {
  if (!/^[A-Z]{3}$/.test(currency)) throw new RangeError(`not a currency code: ${JSON.stringify(currency)}`);
  return DECIMALS[currency] ?? 2;
}

/**
 * An amount of money.
 * @param minor  whole minor units; a number must be a safe integer
 * @throws RangeError  a number that is no safe integer, or a bad currency code
 * @example money(1234n, "USD") is 12.34 US dollars
 */
export function money(minor: bigint | number, currency: string): Money {
  currencyDecimals(currency);
  if (typeof minor === "number" && !Number.isSafeInteger(minor)) throw new RangeError(`not a safe integer: ${minor}`);
  return { minor: BigInt(minor), currency };
}

/** Nothing, in a currency. */
export function zeroMoney(currency: string): Money {
  return money(0n, currency);
}

function sameCurrency(a: Money, b: Money): void {
  if (a.currency !== b.currency) throw new RangeError(`currencies differ: ${a.currency} and ${b.currency}`);
}

/** Sum of two amounts. @throws RangeError currencies differ */
export function addMoney(a: Money, b: Money): Money {
  sameCurrency(a, b);
  return { minor: a.minor + b.minor, currency: a.currency };
}

/** Difference of two amounts. @throws RangeError currencies differ */
export function subtractMoney(a: Money, b: Money): Money {
  sameCurrency(a, b);
  return { minor: a.minor - b.minor, currency: a.currency };
}

/** The opposite amount. */
export function negateMoney(a: Money): Money {
  return { minor: -a.minor, currency: a.currency };
}

/** −1, 0 or 1, as a sorts before, with or after b. @throws RangeError currencies differ */
export function compareMoney(a: Money, b: Money): -1 | 0 | 1 {
  sameCurrency(a, b);
  return a.minor < b.minor ? -1 : a.minor > b.minor ? 1 : 0;
}

/** Sum of any number of amounts in one currency. @throws RangeError currencies differ */
export function sumMoney(amounts: readonly Money[], currency: string): Money {
  return amounts.reduce(addMoney, zeroMoney(currency));
}

/**
 * amount × numerator ÷ denominator, rounded once.
 * @throws RangeError  the denominator is zero
 * @example  2.5 % of 200.00: multiplyMoney(money(20000n, "USD"), 25n, 1000n, "half-even") is 5.00
 */
export function multiplyMoney(amount: Money, numerator: bigint, denominator: bigint, rounding: Rounding): Money {
  return { minor: divideRounded(amount.minor * numerator, denominator, rounding), currency: amount.currency };
}

/**
 * Splits an amount in proportion to weights by largest remainder, so the parts add up to the whole. Equal remainders are
 * served in order of position.
 *
 * @param weights      not negative, at least one above zero
 * @throws RangeError  no weight, a negative one, or all zero
 * @source             Hamilton's method of apportionment
 * @example            allocate(money(100n, "USD"), [1n, 1n, 1n]) is 34, 33, 33
 */
export function allocate(amount: Money, weights: readonly bigint[]): Money[] {
  const total = weights.reduce((sum, w) => sum + w, 0n);
  if (weights.some((w) => w < 0n) || total <= 0n) throw new RangeError("weights must be non-negative and not all zero");
  const sign = amount.minor < 0n ? -1n : 1n;
  const size = amount.minor * sign;
  const parts = weights.map((w) => (size * w) / total);
  const remainders = weights.map((w, index) => ({ index, rest: (size * w) % total }));
  remainders.sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1));
  let left = size - parts.reduce((sum, p) => sum + p, 0n);
  for (const { index } of remainders) {
    if (left === 0n) break;
    parts[index] = (parts[index] ?? 0n) + 1n;
    left -= 1n;
  }
  return parts.map((p) => ({ minor: p * sign, currency: amount.currency }));
}

/**
 * Minor units of a plain decimal string (no exponent, no grouping, at most the currency's decimals).
 * @throws RangeError  anything else
 * @example            parseAmount("12.3", "USD").minor is 1230n
 */
export function parseAmount(text: string, currency: string): Money {
  const decimals = currencyDecimals(currency);
  const match = /^(-?)(\d{1,30})(?:\.(\d{1,4}))?$/.exec(text);
  const fraction = match?.[3] ?? "";
  if (!match || fraction.length > decimals) throw new RangeError(`not an amount of ${currency}: ${JSON.stringify(text)}`);
  const minor = BigInt(`${match[2]}${fraction.padEnd(decimals, "0")}`);
  return { minor: match[1] ? -minor : minor, currency };
}

/** Decimal string with exactly the currency's decimals. @example formatAmount(money(-5n, "USD")) is "-0.05" */
export function formatAmount(amount: Money): string {
  const decimals = currencyDecimals(amount.currency);
  const digits = (amount.minor < 0n ? -amount.minor : amount.minor).toString().padStart(decimals + 1, "0");
  const sign = amount.minor < 0n ? "-" : "";
  if (decimals === 0) return sign + digits;
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** Money to its wire form. @example toMoneyJson(money(123456n, "USD")) is {"amount":"1234.56","currency":"USD"} */
export function toMoneyJson(amount: Money): MoneyJson {
  return { amount: formatAmount(amount), currency: amount.currency };
}

/** Money from its wire form. @throws RangeError the amount or the currency is malformed */
export function fromMoneyJson(json: MoneyJson): Money {
  return parseAmount(json.amount, json.currency);
}
