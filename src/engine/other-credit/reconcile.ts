import { aprRegulationZ } from "../apr-regz.ts";
import { isBusinessDay } from "../calendar.ts";
import { addDays, daysBetween } from "../date.ts";
import type { IsoDate } from "../date.ts";
import { divideRounded, mulDiv, safeNumber } from "../rounding.ts";
import { EngineRefusal } from "../state.ts";
import type { Minor } from "../terms.ts";
import { calendarOf, expectedRemittances, following } from "./merchant-advance.ts";
import type { AdvanceState, AdvanceTerms } from "./merchant-advance.ts";

/** Business days from `from` (not counted) to `to` (counted). */
function businessDays(terms: AdvanceTerms, from: IsoDate, to: IsoDate): number {
  const days = calendarOf(terms);
  let count = 0;
  for (let date = addDays(from, 1); date <= to; date = addDays(date, 1)) if (isBusinessDay(days, date)) count++;
  return count;
}

/**
 * What a merchant's receipts show of fixed remittances: what the agreed share of them comes to, what was delivered beyond it (to give back;
 * below zero: short), and the remittance that the receipts so far ask for.
 *
 * @returns  minor units; `remittance` is the share of receipts a business day (or five of them, for a week), rounded once
 * @throws EngineRefusal  `schedule.not_for_this_model` where no share is agreed
 * @example  10 % agreed, receipts of 8,000.00 in ten business days, 1,000.00 delivered: 200.00 too much, 80.00 a day from now on
 */
export function reconcileAdvance(state: AdvanceState): { readonly share: Minor; readonly beyond: Minor; readonly remittance: Minor } {
  const { remittance, rounding, startDate } = state.terms;
  if (remittance.sharePpb === undefined) throw new EngineRefusal("schedule.not_for_this_model", "no share of receipts is agreed");
  const share = Math.min(state.purchased, mulDiv(state.receipts, remittance.sharePpb, 1_000_000_000, rounding));
  const days = Math.max(1, businessDays(state.terms, startDate, state.asOf));
  const each = remittance.kind === "fixed" && remittance.every === "week" ? 5n : 1n;
  const asked = divideRounded(BigInt(state.receipts) * BigInt(remittance.sharePpb) * each, BigInt(days) * 1_000_000_000n, rounding);
  return { share, beyond: state.remitted - share, remittance: safeNumber(asked) };
}

/**
 * How long an advance runs: as expected at the start, and as it looks from what is left and what comes in now. A share goes by receipts so
 * far, by the estimate until there are some.
 *
 * @returns  days from the start; `end` is `null` when nothing comes in
 * @example  130 remittances on business days, paid out on a Friday: 182 days
 */
export function advanceTerm(state: AdvanceState): { readonly expectedEnd: IsoDate; readonly expectedDays: number; readonly end: IsoDate | null; readonly days: number | null } {
  const { terms } = state;
  const expectedEnd = expectedRemittances(terms).at(-1)?.date ?? terms.startDate;
  const expectedDays = daysBetween(terms.startDate, expectedEnd);
  const each = terms.remittance.kind === "share" && state.receipts > 0 ? reconcileAdvance(state).remittance : state.remittance;
  if (state.outstanding > 0 && each <= 0) return { expectedEnd, expectedDays, end: null, days: null };
  let date = state.asOf;
  const days = calendarOf(terms);
  const step = terms.remittance.kind === "fixed" && terms.remittance.every === "week" ? 7 : 1;
  // Longer than a life of business days is no forecast.
  const turns = Math.ceil(state.outstanding / Math.max(1, each));
  if (turns > 25_000) return { expectedEnd, expectedDays, end: null, days: null };
  for (let i = 0; i < turns; i++) date = following(days, addDays(date, step));
  return { expectedEnd, expectedDays, end: date, days: daysBetween(terms.startDate, date) };
}

/**
 * The annual percentage rate of an advance as commercial disclosures ask for it: Regulation Z's rate of the payout against the expected
 * remittances.
 *
 * @returns  a fraction a year, unrounded; `null` when no rate solves it, 0 when nothing is earned
 * @source   California Code of Regulations, title 10, section 940 (12 CFR 1026, appendix J)
 * @example  1,000.00 for 1,000.00 at a factor of 1: 0
 */
export function advanceApr(terms: AdvanceTerms): number | null {
  const plan = expectedRemittances(terms);
  const out = terms.advance - terms.feeKeptBack;
  if (plan.reduce((sum, row) => sum + row.amount, 0) <= out) return 0;
  const first = plan[0];
  if (first && plan.length === 1) return aprRegulationZ([{ date: terms.startDate, amount: out }], [first]);
  return aprRegulationZ([{ date: terms.startDate, amount: out }], plan.map(({ date, amount }) => ({ date, amount })), { kind: terms.remittance.kind === "fixed" && terms.remittance.every === "week" ? "week" : "day", multiple: 1 });
}
