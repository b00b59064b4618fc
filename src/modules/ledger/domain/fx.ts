import { currencyDecimals } from "#engine/money.ts";
import { divideRounded } from "#engine/rounding.ts";
import type { AccountKind } from "./chart.ts";

/** Rates are parts per billion: one whole unit of the foreign currency in whole units of the lender's own. */
export const RATE_DECIMALS = 9;

/** Where the difference is kept until a balance is settled: an asset account that stands for no claim. */
export const REVALUATION_ACCOUNT = "fx_revaluation";
export const GAIN_ACCOUNT = "fx_gain_loss";
/** Both legs of an exchange of one currency for another pass through it, each in its own currency. */
export const POSITION_ACCOUNT = "fx_position";

/**
 * True for what is revalued: money held, owed to us or by us. Equity, income and expense keep the rates of their days; so does the
 * position account, which would else hide the gain on the money bought.
 * @source  IAS 21, paragraphs 16 and 23: monetary items are translated at the closing rate
 */
export function isMonetary(account: string, kind: AccountKind): boolean {
  return (kind === "asset" || kind === "liability") && account !== REVALUATION_ACCOUNT && account !== POSITION_ACCOUNT;
}

/**
 * A sum of products minor × rate (ppb) in the lender's own currency, rounded once, half to even.
 *
 * @param products  Σ minor units of `from` × parts per billion; exact
 * @returns         minor units of `to`
 * @example         translate(100_00n * 83_125_000_000n, "USD", "INR") is 8312_50n
 */
export function translate(products: bigint, from: string, to: string): bigint {
  const scale = currencyDecimals(to) - currencyDecimals(from);
  const [up, down] = scale >= 0 ? [10n ** BigInt(scale), 1n] : [1n, 10n ** BigInt(-scale)];
  return divideRounded(products * up, 1_000_000_000n * down, "half-even");
}

/** What an account holds in one foreign currency, with its movements each at the rate of its day. */
export interface ForeignBalance {
  readonly account: string;
  readonly name: string;
  readonly kind: AccountKind;
  readonly currency: string;
  readonly balanceMinor: bigint;
  /** Σ of a day's movement × that day's rate; null where a day has no rate on or before it. */
  readonly products: bigint | null;
  /** Rate of the day of the report, or the newest before it. */
  readonly ratePpb: bigint | null;
}

export interface RevaluedLine {
  readonly account: string;
  readonly currency: string;
  readonly balanceMinor: bigint;
  readonly ratePpb: bigint;
  readonly carryingMinor: bigint;
  readonly closingMinor: bigint;
  readonly adjustmentMinor: bigint;
}

/**
 * What a revaluation must add: closing value less carrying value less what earlier revaluations that still count have added.
 * @param posted  adjustment so far of an account and currency, in minor units of the lender's own
 * @throws RangeError  a rate is missing; callers refuse that first
 */
export function revalue(balances: readonly ForeignBalance[], own: string, posted: (account: string, currency: string) => bigint): RevaluedLine[] {
  return balances.filter((b) => isMonetary(b.account, b.kind)).map((b) => {
    if (b.products === null || b.ratePpb === null) throw new RangeError(`no rate for ${b.currency}`);
    const carryingMinor = translate(b.products, b.currency, own);
    const closingMinor = translate(b.balanceMinor * b.ratePpb, b.currency, own);
    return { account: b.account, currency: b.currency, balanceMinor: b.balanceMinor, ratePpb: b.ratePpb, carryingMinor, closingMinor, adjustmentMinor: closingMinor - carryingMinor - posted(b.account, b.currency) };
  }).filter((l) => l.balanceMinor !== 0n || l.adjustmentMinor !== 0n);
}
