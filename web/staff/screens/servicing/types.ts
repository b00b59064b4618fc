import type { Static } from "typebox";
import type { LoanItem as LoanItemJson, LoanJson, ScheduleJson, TransactionJson } from "#modules/servicing/contract.ts";

export type LoanItem = Static<typeof LoanItemJson>;
export type Loan = LoanJson;
export type Schedule = Static<typeof ScheduleJson>;
export type Transaction = Static<typeof TransactionJson>;
/** The day a loan is looked at, undefined: the business date; and the day it was known on, undefined: by all that is known. */
export type At = { readonly asOf: string | undefined; readonly knownOn: string | undefined };
