/** The only place that knows every module and every adapter, and ties them together. */
import { messagesAt, signInMessages } from "#integrations/notify/sandbox-messages.ts";
import { httpBank } from "#integrations/rails/index.ts";
import { registerDualControl } from "#kernel/approvals.ts";
import type { SandboxProvider } from "#kernel/config.ts";
import type { Context, Services } from "#kernel/context.ts";
import type { Authenticator } from "#kernel/http/server.ts";
import type { ModuleDefinition } from "#kernel/module.ts";
import type { NewTenant } from "#kernel/tenants.ts";
import { webhooks } from "#kernel/webhooks.ts";
import { authenticator, identityModule } from "#modules/identity/index.ts";
import { module as ledger } from "#modules/ledger/index.ts";
import { module as parties } from "#modules/parties/index.ts";
import { connectBank, module as payments } from "#modules/payments/index.ts";
import { module as products } from "#modules/products/index.ts";
import { seedBankAccount, seedBooks, seedProduct } from "./seed-steps.ts";

export interface Wiring {
  readonly modules: readonly ModuleDefinition[];
  readonly authenticate: Authenticator;
  /** What a new sandbox lender needs besides people: chart, products, bank account. */
  readonly seeds: readonly ((ctx: Context, lender: NewTenant) => Promise<void>)[];
}

export function wire(services: Services): Wiring {
  const { config, outbound } = services;
  // An installation without providers says so when one is needed: the address is not on the allow-list, so nothing is called.
  const provider = (name: SandboxProvider) => ({ url: config.sandboxUrl ?? "http://no-provider.invalid", key: config.sandboxKeys[name] });
  const messages = messagesAt(outbound, provider("messages"));
  connectBank(() => (config.sandboxUrl === undefined ? undefined : httpBank(outbound, provider("bank"))));
  const modules: ModuleDefinition[] = [webhooks, identityModule(services, signInMessages(messages)), parties, products, ledger, payments];
  for (const control of modules.flatMap((m) => m.dualControls ?? [])) registerDualControl(control);
  return { modules, authenticate: authenticator(services), seeds: [seedBooks, seedProduct, seedBankAccount] };
}
