import type { DualControl } from "#kernel/approvals.ts";
import type { ModuleDefinition } from "#kernel/module.ts";
import { reopenControl } from "./commands/close-period.ts";
import { manualEntryControl } from "./commands/manual-entry.ts";
import { rateControl } from "./commands/fx-rates.ts";
import { proveStep } from "./commands/prove.ts";
import { revaluationControl, revaluationReversalControl } from "./commands/revalue.ts";
import { routes } from "./routes.ts";

/** The face of the ledger. See README.md. */
export { closePeriod } from "./commands/close-period.ts";
export { proposeManualEntry, proposeReversal, type ManualEntry } from "./commands/manual-entry.ts";
export { post, postAll } from "./commands/post.ts";
export { mergeDayTotals, proveBooks, proveControls, type Proof } from "./commands/prove.ts";
export { seedChart } from "./commands/seed-chart.ts";
export { CHART, type AccountKind, type ChartAccount } from "./domain/chart.ts";
export { STATUTORY, opposite, type EntryLine, type JournalEntry } from "./domain/entry.ts";
export { accountBalance, trialBalance, type AccountBalance, type TrialBalance } from "./queries/balances.ts";
export { getEntry, type PostedEntry } from "./queries/entries.ts";
export { entriesOfLoan } from "./queries/loan-entries.ts";
export type { Dataset } from "./exports/dataset.ts";
export { exportJournal, ledgerExport } from "./exports/run.ts";
export { writeXlsx } from "./exports/xlsx.ts";

export const module: ModuleDefinition = {
  name: "ledger",
  routes,
  dualControls: [manualEntryControl, reopenControl, rateControl, revaluationControl, revaluationReversalControl] as unknown as readonly DualControl<never>[],
  endOfDay: [proveStep],
};
