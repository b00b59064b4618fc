import { addDays, isoDate } from "#engine/index.ts";
import type { Context } from "#kernel/context.ts";
import type { EndOfDayStep } from "#kernel/module.ts";
import { keepCalendar } from "./commands/define-report.ts";

/** Puts what is to be reported of a period into the calendar once its last day is closed. Three small statements a day, whatever the number of loans. */
export const calendarStep: EndOfDayStep = {
  name: "reporting.calendar",
  order: 860,
  per: "tenant",
  run: async (tx, ctx, day) => ({ touched: await keepCalendar(tx, ctx, addDays(isoDate(day.date), 1)), failed: 0 }),
};

/** The calendar a new lender begins with. */
export async function seedReports(ctx: Context): Promise<void> {
  await ctx.transaction((tx) => keepCalendar(tx, ctx, isoDate(tx.businessDate)));
}
