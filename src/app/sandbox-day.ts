import { setTimeout as wait } from "node:timers/promises";
import { addDays, isoDate } from "#engine/date.ts";
import type { Context } from "#kernel/context.ts";
import { problem } from "#kernel/kernel-problems.ts";
import type { ModuleDefinition } from "#kernel/module.ts";
import { deliverAll } from "#kernel/relay.ts";
import { currentTenant } from "#kernel/tenants.ts";
import { countMatchesWaiting, sendPayouts, syncBank } from "#modules/payments/index.ts";
import { sandboxAccountId } from "./seed-steps.ts";

/**
 * The sandbox bank keeps a date of its own. When a person moves a lender's clock, the bank ends the same day first: payouts that wait go out, its
 * statement is fetched, and what was paid that day is applied before the books close on it.
 *
 * @throws service.unavailable  the bank did not answer; the clock stands where it is and can be moved again
 */
export function sandboxBankDay(modules: readonly ModuleDefinition[]): (ctx: Context, date: string) => Promise<void> {
  return async (ctx, date) => {
    if (ctx.services.config.sandboxUrl === undefined) return;
    await sendPayouts(ctx);
    await endBankDay(ctx, date);
    await syncBank(ctx);
    await deliverAll(ctx.services, modules, ctx.tenantId);
    // A worker may have been quicker to take an event, and not be through with it.
    for (let tries = 0; tries < 100 && (await ctx.read(countMatchesWaiting)) > 0; tries++) await wait(50);
  };
}

async function endBankDay(ctx: Context, date: string): Promise<void> {
  const { config, outbound } = ctx.services;
  const { slug } = await ctx.read(currentTenant);
  const answer = await outbound.call({
    method: "POST", url: `${config.sandboxUrl}/bank/v1/business-date`, headers: { authorization: `Bearer ${config.sandboxKeys.bank}`, "content-type": "application/json" },
    body: JSON.stringify({ date: addDays(isoDate(date), 1), accountIds: [sandboxAccountId(slug)] }),
  });
  // 409: somebody has moved the bank further already. 404: the lender was not made by the seed and has no account there.
  if (answer.kind !== "answer" || (answer.status >= 300 && answer.status !== 409 && answer.status !== 404)) throw problem("service.unavailable", `The sandbox bank did not end its ${date}.`);
}
