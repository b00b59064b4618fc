import type { LoanState } from "#engine/index.ts";

export type AccountStatus = "active" | "overpaid" | "closed" | "charged_off" | "written_off" | "settled" | "cancelled";

/** Whether what is left of a loan is given up: by its lender, or by an agreement to take less. */
export const isGivenUp = (status: AccountStatus): boolean => status === "written_off" || status === "settled";

/** How an account stands by its history; that its payout failed is not in there. */
export function statusOf(state: LoanState): Exclude<AccountStatus, "cancelled"> {
  if (state.status === "closed_written_off") return "written_off";
  if (state.status === "closed_settled") return "settled";
  if (state.status === "closed_paid") return "closed";
  if (state.status === "overpaid") return "overpaid";
  return state.chargedOffDate === null ? "active" : "charged_off";
}
