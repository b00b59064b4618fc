import { addDays, advanceTo, apply, isoDate, replay, type IsoDate, type LoanEvent, type LoanState, type LoanTerms } from "#engine/index.ts";
import type { ProductVersion } from "#modules/products/index.ts";
import { deferralOnDay, movedBy, withDeferral, type Deferral } from "./deferral.ts";
import { NO_POSITION, positionOf, throughEndOf, type Position } from "./position.ts";
import { factsBetween, type FactAmounts } from "./posting.ts";

/** What one past day brought into the books for a loan. */
export interface PastDay<Seen> {
  readonly date: IsoDate;
  /** Whether something happened to the loan; else a month ended, and interest was earned up to there. */
  readonly event: boolean;
  readonly facts: readonly FactAmounts[];
  /** How fees and costs by effective interest moved; null where the loan has none. */
  readonly deferral: ReturnType<typeof movedBy> | null;
  /** What was asked of the loan as it stood at the end of the day. */
  readonly seen: Seen;
}

/**
 * A loan's life up to today as the books would hold it, had it always been here: at each day of an event and at each month's end, the
 * facts that lead there from the day before. Interest is earned up to each of these days. A loan paid out today has this one day.
 *
 * @param version  whose fees and costs are deferred
 * @param events  in order of value date and sequence
 * @param look    what to note of the loan at the end of each day: states themselves are many and large, and are let go
 * @returns the days, oldest first, and where the loan stands at the opening of `today`
 * @throws EngineRefusal  events that cannot follow one another
 */
export function pastBooks<Seen>(version: Pick<ProductVersion, "definition" | "currency">, terms: LoanTerms, events: readonly LoanEvent[], today: IsoDate, look: (state: LoanState, through: IsoDate) => Seen): { days: PastDay<Seen>[]; state: LoanState; position: Position; deferral: Deferral | null } {
  const [first, ...rest] = events;
  if (first === undefined || first.valueDate >= today) {
    const state = replay(terms, events, today);
    const position = positionOf(state, today);
    // Paid out today: no past, but it stands in the books like any other from the moment it is here.
    const facts = factsBetween(NO_POSITION, position);
    const deferral = facts.length === 0 ? null : deferralOnDay(version, null, state, today);
    const moved = deferral === null ? null : movedBy(null, deferral);
    return { days: facts.length === 0 ? [] : [{ date: today, event: true, facts: withDeferral(facts, null, deferral), deferral: moved, seen: look(state, today) }], state, position, deferral };
  }
  let state = replay(terms, [first], first.valueDate);
  let position = NO_POSITION;
  let deferral: Deferral | null = null;
  const days: PastDay<Seen>[] = [];
  let next = 0;
  for (const date of datesOf(events, today)) {
    const begun = next;
    for (let event = rest[next]; event !== undefined && event.valueDate <= date; event = rest[++next]) state = apply(state, event);
    const through = throughEndOf(date);
    const then = positionOf(state, through);
    const deferring = deferralOnDay(version, deferral, state, through);
    const facts = withDeferral(factsBetween(position, then), deferral, deferring);
    const moved = deferring === null || deferring === deferral ? null : movedBy(deferral, deferring);
    [position, deferral] = [then, deferring];
    days.push({ date, event: next > begun || date === first.valueDate, facts, deferral: moved, seen: look(state, through) });
  }
  // What happens today itself changes the loan, and is for today's closing to post.
  for (let event = rest[next]; event !== undefined; event = rest[++next]) state = apply(state, event);
  return { days, state: advanceTo(state, today), position, deferral };
}

/** Days of events before today, the last days of the months between, and yesterday. */
function datesOf(events: readonly LoanEvent[], today: IsoDate): IsoDate[] {
  const yesterday = addDays(today, -1);
  const dates = new Set<IsoDate>(events.filter((e) => e.valueDate < today).map((e) => e.valueDate));
  dates.add(yesterday);
  const first = events[0]?.valueDate ?? today;
  for (let month = firstOfNextMonth(first); month <= today; month = firstOfNextMonth(month)) dates.add(addDays(month, -1));
  return [...dates].sort();
}

/** @example firstOfNextMonth("2025-12-15") is "2026-01-01" */
function firstOfNextMonth(date: IsoDate): IsoDate {
  const [year = 0, month = 1] = date.split("-").map(Number);
  return isoDate(month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, "0")}-01`);
}
