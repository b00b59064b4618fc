import { addDays, isoDate } from "#engine/date.ts";
import type { Context } from "./context.ts";
import { closeDays, type Day } from "./close-days.ts";
import { endOfDaySteps } from "./end-of-day.ts";
import type { JobDefinition, ModuleDefinition } from "./module.ts";
import { currentTenant, type Tenant } from "./tenants.ts";

/**
 * The job that closes business dates by itself: for lenders whose setting `endOfDayTime` names a time of their own day ("21:30").
 * Every five minutes it asks "is a day due and not yet closed?", so a missed run is caught up by the next. A day that was begun is carried through
 * whoever began it: its process may have died, and by then the books are on the next day, which is not due.
 */
export function scheduledEndOfDay(modules: readonly ModuleDefinition[]): JobDefinition<unknown> {
  const steps = endOfDaySteps(modules);
  return {
    name: "kernel.scheduled_end_of_day",
    cron: "*/5 * * * *",
    handle: async (ctx: Context) => {
      const tenant = await ctx.read(currentTenant);
      await closeDays(ctx, steps, { title: "End of day, by the clock", due: (day) => isUnderWay(day) || isDue(tenant, day.businessDate, ctx.services.clock.nowMs()) });
    },
  };
}

/** Whether closing has begun on a day and not ended: the books have moved on, and the day before them is open. */
const isUnderWay = (day: Day): boolean => day.closedThrough < addDays(isoDate(day.businessDate), -1);

/**
 * Whether a lender's business date is to be closed now: its calendar day is over, or its time of closing has come.
 * @example at 21:31 in Pune on the business date, with endOfDayTime 21:30, it is due; at 21:29 it is not
 */
export function isDue(tenant: Pick<Tenant, "timeZone" | "settings">, businessDate: string, nowMs: number): boolean {
  const time = tenant.settings["endOfDayTime"];
  if (typeof time !== "string" || !/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) return false;
  const parts = Object.fromEntries(new Intl.DateTimeFormat("en-CA", { timeZone: tenant.timeZone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
    .formatToParts(new Date(nowMs)).map((part) => [part.type, part.value]));
  const today = `${parts["year"]}-${parts["month"]}-${parts["day"]}`;
  return businessDate < today || (businessDate === today && `${parts["hour"]}:${parts["minute"]}` >= time);
}
