import type { LoanState, TransactionState } from "./state.ts";
import { noParts } from "./state.ts";
import type { Component, Minor, Parts } from "./terms.ts";
import { COMPONENTS } from "./terms.ts";

/** One transaction as it was and as it is; `null` where it did not or does not exist. A reversed one counts as not existing. */
export type TransactionChange = { eventId: string; type: TransactionState["type"]; before: TransactionState | null; after: TransactionState | null };

/** What differs between two histories of one loan. Amounts are after − before, minor units. */
export type StateDifference = {
  outstanding: Parts;
  overpayment: Minor;
  /** Transactions added, gone, or divided differently: what postings of difference are made from. */
  transactions: TransactionChange[];
  /** Rows whose due, paid or date differ, by number. */
  installments: { number: number; before: { dueDate: string; due: Parts; paid: Parts } | null; after: { dueDate: string; due: Parts; paid: Parts } | null }[];
};

/**
 * The difference between two states of the same loan: for posting differences and for previews.
 * @throws RangeError  the states are in different currencies
 */
export function differenceBetween(before: LoanState, after: LoanState): StateDifference {
  if (before.terms.currency !== after.terms.currency) throw new RangeError(`currencies differ: ${before.terms.currency} and ${after.terms.currency}`);
  const outstanding = noParts();
  for (const c of COMPONENTS) outstanding[c] = after.outstanding[c] - before.outstanding[c];
  return {
    outstanding, overpayment: after.overpayment - before.overpayment, transactions: changedTransactions(before, after), installments: changedRows(before, after),
  };
}

function changedTransactions(before: LoanState, after: LoanState): TransactionChange[] {
  const key = (t: TransactionState) => `${t.eventId} ${t.type}`;
  const standing = (state: LoanState) => new Map(state.transactions.filter((t) => !t.reversed).map((t) => [key(t), t]));
  const [old, now] = [standing(before), standing(after)];
  const changes: TransactionChange[] = [];
  for (const [id, tx] of old) {
    const next = now.get(id) ?? null;
    if (next === null || !sameEffect(tx, next)) changes.push({ eventId: tx.eventId, type: tx.type, before: tx, after: next });
  }
  for (const [id, tx] of now) if (!old.has(id)) changes.push({ eventId: tx.eventId, type: tx.type, before: null, after: tx });
  return changes;
}

function sameEffect(a: TransactionState, b: TransactionState): boolean {
  return a.amount === b.amount && a.overpayment === b.overpayment && a.date === b.date && a.afterChargeOff === b.afterChargeOff && a.fraud === b.fraud
    && COMPONENTS.every((c: Component) => a.parts[c] === b.parts[c]);
}

function changedRows(before: LoanState, after: LoanState): StateDifference["installments"] {
  const rows: StateDifference["installments"] = [];
  const count = Math.max(before.installments.length, after.installments.length);
  for (let i = 0; i < count; i++) {
    const [a, b] = [before.installments[i], after.installments[i]];
    const brief = (r: typeof a) => (r ? { dueDate: r.dueDate, due: r.due, paid: r.paid } : null);
    const [x, y] = [brief(a), brief(b)];
    if (JSON.stringify(x) !== JSON.stringify(y)) rows.push({ number: i + 1, before: x, after: y });
  }
  return rows;
}
