/** The face of the ledger. See README.md. */
export { post, postAll } from "./commands/post.ts";
export { seedChart } from "./commands/seed-chart.ts";
export { CHART, type AccountKind, type ChartAccount } from "./domain/chart.ts";
export { STATUTORY, opposite, type EntryLine, type JournalEntry } from "./domain/entry.ts";
