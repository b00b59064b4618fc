import { addDays, dayToCivil, daysBetween, divideRounded, effectiveYearly, isoDate, later, levelFlows, levelSpread, money, replay, toDay, unearnedAfter, type IsoDate, type LoanState } from "#engine/index.ts";
import { costsFor, deferredFees, defers, type ProductVersion } from "#modules/products/index.ts";
import type { FactAmounts } from "./posting.ts";
import { isGivenUp, statusOf, type AccountStatus } from "./status.ts";

/** An amount of fees and one of costs, minor units. */
export interface FeeAndCost { readonly fee: number; readonly cost: number }

/** What of a loan's fees and costs is income and expense over its life, and where it stands. */
export interface Deferral {
  readonly deferred: FeeAndCost;
  /** Taken into income so far; below zero where a loan was made longer, so that more is left than there was. */
  readonly amortised: FeeAndCost;
  /** Gone with a loan that was lost. */
  readonly lost: FeeAndCost;
  /** Net fee that the spread was found for, minor units; nothing is spread over time where it is zero. */
  readonly basis: number;
  /** A year, on top of the contract's interest; fixed at the payout. */
  readonly spread: number;
  /** A fraction a year, compounded yearly; null where none solves it. */
  readonly effectiveRate: number | null;
  readonly plan: DeferralPlan;
}

/** Shares of what was deferred, in billionths, that are left at the end of each month from `fromMonth` (year × 12 + month) on; nothing is left beyond the last. */
export interface DeferralPlan { readonly fromMonth: number; readonly left: readonly number[] }

const WHOLE = 1_000_000_000;
const NONE: FeeAndCost = { fee: 0, cost: 0 };

/** Where a loan stands for this. */
export interface DeferralDay {
  /** What is earned is counted up to this day, not including it. */
  readonly through: IsoDate;
  readonly status: AccountStatus;
  readonly nonAccrual: boolean;
}

/**
 * A loan's deferral after a change. What is unearned follows from the flows that are still to come, at the yield the loan had at its payout: money
 * paid ahead, another rate or term change the flows, and the difference is taken at once (IFRS 9, B5.4.6). As long as they do not change, month ends
 * take what the plan says. Nothing is taken while the loan's interest is not income; what is left when it is lost lowers the loss.
 *
 * @param before  null for a loan that never deferred anything
 * @returns       the same object where nothing changed; null where there is nothing
 */
export function deferralAfter(version: Pick<ProductVersion, "definition" | "currency">, before: Deferral | null, state: LoanState, day: DeferralDay): Deferral | null {
  if (!defers(version.definition)) return before;
  const deferred = day.status === "cancelled" ? NONE : deferredOf(version, state);
  if (before === null && isNothing(deferred)) return null;
  const { basis, spread, effectiveRate } = before !== null && (isNothing(deferred) || same(before.deferred, deferred)) ? before : yieldOf(state, deferred);
  // A loan that was charged off stays lost when all of it is recovered after all.
  const lost = state.chargedOffDate !== null || isGivenUp(day.status);
  const curve = lost ? [] : unearnedCurve(state, basis, spread, day.through);
  const plan = planOf(curve, day.through);
  const kept = before?.amortised ?? NONE;
  const goesOn = before !== null && same(before.deferred, deferred) && continues(before.plan, plan);
  const held = lost || (day.status === "active" && (day.nonAccrual || goesOn));
  const amortised = isNothing(deferred) ? NONE : held ? kept : amortisedAt(deferred, shareAt(curve, day.through));
  const after: Deferral = { deferred, amortised, lost: lost ? minus(deferred, amortised) : NONE, basis, spread, effectiveRate, plan };
  return before !== null && goesOn && unmoved(before, after) ? before : after;
}

/** A loan's deferral at the end of a day, its month end included: for lives that are told from their first day. */
export function deferralOnDay(version: Pick<ProductVersion, "definition" | "currency">, before: Deferral | null, state: LoanState, through: IsoDate, nonAccrual = false): Deferral | null {
  const status = statusOf(state);
  const after = deferralAfter(version, before, state, { through, status, nonAccrual });
  if (after === null || nonAccrual || status !== "active" || !through.endsWith("-01")) return after;
  const amortised = amortisedAt(after.deferred, plannedAt(after.plan, monthOf(through) - 1));
  return same(amortised, after.amortised) ? after : { ...after, amortised };
}

/** What is taken of a deferral when a share of it, in billionths, is left. */
export function amortisedAt({ fee, cost }: FeeAndCost, left: number): FeeAndCost {
  return { fee: fee - shareOf(fee, left), cost: cost - shareOf(cost, left) };
}

/** The share left at the end of a month (year × 12 + month) by a plan. */
export function plannedAt({ fromMonth, left }: DeferralPlan, month: number): number {
  return left[Math.max(0, month - fromMonth)] ?? 0;
}

/** @example monthOf("2026-01-31") is 24313 */
export function monthOf(date: IsoDate): number {
  const { year, month } = dayToCivil(toDay(date));
  return year * 12 + month;
}

/** The facts that lead from one deferral to another, together with those of the position: a deferred fee is no income at the payout. */
export function withDeferral(facts: readonly FactAmounts[], before: Deferral | null, after: Deferral | null): FactAmounts[] {
  if (before === after) return [...facts];
  const moved = movedBy(before, after);
  const paidOut = facts.find((each) => each.fact === "disbursement")?.amounts ?? {};
  const split: FactAmounts = { fact: "disbursement", amounts: { ...paidOut, fee: (paidOut["fee"] ?? 0) - moved.deferred.fee, deferred: moved.deferred.fee } };
  const more: FactAmounts[] = [
    { fact: "cost_incurred", amounts: { total: moved.deferred.cost } },
    { fact: "fee_amortised", amounts: { total: moved.amortised.fee } }, { fact: "cost_amortised", amounts: { total: moved.amortised.cost } },
    { fact: "deferred_fee_lost", amounts: { total: moved.lost.fee } }, { fact: "deferred_cost_lost", amounts: { total: moved.lost.cost } },
  ];
  return [...(moved.deferred.fee === 0 ? facts : [split, ...facts.filter((each) => each.fact !== "disbursement")]), ...more.filter(({ amounts }) => amounts["total"] !== 0)];
}

/** How a deferral moved, minor units. */
export function movedBy(before: Deferral | null, after: Deferral | null): Pick<Deferral, "deferred" | "amortised" | "lost"> {
  const of = (part: "deferred" | "amortised" | "lost"): FeeAndCost => minus(after?.[part] ?? NONE, before?.[part] ?? NONE);
  return { deferred: of("deferred"), amortised: of("amortised"), lost: of("lost") };
}

/** Fees of the payout that the product defers, without their taxes, and what making the loan costs. */
function deferredOf(version: Pick<ProductVersion, "definition" | "currency">, state: LoanState): FeeAndCost {
  const disbursed = state.disbursements.reduce((sum, d) => sum + d.amount, 0);
  if (disbursed === 0) return NONE;
  const codes = deferredFees(version.definition);
  const fee = state.charges.reduce((sum, charge) => (charge.timing === "at_disbursement" && codes.has(charge.code) ? sum + charge.due : sum), 0);
  return { fee, cost: costsFor(version, money(disbursed, version.currency)).reduce((sum, cost) => sum + cost.amountMinor, 0) };
}

/** The yield of a loan at its payout, by its rows as they were drawn up then. */
function yieldOf(state: LoanState, { fee, cost }: FeeAndCost): Pick<Deferral, "basis" | "spread" | "effectiveRate"> {
  const undone = new Set(state.events.flatMap((event) => (event.type === "reversed" ? [event.eventId] : [])));
  const payout = state.events.findLast((event) => event.type === "disbursed" && !undone.has(event.id));
  if (payout === undefined) throw new RangeError("a loan without a payout defers nothing");
  const drawn = replay(state.terms, [payout], payout.valueDate);
  const flows = levelFlows(state.terms, payout.valueDate, owedRows(drawn));
  const net = fee - cost;
  // Where fees and costs are equal the yield is the contract's, and both go by the shape that the fee alone would have.
  const basis = net === 0 ? fee : net;
  const spread = levelSpread(flows, basis);
  return { basis: spread === null ? 0 : basis, spread: spread ?? 0, effectiveRate: effectiveYearly(flows, net) };
}

interface Point { readonly date: IsoDate; readonly left: number }

/** Shares left, in billionths, at the last due date gone by and at each of those to come; in between it falls evenly by days. */
function unearnedCurve(state: LoanState, basis: number, spread: number, day: IsoDate): Point[] {
  const paidOut = state.disbursements[0]?.date;
  const rows = owedRows(state).filter((row) => row.dueDate > day);
  if (paidOut === undefined || rows.length === 0 || basis === 0) return [];
  const from = state.installments.reduce((latest, row) => (row.dueDate <= day ? later(latest, row.dueDate) : latest), paidOut);
  const left = unearnedAfter(levelFlows(state.terms, from, rows), spread);
  return [from, ...rows.map((row) => row.dueDate)].map((date, k) => ({ date, left: ((left[k] ?? 0) / basis) * WHOLE }));
}

/** A stretch of time between due dates to come, and what the net of fees and costs earns in it, minor units: income by the yield less interest by the contract. */
export interface Stretch { readonly from: IsoDate; readonly through: IsoDate; readonly carrying: number; readonly rate: number; readonly income: number; readonly interest: number; readonly net: number }

/** How the net fee that is left on a day becomes income over the stretches to come; nothing where its loan is over or earns nothing over time. */
export function stretchesOf({ basis, spread }: Pick<Deferral, "basis" | "spread">, state: LoanState, day: IsoDate): Stretch[] {
  const rows = owedRows(state).filter((row) => row.dueDate > day);
  const curve = unearnedCurve(state, basis, spread, day);
  let principal = rows.reduce((sum, row) => sum + row.principal, 0);
  return curve.slice(1).map((point, k) => {
    const [before, row] = [curve[k] as Point, rows[k] as (typeof rows)[number]];
    const [left, after] = [(before.left * basis) / WHOLE, (point.left * basis) / WHOLE];
    const carrying = principal - left;
    principal -= row.principal;
    const income = row.interest + left - after;
    return { from: before.date, through: point.date, carrying, rate: carrying > 0 ? income / carrying : 0, income, interest: row.interest, net: left - after };
  });
}

function owedRows(state: LoanState): { dueDate: IsoDate; principal: number; interest: number }[] {
  return state.installments.map(({ dueDate, due, paid, waived, writtenOff }) => ({
    dueDate, principal: due.principal - paid.principal - waived.principal - writtenOff.principal, interest: due.interest - paid.interest - waived.interest - writtenOff.interest,
  })).sort((a, b) => (a.dueDate < b.dueDate ? -1 : a.dueDate > b.dueDate ? 1 : 0));
}

/** The share left at the opening of a day, in whole billionths. */
function shareAt(curve: readonly Point[], day: IsoDate): number {
  const k = curve.findIndex((point) => point.date >= day);
  const [before, after] = [curve[k - 1], curve[k]];
  if (after === undefined) return 0;
  if (before === undefined || after.date === day) return Math.round(after.left);
  return Math.round(before.left + ((after.left - before.left) * daysBetween(before.date, day)) / daysBetween(before.date, after.date));
}

/** From the month of the day that ends at `through`. */
function planOf(curve: readonly Point[], through: IsoDate): DeferralPlan {
  const fromMonth = monthOf(addDays(through, -1));
  const last = curve.at(-1)?.date;
  const left: number[] = [];
  for (let month = fromMonth; last !== undefined && openingAfter(month) < last; month++) left.push(shareAt(curve, openingAfter(month)));
  return { fromMonth, left: [...left, 0] };
}

/** The first day after a month: what is left at its end is left at that day's opening. */
function openingAfter(month: number): IsoDate {
  const [year, next] = [Math.floor(month / 12), month % 12];
  return isoDate(`${year}-${String(next + 1).padStart(2, "0")}-01`);
}

/** Whether a plan goes on as another said, in the months that both know. */
function continues(known: DeferralPlan, { fromMonth, left }: DeferralPlan): boolean {
  const months = Math.max(left.length, known.fromMonth + known.left.length - fromMonth);
  for (let k = 0; k < months; k++) if ((left[k] ?? 0) !== plannedAt(known, fromMonth + k)) return false;
  return true;
}

function shareOf(minor: number, left: number): number {
  return Number(divideRounded(BigInt(minor) * BigInt(left), BigInt(WHOLE), "half-up"));
}

function minus(a: FeeAndCost, b: FeeAndCost): FeeAndCost {
  return { fee: a.fee - b.fee, cost: a.cost - b.cost };
}

function same(a: FeeAndCost, b: FeeAndCost): boolean {
  return a.fee === b.fee && a.cost === b.cost;
}

function isNothing(amounts: FeeAndCost): boolean {
  return same(amounts, NONE);
}

function unmoved(a: Deferral, b: Deferral): boolean {
  return same(a.deferred, b.deferred) && same(a.amortised, b.amortised) && same(a.lost, b.lost);
}
