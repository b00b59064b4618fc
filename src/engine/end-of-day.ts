import { delinquencyOf } from "./answers.ts";
import { addDays } from "./date.ts";
import type { IsoDate } from "./date.ts";
import { accrualToPost, chargesToRaise, downPaymentToCollect } from "./dues.ts";
import type { EventDraft, LoanEvent } from "./events.ts";
import type { LoanState } from "./state.ts";

/**
 * Days the end of day has yet to close: each day after the last closed one up to the day before the business date; only that
 * day when none was ever closed.
 */
export function daysToClose(lastClosed: IsoDate | null, businessDate: IsoDate): IsoDate[] {
  const days: IsoDate[] = [];
  const last = addDays(businessDate, -1);
  for (let day = lastClosed === null ? last : addDays(lastClosed, 1); day <= last; day = addDays(day, 1)) days.push(day);
  return days;
}

/** A bucket as of a day, when it differs from the one last noted; `null` when nothing changes. */
export function classify(state: LoanState, asOf: IsoDate): Extract<EventDraft, { type: "delinquencyClassified" }> | null {
  if (state.disbursements.length === 0) return null;
  const found = state.status === "active" ? delinquencyOf(state, asOf) : { bucket: null, since: null };
  const noted = notedBucket(state);
  if ((noted?.bucket ?? null) === found.bucket) return null;
  return { type: "delinquencyClassified", valueDate: asOf, bucket: found.bucket, since: found.bucket === null ? null : found.since };
}

/** The bucket last noted, and since when the loan was delinquent. */
export function notedBucket(state: LoanState): { bucket: string | null; since: IsoDate | null } | null {
  let noted: { bucket: string | null; since: IsoDate | null } | null = null;
  for (const event of state.events) if (event.type === "delinquencyClassified") noted = { bucket: event.bucket, since: event.since };
  return noted;
}

/** Stays in buckets, newest first. `liftedDate` is `null` while it lasts. */
export function delinquencyHistory(state: LoanState): { bucket: string; addedDate: IsoDate; liftedDate: IsoDate | null }[] {
  const stays: { bucket: string; addedDate: IsoDate; liftedDate: IsoDate | null }[] = [];
  for (const event of state.events) {
    if (event.type !== "delinquencyClassified") continue;
    const open = stays[0];
    if (open && open.liftedDate === null) open.liftedDate = event.valueDate;
    if (event.bucket !== null) stays.unshift({ bucket: event.bucket, addedDate: event.valueDate, liftedDate: null });
  }
  return stays;
}

/**
 * What closing one day causes, step by step in fixed order: overdue charges, delinquency, accruals. Call again with the state
 * after each draft was applied, until it returns `null`; a second call for a closed day returns `null` at once.
 */
export function nextOfDay(state: LoanState, day: IsoDate): EventDraft | null {
  if (state.disbursements.length === 0) return null;
  return chargesToRaise(state, addDays(day, 1))[0] ?? classify(state, addDays(day, 1)) ?? accrualDraft(state, day);
}

/** Income to post up to a day as an event; `null` when there is none. */
export function accrualDraft(state: LoanState, day: IsoDate): Extract<EventDraft, { type: "accrualPosted" }> | null {
  if (state.status !== "active") return null;
  const parts = accrualToPost(state, day);
  if (parts.interest + parts.fee + parts.penalty <= 0) return null;
  return { type: "accrualPosted", valueDate: day, interest: parts.interest, fee: parts.fee, penalty: parts.penalty };
}

/** What an event causes by itself at once: an automatic down payment, a new bucket. */
export function followUps(before: LoanState, event: LoanEvent): EventDraft[] {
  if (event.type !== "disbursed") return [];
  const down = downPaymentToCollect(before, event);
  return down === null ? [] : [down];
}
