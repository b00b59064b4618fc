/** Reporting: what the owners' views say of the portfolio, the books and the applications. */
import type { ModuleDefinition } from "#kernel/module.ts";
import { routes } from "./routes.ts";
import { snapshotStep } from "./snapshot.ts";

export { funnelReport, incomeReport, parHistory, portfolioReport, vintages } from "./queries/reports.ts";

export const module: ModuleDefinition = { name: "reporting", routes, endOfDay: [snapshotStep] };
