/** How the last unit of a quotient falls. `up`/`down` are away from and towards zero; `ceiling`/`floor` towards ±infinity. */
export type Rounding = "half-even" | "half-up" | "half-down" | "up" | "down" | "ceiling" | "floor";

export const ROUNDINGS: readonly Rounding[] = ["half-even", "half-up", "half-down", "up", "down", "ceiling", "floor"];

/** Narrows text to a rounding mode. */
export function isRounding(text: string): text is Rounding {
  return (ROUNDINGS as readonly string[]).includes(text);
}

/**
 * Exact quotient of two integers, rounded once to an integer.
 *
 * @param numerator    any integer
 * @param denominator  any integer but zero
 * @throws RangeError  the denominator is zero
 * @source             IEEE 754-2019 section 4.3 for the meaning of the tie rules
 * @example            divideRounded(5n, 2n, "half-even") is 2n; divideRounded(7n, 2n, "half-even") is 4n
 */
export function divideRounded(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  if (denominator === 0n) throw new RangeError("division by zero");
  const positive = denominator > 0n;
  const n = positive ? numerator : -numerator;
  const d = positive ? denominator : -denominator;
  const quotient = n / d;
  const remainder = n % d;
  if (remainder === 0n) return quotient;
  const sign = n < 0n ? -1n : 1n;
  const twice = (remainder < 0n ? -remainder : remainder) * 2n;
  const compared = twice < d ? -1 : twice > d ? 1 : 0;
  const away = roundsAway(rounding, compared, sign < 0n, quotient % 2n !== 0n);
  return away ? quotient + sign : quotient;
}

/** Whether a quotient with a remainder moves away from zero: `compared` is the remainder against one half. */
function roundsAway(rounding: Rounding, compared: number, negative: boolean, odd: boolean): boolean {
  switch (rounding) {
    case "half-even": return compared > 0 || (compared === 0 && odd);
    case "half-up": return compared >= 0;
    case "half-down": return compared > 0;
    case "up": return true;
    case "down": return false;
    case "ceiling": return !negative;
    case "floor": return negative;
  }
}

/**
 * Quotient of two safe integers rounded once, without BigInt: the fast path of inner loops.
 * Callers who cannot promise that both are safe integers use {@link divideRounded}.
 *
 * @throws RangeError  an argument is not a safe integer, or the denominator is not positive
 * @example            divideSafe(5, 2, "half-even") is 2
 */
export function divideSafe(numerator: number, denominator: number, rounding: Rounding): number {
  if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator) || denominator <= 0) {
    throw new RangeError(`not a safe quotient: ${numerator} / ${denominator}`);
  }
  const remainder = numerator % denominator;
  const quotient = (numerator - remainder) / denominator;
  if (remainder === 0) return quotient;
  const negative = numerator < 0;
  const size = negative ? -remainder : remainder;
  const rest = denominator - size;
  const compared = size < rest ? -1 : size > rest ? 1 : 0;
  const away = roundsAway(rounding, compared, negative, quotient % 2 !== 0);
  return away ? quotient + (negative ? -1 : 1) : quotient;
}

/**
 * Rounds a double whose true value is known to lie within a share of it, when that leaves no doubt: inner loops compute in doubles and
 * ask the exact fraction only where a rounding boundary is near.
 *
 * @param value          an estimate, in the unit that is rounded to
 * @param relativeError  bound of its error as a share of it: 2^-53 for each operation that made it
 * @returns              the rounded value, or `null` when the exact one must decide
 * @example              roundedIfClear(2.4, 1e-15, "half-even") is 2; of 2.5 it is `null`
 */
export function roundedIfClear(value: number, relativeError: number, rounding: Rounding): number | null {
  const size = value < 0 ? -value : value;
  if (!(size < 4_503_599_627_370_496)) return null;
  const margin = size * relativeError;
  const whole = Math.floor(value);
  const rest = value - whole;
  // The tie rules turn at a half, the others at whole numbers.
  if (rounding === "half-even" || rounding === "half-up" || rounding === "half-down") {
    const fromHalf = rest - 0.5;
    if (fromHalf > margin) return whole + 1;
    return -fromHalf > margin ? whole + 0 : null;
  }
  if (rest <= margin || 1 - rest <= margin) return null;
  const up = rounding === "ceiling" || (rounding === "up" && value > 0) || (rounding === "down" && value < 0);
  return up ? whole + 1 : whole + 0;
}

/** Two products and a quotient, each rounded to a double: their share of error, with room to spare. */
const FEW_OPERATIONS = 1e-15;

/**
 * a × b ÷ d rounded once: plain numbers where they leave no doubt, BigInt beyond.
 *
 * @throws RangeError  an argument is not a safe integer, `d` is not positive, or the answer leaves the safe range
 * @example            mulDiv(1_000_000, 120_000_000, 12_000_000_000, "half-even") is 10_000
 */
export function mulDiv(a: number, b: number, d: number, rounding: Rounding): number {
  const product = a * b;
  if (Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(d) && d > 0) {
    const clear = roundedIfClear(product / d, FEW_OPERATIONS, rounding);
    if (clear !== null) return clear;
  }
  if (product <= Number.MAX_SAFE_INTEGER && product >= -Number.MAX_SAFE_INTEGER) return divideSafe(product, d, rounding);
  return safeNumber(divideRounded(BigInt(a) * BigInt(b), BigInt(d), rounding));
}

/**
 * A bigint as a plain integer, checked.
 * @throws RangeError  beyond ±(2^53 − 1)
 */
export function safeNumber(value: bigint): number {
  const plain = Number(value);
  if (!Number.isSafeInteger(plain)) throw new RangeError(`${value} is beyond the safe integer range`);
  return plain;
}
