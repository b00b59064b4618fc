/** The kinds of ledger accounts; a debit adds to assets and expenses, a credit to the others. */
export type AccountKind = "asset" | "liability" | "equity" | "income" | "expense" | "memo";

export interface ChartAccount {
  readonly code: string;
  readonly name: string;
  readonly kind: AccountKind;
  /** Equal to the sum of a sub-ledger, so nobody posts to it by hand. */
  readonly control?: boolean;
}

/** The chart that each lender begins with. Products' posting rules name these codes; a lender may add its own. */
export const CHART: readonly ChartAccount[] = [
  { code: "bank", name: "Bank", kind: "asset" },
  { code: "bank_clearing", name: "Bank clearing: money reported, not yet on a statement", kind: "asset" },
  { code: "disbursement_clearing", name: "Disbursement clearing: payouts under way", kind: "liability" },
  { code: "payments_suspense", name: "Payments suspense: money not yet applied", kind: "liability" },
  { code: "principal_receivable", name: "Loan principal receivable", kind: "asset", control: true },
  { code: "interest_receivable", name: "Interest receivable", kind: "asset", control: true },
  { code: "fee_receivable", name: "Fees receivable", kind: "asset", control: true },
  { code: "penalty_receivable", name: "Penalties receivable", kind: "asset", control: true },
  { code: "participation_sold", name: "Loan shares owned by others", kind: "asset", control: true },
  { code: "deferred_costs", name: "Costs of making loans, deferred over their life", kind: "asset", control: true },
  { code: "loan_loss_allowance", name: "Allowance for loan losses", kind: "asset" },
  { code: "fx_revaluation", name: "Revaluation of foreign balances", kind: "asset" },
  { code: "fx_position", name: "Currency position: exchanges of one currency for another", kind: "asset" },
  { code: "overpayment_liability", name: "Overpayments owed to borrowers", kind: "liability" },
  { code: "refund_payable", name: "Refunds payable", kind: "liability" },
  { code: "tax_payable", name: "Taxes collected and payable", kind: "liability" },
  { code: "unearned_interest", name: "Interest received and not yet earned", kind: "liability" },
  { code: "interest_suspense", name: "Interest in suspense on non-accrual loans", kind: "liability", control: true },
  { code: "deferred_fee_income", name: "Fees deferred over the life of loans", kind: "liability", control: true },
  { code: "investor_payable", name: "Owed to owners of loan shares", kind: "liability", control: true },
  { code: "costs_payable", name: "Costs of making loans, payable", kind: "liability" },
  { code: "insurance_payable", name: "Insurance premiums payable", kind: "liability" },
  { code: "interest_income", name: "Interest income", kind: "income" },
  { code: "effective_interest_income", name: "Fees less costs of making loans, by effective interest", kind: "income" },
  { code: "fee_income", name: "Fee income", kind: "income" },
  { code: "penalty_income", name: "Penalty income", kind: "income" },
  { code: "income_passed_on", name: "Income passed on to owners of loan shares", kind: "income" },
  { code: "servicing_fee_income", name: "Fees for servicing shares of others", kind: "income" },
  { code: "recovery_income", name: "Recoveries of loans charged off", kind: "income" },
  { code: "guarantee_income", name: "Claimed from guarantors of loans", kind: "income" },
  { code: "fx_gain_loss", name: "Gains and losses of exchange", kind: "income" },
  { code: "rounding_gain_loss", name: "Rounding differences", kind: "expense" },
  { code: "charge_off_expense", name: "Charge-offs", kind: "expense" },
  { code: "write_off_expense", name: "Write-offs", kind: "expense" },
  { code: "waiver_expense", name: "Waivers", kind: "expense" },
  { code: "provision_expense", name: "Provision for loan losses", kind: "expense" },
  { code: "origination_expense", name: "Costs of making loans", kind: "expense" },
  { code: "partner_adjustments", name: "Adjustments agreed with partners", kind: "expense" },
  { code: "bank_charges", name: "Bank charges", kind: "expense" },
  { code: "opening_balance", name: "Opening balances of boarded loans", kind: "equity" },
  { code: "owner_equity", name: "Capital and funding", kind: "equity" },
  { code: "retained_earnings", name: "Retained earnings", kind: "equity" },
  { code: "charged_off_memo", name: "Charged off, still owed (memorandum)", kind: "memo" },
  { code: "charged_off_memo_contra", name: "Charged off, contra (memorandum)", kind: "memo" },
];

/** True where a debit makes the balance larger. */
export function isDebitNormal(kind: AccountKind): boolean {
  return kind === "asset" || kind === "expense" || kind === "memo";
}
