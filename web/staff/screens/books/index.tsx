export { CloseDesk } from "./close-desk.tsx";
export { GeneralLedger, Journal, JournalEntry } from "./journal.tsx";
export { ManualEntry } from "./manual-entry.tsx";
export { TrialBalance } from "./trial-balance.tsx";
