import type { Context, Services } from "#kernel/context.ts";
import { problem } from "./problems.ts";
import type { Bank } from "./ports.ts";

let connect: ((services: Services) => Bank | undefined) | undefined;

/** Says which adapter speaks to the bank; called once, when the program is wired. */
export function connectBank(adapter: (services: Services) => Bank | undefined): void {
  connect = adapter;
}

/** The bank of this installation. May raise bank.unreachable when none is connected. */
export function bankOf(ctx: Context): Bank {
  const bank = connect?.(ctx.services);
  if (bank === undefined) throw problem("bank.unreachable", "No bank is connected to this installation.");
  return bank;
}

/** False on an installation that speaks to no bank: files then come and go by hand. */
export function bankConnected(ctx: Context): boolean {
  return connect?.(ctx.services) !== undefined;
}
