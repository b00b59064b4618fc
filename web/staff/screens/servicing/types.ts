import type { MoneyValue } from "../../../ui/format.ts";
/** One row of the list of loans. */
export interface LoanItem { readonly id: string; readonly number: string; readonly status: string; readonly nextDueDate: string | null; readonly nextDueAmount: MoneyValue | null }
