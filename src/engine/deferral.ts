import { addMonths, dayToCivil, daysBetween, endOfMonth, toDay, type IsoDate } from "./date.ts";
import type { LoanTerms } from "./terms.ts";
import { solveYield } from "./yield.ts";

/**
 * One flow of a loan and the stretch of time before it: principal and interest of an installment, in one unit for all amounts; unrounded.
 * `years` go by the convention that counts the contract's interest, so that nothing but the deferred amount is spread.
 */
export type LevelFlow = { readonly principal: number; readonly interest: number; readonly years: number };

const MAX_STEPS = 200;

/**
 * The flows of rows from a day on. Time goes by months where the contract counts interest by equal periods of months or years, by days of a
 * year of 365 else.
 *
 * @param from  the day the first stretch of time begins: the payout, or the last due date gone by
 * @param rows  in order of due date, none before `from`
 */
export function levelFlows(terms: Pick<LoanTerms, "interest" | "installments">, from: IsoDate, rows: readonly { readonly dueDate: IsoDate; readonly principal: number; readonly interest: number }[]): LevelFlow[] {
  const byMonths = terms.interest.calculation === "equal_periods" && (terms.installments.unit === "months" || terms.installments.unit === "years");
  let since = from;
  return rows.map(({ dueDate, principal, interest }) => {
    const years = byMonths ? monthsBetween(since, dueDate) / 12 : daysBetween(since, dueDate) / 365;
    since = dueDate;
    return { principal, interest, years };
  });
}

/** Whole months, and the days left over as a part of the month they fall in. @example monthsBetween("2026-02-28", "2026-03-31") is 1: both are the last of their month */
function monthsBetween(from: IsoDate, to: IsoDate): number {
  const [a, b] = [dayToCivil(toDay(from)), dayToCivil(toDay(to))];
  // The 31st of a series is the 28th in February: it is still the 31st that is meant.
  const day = from === endOfMonth(from) ? Math.max(a.day, b.day) : a.day;
  let whole = (b.year - a.year) * 12 + b.month - a.month;
  if (addMonths(from, whole, day) > to) whole--;
  const reached = addMonths(from, whole, day);
  return whole + daysBetween(reached, to) / daysBetween(reached, addMonths(from, whole + 1, day));
}

/**
 * What is not yet earned of a net fee, at the start and after each flow, when the carrying amount bears the contract's interest and `spread`
 * a year on top: the principal outstanding less the present value of the flows at that yield. A flow's contract rate is its interest over the
 * principal before it, so a rate that changes moves the yield with it and the spread stays (IFRS 9, B5.4.5), and revised flows are worth what
 * they are at the original yield (B5.4.6).
 *
 * @returns  one figure more than there are flows; the last is zero
 * @source   ASC 310-20-35-18; IFRS 9, paragraphs B5.4.1 to B5.4.6
 * @example  100,000 at 10 % in ten equal yearly payments, spread 0.00472983: 2,000.00, 1,736.48 after the first year, 1,475.03 after the second
 */
export function unearnedAfter(flows: readonly LevelFlow[], spread: number): number[] {
  const left = [0];
  let principal = 0;
  let unearned = 0;
  for (const flow of flows.toReversed()) {
    principal += flow.principal;
    unearned = principal > 0 ? (unearned + principal * spread * flow.years) / growth(flow, principal, spread) : 0;
    left.unshift(unearned);
  }
  return left;
}

/**
 * The yearly spread above the contract's interest that earns a net fee over the flows; below zero for a net cost.
 *
 * @param net  fees less costs, in the unit of the flows
 * @returns    a fraction a year; `null` when no yield does it: the fee is not below the principal, or no time passes
 * @source     IFRS 9, Appendix A "effective interest rate"; ASC 310-20-35-18
 * @example    the loan above with a net fee of 2,000: 0.00472983, a yield of 10.473 %
 */
export function levelSpread(flows: readonly LevelFlow[], net: number): number | null {
  const principal = flows.reduce((sum, flow) => sum + flow.principal, 0);
  if (net === 0) return 0;
  if (!(principal > 0) || net >= principal || !flows.some((flow) => flow.years > 0)) return null;
  // What is unearned grows with the spread, ever more slowly: Newton's method from below goes straight there.
  let low = lowestSpread(flows);
  let high = Infinity;
  let spread = 0;
  for (let step = 0; step < MAX_STEPS; step++) {
    const { value, slope } = unearnedAt(flows, spread);
    if (value < net) low = spread;
    else high = spread;
    const newton = spread + (net - value) / slope;
    const next = newton > low && newton < high ? newton : high === Infinity ? 2 * spread + 1 : (low + high) / 2;
    if (Math.abs(next - spread) <= 1e-15 * Math.max(1, Math.abs(spread))) return next;
    spread = next;
  }
  return spread;
}

/**
 * The effective interest rate of the flows for a lender who paid out the principal less a net fee.
 * @returns  a fraction a year, compounded yearly; `null` when none solves it
 * @source   IFRS 9, Appendix A "effective interest rate"
 * @example  1,000 in two yearly payments of 500, 20 kept back: 0.013575
 */
export function effectiveYearly(flows: readonly LevelFlow[], net: number): number | null {
  const principal = flows.reduce((sum, flow) => sum + flow.principal, 0);
  let years = 0;
  return solveYield([{ amount: net - principal, periods: 0 }, ...flows.map((flow) => ({ amount: flow.principal + flow.interest, periods: years += flow.years }))]);
}

/** Where a payment of the future would be worth infinitely much. */
function lowestSpread(flows: readonly LevelFlow[]): number {
  let principal = 0;
  let lowest = -Infinity;
  for (const flow of flows.toReversed()) {
    principal += flow.principal;
    if (principal > 0 && flow.years > 0) lowest = Math.max(lowest, -(1 + flow.interest / principal) / flow.years);
  }
  return lowest;
}

function unearnedAt(flows: readonly LevelFlow[], spread: number): { value: number; slope: number } {
  let [principal, value, slope] = [0, 0, 0];
  for (const flow of flows.toReversed()) {
    principal += flow.principal;
    if (principal <= 0) continue;
    const grown = growth(flow, principal, spread);
    value = (value + principal * spread * flow.years) / grown;
    slope = (slope + flow.years * (principal - value)) / grown;
  }
  return { value, slope };
}

function growth({ interest, years }: LevelFlow, principal: number, spread: number): number {
  return 1 + interest / principal + spread * years;
}
