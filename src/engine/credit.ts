import { extraRow } from "./charges.ts";
import type { IsoDate } from "./date.ts";
import type { ChargedBack, CreditBalanceRefunded } from "./events.ts";
import { noParts } from "./state.ts";
import type { InstallmentState, TransactionState } from "./state.ts";
import type { Minor, Parts } from "./terms.ts";
import { newTransaction, noteSettlement } from "./work.ts";
import type { Work } from "./work.ts";

/** The row that takes money lent again on a day: the next one due after it, on the last due date that one, later an extra row. */
function rowForCredit(work: Work, date: IsoDate): InstallmentState {
  const rows = work.rows.filter((row) => row.kind === "installment");
  const next = rows.find((row) => row.dueDate > date);
  if (next) return next;
  const last = rows.at(-1);
  if (last && last.dueDate === date) return last;
  return extraRow(work, date);
}

/** Adds parts to a row as a debt that was not planned. */
function reopen(row: InstallmentState, parts: Parts, date: IsoDate): void {
  row.due.principal += parts.principal;
  row.credited += parts.principal;
  row.due.interest += parts.interest;
  row.due.fee += parts.fee;
  row.due.penalty += parts.penalty;
  noteSettlement(row, date);
}

/** Books on a row what an overpayment pays at once. */
function payFromOverpayment(work: Work, row: InstallmentState, amount: Minor, date: IsoDate): void {
  row.paid.principal += amount;
  if (date < row.dueDate) row.paidInAdvance += amount;
  else if (date > row.dueDate) row.paidLate += amount;
  work.overpayment -= amount;
  noteSettlement(row, date);
}

/** Money taken back by the payer's bank: the debt grows by what an overpayment does not meet. */
export function applyChargeback(work: Work, event: ChargedBack): TransactionState {
  const tx = newTransaction(event, "chargeback", event.amount, work);
  const original = work.transactions.find((t) => t.eventId === event.paymentId);
  const parts = original && work.terms.chargebackOrder ? splitByOrder(work, original, event) : { ...noParts(), principal: event.amount };
  lendAgain(work, tx, parts);
  return tx;
}

/** An overpayment paid out; what exceeds it is lent again. */
export function applyCreditRefund(work: Work, event: CreditBalanceRefunded): TransactionState {
  const tx = newTransaction(event, "credit_balance_refund", event.amount, work);
  const met = Math.min(work.overpayment, event.amount);
  work.overpayment -= met;
  tx.overpayment = met;
  const rest = event.amount - met;
  if (rest > 0) {
    reopen(rowForCredit(work, event.valueDate), { ...noParts(), principal: rest }, event.valueDate);
    tx.parts.principal = rest;
  }
  return tx;
}

function lendAgain(work: Work, tx: TransactionState, parts: Parts): void {
  const met = Math.min(work.overpayment, parts.principal);
  if (met === tx.amount) {
    work.overpayment -= met;
    tx.overpayment = met;
    tx.parts = { ...parts, principal: 0 };
    return;
  }
  const row = rowForCredit(work, tx.date);
  reopen(row, parts, tx.date);
  if (met > 0) payFromOverpayment(work, row, met, tx.date);
  tx.overpayment = met;
  tx.parts = { ...parts, principal: parts.principal - met };
  tx.lines.push({ installment: row.number, dueDate: row.dueDate, parts: { ...tx.parts } });
}

/** What the payment paid to each part and is not yet charged back, in the order of the terms. */
function splitByOrder(work: Work, original: TransactionState, event: ChargedBack): Parts {
  const before = work.chargedBack.get(original.eventId) ?? noParts();
  const parts = noParts();
  let left = event.amount;
  for (const component of work.terms.chargebackOrder ?? []) {
    const part = Math.min(left, original.parts[component] - before[component]);
    if (part <= 0) continue;
    parts[component] = part;
    before[component] += part;
    left -= part;
  }
  parts.principal += left;
  work.chargedBack.set(original.eventId, before);
  return parts;
}
