import { bookPaid } from "./allocate-payment.ts";
import { toDay } from "./date.ts";
import type { IsoDate } from "./date.ts";
import { compareEvents } from "./events.ts";
import { payByRules, restingModel } from "./model.ts";
import type { Model } from "./model.ts";
import { rateOn } from "./rate-line.ts";
import type { RateFrom } from "./rate-line.ts";
import { isPlanned } from "./row-rules.ts";
import type { InstallmentState } from "./state.ts";
import type { ShapingEvent } from "./structure.ts";
import { classicRows, installRows, planInput, trimFutureInterest } from "./structure.ts";
import type { LoanTerms, Minor } from "./terms.ts";
import { newTransaction, noteSettlement, owed, planBalances } from "./work.ts";
import type { Work } from "./work.ts";

/** What a model of rows fixed up front keeps in mind: its rates, and what its rows are drawn from. */
type Mind = { rates: readonly RateFrom[]; known: readonly ShapingEvent[] };

/** Rows fixed when money is paid out. Interest that the terms add to principal is added on its row's due date. */
export function classicModel(terms: LoanTerms, mind: Mind = { rates: [], known: [] }): Model {
  const varies = isPlanned(terms);
  return {
    ...restingModel,
    begin: (work, shaping) => {
      if (!shaping.some((e) => e.type === "disbursed")) return;
      // What interest becomes principal is known only when its day comes.
      mind.known = shaping.filter((e) => e.type !== "interestCapitalised");
      installRows(work, classicRows(terms, mind.known));
      if (varies) mind.rates = planInput(terms, mind.known).rates;
    },
    shape: (work, event) => {
      if (event.type !== "interestCapitalised") return;
      const before = classicRows(terms, mind.known);
      mind.known = [...mind.known, event].sort(compareEvents) as ShapingEvent[];
      addDifference(work, before, classicRows(terms, mind.known));
    },
    advance: capitalizeTo,
    pay: (work, tx, event) => {
      if (event.payoff) {
        trimFutureInterest(work, event.valueDate);
        for (const row of work.rows) if (row.due.principal < 0 && row.dueDate > event.valueDate) lendLess(work, row, -owed(row, "principal"));
      }
      return payByRules(work, tx, event);
    },
    finish: (work, asOf) => {
      capitalizeTo(work, asOf);
      if (mind.rates.length > 0 && work.writtenOffDate === null) work.ratePpb = rateOn(mind.rates, toDay(asOf));
    },
    fork: () => classicModel(terms, { ...mind }),
  };
}

/** What rows to come bear more for money lent again: the difference of the plans with and without it. */
function addDifference(work: Work, before: readonly InstallmentState[], after: readonly InstallmentState[]): void {
  const regular = (rows: readonly InstallmentState[]) => rows.filter((row) => row.kind === "installment");
  const [old, now] = [regular(before), regular(after)];
  const there = regular(work.rows);
  there.forEach((row, i) => {
    for (const c of ["principal", "interest"] as const) row.due[c] += (now[i]?.due[c] ?? 0) - (old[i]?.due[c] ?? 0);
  });
  // After the last due date there is no row to come: the plan has one more.
  installRows(work, [...work.rows, ...now.slice(there.length)]);
}

/**
 * Adds the interest of rows that capitalize it to principal, on their due dates: the interest is settled, and as much is lent again.
 * Interest that was paid in cash before is not lent again.
 */
function capitalizeTo(work: Work, date: IsoDate): void {
  if (work.chargedOffDate !== null || work.writtenOffDate !== null || work.frozen) return;
  for (const row of work.rows) {
    if (row.dueDate > date) return;
    const planned = -owed(row, "principal");
    if (planned <= 0) continue;
    const amount = Math.min(planned, Math.max(0, owed(row, "interest")));
    if (planned > amount) lendLess(work, row, planned - amount);
    if (amount > 0) capitalize(work, row, amount);
  }
}

/** Books that interest of a row became principal on its due date, after what had moved the loan by then: notes of accruals move nothing. */
export function capitalize(work: Work, row: InstallmentState, amount: Minor): void {
  const payout = work.disbursements.at(-1);
  const tx = newTransaction({ id: `${payout?.eventId ?? "loan"}:capitalized:${row.number}`, sequence: work.transactions.findLast((tx) => tx.type !== "accrual")?.sequence ?? 0, valueDate: row.dueDate }, "capitalization", amount, work);
  bookPaid(tx, row, "interest", amount);
  bookPaid(tx, row, "principal", -amount);
  work.principal += amount;
  tx.balanceAfter = work.principal;
  work.transactions.push(tx);
  noteSettlement(row, row.dueDate);
}

/** Principal that is not lent again after all is not repaid either: the last rows get smaller. */
export function lendLess(work: Work, row: InstallmentState, amount: Minor): void {
  row.due.principal += amount;
  let left = amount;
  for (let i = work.rows.length - 1; i >= 0 && left > 0; i--) {
    const later = work.rows[i] as InstallmentState;
    const taken = Math.min(left, Math.max(0, owed(later, "principal")));
    later.due.principal -= taken;
    left -= taken;
  }
  planBalances(work);
}
