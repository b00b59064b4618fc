/** States of a payout and what may follow. In doubt is never sent again: the bank is asked. */
export type PayoutState = "created" | "sending" | "sent" | "accepted" | "settled" | "rejected" | "in_doubt" | "returned";

const NEXT: Readonly<Record<PayoutState, readonly PayoutState[]>> = {
  created: ["sending"],
  sending: ["sent", "accepted", "settled", "rejected", "in_doubt"],
  in_doubt: ["sending", "sent", "accepted", "settled", "rejected"],
  sent: ["accepted", "settled", "rejected"],
  accepted: ["settled", "rejected"],
  settled: ["returned"],
  rejected: [],
  returned: [],
};

/** True when a payout may go from one state to the other. */
export function mayBecome(from: PayoutState, to: PayoutState): boolean {
  return NEXT[from].includes(to);
}

/** States from which `to` can be reached in one step. */
export function before(to: PayoutState): PayoutState[] {
  return (Object.keys(NEXT) as PayoutState[]).filter((from) => NEXT[from].includes(to));
}

/**
 * What a bank's status code means for a payout; undefined for codes that change nothing. Executed (ACSC) is "accepted":
 * settled is what the statement says.
 * @source ISO 20022 external code set, ExternalPaymentTransactionStatus1Code
 */
export function stateOfStatus(code: string): PayoutState | undefined {
  if (code === "RJCT" || code === "CANC") return "rejected";
  if (["ACCP", "ACTC", "ACSP", "ACSC", "ACCC", "ACWC", "PATC"].includes(code)) return "accepted";
  return undefined;
}

/** Last four characters, for screens: "····6789". */
export function masked(account: string): string {
  return `····${account.slice(-4)}`;
}
