import { divideRounded } from "./rounding.ts";

/** A decimal number `m × 10^-s`, for rate factors that are carried with a given number of significant digits. */
export type Decimal = { readonly m: bigint; readonly s: number };

export const ONE: Decimal = { m: 1n, s: 0 };
export const ZERO: Decimal = { m: 0n, s: 0 };

const POWERS = Array.from({ length: 200 }, (_, n) => 10n ** BigInt(n));

function powerOfTen(n: number): bigint {
  return POWERS[n] ?? 10n ** BigInt(n);
}

function digitCount(value: bigint): number {
  return (value < 0n ? -value : value).toString().length;
}

/** Rounds half-even to `digits` significant digits; `null` keeps all. */
export function significant(value: Decimal, digits: number | null): Decimal {
  if (digits === null) return value;
  const excess = digitCount(value.m) - digits;
  if (excess <= 0) return value;
  const m = divideRounded(value.m, powerOfTen(excess), "half-even");
  return significant({ m, s: value.s - excess }, digits);
}

/** Rounds half-even to `places` decimals. */
export function atScale(value: Decimal, places: number): Decimal {
  if (value.s <= places) return value;
  return { m: divideRounded(value.m, powerOfTen(value.s - places), "half-even"), s: places };
}

export function addDecimal(a: Decimal, b: Decimal): Decimal {
  if (a.s === b.s) return { m: a.m + b.m, s: a.s };
  return a.s > b.s ? { m: a.m + b.m * powerOfTen(a.s - b.s), s: a.s } : { m: a.m * powerOfTen(b.s - a.s) + b.m, s: b.s };
}

export function multiplyDecimal(a: Decimal, b: Decimal, digits: number | null): Decimal {
  return significant({ m: a.m * b.m, s: a.s + b.s }, digits);
}

/** Quotient with `digits` significant digits (40 when `null`: exact for all practical ends). @throws RangeError division by zero */
export function divideDecimal(a: Decimal, b: Decimal, digits: number | null): Decimal {
  if (a.m === 0n) return ZERO;
  const wanted = digits ?? 40;
  const shift = Math.max(0, wanted + 1 + digitCount(b.m) - digitCount(a.m));
  const scaled = a.m * powerOfTen(shift);
  // A sticky digit keeps a remainder from being mistaken for a tie.
  const quotient = scaled / b.m;
  const sticky = scaled % b.m === 0n ? 0n : 1n;
  return significant({ m: quotient * 10n + sticky, s: a.s - b.s + shift + 1 }, wanted);
}

/** A whole number as a decimal. */
export function decimal(value: number | bigint, scale = 0): Decimal {
  return { m: BigInt(value), s: scale };
}

/** minor units × factor, rounded in the given mode to minor units. */
export function timesMinor(minor: number, factor: Decimal, digits: number | null, rounding: Parameters<typeof divideRounded>[2]): number {
  const product = significant({ m: BigInt(minor) * factor.m, s: factor.s }, digits);
  return Number(product.s <= 0 ? product.m * powerOfTen(-product.s) : divideRounded(product.m, powerOfTen(product.s), rounding));
}

/** Text with at most `places` decimals, cut half-even. */
export function decimalText(value: Decimal, places: number): string {
  const rounded = atScale(value, places);
  const digits = rounded.m.toString().padStart(rounded.s + 1, "0");
  return rounded.s <= 0 ? digits : `${digits.slice(0, -rounded.s)}.${digits.slice(-rounded.s)}`;
}
