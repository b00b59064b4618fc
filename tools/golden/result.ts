/** The outcome of one golden case. `difference` is the first thing that did not agree. */
export type CaseResult = { theme: string; id: string; pass: boolean; difference?: string };
