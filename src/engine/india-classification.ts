import { addDays, addMonths } from "./date.ts";
import type { IsoDate } from "./date.ts";
import { divideRounded } from "./rounding.ts";

/** Days past due from which a class holds, ascending. The due date counts as day 1 at its own day-end. */
export const INDIA_CLASSES = [
  { code: "STANDARD", from: 0 }, { code: "SMA-0", from: 1 }, { code: "SMA-1", from: 31 }, { code: "SMA-2", from: 61 }, { code: "NPA", from: 91 },
] as const;

export type IndiaClass = (typeof INDIA_CLASSES)[number]["code"];
export type NpaCategory = "SUB-STANDARD" | "DOUBTFUL-1" | "DOUBTFUL-2" | "DOUBTFUL-3" | "LOSS";

/**
 * Class of a term loan by days past due.
 * @throws RangeError  a negative or fractional count
 * @source             RBI Prudential Framework for Resolution of Stressed Assets (7 June 2019); IRAC Master Circular, paragraph 2.1
 * @example            indiaClass(61) is "SMA-2"
 */
export function indiaClass(daysPastDue: number): IndiaClass {
  if (!Number.isInteger(daysPastDue) || daysPastDue < 0) throw new RangeError(`not days past due: ${daysPastDue}`);
  return INDIA_CLASSES.findLast((c) => daysPastDue >= c.from)?.code ?? "STANDARD";
}

/** The days on which an unpaid due date turns overdue, SMA-0, SMA-1, SMA-2 and NPA, at their day-end. */
export type IndiaMilestones = { readonly overdue: IsoDate; readonly sma0: IsoDate; readonly sma1: IsoDate; readonly sma2: IsoDate; readonly npa: IsoDate };

/**
 * Milestones of an instalment that stays unpaid: 30, 60 and 90 days after its due date.
 * @source   RBI circular DOR.STR.REC.68/21.04.048/2021-22 (12 November 2021), paragraph 6, example
 * @example  due 2021-03-31: SMA-1 on 2021-04-30, SMA-2 on 2021-05-30, NPA on 2021-06-29
 */
export function indiaMilestones(dueDate: IsoDate): IndiaMilestones {
  return { overdue: dueDate, sma0: dueDate, sma1: addDays(dueDate, 30), sma2: addDays(dueDate, 60), npa: addDays(dueDate, 90) };
}

/** Months as NPA up to which a category holds. */
export const NPA_BANDS = [
  { code: "SUB-STANDARD", months: 12 }, { code: "DOUBTFUL-1", months: 24 }, { code: "DOUBTFUL-2", months: 48 }, { code: "DOUBTFUL-3", months: Infinity },
] as const satisfies readonly { code: NpaCategory; months: number }[];

/** Category by completed months as NPA. @throws RangeError negative @source IRAC Master Circular, paragraphs 4.1.1, 4.1.2 and 5.3 @example npaCategoryByMonths(13) is "DOUBTFUL-1" */
export function npaCategoryByMonths(months: number): NpaCategory {
  if (!(months >= 0)) throw new RangeError(`not months: ${months}`);
  return NPA_BANDS.find((b) => months <= b.months)?.code ?? "DOUBTFUL-3";
}

/**
 * Category on a day: the day 12, 24 or 48 months after the loan became NPA begins the next one.
 * @throws RangeError  `onDate` is before `npaDate`
 * @source             IRAC Master Circular (2 April 2024), paragraphs 4.1.1, 4.1.2 and 5.3
 * @example            NPA since 2023-08-01: SUB-STANDARD on 2024-07-31, DOUBTFUL-1 on 2024-08-01
 */
export function npaCategory(npaDate: IsoDate, onDate: IsoDate): NpaCategory {
  if (onDate < npaDate) throw new RangeError(`${onDate} is before the loan became NPA on ${npaDate}`);
  return NPA_BANDS.find((b) => b.months === Infinity || onDate < addMonths(npaDate, b.months))?.code ?? "DOUBTFUL-3";
}

/** Whether a non-performing borrower may be standard again: only when all arrears of interest and principal, on every loan, are paid. @source circular of 12 November 2021, paragraph 10 */
export function mayUpgrade(arrearsByLoan: readonly bigint[]): boolean {
  return arrearsByLoan.every((a) => a === 0n);
}

/** The class of a borrower: the worst of all loans (classification is borrower-wise). @source IRAC Master Circular, paragraph 4.2.7 @example worstClass(["STANDARD", "NPA"]) is "NPA" */
export function worstClass(classes: readonly IndiaClass[]): IndiaClass {
  return INDIA_CLASSES.findLast((c) => classes.includes(c.code))?.code ?? "STANDARD";
}

/** Provision rates in parts per ten thousand. */
export const INDIA_PROVISION_RATES = {
  standard: { "agriculture-and-SME": 25, "individual-housing": 25, CRE: 100, "CRE-RH": 75, "teaser-housing": 200, "restructured-standard": 500, other: 40 },
  substandard: { secured: 1500, unsecuredAbInitio: 2500, unsecuredInfrastructureWithEscrow: 2000 },
  doubtfulSecured: { "DOUBTFUL-1": 2500, "DOUBTFUL-2": 4000, "DOUBTFUL-3": 10_000 },
} as const;

export type IndiaSector = keyof (typeof INDIA_PROVISION_RATES)["standard"];

function atRate(minor: bigint, perTenThousand: number): bigint {
  return divideRounded(minor * BigInt(perTenThousand), 10_000n, "half-up");
}

/** A non-performing exposure; amounts in minor units, not negative. */
export type NpaExposure = {
  readonly category: NpaCategory; readonly outstanding: bigint; readonly realisableSecurity: bigint; readonly unsecuredAbInitio: boolean;
  readonly infrastructureWithEscrow?: boolean;
};

/**
 * Provision on a non-performing loan, minor units: sub-standard by a rate on all; doubtful by a rate on the secured part and all of the rest;
 * loss in full.
 *
 * @throws RangeError  a negative amount
 * @source             IRAC Master Circular (2 April 2024), paragraphs 5.2 to 5.4
 * @example            DOUBTFUL-2, 4,000.00 owed, security 1,500.00: 3,100.00
 */
export function npaProvision({ category, outstanding, realisableSecurity, unsecuredAbInitio, infrastructureWithEscrow }: NpaExposure): bigint {
  if (outstanding < 0n || realisableSecurity < 0n) throw new RangeError("negative amount");
  const { substandard, doubtfulSecured } = INDIA_PROVISION_RATES;
  if (category === "LOSS") return outstanding;
  if (category === "SUB-STANDARD") {
    if (!unsecuredAbInitio) return atRate(outstanding, substandard.secured);
    return atRate(outstanding, infrastructureWithEscrow ? substandard.unsecuredInfrastructureWithEscrow : substandard.unsecuredAbInitio);
  }
  const secured = realisableSecurity < outstanding ? realisableSecurity : outstanding;
  return atRate(secured, doubtfulSecured[category]) + (outstanding - secured);
}

/** Provision on a standard loan, minor units, and its rate in per cent. @throws RangeError a negative amount @source IRAC Master Circular, paragraph 5.5 @example CRE, 100,000.00: 1,000.00 */
export function standardProvision(sector: IndiaSector, outstanding: bigint): { readonly ratePercent: number; readonly provision: bigint } {
  if (outstanding < 0n) throw new RangeError("negative amount");
  const rate = INDIA_PROVISION_RATES.standard[sector];
  return { ratePercent: rate / 100, provision: atRate(outstanding, rate) };
}

/** Bands of individual housing loans: loan in rupees, cap of loan to value, risk weight by loan to value (per cent). */
export const HOUSING_BANDS = [
  { loanUpTo: 3_000_000n, ltvCap: 90, weights: [{ ltvUpTo: 80, weight: 35 }, { ltvUpTo: 90, weight: 50 }] },
  { loanUpTo: 7_500_000n, ltvCap: 80, weights: [{ ltvUpTo: 80, weight: 35 }] },
  { loanUpTo: null, ltvCap: 75, weights: [{ ltvUpTo: 75, weight: 50 }] },
] as const;

/** Where a housing loan stands; `riskWeightPercent` is null above the cap. */
export type HousingLoan = { readonly ltvPercent: number; readonly ltvCapPercent: number; readonly withinCap: boolean; readonly riskWeightPercent: number | null; readonly standardProvisionPercent: number };

/**
 * Loan to value, its cap and the risk weight of an individual housing loan. Amounts in paise.
 * @throws RangeError  a value that is not above zero, or a negative loan
 * @source             RBI/2016-17/317 DBR.BP.BC.No.72/08.12.015/2016-17 (7 June 2017)
 * @example            2,700,000 on 3,000,000: 90 %, within the cap of 90 %, weight 50 %
 */
export function housingLoan(loan: bigint, propertyValue: bigint): HousingLoan {
  if (loan < 0n || propertyValue <= 0n) throw new RangeError("loan or value out of range");
  const band = HOUSING_BANDS.find((b) => b.loanUpTo === null || loan <= b.loanUpTo * 100n) ?? HOUSING_BANDS[2];
  const upTo = (percent: number) => loan * 100n <= BigInt(percent) * propertyValue;
  const weight = band.weights.find((w) => upTo(w.ltvUpTo));
  return {
    ltvPercent: (Number(loan) / Number(propertyValue)) * 100, ltvCapPercent: band.ltvCap, withinCap: upTo(band.ltvCap),
    riskWeightPercent: weight?.weight ?? null, standardProvisionPercent: 0.25,
  };
}
