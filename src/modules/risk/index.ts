/** Risk: what the lender expects to lose, by policies that are data, and what is set aside for it. See README.md. */
import type { DualControl } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import type { ModuleDefinition } from "#kernel/module.ts";
import { policyControl, seedPolicy } from "./commands/policies.ts";
import { postingControl } from "./commands/runs.ts";
import { monthEndSteps } from "./month-end.ts";
import { riskRoutes } from "./routes.ts";
import { policiesOf } from "./seeds/policies.ts";

export { proposePosting, runProvision } from "./commands/runs.ts";
export { runSummary } from "./queries/run-summary.ts";

export const module: ModuleDefinition = { name: "risk", routes: riskRoutes, endOfDay: monthEndSteps, dualControls: [policyControl as unknown as DualControl<never>, postingControl as unknown as DualControl<never>] };

/** The policies a new lender of a country begins with. */
export async function seedPolicies(ctx: Context, country: string): Promise<void> {
  await ctx.transaction(async (tx) => {
    for (const policy of policiesOf(country)) await seedPolicy(tx, ctx, policy);
  });
}
