/** The only place that knows every module and every adapter, and ties them together. */
import { registerDualControl } from "#kernel/approvals.ts";
import type { Context, Services } from "#kernel/context.ts";
import type { Authenticator } from "#kernel/http/server.ts";
import type { ModuleDefinition } from "#kernel/module.ts";
import { webhooks } from "#kernel/webhooks.ts";
import type { NewTenant } from "#kernel/tenants.ts";
import { authenticator, identityModule } from "#modules/identity/index.ts";
import { module as parties } from "#modules/parties/index.ts";

export interface Wiring {
  readonly modules: readonly ModuleDefinition[];
  readonly authenticate: Authenticator;
  /** What a new sandbox lender needs besides people: chart, products, bank account. */
  readonly seeds: readonly ((ctx: Context, lender: NewTenant) => Promise<void>)[];
}

export function wire(services: Services): Wiring {
  const messages = { send: async () => ({ kind: "outage" as const }) };
  const modules: ModuleDefinition[] = [webhooks, identityModule(services, messages), parties];
  for (const control of modules.flatMap((m) => m.dualControls ?? [])) registerDualControl(control);
  return { modules, authenticate: authenticator(services), seeds: [] };
}
