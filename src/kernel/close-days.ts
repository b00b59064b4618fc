import { addDays, isoDate, type IsoDate } from "#engine/date.ts";
import type { Context } from "./context.ts";
import { closeBusinessDay, endOfDayShards, stepsOf } from "./end-of-day.ts";
import { tracked } from "./job-runs.ts";
import type { EndOfDayStep } from "./module.ts";

/** Where a lender's books are. */
export interface Day {
  readonly businessDate: string;
  readonly closedThrough: string;
}

export interface Closing {
  /** For the jobs tray: "End of day 2026-01-31". */
  readonly title: string;
  /** Whether a day is to be closed yet; asked before each. */
  due(day: Day): boolean;
  /** How many days that will be, when it is known. */
  readonly days?: number;
  /** What comes before a day is closed: the sandbox bank ends its own. */
  before?(date: string): Promise<void>;
}

/** A day at a time, so that a lender that was away for long does not hold a worker for hours. */
const MOST_DAYS = 400;

/**
 * Closes business dates one after another as one job that people see, and may stop between two days (a day once begun is carried through).
 * @returns the days closed now, in order; none, and no job, when none was due
 */
export async function closeDays(ctx: Context, steps: readonly EndOfDayStep[], closing: Closing): Promise<string[]> {
  const first = await readDay(ctx);
  if (!closing.due(first)) return [];
  return tracked(ctx, { kind: "kernel.end_of_day", title: closing.title, cancellable: true }, async (progress) => {
    const closed: string[] = [];
    const shards = await endOfDayShards(ctx);
    if (closing.days !== undefined) progress.total(partsOf(steps, shards, addDays(isoDate(first.closedThrough), 1), closing.days));
    for (let day = first; closing.due(day) && closed.length < MOST_DAYS; day = await readDay(ctx)) {
      if (closed.length > 0 && progress.heedStop()) break;
      if (closing.days !== 1) progress.say(day.businessDate);
      await closing.before?.(day.businessDate);
      // By name: another process may close it between the question and the act, and the day after is not due by that.
      const { date } = await closeBusinessDay(ctx.services, ctx.tenantId, steps, (_name, { failed }) => progress.step(1, failed), addDays(isoDate(day.closedThrough), 1));
      closed.push(date);
    }
    return closed;
  });
}

/** How many parts of steps there are to carry out on so many days from `date` on. */
function partsOf(steps: readonly EndOfDayStep[], shards: number, date: IsoDate, days: number): number {
  let parts = 0;
  for (let n = 0; n < days; n++) for (const step of stepsOf(steps, addDays(date, n))) parts += step.per === "tenant" ? 1 : shards;
  return parts;
}

/** The day a lender's books are on, and the newest that is closed. */
export async function readDay(ctx: Context): Promise<Day> {
  return ctx.read((tx) => tx.one<{ businessDate: string; closedThrough: string }>("kernel.business_day.both", `SELECT business_date AS "businessDate", closed_through AS "closedThrough" FROM kernel.business_day`));
}
