/**
 * One amount of money in time, for the solvers of rates. Amounts may be in any unit, as long as all share it.
 * `periods` are whole or fractional compounding periods from the first flow; `odd` is a part of a period with simple interest.
 */
export type Flow = { readonly amount: number; readonly periods: number; readonly odd?: number };

/** Rates are looked for between −99.9999 % and 100,000,000 % a period. */
const LOWEST = Math.log(1e-6);
const HIGHEST = Math.log(1e6 + 1);
const MAX_STEPS = 200;
const GRID_STEP = 0.02;

type Prepared = { amounts: Float64Array; gapOf: Int32Array; gaps: Float64Array; oddOf: Int32Array; odds: Float64Array };
type Point = { value: number; slope: number };

/**
 * The rate a period that makes the present value of all flows nothing: Σ amount ÷ ((1 + odd·i)(1 + i)^periods) = 0.
 *
 * With one change of sign there is exactly one answer and it is found by Newton's method in ln(1 + i), kept inside a bracket.
 * With more, the range is searched and the answer nearest to zero is given.
 *
 * @param flows        at least one, `periods` not negative and finite, 0 ≤ `odd`
 * @returns            the rate (0.01 is 1 % a period), or `null` when no rate between −99.9999 % and 10^8 % is an answer
 * @throws RangeError  a number that is not finite, or an `odd` below zero
 * @source             generalised rule of signs: G. J. O. Jameson, "Counting zeros of generalised polynomials", Math. Gazette 90 (2006)
 * @example            solveYield([{ amount: -100, periods: 0 }, { amount: 110, periods: 1 }]) is 0.1
 */
export function solveYield(flows: readonly Flow[]): number | null {
  const prepared = prepare(flows);
  const { amounts } = prepared;
  const first = amounts[0];
  const last = amounts[amounts.length - 1];
  if (first === undefined || last === undefined) return null;
  const changes = signChanges(amounts);
  if (changes === 0) return null;
  const found = changes === 1 ? refine(prepared, LOWEST, HIGHEST, Math.sign(last), guess(flows)) : nearestRoot(prepared);
  return found === null ? null : Math.expm1(found);
}

/**
 * Present value of the flows at a rate a period.
 *
 * @param ratePerPeriod  above −1
 * @throws RangeError    the rate is −1 or less, or a number is not finite
 * @example              presentValue([{ amount: 110, periods: 1 }], 0.1) is 100
 */
export function presentValue(flows: readonly Flow[], ratePerPeriod: number): number {
  if (!(ratePerPeriod > -1) || !Number.isFinite(ratePerPeriod)) throw new RangeError(`not a rate above -100 %: ${ratePerPeriod}`);
  let sum = 0;
  for (const { amount, periods, odd } of flows) sum += amount / ((1 + (odd ?? 0) * ratePerPeriod) * (1 + ratePerPeriod) ** periods);
  return sum;
}

/** Drops zeros, sorts, and finds the distinct gaps between flows: equal gaps share one power. */
function prepare(flows: readonly Flow[]): Prepared {
  const kept: Flow[] = [];
  let sorted = true;
  for (const flow of flows) {
    const { amount, periods, odd } = flow;
    if (!Number.isFinite(amount) || !Number.isFinite(periods) || (odd !== undefined && !(odd >= 0 && odd < Infinity))) {
      throw new RangeError(`not a flow: ${amount} at ${periods} + ${odd ?? 0}`);
    }
    if (amount === 0) continue;
    const before = kept[kept.length - 1];
    if (before !== undefined && time(flow) < time(before)) sorted = false;
    kept.push(flow);
  }
  if (!sorted) kept.sort((a, b) => time(a) - time(b));
  const count = kept.length;
  const amounts = new Float64Array(count);
  const gapOf = new Int32Array(count);
  const oddOf = new Int32Array(count);
  const gaps = new Distinct();
  const odds = new Distinct();
  let before = kept[0]?.periods ?? 0;
  for (let i = 0; i < count; i++) {
    const flow = kept[i] as Flow;
    amounts[i] = flow.amount;
    gapOf[i] = gaps.indexOf(flow.periods - before);
    oddOf[i] = odds.indexOf(flow.odd ?? 0);
    before = flow.periods;
  }
  return { amounts, gapOf, gaps: gaps.values(), oddOf, odds: odds.values() };
}

function time(flow: Flow): number {
  return flow.periods + (flow.odd ?? 0);
}

/** Distinct numbers, to 10^-12. Few are told apart by a look at each, many by a map. */
class Distinct {
  readonly #values: number[] = [];
  #index: Map<number, number> | null = null;
  #last = 0;

  indexOf(value: number): number {
    const values = this.#values;
    if (values.length > 0 && Math.abs((values[this.#last] as number) - value) < 5e-13) return this.#last;
    if (this.#index === null) {
      for (let k = 0; k < values.length; k++) if (Math.abs((values[k] as number) - value) < 5e-13) return (this.#last = k);
      values.push(value);
      if (values.length > 24) this.#index = new Map(values.map((v, k) => [Math.round(v * 1e12), k]));
      return (this.#last = values.length - 1);
    }
    const key = Math.round(value * 1e12);
    const known = this.#index.get(key);
    if (known !== undefined) return (this.#last = known);
    this.#index.set(key, values.length);
    return (this.#last = values.push(value) - 1);
  }

  values(): Float64Array {
    return Float64Array.from(this.#values);
  }
}

function signChanges(amounts: Float64Array): number {
  let changes = 0;
  for (let i = 1; i < amounts.length; i++) if ((amounts[i] ?? 0) > 0 !== (amounts[i - 1] ?? 0) > 0) changes++;
  return changes;
}

/** A first guess: total gain over money × time, at the average time of the inflows. */
function guess(flows: readonly Flow[]): number {
  let plus = 0;
  let minus = 0;
  let plusTime = 0;
  let minusTime = 0;
  for (const flow of flows) {
    if (flow.amount > 0) {
      plus += flow.amount;
      plusTime += flow.amount * time(flow);
    } else {
      minus -= flow.amount;
      minusTime -= flow.amount * time(flow);
    }
  }
  const span = plusTime / plus - minusTime / minus;
  const rate = span === 0 ? 0 : Math.log(plus / minus) / span;
  return Number.isFinite(rate) ? Math.min(Math.max(rate, LOWEST), HIGHEST) : 0;
}

/**
 * Value and slope in x = ln(1 + i). Below zero all is discounted from the last flow, above from the first: the sign is the
 * same, nothing overflows.
 */
function evaluate(p: Prepared, x: number, out: Point, scratch: { powers: Float64Array; weights: Float64Array; slopes: Float64Array }): void {
  const { powers, weights, slopes } = scratch;
  const i = Math.expm1(x);
  const factor = x < 0 ? x : -x;
  for (let k = 0; k < powers.length; k++) powers[k] = Math.exp(factor * (p.gaps[k] ?? 0));
  for (let k = 0; k < weights.length; k++) {
    const odd = p.odds[k] ?? 0;
    const weight = 1 / (1 + odd * i);
    weights[k] = weight;
    slopes[k] = -odd * (1 + i) * weight * weight;
  }
  let value = 0;
  let slope = 0;
  const count = p.amounts.length;
  if (x < 0) {
    for (let k = 0; k < count; k++) {
      const gap = p.gapOf[k] as number;
      const power = powers[gap] as number;
      const amount = p.amounts[k] as number;
      const odd = p.oddOf[k] as number;
      slope = (slope + (p.gaps[gap] as number) * value) * power + amount * (slopes[odd] as number);
      value = value * power + amount * (weights[odd] as number);
    }
  } else {
    for (let k = count - 1; k >= 0; k--) {
      const gap = p.gapOf[k] as number;
      const power = powers[gap] as number;
      const amount = p.amounts[k] as number;
      const odd = p.oddOf[k] as number;
      const here = value + amount * (weights[odd] as number);
      slope = (slope + amount * (slopes[odd] as number) - (p.gaps[gap] as number) * here) * power;
      value = here * power;
    }
  }
  out.value = value;
  out.slope = slope;
}

function scratchOf(p: Prepared) {
  return { powers: new Float64Array(p.gaps.length), weights: new Float64Array(p.odds.length), slopes: new Float64Array(p.odds.length) };
}

/** The root between `low` and `high`; the value has the sign `lowSign` at `low` and the opposite at `high`. */
function refine(p: Prepared, low: number, high: number, lowSign: number, start: number): number | null {
  const scratch = scratchOf(p);
  const point: Point = { value: 0, slope: 0 };
  let x = Math.min(Math.max(start, low), high);
  for (let step = 0; step < MAX_STEPS; step++) {
    evaluate(p, x, point, scratch);
    if (point.value === 0) return x;
    if (Math.sign(point.value) === lowSign) low = x;
    else high = x;
    let next = x - point.value / point.slope;
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (Math.abs(next - x) <= 1e-14 * Math.max(1e-2, Math.abs(x)) || next === x) return inside(next);
    x = next;
  }
  return inside(x);
}

function inside(x: number): number | null {
  return x - LOWEST > 1e-9 && HIGHEST - x > 1e-9 ? x : null;
}

/** Of all changes of sign on a grid, the root nearest to zero. */
function nearestRoot(p: Prepared): number | null {
  const scratch = scratchOf(p);
  const point: Point = { value: 0, slope: 0 };
  let best: number | null = null;
  const signAt = (x: number) => {
    evaluate(p, x, point, scratch);
    return Math.sign(point.value);
  };
  for (const direction of [1, -1]) {
    const end = direction > 0 ? HIGHEST : LOWEST;
    let x = 0;
    let sign = signAt(0);
    if (sign === 0) return 0;
    while (x !== end && (best === null || Math.abs(x) < Math.abs(best))) {
      const stepped = x + direction * GRID_STEP;
      const next = direction > 0 ? Math.min(stepped, end) : Math.max(stepped, end);
      const nextSign = signAt(next);
      if (nextSign !== sign) {
        const root = direction > 0 ? refine(p, x, next, sign, (x + next) / 2) : refine(p, next, x, nextSign || -sign, (x + next) / 2);
        if (root !== null && (best === null || Math.abs(root) < Math.abs(best))) best = root;
        break;
      }
      x = next;
      sign = nextSign;
    }
  }
  return best;
}
