import { solveYield } from "./yield.ts";

/** One period of a level-yield table; unrounded, in the unit of the inputs. */
export type YieldRow = { readonly period: number; readonly opening: number; readonly interest: number; readonly cash: number; readonly closing: number };

/**
 * The effective rate a period: it discounts the expected cash to the carrying amount at the start.
 *
 * @param carrying  amount paid out less net fees received (fees less costs)
 * @param cash      expected cash at the end of each period
 * @returns         a fraction a period; `null` when no rate does it
 * @source          IFRS 9, Appendix A "effective interest rate" and B5.4.1; ASC 310-20-35-18
 * @example         98,000 against ten times 16,275: 0.104736
 */
export function effectiveRate(carrying: number, cash: readonly number[]): number | null {
  return solveYield([{ amount: -carrying, periods: 0 }, ...cash.map((amount, k) => ({ amount, periods: k + 1 }))]);
}

/**
 * Amortised cost, period by period: income is opening carrying amount × effective rate.
 * @source  IFRS 9, paragraph 5.4.1; ASC 310-20-35-18
 * @example 1,000 at 10 %, cash 59 a year: closes the first year at 1,041
 */
export function yieldTable(carrying: number, ratePerPeriod: number, cash: readonly number[]): YieldRow[] {
  let opening = carrying;
  return cash.map((paid, k) => {
    const interest = opening * ratePerPeriod;
    const row = { period: k + 1, opening, interest, cash: paid, closing: opening + interest - paid };
    opening = row.closing;
    return row;
  });
}

/** A loan with a fee (or cost, if negative) to be spread over its life. */
export type DeferredFeeLoan = { readonly principal: number; readonly netFee: number; readonly noteRatePerPeriod: number; readonly cash: readonly number[] };

/** One period of a fee's amortisation, unrounded. */
export type FeeRow = {
  readonly period: number; readonly payment: number; readonly statedInterest: number; readonly amortization: number;
  readonly interestIncome: number; readonly remainingPrincipal: number; readonly unamortizedNetFee: number; readonly carryingAmount: number;
};

/**
 * How a deferred net fee becomes income by the level yield: income at the effective rate less interest at the note rate, per period.
 *
 * @returns  the rate and the rows; `null` when no rate exists
 * @source   ASC 310-20-35-18; FASB Statement 91, Appendix B
 * @example  100,000 at 10 %, ten payments of 16,275, net fee 2,000: first year 264.18
 */
export function amortizeFee({ principal, netFee, noteRatePerPeriod, cash }: DeferredFeeLoan): { readonly ratePerPeriod: number; readonly rows: FeeRow[] } | null {
  const ratePerPeriod = effectiveRate(principal - netFee, cash);
  if (ratePerPeriod === null) return null;
  let owed = principal;
  let fee = netFee;
  const rows = yieldTable(principal - netFee, ratePerPeriod, cash).map((row) => {
    const statedInterest = owed * noteRatePerPeriod;
    const amortization = row.interest - statedInterest;
    owed += statedInterest - row.cash;
    fee -= amortization;
    return {
      period: row.period, payment: row.cash, statedInterest, amortization, interestIncome: row.interest,
      remainingPrincipal: owed, unamortizedNetFee: fee, carryingAmount: row.closing,
    };
  });
  return { ratePerPeriod, rows };
}

function share(value: number, name: string): number {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${name} ${value} is not between 0 and 1`);
  return value;
}

/**
 * Expected credit loss of one exposure: PD × LGD × EAD, unrounded (round when it is posted).
 * @throws RangeError  a probability outside 0 … 1
 * @source             IFRS 9, paragraph B5.5.28; illustrative example 8
 * @example            expectedCreditLoss(1_000_000, 0.005, 0.25) is 1,250
 */
export function expectedCreditLoss(exposure: number, pd: number, lgd: number): number {
  return exposure * share(pd, "PD") * share(lgd, "LGD");
}

/** Terms of a lifetime loss. `conditional` PDs are of those that survived so far. */
export type LifetimeLoss = {
  readonly pd: readonly number[];
  readonly pdKind: "marginal" | "conditional";
  readonly lgd: number | readonly number[];
  readonly ead: readonly number[];
  /** Effective rate a year, to discount. */
  readonly eir: number;
  /** When in its year a default is taken to happen: 1 is its end, 0.5 its middle. */
  readonly timing?: number;
};

/**
 * Lifetime and twelve-month expected loss: Σ marginal PD × LGD × EAD ÷ (1 + EIR)^t, by year; unrounded.
 *
 * @throws RangeError  lists of unlike length, or a probability outside 0 … 1 (marginal ones: in sum)
 * @source             IFRS 9, paragraphs 5.5.3, 5.5.5, B5.5.44
 * @example            PD 2 %, 3 %, 4 % conditional, LGD 40 %, EAD 100,000, 70,000, 37,000, EIR 12 %: 1,771.09
 */
export function lifetimeExpectedLoss({ pd, pdKind, lgd, ead, eir, timing = 1 }: LifetimeLoss): { readonly lifetime: number; readonly twelveMonth: number } {
  if (pd.length !== ead.length || (typeof lgd !== "number" && lgd.length !== pd.length)) throw new RangeError("PD, LGD and EAD differ in length");
  let surviving = 1;
  let defaulted = 0;
  const losses = pd.map((p, k) => {
    const marginal = pdKind === "conditional" ? surviving * share(p, "PD") : share(p, "PD");
    surviving *= 1 - p;
    defaulted += marginal;
    const given = typeof lgd === "number" ? lgd : lgd[k] ?? 0;
    return (marginal * share(given, "LGD") * (ead[k] ?? 0)) / (1 + eir) ** (k + timing);
  });
  if (defaulted > 1 + 1e-12) throw new RangeError("more than all default");
  return { lifetime: losses.reduce((sum, l) => sum + l, 0), twelveMonth: losses[0] ?? 0 };
}

/**
 * Loss rates of a provision matrix from how sales were paid: what was never paid over what was still open when a bucket began.
 * @throws RangeError  an open amount that is not above zero
 * @source             IFRS 9, paragraph B5.5.35, illustrative example 12
 * @example            matrixLossRates(100_000, [50_000, 23_000, 8_000, 2_000], 2_000): 2 %, 4 %, 8.7 %, 25 %, 100 %
 */
export function matrixLossRates(sales: number, openAfter: readonly number[], neverPaid: number): number[] {
  return [sales, ...openAfter].map((open) => {
    if (!(open > 0)) throw new RangeError(`not an open amount: ${open}`);
    return neverPaid / open;
  });
}

/** Loss per bucket and in all: gross × rate, unrounded. @throws RangeError lists of unlike length @source IFRS 9, B5.5.35 @example matrixLoss([15_000], [0.005]).total is 75 */
export function matrixLoss(gross: readonly number[], rates: readonly number[]): { readonly perBucket: number[]; readonly total: number } {
  if (gross.length !== rates.length) throw new RangeError("buckets and rates differ in number");
  const perBucket = gross.map((amount, k) => amount * share(rates[k] ?? 0, "loss rate"));
  return { perBucket, total: perBucket.reduce((sum, l) => sum + l, 0) };
}
