import { toDay } from "./date.ts";
import type { Day, IsoDate } from "./date.ts";
import { yearFraction } from "./daycount.ts";
import type { DayCountConvention } from "./daycount.ts";
import { solveYield } from "./yield.ts";
import type { Flow } from "./yield.ts";

/** An amount on a day: received is positive, paid negative, in any one unit. */
export type DatedFlow = { readonly date: IsoDate; readonly amount: number };

/**
 * The yearly effective rate at which dated flows are worth nothing on the earliest day.
 *
 * @param dayCount     how days become years; actual days over 365 as in spreadsheets by default
 * @returns            a fraction (0.1 is 10 %); with several answers the one nearest zero; `null` when there is none between −99.9999 % and 10^8 %
 * @throws RangeError  a malformed date, an amount that is not finite, or no flow
 * @source             ISO/IEC 26300-3 (OpenFormula), section 6.12.53
 * @example            −10,000 on 2008-01-01, then 2,750, 4,250, 3,250, 2,750: 0.373362535
 */
export function xirr(flows: readonly DatedFlow[], dayCount: DayCountConvention = "ACT/365F"): number | null {
  const first = firstDate(flows);
  if (dayCount !== "ACT/365F") return solveYield(flows.map(({ date, amount }) => ({ amount, periods: yearFraction(dayCount, first, date) })));
  const start = toDay(first);
  return solveYield(flows.map(({ date, amount }) => ({ amount, periods: (toDay(date) - start) / 365 })));
}

/**
 * {@link xirr} by actual days over 365 for flows on day numbers, in any order: the form for mass runs.
 *
 * @returns            a fraction a year, or `null` as there
 * @throws RangeError  lists of unlike length, or a number that is not finite
 * @example            xirrOfDays([0, 365], [-100, 110]) is 0.1
 */
export function xirrOfDays(days: readonly Day[], amounts: readonly number[]): number | null {
  if (days.length !== amounts.length) throw new RangeError(`${days.length} days and ${amounts.length} amounts`);
  // Any day will do to count from: the same rate makes the flows worth nothing on each.
  const start = days[0] ?? 0;
  const flows: Flow[] = [];
  for (let k = 0; k < days.length; k++) flows.push({ amount: amounts[k] as number, periods: ((days[k] as number) - start) / 365, odd: 0 });
  return solveYield(flows);
}

/**
 * Present value of dated flows on the day of the first one, at a yearly effective rate, actual days over 365.
 *
 * @throws RangeError  the rate is −100 % or less, a malformed date, or no flow
 * @source             ISO/IEC 26300-3 (OpenFormula), section 6.12.54
 * @example            the flows of {@link xirr} at 0.09: 2,086.65
 */
export function xnpv(annualRate: number, flows: readonly DatedFlow[]): number {
  if (!(annualRate > -1)) throw new RangeError(`not a rate above -100 %: ${annualRate}`);
  const start = toDay(flows[0]?.date ?? firstDate(flows));
  return flows.reduce((sum, { date, amount }) => sum + amount / (1 + annualRate) ** ((toDay(date) - start) / 365), 0);
}

function firstDate(flows: readonly DatedFlow[]): IsoDate {
  const first = flows.reduce<IsoDate | null>((d, f) => (d === null || f.date < d ? f.date : d), null);
  if (first === null) throw new RangeError("no flows");
  return first;
}
