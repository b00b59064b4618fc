import { addDays } from "./date.ts";
import type { IsoDate } from "./date.ts";
import { divideRounded } from "./rounding.ts";

const EIGHTH_PPB = 1_250_000n;

/**
 * Whether a disclosed APR counts as accurate: within 1/8 of a percentage point, 1/4 when the transaction is irregular.
 *
 * @param disclosedPpb  parts per billion, exact: 9.69 % is 96_900_000n
 * @param irregular     several advances, irregular periods or irregular payments
 * @source              12 CFR 1026.22(a)(2) and (3)
 * @example             9.69 % disclosed, 9.81 % actual, regular: accurate
 */
export function isAprAccurate(disclosedPpb: bigint, actualPpb: bigint, irregular: boolean): boolean {
  const gap = disclosedPpb > actualPpb ? disclosedPpb - actualPpb : actualPpb - disclosedPpb;
  return gap <= (irregular ? 2n * EIGHTH_PPB : EIGHTH_PPB);
}

/** Facts that decide the tolerance of a finance charge. Amounts in minor units (cents). */
export type FinanceChargeCheck = { readonly disclosed: bigint; readonly actual: bigint; readonly securedByDwelling: boolean; readonly amountFinanced?: bigint };

/**
 * Whether a disclosed finance charge counts as accurate. On a dwelling: not understated by more than 100.00; overstated is accurate.
 * Otherwise: within 5.00, or 10.00 when more than 1,000.00 is financed.
 *
 * @source   12 CFR 1026.18(d)(1) and (2), footnote 41 for other credit
 * @example  9,000.00 disclosed, 9,100.00 actual, on a dwelling: accurate
 */
export function isFinanceChargeAccurate({ disclosed, actual, securedByDwelling, amountFinanced }: FinanceChargeCheck): boolean {
  if (securedByDwelling) return actual - disclosed <= 10_000n;
  const gap = disclosed > actual ? disclosed - actual : actual - disclosed;
  return gap <= ((amountFinanced ?? 0n) > 100_000n ? 1_000n : 500n);
}

/** What starts a notice period of Regulation B. */
export const REG_B_NOTICE_DAYS = {
  completedApplication: 30, incompleteApplication: 30, existingAccount: 30, counteroffer: 30, counterofferNotAccepted: 90,
  statementOfReasonsRequested: 30, reasonsRequestWindow: 60,
} as const satisfies Record<string, number>;

export type RegBEvent = keyof typeof REG_B_NOTICE_DAYS;

/** Narrows text to an event of Regulation B. */
export function isRegBEvent(text: string): text is RegBEvent {
  return Object.hasOwn(REG_B_NOTICE_DAYS, text);
}

/**
 * The last day to notify an applicant, in calendar days.
 * @source   12 CFR 1002.9(a)(1), (a)(2), (c)
 * @example  a complete application of 2026-01-15: by 2026-02-14
 */
export function adverseActionDeadline(event: RegBEvent, date: IsoDate): IsoDate {
  return addDays(date, REG_B_NOTICE_DAYS[event]);
}

/** The four boxes of a Truth in Lending disclosure besides the rate. Amounts in minor units. */
export type TilaBox = { readonly amountFinanced: bigint; readonly financeCharge: bigint; readonly totalOfPayments: bigint };

/**
 * Amount financed, finance charge and total of payments of a closed-end loan.
 *
 * @param principal             loan amount in minor units
 * @param prepaidFinanceCharge  the part of the finance charge paid before or at the payout
 * @param payments              all scheduled payments
 * @throws RangeError           the prepaid charge is not below the principal, or there are no payments
 * @source                      12 CFR 1026.18(b), (d), (h)
 * @example                     5,000.00 less 100.00, 24 × 230.00: financed 4,900.00, charge 620.00, total 5,520.00
 */
export function tilaBox(principal: bigint, prepaidFinanceCharge: bigint, payments: readonly bigint[]): TilaBox {
  if (payments.length === 0 || prepaidFinanceCharge < 0n || prepaidFinanceCharge >= principal) throw new RangeError("no payments, or a prepaid charge outside the principal");
  const totalOfPayments = payments.reduce((sum, p) => sum + p, 0n);
  const amountFinanced = principal - prepaidFinanceCharge;
  return { amountFinanced, financeCharge: totalOfPayments - amountFinanced, totalOfPayments };
}

/** An APR as disclosed: parts per billion from a fraction, to a thousandth of a per cent. @example disclosedAprPpb(0.0968956) is 96_900_000n */
export function disclosedAprPpb(apr: number): bigint {
  return divideRounded(BigInt(Math.round(apr * 1e12)), 10_000_000n, "half-up") * 10_000n;
}
