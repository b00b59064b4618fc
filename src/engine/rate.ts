import { divideRounded } from "./rounding.ts";

/** A yearly rate in parts per billion: 7.25 % is `{ ppb: 72_500_000n }`. */
export type Rate = { readonly ppb: bigint };

/** One, in parts per billion. */
export const PPB = 1_000_000_000n;

/** A rate. @param ppb parts per billion a year; a number must be a safe integer. @throws RangeError otherwise */
export function rate(ppb: bigint | number): Rate {
  if (typeof ppb === "number" && !Number.isSafeInteger(ppb)) throw new RangeError(`not a safe integer: ${ppb}`);
  return { ppb: BigInt(ppb) };
}

/**
 * A rate from its wire form, a decimal string with at most nine decimals.
 * @throws RangeError  malformed, or finer than a part per billion
 * @example            parseRate("0.0725").ppb is 72_500_000n
 */
export function parseRate(text: string): Rate {
  return { ppb: parseScaled(text, 9) };
}

/**
 * A rate from per cent, at most seven decimals.
 * @throws RangeError  malformed, or finer than a part per billion
 * @example            parsePercent("9.4822").ppb is 94_822_000n
 */
export function parsePercent(text: string): Rate {
  return { ppb: parseScaled(text, 7) };
}

/** Decimal string without trailing zeros. @example formatRate(rate(72_500_000n)) is "0.0725" */
export function formatRate(value: Rate): string {
  return formatScaled(value.ppb, 9);
}

/** Per cent without trailing zeros and without the sign. @example formatPercent(rate(72_500_000n)) is "7.25" */
export function formatPercent(value: Rate): string {
  return formatScaled(value.ppb, 7);
}

/** A monthly rate as a yearly one: twelve times, no compounding. */
export function fromMonthly(monthly: Rate): Rate {
  return { ppb: monthly.ppb * 12n };
}

/** A yearly rate rounded (half-even) to a twelfth. */
export function toMonthly(yearly: Rate): Rate {
  return { ppb: divideRounded(yearly.ppb, 12n, "half-even") };
}

/** Integer value of a decimal string shifted by `decimals` places. @throws RangeError malformed or too fine */
export function parseScaled(text: string, decimals: number): bigint {
  const match = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?$/.exec(text);
  const fraction = (match?.[3] ?? "").replace(/0+$/, "");
  if (!match || fraction.length > decimals) throw new RangeError(`not a decimal of at most ${decimals} places: ${JSON.stringify(text)}`);
  const value = BigInt(`${match[2]}${fraction.padEnd(decimals, "0")}`);
  return match[1] ? -value : value;
}

/** Inverse of {@link parseScaled}, without trailing zeros. */
export function formatScaled(value: bigint, decimals: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, "");
  return `${value < 0n ? "-" : ""}${whole}${fraction ? `.${fraction}` : ""}`;
}
