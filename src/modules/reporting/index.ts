/** Reporting: what the owners' views say of the portfolio, the books and the applications. */
import type { ModuleDefinition } from "#kernel/module.ts";
import { calendarStep } from "./calendar-step.ts";
import { routes } from "./routes.ts";
import { snapshotStep } from "./snapshot.ts";

export { readBaseSegment } from "./domain/metro2/record.ts";
export { metro2Status, paymentHistoryProfile } from "./domain/metro2/status.ts";
export { seedReports } from "./calendar-step.ts";
export { interestLetterWork } from "./commands/interest-letters.ts";
export { reportWork } from "./commands/generate-report.ts";
export { funnelReport, incomeReport, parHistory, portfolioReport, vintages } from "./queries/reports.ts";

export const module: ModuleDefinition = { name: "reporting", routes, endOfDay: [snapshotStep, calendarStep] };
