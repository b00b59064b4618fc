import { divideRounded, roundedIfClear, safeNumber } from "./rounding.ts";
import type { Rounding } from "./rounding.ts";
import type { Minor } from "./terms.ts";

/** A rate for one period as an exact fraction. */
export type PeriodRate = { readonly numerator: number; readonly denominator: number };

/** Lowest terms, so that inner products stay small. @throws RangeError a part is no safe integer */
export function periodRate(numerator: bigint, denominator: bigint): PeriodRate {
  let a = numerator < 0n ? -numerator : numerator;
  let b = denominator;
  while (b !== 0n) [a, b] = [b, a % b];
  return { numerator: safeNumber(numerator / a), denominator: safeNumber(denominator / a) };
}

/**
 * The equal payment that repays `principal` (down to `balloon`) in `count` periods at one rate a period:
 * (P·(1+r)^n − B)·r ÷ ((1+r)^n − 1), rounded once. A double filters the easy cases; near a rounding boundary the exact fraction decides.
 *
 * @param principal  minor units
 * @param balloon    minor units left after the last payment
 * @returns          minor units
 * @throws RangeError  `count` is not positive
 * @source  Kellison, The Theory of Interest, 3rd ed., section 3.2 (level annuity)
 * @example annuityPayment(10_000_00, { numerator: 1, denominator: 100 }, 12, 0, "half-even") is 888_49
 */
export function annuityPayment(principal: Minor, rate: PeriodRate, count: number, balloon: Minor, rounding: Rounding): Minor {
  if (!(count > 0)) throw new RangeError(`not a number of payments: ${count}`);
  const repaid = principal - balloon;
  if (rate.numerator === 0) return safeNumber(divideRounded(BigInt(repaid), BigInt(count), rounding));
  const r = rate.numerator / rate.denominator;
  const estimate = (repaid * r) / -Math.expm1(-count * Math.log1p(r)) + balloon * r;
  const doubled = estimate * 2;
  const nearest = Math.round(doubled);
  if (estimate > 0 && Math.abs(doubled - nearest) > Math.max(estimate, principal) * 2e-13) {
    const whole = Math.floor(estimate);
    switch (rounding) {
      case "down": case "floor": return whole;
      case "up": case "ceiling": return whole + 1;
      default: return estimate - whole > 0.5 ? whole + 1 : whole;
    }
  }
  return exactAnnuity(principal, rate, count, balloon, rounding);
}

function exactAnnuity(principal: Minor, rate: PeriodRate, count: number, balloon: Minor, rounding: Rounding): Minor {
  const a = BigInt(rate.numerator);
  const b = BigInt(rate.denominator);
  const grown = (a + b) ** BigInt(count);
  const plain = b ** BigInt(count);
  const numerator = (BigInt(principal) * grown - BigInt(balloon) * plain) * a;
  return safeNumber(divideRounded(numerator, b * (grown - plain), rounding));
}

/**
 * The same payment by floating point, in the order of operations of systems that compute it so: a named compatibility setting.
 *
 * @param periodic  rate of a period, already a double
 * @returns         minor units, not yet rounded
 */
export function annuityFloat64(principal: Minor, periodic: number, count: number): number {
  if (periodic === 0) return principal / count;
  const grown = (1 + periodic) ** count;
  return (principal * grown * periodic) / (grown - 1);
}

const SCALE = 1n << 128n;

/**
 * The equal payment when each period has its own rate: B·Π(1+f) ÷ Fn with F1 = 1, Fk = 1 + F(k−1)(1+fk), to 2^-128.
 *
 * @param factors  rate of each period as exact fractions, in order
 * @returns        minor units, rounded once
 * @source         equation of value at maturity
 */
export function levelPayment(principal: Minor, factors: readonly { numerator: bigint; denominator: bigint }[], balloon: Minor, rounding: Rounding): Minor {
  return levelNear(principal, factors.map((f) => Number(f.numerator) / Number(f.denominator)), balloon, rounding) ?? levelExactly(principal, factors, balloon, rounding);
}

/** By doubles, where they leave no doubt. */
function levelNear(principal: Minor, factors: readonly number[], balloon: Minor, rounding: Rounding): Minor | null {
  if (balloon !== 0) return null;
  let [grown, sum] = [1, 0];
  for (const factor of factors) {
    grown *= 1 + factor;
    sum = 1 + sum * (1 + factor);
  }
  return roundedIfClear((principal * grown) / sum, (factors.length + 2) * 1e-15, rounding);
}

function levelExactly(principal: Minor, factors: readonly { numerator: bigint; denominator: bigint }[], balloon: Minor, rounding: Rounding): Minor {
  let grown = SCALE;
  let sum = 0n;
  for (const { numerator, denominator } of factors) {
    const growth = SCALE + (numerator * SCALE) / denominator;
    grown = (grown * growth) / SCALE;
    sum = SCALE + (sum * growth) / SCALE;
  }
  const exact = BigInt(principal) * grown - BigInt(balloon) * SCALE;
  const rounded = safeNumber(divideRounded(exact, sum, rounding));
  // What was cut off at 2^-128 decides nothing unless a boundary is nearer than that: then whole fractions do.
  const rest = (((2n * exact) % sum) + sum) % sum;
  const doubt = sum >> 40n;
  return rest < doubt || sum - rest < doubt ? levelByFractions(principal, factors, balloon, rounding) : rounded;
}

/** The same by whole fractions: a tie is seen as one. */
function levelByFractions(principal: Minor, factors: readonly { numerator: bigint; denominator: bigint }[], balloon: Minor, rounding: Rounding): Minor {
  let [grown, sum, scale] = [1n, 0n, 1n];
  for (const { numerator, denominator } of factors) {
    const growth = numerator + denominator;
    sum = scale * denominator + sum * growth;
    grown *= growth;
    scale *= denominator;
  }
  return safeNumber(divideRounded(BigInt(principal) * grown - BigInt(balloon) * scale, sum, rounding));
}

/** Rounds to a multiple of `multiple` minor units (100: whole currency units). */
export function roundToMultiple(value: Minor, multiple: Minor | null, rounding: Rounding): Minor {
  if (multiple === null || multiple <= 1) return value;
  return safeNumber(divideRounded(BigInt(value), BigInt(multiple), rounding)) * multiple;
}

/** Rounds a double to a multiple of minor units, ties by mode; for compatibility settings only. */
export function roundFloat(value: number, multiple: Minor, rounding: Rounding): Minor {
  const units = value / multiple;
  const whole = Math.floor(units);
  const rest = units - whole;
  switch (rounding) {
    case "floor": case "down": return whole * multiple;
    case "ceiling": case "up": return (rest > 0 ? whole + 1 : whole) * multiple;
    case "half-up": return (rest >= 0.5 ? whole + 1 : whole) * multiple;
    case "half-down": return (rest > 0.5 ? whole + 1 : whole) * multiple;
    case "half-even": return (rest > 0.5 || (rest === 0.5 && whole % 2 !== 0) ? whole + 1 : whole) * multiple;
  }
}
