import type { IsoDate } from "../date.ts";
import { compareEvents } from "../events.ts";
import type { EventHead } from "../events.ts";
import { EngineRefusal } from "../state.ts";

/** What every event of these kinds of credit may be besides its own: a reversal names the event it undoes. */
export type LoggedEvent = EventHead & { readonly type: string; readonly amount?: number; readonly eventId?: string };

/** Events that stand by `asOf`, in order of value date: none that was reversed, and no reversals. */
export function standingEvents<E extends LoggedEvent>(events: readonly E[], asOf: IsoDate): E[] {
  const gone = new Set<string | undefined>();
  for (const event of [...events].sort((a, b) => b.sequence - a.sequence)) if (event.type === "reversed" && !gone.has(event.id)) gone.add(event.eventId);
  return events.filter((e) => e.type !== "reversed" && !gone.has(e.id) && e.valueDate <= asOf).sort(compareEvents);
}

/** Events in the order in which they were recorded. */
export function inSequence<E extends LoggedEvent>(events: readonly E[]): E[] {
  return [...events].sort((a, b) => a.sequence - b.sequence);
}

/**
 * Refuses an event that cannot follow those known, whatever it does.
 * @param openedDate  the first day an event may count from
 * @throws EngineRefusal  `event.duplicate`, `.date_in_future`, `.before_disbursement`, `.amount_not_positive`, `.target_not_found`, `.already_reversed`
 */
export function checkLogged(known: readonly LoggedEvent[], event: LoggedEvent, openedDate: IsoDate): void {
  if (known.some((e) => e.id === event.id || e.sequence === event.sequence)) throw new EngineRefusal("event.duplicate", `event ${event.id}`);
  if (event.valueDate > event.businessDate) throw new EngineRefusal("event.date_in_future", `value date ${event.valueDate} is after ${event.businessDate}`);
  if (event.valueDate < openedDate) throw new EngineRefusal("event.before_disbursement", `it began on ${openedDate}`);
  if (event.amount !== undefined && !(Number.isSafeInteger(event.amount) && event.amount > 0)) throw new EngineRefusal("event.amount_not_positive", `amount ${event.amount}`);
  if (event.type !== "reversed") return;
  if (!known.some((e) => e.id === event.eventId && e.type !== "reversed")) throw new EngineRefusal("event.target_not_found", `event ${event.eventId}`);
  if (known.some((e) => e.type === "reversed" && e.eventId === event.eventId)) throw new EngineRefusal("event.already_reversed", `event ${event.eventId}`);
}
