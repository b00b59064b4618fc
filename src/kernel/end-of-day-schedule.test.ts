import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readDay } from "./close-days.ts";
import { closeBusinessDay } from "./end-of-day.ts";
import { isDue, scheduledEndOfDay } from "./end-of-day-schedule.ts";
import { changeSettings } from "./tenants.ts";
import { testWorld, type TestWorld } from "./testing/world.ts";

let world: TestWorld;
before(async () => {
  world = await testWorld();
});
after(() => world.close());

const pune = { timeZone: "Asia/Kolkata", settings: { endOfDayTime: "21:30" } };

test("a day is due when its time has come where the lender is, and not a minute before", () => {
  assert.equal(isDue(pune, "2026-01-15", Date.parse("2026-01-15T15:59:00Z")), false);
  assert.equal(isDue(pune, "2026-01-15", Date.parse("2026-01-15T16:00:00Z")), true);
  assert.equal(isDue(pune, "2026-01-16", Date.parse("2026-01-15T20:00:00Z")), false, "there it is 01:30 of the 16th, whose time has not come");
  assert.equal(isDue(pune, "2026-01-14", Date.parse("2026-01-15T01:00:00Z")), true, "a missed day is caught up");
  assert.equal(isDue({ timeZone: "Asia/Kolkata", settings: {} }, "2020-01-01", Date.parse("2026-01-15T16:00:00Z")), false, "no time is set: people close the day");
});

test("the job closes every day that is due, and only those", async () => {
  const ctx = world.system();
  await changeSettings(world.system(), { endOfDayTime: "05:00" });
  // The world's clock stands at 09:30 in Pune on the 15th; the books are on the 15th.
  await scheduledEndOfDay([]).handle(ctx, null);
  await scheduledEndOfDay([]).handle(ctx, null);
  assert.equal(await world.system().read(async (tx) => tx.businessDate), "2026-01-16");
});

test("a process that comes late to a day that another has closed does not begin the next", async () => {
  const ctx = world.system();
  const { businessDate } = await readDay(ctx);
  const late = () => closeBusinessDay(world.services, ctx.tenantId, [], undefined, businessDate);
  await late();
  const closed = await readDay(ctx);
  assert.equal(closed.closedThrough, businessDate);
  assert.deepEqual(await late(), { date: businessDate, steps: [] });
  assert.deepEqual(await readDay(ctx), closed);
});

test("a day whose closer died is carried through by the next look at the clock, though the books are on a day that is not due", async () => {
  const ctx = world.system();
  await changeSettings(world.system(), { endOfDayTime: "23:59" });
  const dies = { name: "check.dies", order: 500, per: "tenant" as const, run: () => Promise.reject(new Error("killed")) };
  const { businessDate } = await readDay(ctx);
  await assert.rejects(closeBusinessDay(world.services, ctx.tenantId, [dies], undefined, businessDate), /killed/);
  assert.notEqual((await readDay(ctx)).closedThrough, businessDate);
  await scheduledEndOfDay([]).handle(ctx, null);
  const closed = await readDay(ctx);
  assert.equal(closed.closedThrough, businessDate);
  assert.notEqual(closed.businessDate, businessDate);
  await scheduledEndOfDay([]).handle(ctx, null);
  assert.deepEqual(await readDay(ctx), closed, "and the day after is not begun");
});
