import type { Static } from "typebox";
import type { AgreementJson, ApplicationJson } from "#modules/origination/contract.ts";
import type { LoanJson } from "#modules/servicing/contract.ts";

/** An application as its applicant sees it. */
export type Application = Static<typeof ApplicationJson>;
export type Requirement = Application["requirements"][number];
export type Offer = Application["offers"][number];
export type Agreement = Static<typeof AgreementJson>;

/** A loan as its borrower sees it. */
export type Loan = LoanJson;
