import { daysPastDue, delinquencyOf, installmentDelinquency, isPaused } from "./answers.ts";
import { chargeEntryDate } from "./charges.ts";
import { addDays, fromDay, MAX_DAY } from "./date.ts";
import type { IsoDate } from "./date.ts";
import { accrualsToPost, accrualToPost, chargesToRaise, downPaymentToCollect } from "./dues.ts";
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

type Classified = Extract<EventDraft, { type: "delinquencyClassified" }>;

/**
 * The buckets as of a day, when they differ from those last noted; `null` when nothing changes. While a pause holds, time
 * can only make a loan current; money classifies it all the same.
 */
export function classify(state: LoanState, asOf: IsoDate, cause: "time" | "money" = "time"): Classified | null {
  const found = delinquencyOf(state, asOf);
  if (cause === "time" && isPaused(state, asOf) && found.bucket !== null) return null;
  const installments = state.terms.delinquency.byInstallment ? installmentDelinquency(state, asOf) : [];
  const noted = notedDelinquency(state);
  if (noted.bucket === found.bucket && JSON.stringify(noted.installments) === JSON.stringify(installments)) return null;
  return { type: "delinquencyClassified", valueDate: asOf, bucket: found.bucket, since: found.bucket === null ? null : found.since, installments };
}

/** What was last noted: bucket, since when the loan was delinquent, and buckets by installment. */
export function notedDelinquency(state: LoanState): { bucket: string | null; since: IsoDate | null; installments: readonly { bucket: string; amount: number }[] } {
  const last = state.events.findLast((e) => e.type === "delinquencyClassified");
  return last?.type === "delinquencyClassified" ? last : { bucket: null, since: null, installments: [] };
}

type Stay = { bucket: string; addedDate: IsoDate; liftedDate: IsoDate | null };

/**
 * Stays in buckets, newest first; `liftedDate` is `null` while one lasts. A loan that becomes delinquent is in the first bucket
 * from the first delinquent day on, even if it is found out later in a higher one.
 */
export function delinquencyHistory(state: LoanState): Stay[] {
  const stays: Stay[] = [];
  const first = state.terms.delinquency.buckets[0];
  for (const event of state.events) {
    if (event.type !== "delinquencyClassified") continue;
    const open = stays[0];
    if (open && open.liftedDate === null) {
      if (open.bucket === event.bucket) continue;
      open.liftedDate = event.valueDate;
    }
    if (event.bucket === null || event.since === null || !first) continue;
    const isFresh = !open || open.liftedDate !== event.valueDate;
    const began = addDays(event.since, first.from);
    if (isFresh && event.bucket !== first.code && began < event.valueDate) stays.unshift({ bucket: first.code, addedDate: began, liftedDate: addDays(event.valueDate, -1) });
    stays.unshift({ bucket: event.bucket, addedDate: isFresh && event.bucket === first.code ? began : event.valueDate, liftedDate: null });
  }
  return stays;
}

/**
 * What closing one day causes, step by step in fixed order: interest that becomes principal, overdue charges, delinquency, accruals. Call again with the state
 * after each draft was applied, until it returns `null`; a second call for a closed day returns `null` at once.
 */
export function nextOfDay(state: LoanState, day: IsoDate): EventDraft | null {
  return capitalize(state, addDays(day, 1)) ?? chargesToRaise(state, addDays(day, 1))[0] ?? refresh(state, addDays(day, 1)) ?? classify(state, addDays(day, 1)) ?? accrualDraft(state, day);
}

/** Interest that its terms make principal by a day: the loan is told that the day has come. */
function capitalize(state: LoanState, date: IsoDate): EventDraft | null {
  if (state.status !== "active" || state.chargedOffDate !== null) return null;
  const row = state.installments.find((r) => r.dueDate <= date && r.due.principal < r.paid.principal);
  if (!row || state.events.some((e) => e.type === "interestRefreshed" && e.valueDate >= row.dueDate)) return null;
  return { type: "interestRefreshed", valueDate: row.dueDate };
}

/** Overdue principal goes on earning, where the terms leave that to the end of day. */
function refresh(state: LoanState, date: IsoDate): EventDraft | null {
  if (!state.terms.compatibility.endOfDayRefreshesInterest || state.terms.model !== "progressive" || daysPastDue(state, date) === 0) return null;
  const done = state.events.some((e) => e.type === "interestRefreshed" && e.valueDate >= date);
  return done ? null : { type: "interestRefreshed", valueDate: date };
}

/**
 * Income earned by a day and not yet posted, as an event for the oldest installment that has any; `null` when there is none. Its
 * value date is the installment's due date, or `day` when that is earlier.
 */
export function accrualDraft(state: LoanState, day: IsoDate): Extract<EventDraft, { type: "accrualPosted" }> | null {
  if (state.status !== "active" || state.chargedOffDate !== null) return null;
  const next = accrualsToPost(state, day)[0];
  return next ? { type: "accrualPosted", ...next } : null;
}

/** What an event causes by itself at once: an automatic down payment; when it closes the loan, all income not yet posted. */
export function followUps(before: LoanState, event: LoanEvent, after: LoanState): EventDraft[] {
  const drafts: EventDraft[] = [];
  if (event.type === "disbursed") {
    const down = downPaymentToCollect(before, event);
    if (down !== null) drafts.push(down);
  }
  if (event.type === "chargeAdded" && before.status === "overpaid" && after.status === "closed_paid") {
    const rest = accrualAtClosing(after, chargeEntryDate(event));
    if (rest !== null) drafts.push(rest);
  }
  const closed = (state: LoanState) => state.status === "closed_paid" || state.status === "overpaid";
  const accrues = after.terms.compatibility.accrualAtClosing === "always" || after.terms.interest.recalculation === null;
  if (accrues && closed(after) && before.status === "active" && before.chargedOffDate === null) {
    const rest = accrualAtClosing(after, event.valueDate);
    if (rest !== null) drafts.push(rest);
  }
  return drafts;
}

/** All income of a settled loan that was not posted yet. */
function accrualAtClosing(state: LoanState, date: IsoDate): EventDraft | null {
  const parts = accrualToPost(state, MAX_DATE);
  if (parts.interest + parts.fee + parts.penalty <= 0) return null;
  return { type: "accrualPosted", valueDate: date, interest: parts.interest, fee: parts.fee, penalty: parts.penalty };
}

const MAX_DATE = fromDay(MAX_DAY);
