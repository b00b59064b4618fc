import Type from "typebox";
import { DateJson, InstantJson, MoneyJson, Nullable } from "#kernel/http/schemas.ts";
import { State } from "./contract.ts";

/** Rows of the lists of operations. */
export const FundingItem = Type.Object({
  id: Type.String(), number: Type.String(), payee: Type.String(), state: State, amount: MoneyJson, net: MoneyJson, conditionsOpen: Type.Integer(), accountCheck: Nullable(Type.String()), nameMatch: Nullable(Type.Integer()),
  approvalRequestId: Nullable(Type.String()), proposedBy: Nullable(Type.String()), stageDueAt: Nullable(InstantJson),
});
export const FundedLoanItem = Type.Object({ id: Type.String(), applicationId: Type.String(), number: Type.String(), borrower: Type.String(), amount: MoneyJson, sha256: Type.String(), madeOn: DateJson, madeAt: InstantJson });
