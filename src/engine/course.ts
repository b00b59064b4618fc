import { enterCharge, trimFutureCharges } from "./charges.ts";
import type { IsoDate } from "./date.ts";
import type { LoanEvent } from "./events.ts";
import { forkWork } from "./fork.ts";
import type { Model } from "./model.ts";
import { entryOf, entryOrder, isOnRows, modelOf, newWork, standing, step } from "./run.ts";
import type { Entry } from "./run.ts";
import { isShaping } from "./structure.ts";
import type { LoanTerms, Parts } from "./terms.ts";
import { planBalances } from "./work.ts";
import type { Work } from "./work.ts";

/**
 * A history that was run up to its last event and not yet looked at: it can go on with an event that comes after all of them, and be
 * seen on any day from then on. Looking ends it, so what is to be kept is forked first.
 */
type Course = {
  readonly work: Work;
  readonly model: Model;
  /** Whether charges sit on their rows from the start. */
  readonly charged: boolean;
  /** Where the last event stands in the order of the run. */
  readonly last: Entry | null;
};

/** What is remembered of a history: how it was run, up to its last value date, and what would have closed it on a day. */
type Memory = { readonly terms: LoanTerms; readonly length: number; kept: { readonly course: Course; readonly through: IsoDate } | null; readonly payoffs: Map<IsoDate, Parts | null> };

/**
 * Remembered on the very list of events, unseen by whoever lists, compares or stores it, and gone with it. A map with weak keys would say
 * the same, and cost the collector as much as the runs themselves.
 */
const MEMORY = Symbol("what is remembered of a history");

function memoryOf(terms: LoanTerms, events: readonly LoanEvent[]): Memory {
  const list: readonly LoanEvent[] & { [MEMORY]?: Memory } = events;
  const known = list[MEMORY];
  if (known !== undefined && known.terms === terms && known.length === events.length) return known;
  const memory: Memory = { terms, length: events.length, kept: null, payoffs: new Map() };
  if (Object.isExtensible(events)) Object.defineProperty(events, MEMORY, { value: memory, configurable: true });
  return memory;
}

/** Runs a history in order of value date and makes every figure from nothing. Where it was run before, only the looking is done again. */
export function run(terms: LoanTerms, events: readonly LoanEvent[], asOf: IsoDate): Work {
  return seen(courseOf(terms, events, asOf), asOf).work;
}

/**
 * Lets the run of a history go on with events at its end, so that {@link run} of the longer one need not begin again. Where that cannot be,
 * nothing is done.
 *
 * @param before  the events so far
 * @param events  the same and more, in order of recording
 */
export function goOn(terms: LoanTerms, before: readonly LoanEvent[], events: readonly LoanEvent[]): void {
  const { kept } = memoryOf(terms, before);
  if (kept === null) return;
  let { through } = kept;
  let course: Course | null = null;
  for (const event of events.slice(before.length)) {
    if (!follows(course ?? kept.course, event)) return;
    course ??= forked(kept.course);
    if (event.type === "chargeAdded") course.work.chargeEvents.set(event.id, event);
    step(course.work, course.model, event, course.charged);
    course = { ...course, last: entryOf(terms, event) };
    if (event.valueDate > through) through = event.valueDate;
  }
  if (course !== null) memoryOf(terms, events).kept = { course, through };
}

/** What would close a loan on a day by its model's own reckoning; `null` when the rows alone tell. */
export function payoffParts(terms: LoanTerms, events: readonly LoanEvent[], date: IsoDate): Parts | null {
  const { payoffs } = memoryOf(terms, events);
  let parts = payoffs.get(date);
  if (parts === undefined) {
    const { work, model } = seen(courseOf(terms, events, date), date);
    trimFutureCharges(work, date);
    payoffs.set(date, (parts = model.payoffNow(work, date)));
  }
  return parts && { ...parts };
}

/** The run of a history, ready to be looked at once. */
function courseOf(terms: LoanTerms, events: readonly LoanEvent[], asOf: IsoDate): Course {
  const memory = memoryOf(terms, events);
  const { kept } = memory;
  if (kept !== null && kept.through <= asOf) return forked(kept.course);
  const course = runFromStart(terms, events, asOf);
  // With events still to come the run is that of a part of the list only.
  if (events.some((e) => e.valueDate > asOf)) return course;
  memory.kept = { course, through: events.reduce((max, e) => (e.valueDate > max ? e.valueDate : max), "" as IsoDate) };
  return forked(course);
}

function runFromStart(terms: LoanTerms, events: readonly LoanEvent[], asOf: IsoDate): Course {
  const work = newWork(terms);
  const live = standing(events, asOf);
  const model = modelOf(terms);
  model.begin(work, live.filter(isShaping), live);
  const fromStart = terms.compatibility.chargesEnter === "from_start";
  // Rows that only the payout makes cannot carry charges before it: those charges enter in their turn.
  const charged = fromStart && work.rows.length > 0;
  if (charged) for (const event of live) if (event.type === "chargeAdded" && isOnRows(event)) enterCharge(work, event);
  const order = fromStart ? live : [...live].sort((a, b) => entryOrder(entryOf(terms, a), entryOf(terms, b)));
  for (const event of live) if (event.type === "chargeAdded") work.chargeEvents.set(event.id, event);
  for (const event of order) step(work, model, event, charged);
  const last = order.at(-1);
  return { work, model, charged, last: last === undefined ? null : entryOf(terms, last) };
}

/** Whether an event is nothing but one more step at the end: it shapes no rows drawn before, undoes nothing, and stands last. */
function follows(course: Course, event: LoanEvent): boolean {
  const { work, model, last } = course;
  if (isShaping(event) || event.type === "reversed") return false;
  if (event.type === "chargeAdded" && work.terms.compatibility.chargesEnter === "from_start") return false;
  if (event.type === "paymentReceived" && event.disbursementId !== undefined) return false;
  return (last === null || entryOrder(last, entryOf(work.terms, event)) < 0) && model.follows(event);
}

function forked({ work, model, ...rest }: Course): Course {
  const { work: copy, copyOf } = forkWork(work);
  return { ...rest, work: copy, model: model.fork(copyOf) };
}

/** Brings a run to the day it is looked at. */
function seen(course: Course, asOf: IsoDate): Course {
  course.model.finish(course.work, asOf);
  planBalances(course.work);
  return course;
}
