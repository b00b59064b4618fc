/** Partners: who owns shares of loans beside the lender, what is stated to them, and what they are paid. See README.md. */
import type { DualControl } from "#kernel/approvals.ts";
import type { ModuleDefinition } from "#kernel/module.ts";
import { claimControl } from "./commands/claims.ts";
import { disputeControl } from "./commands/disputes.ts";
import { guaranteeControl } from "./commands/guarantees.ts";
import { participationControl } from "./commands/participations.ts";
import { accountControl, partnerControl } from "./commands/partners.ts";
import { payAgainControl, settlementControl } from "./commands/settle.ts";
import { partnerRoutes } from "./routes.ts";
import { subscribers } from "./subscribers.ts";

export const module: ModuleDefinition = {
  name: "partners", routes: partnerRoutes, subscribers,
  dualControls: [partnerControl, accountControl, participationControl, settlementControl, payAgainControl, guaranteeControl, claimControl, disputeControl] as unknown as readonly DualControl<never>[],
};
