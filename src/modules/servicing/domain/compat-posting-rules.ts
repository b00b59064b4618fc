import type { Minor, Parts, TransactionState } from "#engine/index.ts";

/** Accounts of the compatibility chart: where a portfolio from another system books. */
export type CompatAccount =
  | "loan_principal_receivable" | "interest_fee_receivable" | "settlement_clearing" | "fund_receivable" | "overpayment_liability" | "interest_income" | "fee_income"
  | "interest_income_charge_off" | "fee_income_charge_off" | "charge_off_expense" | "charge_off_expense_fraud" | "recovery_income" | "goodwill_expense"
  | "write_off_expense" | "asset_transfer";

export type AccountType = "asset" | "liability" | "income" | "expense";

/** Type of each account. */
export const ACCOUNT_TYPES: Readonly<Record<CompatAccount, AccountType>> = {
  loan_principal_receivable: "asset", interest_fee_receivable: "asset", settlement_clearing: "liability", fund_receivable: "asset",
  overpayment_liability: "liability", interest_income: "income", fee_income: "income", interest_income_charge_off: "income", fee_income_charge_off: "income",
  charge_off_expense: "expense", charge_off_expense_fraud: "expense", recovery_income: "income", goodwill_expense: "expense", write_off_expense: "expense", asset_transfer: "asset",
};

/** One side of a journal entry; amounts are minor units and never negative, one of the two is zero. */
export type CompatPosting = { account: CompatAccount; debit: Minor; credit: Minor };

/**
 * The balanced postings of one transaction under accrual accounting: income was booked against a receivable when it accrued.
 * Same accounts on the same side are one line; nothing posts nothing.
 *
 * @example  a repayment of 100.00, all principal: Dr settlement_clearing 100.00, Cr loan_principal_receivable 100.00
 */
export function postingsOf(tx: TransactionState): CompatPosting[] {
  const book = new Book();
  switch (tx.type) {
    case "disbursement":
      book.debit("loan_principal_receivable", tx.amount);
      book.credit("settlement_clearing", tx.amount);
      break;
    case "accrual":
      book.debit("interest_fee_receivable", tx.amount);
      book.credit("interest_income", tx.parts.interest);
      book.credit("fee_income", tx.parts.fee + tx.parts.penalty);
      break;
    case "charge_off": chargeOff(book, tx); break;
    case "write_off":
      receivables(book, tx.parts, "credit");
      book.debit("write_off_expense", tx.amount);
      break;
    case "refund_by_cash": case "chargeback": case "credit_balance_refund": lendAgain(book, tx); break;
    case "charge_adjustment": adjustment(book, tx); break;
    case "goodwill_credit": goodwill(book, tx); break;
    case "recovery":
      book.debit("settlement_clearing", tx.amount);
      book.credit("recovery_income", tx.amount);
      break;
    case "charge_payment_at_disbursement":
      book.debit("settlement_clearing", tx.amount);
      book.credit("fee_income", tx.amount);
      break;
    case "charge_waiver": case "interest_waiver":
      book.debit(tx.type === "interest_waiver" ? "interest_income" : "fee_income", tx.amount);
      book.credit("interest_fee_receivable", tx.amount);
      break;
    case "capitalization":
      book.debit("loan_principal_receivable", tx.amount);
      book.credit("interest_fee_receivable", tx.amount);
      break;
    case "re_age": case "re_amortize": break;
    default: moneyIn(book, tx);
  }
  return book.lines();
}

/** The mirror of postings: what undoes them. */
export function mirrored(postings: readonly CompatPosting[]): CompatPosting[] {
  return postings.map((p) => ({ account: p.account, debit: p.credit, credit: p.debit }));
}

function chargeOff(book: Book, tx: TransactionState): void {
  receivables(book, tx.parts, "credit");
  book.debit(lossAccount(tx), tx.parts.principal);
  book.debit("interest_income_charge_off", tx.parts.interest);
  book.debit("fee_income_charge_off", tx.parts.fee + tx.parts.penalty);
}

function lossAccount(tx: TransactionState): CompatAccount {
  return tx.fraud ? "charge_off_expense_fraud" : "charge_off_expense";
}

function receivables(book: Book, parts: Parts, side: "debit" | "credit"): void {
  book[side]("loan_principal_receivable", parts.principal);
  book[side]("interest_fee_receivable", parts.interest + parts.fee + parts.penalty);
}

/** Money received. After a charge-off it is a recovery; refunds then undo the loss instead. */
function moneyIn(book: Book, tx: TransactionState): void {
  book.debit("settlement_clearing", tx.amount);
  book.credit("overpayment_liability", tx.overpayment);
  if (!tx.afterChargeOff) return receivables(book, tx.parts, "credit");
  if (tx.type === "merchant_refund" || tx.type === "payout_refund") {
    book.credit(lossAccount(tx), tx.parts.principal);
    book.credit("interest_income_charge_off", tx.parts.interest);
    book.credit("fee_income_charge_off", tx.parts.fee + tx.parts.penalty);
    return;
  }
  book.credit("recovery_income", tx.amount - tx.overpayment);
}

/** A credit of goodwill is the lender's own money: an expense for principal, income given up for the rest. */
function goodwill(book: Book, tx: TransactionState): void {
  book.credit("overpayment_liability", tx.overpayment);
  book.debit("goodwill_expense", tx.parts.principal + tx.overpayment);
  book.debit("interest_income_charge_off", tx.parts.interest);
  book.debit("fee_income_charge_off", tx.parts.fee + tx.parts.penalty);
  if (tx.afterChargeOff) book.credit("recovery_income", tx.amount - tx.overpayment);
  else receivables(book, tx.parts, "credit");
}

function adjustment(book: Book, tx: TransactionState): void {
  receivables(book, tx.parts, "credit");
  book.credit("overpayment_liability", tx.overpayment);
  book.debit("fee_income", tx.amount);
}

/** Parts without what an overpayment met, where the parts show the whole amount: penalties are met first, principal last. */
function netOfOverpayment(tx: TransactionState): TransactionState["parts"] {
  const parts = { ...tx.parts };
  let overlap = parts.principal + parts.interest + parts.fee + parts.penalty + tx.overpayment - tx.amount;
  for (const component of ["penalty", "fee", "interest", "principal"] as const) {
    const taken = Math.max(0, Math.min(overlap, parts[component]));
    parts[component] -= taken;
    overlap -= taken;
  }
  return parts;
}

/** Money out again: what an overpayment met, and what is lent again (or lost again after a charge-off). */
function lendAgain(book: Book, tx: TransactionState): void {
  const parts = netOfOverpayment(tx);
  book.debit("overpayment_liability", tx.overpayment);
  if (tx.afterChargeOff) {
    book.debit(lossAccount(tx), parts.principal);
    book.debit("interest_income_charge_off", parts.interest);
    book.debit("fee_income_charge_off", parts.fee + parts.penalty);
  } else {
    receivables(book, parts, "debit");
  }
  book.credit("settlement_clearing", tx.amount);
}

/** Lines by account and side, in order of first use. */
class Book {
  readonly #lines = new Map<string, CompatPosting>();

  debit(account: CompatAccount, amount: Minor): void {
    this.#add(account, amount, "debit");
  }

  credit(account: CompatAccount, amount: Minor): void {
    this.#add(account, amount, "credit");
  }

  lines(): CompatPosting[] {
    return [...this.#lines.values()];
  }

  #add(account: CompatAccount, amount: Minor, side: "debit" | "credit"): void {
    if (amount === 0) return;
    const key = `${side} ${account}`;
    const line = this.#lines.get(key) ?? { account, debit: 0, credit: 0 };
    line[side] += amount;
    this.#lines.set(key, line);
  }
}
