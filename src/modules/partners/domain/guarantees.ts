import { WHOLE_PPB } from "./shares.ts";

/**
 * The largest share of what was lent that may be guaranteed, where a regulator says so.
 * @source RBI (Digital Lending) Directions 2025, default loss guarantee: cover at most five per cent of the amount disbursed of the portfolio
 */
const LIMIT_PPB: Readonly<Record<string, bigint>> = { INR: 50_000_000n };

/**
 * The longest that may pass, in days past due, before a guarantee is invoked.
 * @source RBI (Digital Lending) Directions 2025: within a maximum overdue period of 120 days, unless made good by the borrower before
 */
export const LATEST_CLAIM_DAYS = 120;

/** Whether a cap is above what the regulator of the currency allows. */
export function aboveLimit(currency: string, capPpb: bigint): boolean {
  const limit = LIMIT_PPB[currency];
  return limit !== undefined && capPpb > limit;
}

/** The most that can be claimed: a share of what was lent, parts of a minor unit left out. @example capOf(10_000_00n, 50_000_000n) is 500_00n */
export function capOf(disbursedMinor: bigint, capPpb: bigint): bigint {
  return (disbursedMinor * capPpb) / BigInt(WHOLE_PPB);
}

export interface Claimable { readonly loanAccountId: string; readonly daysPastDue: number; readonly owedMinor: bigint }

/**
 * What is claimed of each loan: all that its borrower owes, the longest overdue first, until the cap is used up. A cap once used does not
 * grow again, whatever the borrowers pay later.
 *
 * @returns the loans that something is claimed of, in that order
 */
export function claimsWithin<L extends Claimable>(loans: readonly L[], leftMinor: bigint): (L & { readonly amountMinor: bigint })[] {
  let left = leftMinor;
  return [...loans].sort((a, b) => b.daysPastDue - a.daysPastDue || (a.loanAccountId < b.loanAccountId ? -1 : 1)).flatMap((loan) => {
    const amountMinor = loan.owedMinor < left ? loan.owedMinor : left;
    left -= amountMinor;
    return amountMinor > 0n ? [{ ...loan, amountMinor }] : [];
  });
}
