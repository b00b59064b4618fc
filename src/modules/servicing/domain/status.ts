import type { LoanState } from "#engine/index.ts";

export type AccountStatus = "active" | "overpaid" | "closed" | "charged_off" | "written_off" | "cancelled";

/** How an account stands by its history; that its payout failed is not in there. */
export function statusOf(state: LoanState): Exclude<AccountStatus, "cancelled"> {
  if (state.status === "closed_written_off" || state.status === "closed_settled") return "written_off";
  if (state.status === "closed_paid") return "closed";
  if (state.status === "overpaid") return "overpaid";
  return state.chargedOffDate === null ? "active" : "charged_off";
}
