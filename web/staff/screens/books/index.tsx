export { Cash } from "./cash.tsx";
export { CloseDesk } from "./close-desk.tsx";
export { Currencies } from "./currencies.tsx";
export { GeneralLedger } from "./general-ledger.tsx";
export { Journal, JournalEntry } from "./journal.tsx";
export { ManualEntry } from "./manual-entry.tsx";
export { Statements } from "./statements.tsx";
export { Suspense } from "./suspense.tsx";
export { TrialBalance } from "./trial-balance.tsx";
