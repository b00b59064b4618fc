import { extraRow } from "./charges.ts";
import type { IsoDate } from "./date.ts";
import type { ChargedBack, CreditBalanceRefunded } from "./events.ts";
import { noParts, totalOf } from "./state.ts";
import type { InstallmentState, TransactionState } from "./state.ts";
import type { Component, Minor, Parts } from "./terms.ts";
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
function reopen(row: InstallmentState, parts: Parts): void {
  row.due.principal += parts.principal;
  row.credited += parts.principal;
  row.due.interest += parts.interest;
  row.due.fee += parts.fee;
  row.due.penalty += parts.penalty;
}

/** Books on a row what an overpayment pays at once, component by component. @returns the parts paid */
function payFromOverpayment(work: Work, row: InstallmentState, parts: Parts, date: IsoDate): Parts {
  const paid = noParts();
  for (const component of ["penalty", "fee", "interest", "principal"] as const) {
    const amount = Math.min(work.overpayment, parts[component]);
    if (amount <= 0) continue;
    paid[component] = amount;
    row.paid[component] += amount;
    // The row that takes it is not past due on that day.
    if (date < row.dueDate) row.paidInAdvance += amount;
    work.overpayment -= amount;
  }
  noteSettlement(row, date);
  return paid;
}

/** Money taken back by the payer's bank: the debt grows by what an overpayment does not meet. */
export function applyChargeback(work: Work, event: ChargedBack): TransactionState {
  const tx = newTransaction(event, "chargeback", event.amount, work);
  const original = work.transactions.find((t) => t.eventId === event.paymentId);
  const order = work.terms.chargebackOrder;
  const parts = original && order ? splitByOrder(work, original, event, order) : { ...noParts(), principal: event.amount };
  lendAgain(work, tx, parts, order !== null);
  return tx;
}

/** An overpayment paid out; what exceeds it is lent again. */
export function applyCreditRefund(work: Work, event: CreditBalanceRefunded): TransactionState {
  const tx = newTransaction(event, "credit_balance_refund", event.amount, work);
  lendAgain(work, tx, { ...noParts(), principal: event.amount }, false);
  return tx;
}

/**
 * The row grows by the whole amount and what an overpayment meets shows as paid at once. Without an order of components the
 * transaction shows only the rest as principal, and rows stay as they are when the overpayment meets everything.
 */
function lendAgain(work: Work, tx: TransactionState, parts: Parts, byOrder: boolean): void {
  if (!byOrder && work.overpayment >= tx.amount) {
    work.overpayment -= tx.amount;
    tx.overpayment = tx.amount;
    return;
  }
  const row = rowForCredit(work, tx.date);
  reopen(row, parts);
  const met = payFromOverpayment(work, row, parts, tx.date);
  tx.overpayment = totalOf(met);
  tx.parts = byOrder ? { ...parts } : { ...parts, principal: parts.principal - met.principal };
  if (byOrder) work.principal -= met.principal;
  tx.lines.push({ installment: row.number, dueDate: row.dueDate, parts: { ...tx.parts } });
}

/** Money handed back to the payer: taken off what was paid last, row by row from the end, against the order of allocation. */
export function refundCash(work: Work, tx: TransactionState): void {
  let left = tx.amount;
  const met = Math.min(left, work.overpayment);
  work.overpayment -= met;
  tx.overpayment = met;
  left -= met;
  for (const row of [...work.rows].reverse()) {
    for (const component of ["interest", "principal", "fee", "penalty"] as const) {
      const back = Math.min(left, row.paid[component]);
      if (back <= 0) continue;
      row.paid[component] -= back;
      const advance = Math.min(back, row.paidInAdvance);
      row.paidInAdvance -= advance;
      row.paidLate -= Math.min(back - advance, row.paidLate);
      if (component === "fee" || component === "penalty") unpayPortions(work, row, component, back);
      tx.parts[component] += back;
      left -= back;
    }
    noteSettlement(row, tx.date);
  }
}

function unpayPortions(work: Work, row: InstallmentState, component: "fee" | "penalty", amount: Minor): void {
  let left = amount;
  for (const portion of [...work.portions].reverse()) {
    if (portion.row !== row || portion.charge.component !== component) continue;
    const back = Math.min(left, portion.share.paid);
    portion.share.paid -= back;
    portion.charge.paid -= back;
    left -= back;
  }
}

/** What the payment paid to each part and is not yet charged back, in the order of the terms. */
function splitByOrder(work: Work, original: TransactionState, event: ChargedBack, order: readonly Component[]): Parts {
  const before = work.chargedBack.get(original.eventId) ?? noParts();
  const parts = noParts();
  let left = event.amount;
  for (const component of order) {
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
