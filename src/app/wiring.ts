/** The only place that knows every module and every adapter, and ties them together. */
import { bureauAt } from "#integrations/bureau/sandbox-bureau.ts";
import { timestampsAt } from "#integrations/esign/sandbox-timestamps.ts";
import { kycAt } from "#integrations/kyc/sandbox-kyc.ts";
import { messagesAt, signInMessages } from "#integrations/notify/sandbox-messages.ts";
import { httpBank } from "#integrations/rails/index.ts";
import { registerDualControl } from "#kernel/approvals.ts";
import type { SandboxProvider } from "#kernel/config.ts";
import type { Context, Services } from "#kernel/context.ts";
import type { Authenticator } from "#kernel/http/server.ts";
import { joinEndOfDay } from "#kernel/end-of-day.ts";
import { scheduledEndOfDay } from "#kernel/end-of-day-schedule.ts";
import { listExport } from "#kernel/http/list-export.ts";
import { longWorkJobs, registerLongWork } from "#kernel/job-runs.ts";
import type { JobDefinition, ModuleDefinition } from "#kernel/module.ts";
import type { NewTenant } from "#kernel/tenants.ts";
import { webhooks } from "#kernel/webhooks.ts";
import { module as collections } from "#modules/collections/index.ts";
import { module as documents } from "#modules/documents/index.ts";
import { authenticator, identityModule } from "#modules/identity/index.ts";
import { ledgerExport, module as ledger } from "#modules/ledger/index.ts";
import { fileBooker, originationModule, type LoanBooker, type Outside } from "#modules/origination/index.ts";
import { module as parties } from "#modules/parties/index.ts";
import { module as partners } from "#modules/partners/index.ts";
import { connectBank, module as payments } from "#modules/payments/index.ts";
import { module as products } from "#modules/products/index.ts";
import { interestLetterWork, module as reporting, reportWork, seedReports } from "#modules/reporting/index.ts";
import { module as risk } from "#modules/risk/index.ts";
import { bookLoan, letterSubscriber, module as servicing, payAgain } from "#modules/servicing/index.ts";
import { sandboxBankDay } from "./sandbox-day.ts";
import { seedBankAccount, seedBooks, seedProduct, seedRisk } from "./seed-steps.ts";

export interface Wiring {
  readonly modules: readonly ModuleDefinition[];
  readonly authenticate: Authenticator;
  /** What a new sandbox lender needs besides people: chart, products, bank account. */
  readonly seeds: readonly ((ctx: Context, lender: NewTenant) => Promise<void>)[];
  /** The outside world as origination sees it. */
  readonly outside: Outside;
}

export function wire(services: Services): Wiring {
  const { config, outbound } = services;
  // An installation without providers says so when one is needed: the address is not on the allow-list, so nothing is called.
  const provider = (name: SandboxProvider) => ({ url: config.sandboxUrl ?? "http://no-provider.invalid", key: config.sandboxKeys[name] });
  const messages = messagesAt(outbound, provider("messages"));
  connectBank(() => (config.sandboxUrl === undefined ? undefined : httpBank(outbound, provider("bank"))));
  const outside: Outside = {
    bureau: bureauAt(outbound, provider("bureau")), kyc: kycAt(outbound, provider("kyc")), messages, timestamps: timestampsAt(outbound, provider("esign")),
    booker: config.mode === "origination" ? fileBooker : ownBooks,
  };
  const shared = [webhooks, identityModule(services, signInMessages(messages)), parties, products, documents, ledger, payments];
  // Servicing itself needs nobody outside; writing to borrowers does, so it is tied in here.
  const letters: ModuleDefinition = { name: "letters", subscribers: [letterSubscriber(messages)] };
  const halves = { origination: [originationModule(outside)], servicing: [servicing, letters, collections, risk, partners], unified: [originationModule(outside), servicing, letters, collections, risk, partners] };
  const modules: ModuleDefinition[] = [...shared, ...halves[config.mode], reporting];
  modules.push({ name: "sandbox_bank", beforeSandboxDay: sandboxBankDay(modules) });
  modules.push({ name: "schedule", jobs: [scheduledEndOfDay(modules) as unknown as JobDefinition, joinEndOfDay(modules) as unknown as JobDefinition, ...longWorkJobs] });
  registerLongWork(listExport);
  registerLongWork(reportWork);
  registerLongWork(interestLetterWork);
  registerLongWork(ledgerExport);
  for (const control of modules.flatMap((m) => m.dualControls ?? [])) registerDualControl(control);
  return { modules, authenticate: authenticator(services), seeds: [seedBooks, seedProduct, seedBankAccount, seedRisk, seedReports], outside };
}

/** Loans are booked in this installation, in the transaction that releases them. */
const ownBooks: LoanBooker = {
  async book(tx, ctx, loan) {
    const { loanAccountId, number } = await bookLoan(tx, ctx, { ...loan, payout: { netMinor: loan.netMinor, payee: loan.payee } });
    return { loanAccountId, number };
  },
  async payAgain(tx, ctx, ask) {
    await payAgain(tx, ctx, { loanAccountId: ask.loanAccountId, netMinor: ask.netMinor, payee: ask.payee });
  },
};
