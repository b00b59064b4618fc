import type { Static } from "typebox";
import type { AgreementJson, ApplicationJson } from "#modules/origination/contract.ts";
import type { MoneyValue } from "../ui/format.ts";

/** An application as its applicant sees it. */
export type Application = Static<typeof ApplicationJson>;
export type Requirement = Application["requirements"][number];
export type Offer = Application["offers"][number];
export type Agreement = Static<typeof AgreementJson>;

/** A loan as its borrower sees it. */
export interface Loan {
  readonly id: string; readonly number: string; readonly status: string; readonly productName: string; readonly annualRate: string; readonly maturityDate: string | null; readonly daysPastDue: number;
  readonly amount: MoneyValue; readonly outstanding: MoneyValue; readonly pastDue: MoneyValue; readonly nextDueDate: string | null; readonly nextDueAmount: MoneyValue | null; readonly payoffToday: MoneyValue | null;
}
