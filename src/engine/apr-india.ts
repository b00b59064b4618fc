import { xirr } from "./xirr.ts";
import type { DatedFlow } from "./xirr.ts";
import { irr, pmt, rate } from "./tvm.ts";

/** A loan of equal monthly instalments as a Key Facts Statement shows it. Amounts in minor units. */
export type KeyFactsLoan = {
  readonly principal: number;
  /** Fees taken from the payout, to the lender and to third parties. */
  readonly deductedFees: number;
  /** Nominal yearly rate as a fraction: 0.15. */
  readonly annualRate: number;
  readonly instalments: number;
};

/** Figures of a Key Facts Statement; amounts in minor units, unrounded. */
export type KeyFacts = { readonly instalment: number; readonly totalInterest: number; readonly totalPayable: number; readonly netDisbursed: number; readonly apr: number | null };

/**
 * Instalment, interest, total and APR of a Key Facts Statement. The APR is twelve times the monthly internal rate on the net amount
 * paid out, with the unrounded instalment (the circular's own illustration does so: 17.07 %, not 17.10 %).
 *
 * @throws RangeError  no instalments, or fees not below the principal
 * @source             RBI circular DOR.STR.REC.13/13.03.00/2024-25 (Key Facts Statement), Annex B
 * @example            20,000 at 15 %, 24 months, fees 400: instalment 969.73, APR 17.07 %
 */
export function keyFacts({ principal, deductedFees, annualRate, instalments }: KeyFactsLoan): KeyFacts {
  if (!(instalments > 0)) throw new RangeError("no instalments");
  const netDisbursed = principal - deductedFees;
  if (!(netDisbursed > 0)) throw new RangeError("fees are not below the principal");
  const instalment = -pmt(annualRate / 12, instalments, principal);
  const monthly = rate(instalments, -instalment, netDisbursed);
  const totalPayable = instalment * instalments;
  return { instalment, totalInterest: totalPayable - principal, totalPayable, netDisbursed, apr: monthly === null ? null : monthly * 12 };
}

/** One row of a Key Facts repayment schedule, unrounded. */
export type KeyFactsRow = { readonly number: number; readonly openingPrincipal: number; readonly principal: number; readonly interest: number; readonly instalment: number };

/**
 * The repayment schedule of a Key Facts Statement: computed with the unrounded instalment; who prints it rounds each cell.
 *
 * @throws RangeError  no instalments
 * @source             RBI circular DOR.STR.REC.13/13.03.00/2024-25, Annex C
 * @example            20,000 at 15 %, 24 months: row 1 is 719.73 principal, 250.00 interest
 */
export function keyFactsSchedule(principal: number, annualRate: number, instalments: number): KeyFactsRow[] {
  const instalment = -pmt(annualRate / 12, instalments, principal);
  const rows: KeyFactsRow[] = [];
  let open = principal;
  for (let number = 1; number <= instalments; number++) {
    const interest = (open * annualRate) / 12;
    rows.push({ number, openingPrincipal: open, principal: instalment - interest, interest, instalment });
    open -= instalment - interest;
  }
  return rows;
}

/**
 * RBI APR of monthly flows from the net payout: twelve times the monthly internal rate.
 * @returns  a fraction; `null` when no rate solves it
 * @source   RBI circular DOR.STR.REC.13/13.03.00/2024-25, Annex B
 * @example  aprIndiaMonthly(19_600, Array(24).fill(969.732961)) is 0.1707
 */
export function aprIndiaMonthly(netDisbursed: number, payments: readonly number[]): number | null {
  const monthly = irr([netDisbursed, ...payments.map((p) => -p)]);
  return monthly === null ? null : monthly * 12;
}

/**
 * RBI APR of flows on any days: the annualised (effective) internal rate, actual days over 365.
 * @param flows  payouts positive, payments negative
 * @returns      a fraction; `null` when no rate solves it
 * @source       RBI Master Direction – Digital Lending, 2025: APR as effective annualised rate
 * @example      +100 on 2025-01-01 and −110 on 2026-01-01: 0.1
 */
export function aprIndiaIrregular(flows: readonly DatedFlow[]): number | null {
  return xirr(flows);
}
