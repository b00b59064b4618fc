import type { TransactionState } from "./state.ts";
import type { Work } from "./work.ts";

const LENDING = new Set<string>(["chargeback", "credit_balance_refund", "refund_by_cash"]);
const REPAYING = new Set<string>([
  "repayment", "down_payment", "goodwill_credit", "merchant_refund", "payout_refund", "interest_refund", "settlement", "charge_adjustment", "write_off", "capitalization",
]);

/** Adds a transaction and moves the outstanding principal by it. */
export function record(work: Work, tx: TransactionState): void {
  if (tx.type === "disbursement") work.principal += tx.amount;
  else if (LENDING.has(tx.type)) work.principal += tx.parts.principal;
  else if (REPAYING.has(tx.type)) work.principal -= tx.parts.principal;
  work.transactions.push(tx);
  tx.balanceAfter = Math.max(0, work.principal);
}
