import { solveYield } from "./yield.ts";

/**
 * Time value of money with the arguments, order and signs of spreadsheets: money paid out is negative. Rates are a period's; `type` is 1
 * when payments fall at the start of periods, else 0. Amounts are in any one unit and not rounded.
 */
export type PaymentTiming = 0 | 1;

function growth(rate: number, periods: number): { grown: number; annuity: number } {
  if (!(rate > -1)) throw new RangeError(`not a rate above -100 %: ${rate}`);
  if (rate === 0) return { grown: 1, annuity: periods };
  const exponent = periods * Math.log1p(rate);
  return { grown: Math.exp(exponent), annuity: Math.expm1(exponent) / rate };
}

/**
 * Payment of an annuity.
 * @throws RangeError  no periods, or a rate of −100 % or less
 * @source             ISO/IEC 26300-3 (OpenFormula), section 6.12.36
 * @example            pmt(0.08 / 12, 10, 10_000) is −1037.03
 */
export function pmt(rate: number, periods: number, pv: number, fv = 0, type: PaymentTiming = 0): number {
  if (periods === 0) throw new RangeError("no periods");
  const { grown, annuity } = growth(rate, periods);
  return -(pv * grown + fv) / ((1 + rate * type) * annuity);
}

/** Future value. @throws RangeError a rate of −100 % or less @source OpenFormula 6.12.20 @example fv(0, 120, -100, -100) is 12,100 */
export function fv(rate: number, periods: number, payment: number, pv = 0, type: PaymentTiming = 0): number {
  const { grown, annuity } = growth(rate, periods);
  return -(pv * grown + payment * (1 + rate * type) * annuity);
}

/** Present value. @throws RangeError a rate of −100 % or less @source OpenFormula 6.12.41 @example pv(0, 24, 1000, 10000) is −34,000 */
export function pv(rate: number, periods: number, payment: number, future = 0, type: PaymentTiming = 0): number {
  const { grown, annuity } = growth(rate, periods);
  return -(future + payment * (1 + rate * type) * annuity) / grown;
}

/**
 * Number of periods.
 * @returns  `null` when no number of periods gets there
 * @source   OpenFormula 6.12.29
 * @example  nper(0.01, -100, -1000, 10000, 1) is 59.67
 */
export function nper(rate: number, payment: number, present: number, future = 0, type: PaymentTiming = 0): number | null {
  if (rate === 0) return payment === 0 ? null : -(present + future) / payment;
  const level = (payment * (1 + rate * type)) / rate;
  const periods = Math.log((level - future) / (present + level)) / Math.log1p(rate);
  return Number.isFinite(periods) ? periods : null;
}

/** Interest part of payment `per` (1 is the first). @throws RangeError `per` is outside 1 … `periods` @source OpenFormula 6.12.23 @example ipmt(0.1 / 12, 1, 36, 8000) is −66.67 */
export function ipmt(rate: number, per: number, periods: number, present: number, future = 0, type: PaymentTiming = 0): number {
  if (!(per >= 1 && per <= periods)) throw new RangeError(`payment ${per} is not one of ${periods}`);
  if (type === 1 && per === 1) return 0;
  const payment = pmt(rate, periods, present, future, type);
  const owed = fv(rate, per - 1, payment, present, type) * rate;
  return type === 1 ? owed / (1 + rate) : owed;
}

/** Principal part of payment `per`. @throws RangeError `per` is outside 1 … `periods` @source OpenFormula 6.12.37 @example ppmt(0.08, 10, 10, 200000) is −27,598.05 */
export function ppmt(rate: number, per: number, periods: number, present: number, future = 0, type: PaymentTiming = 0): number {
  return pmt(rate, periods, present, future, type) - ipmt(rate, per, periods, present, future, type);
}

/** Interest of payments `from` to `to`. @throws RangeError no such payments @source OpenFormula 6.12.7 @example cumipmt(0.09 / 12, 360, 125000, 13, 24, 0) is −11,135.23 */
export function cumipmt(rate: number, periods: number, present: number, from: number, to: number, type: PaymentTiming): number {
  if (!(from >= 1 && to >= from && to <= periods)) throw new RangeError(`payments ${from} to ${to} are not among ${periods}`);
  let sum = 0;
  for (let per = from; per <= to; per++) sum += ipmt(rate, per, periods, present, 0, type);
  return sum;
}

/** Principal of payments `from` to `to`. @throws RangeError no such payments @source OpenFormula 6.12.8 @example cumprinc(0.09 / 12, 360, 125000, 13, 24, 0) is −934.11 */
export function cumprinc(rate: number, periods: number, present: number, from: number, to: number, type: PaymentTiming): number {
  return pmt(rate, periods, present, 0, type) * (to - from + 1) - cumipmt(rate, periods, present, from, to, type);
}

/**
 * Rate a period.
 * @param periods  at least 1; a fraction of a period is a last time without payment
 * @returns        `null` when there is none above −99.9999 %
 * @source         OpenFormula 6.12.42
 * @example        rate(48, -200, 8000) is 0.0077
 */
export function rate(periods: number, payment: number, present: number, future = 0, type: PaymentTiming = 0): number | null {
  if (!(periods >= 1 && periods <= 100_000)) throw new RangeError(`not a number of periods: ${periods}`);
  const flows = [{ amount: present, periods: 0 }];
  for (let k = 1; k <= periods; k++) flows.push({ amount: payment, periods: k - type });
  flows.push({ amount: future, periods });
  return solveYield(merged(flows));
}

/** Flows of one time as one: what they net to decides the changes of sign. */
function merged(flows: readonly { amount: number; periods: number }[]) {
  const byTime = new Map<number, number>();
  for (const { amount, periods } of flows) byTime.set(periods, (byTime.get(periods) ?? 0) + amount);
  return [...byTime].map(([periods, amount]) => ({ amount, periods }));
}

/** Net present value, the first amount one period from now. @throws RangeError a rate of −100 % or less @source OpenFormula 6.12.30 @example npv(0.1, [-10000, 3000, 4200, 6800]) is 1188.44 */
export function npv(rate: number, amounts: readonly number[]): number {
  if (!(rate > -1)) throw new RangeError(`not a rate above -100 %: ${rate}`);
  return amounts.reduceRight((sum, amount) => (sum + amount) / (1 + rate), 0);
}

/** Internal rate of equally spaced amounts; `null` when there is none. @source OpenFormula 6.12.24 @example irr([-70000, 12000, 15000, 18000, 21000, 26000]) is 0.0866 */
export function irr(amounts: readonly number[]): number | null {
  return solveYield(amounts.map((amount, periods) => ({ amount, periods })));
}

/** Effective yearly rate of a nominal one. @throws RangeError fewer than one period a year @source OpenFormula 6.12.16 @example effect(0.1, 4) is 0.103813 */
export function effect(nominalRate: number, periodsPerYear: number): number {
  if (!(periodsPerYear >= 1)) throw new RangeError(`not a number of periods: ${periodsPerYear}`);
  return Math.expm1(periodsPerYear * Math.log1p(nominalRate / periodsPerYear));
}

/** Nominal yearly rate of an effective one. @throws RangeError fewer than one period a year @source OpenFormula 6.12.28 @example nominal(0.1, 4) is 0.096455 */
export function nominal(effectiveRate: number, periodsPerYear: number): number {
  if (!(periodsPerYear >= 1)) throw new RangeError(`not a number of periods: ${periodsPerYear}`);
  return periodsPerYear * Math.expm1(Math.log1p(effectiveRate) / periodsPerYear);
}
