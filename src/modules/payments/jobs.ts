import type { JobDefinition } from "#kernel/module.ts";
import { bankConnected } from "./bank.ts";
import { POLL_JOB, refreshCheckout } from "./commands/checkout.ts";
import { SEND_JOB } from "./commands/create-payout.ts";
import { sendPayouts } from "./commands/send-payouts.ts";
import { syncBank } from "./commands/sync-bank.ts";

const send: JobDefinition<unknown> = {
  name: SEND_JOB,
  handle: async (ctx) => {
    const { inDoubt, waiting } = await sendPayouts(ctx);
    // Failing makes the queue ask again later, with growing pauses; nothing is sent twice by that.
    if (inDoubt > 0) throw new Error(`${inDoubt} payouts are in doubt`);
    // A bank that is away for a moment must not cost the borrower the five minutes until the next round.
    if (waiting > 0) throw new Error(`${waiting} payouts wait for the bank`);
  },
};

const poll: JobDefinition<{ id: string }> = {
  name: POLL_JOB,
  handle: async (ctx, { id }) => {
    const { state } = await refreshCheckout(ctx, id);
    if (state === "open" || state === "created") throw new Error(`checkout ${id} is still ${state}`);
  },
};

/** Every five minutes: fetch the bank's files, and send what a stopped process left behind. */
const sync: JobDefinition<unknown> = {
  name: "payments.sync_bank",
  cron: "*/5 * * * *",
  handle: async (ctx) => {
    if (!bankConnected(ctx)) return;
    await sendPayouts(ctx);
    await syncBank(ctx);
  },
};

export const jobs = [send, poll, sync] as unknown as readonly JobDefinition[];
