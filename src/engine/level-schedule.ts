import { levelPayment } from "./annuity.ts";
import { addMonths, daysBetween, toDay } from "./date.ts";
import type { IsoDate } from "./date.ts";
import { divideRounded, safeNumber } from "./rounding.ts";

/** A published plain schedule: equal payments by month, the last one takes what rounding left. Amounts in minor units, rates in parts per billion. */
export type LevelTerms = {
  readonly principal: number; readonly ratePpb: bigint; readonly periods: number; readonly disbursed: IsoDate; readonly firstDue: IsoDate; readonly frequencyMonths: number;
  readonly daysInMonth: 30 | "ACTUAL"; readonly daysInYear: number;
  readonly rateChanges: readonly { readonly from: IsoDate; readonly ratePpb: bigint }[];
};

/** One payment, in minor units. */
export type LevelRow = { readonly number: number; readonly payment: number; readonly interest: number; readonly principal: number; readonly balance: number };

type Fraction = { numerator: bigint; denominator: bigint };

/**
 * Rows of a level-payment schedule. Interest is rounded half up each period; a rate that changes within a period counts by its share of the
 * period's days, and the payment is solved again from that period on.
 *
 * @throws RangeError  no periods, or dates out of order
 * @source             equation of value: P × Π(1+f) ÷ F with F1 = 1, Fk = F(k−1)·(1+fk) + 1
 * @example            100.00 at 9.4822 %, 30/360, six months: 17.13 a month
 */
export function levelSchedule(terms: LevelTerms): LevelRow[] {
  if (!(terms.periods > 0)) throw new RangeError("no periods");
  const dates = [terms.disbursed, ...Array.from({ length: terms.periods }, (_v, k) => addMonths(terms.firstDue, k * terms.frequencyMonths))];
  const changes = terms.rateChanges.toSorted((a, b) => toDay(a.from) - toDay(b.from));
  let balance = terms.principal;
  let payment = 0;
  const rows: LevelRow[] = [];
  for (let k = 0; k < terms.periods; k++) {
    const [from, to] = [dates[k] ?? terms.disbursed, dates[k + 1] ?? terms.firstDue];
    // The rates known by the end of this period; later ones are not foreseen.
    const known = changes.filter((c) => c.from < to);
    if (k === 0 || known.some((c) => c.from >= from)) {
      const factors = dates.slice(k, -1).map((start, j) => periodFactor(terms, known, start, dates[k + j + 1] ?? start));
      payment = levelPayment(balance, factors, 0, "half-up");
    }
    const { numerator, denominator } = periodFactor(terms, known, from, to);
    const interest = safeNumber(divideRounded(BigInt(balance) * numerator, denominator, "half-up"));
    const paid = k === terms.periods - 1 ? balance + interest : payment;
    balance -= paid - interest;
    rows.push({ number: k + 1, payment: paid, interest, principal: paid - interest, balance });
  }
  return rows;
}

/** Rate of one period: by days within it when it changes. */
function periodFactor(terms: LevelTerms, changes: LevelTerms["rateChanges"], from: IsoDate, to: IsoDate): Fraction {
  const days = daysBetween(from, to);
  if (days <= 0) throw new RangeError(`a period ends ${to}, not after it starts ${from}`);
  let weighted = 0n;
  let at = from;
  let rate = terms.ratePpb;
  for (const change of changes) {
    if (change.from >= to) break;
    if (change.from > at) {
      weighted += rate * BigInt(daysBetween(at, change.from));
      at = change.from;
    }
    rate = change.ratePpb;
  }
  weighted += rate * BigInt(daysBetween(at, to));
  const length = terms.daysInMonth === 30 ? 30 * terms.frequencyMonths : days;
  return { numerator: weighted * BigInt(length), denominator: BigInt(days) * 1_000_000_000n * BigInt(terms.daysInYear) };
}
