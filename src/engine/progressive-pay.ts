import { bookPaid } from "./allocate-payment.ts";
import { toDay } from "./date.ts";
import type { Day } from "./date.ts";
import type { PaymentReceived } from "./events.ts";
import { payByRules } from "./model.ts";
import type { ProgressiveBook, ProgressiveRow } from "./progressive-book.ts";
import { planOf } from "./progressive-plan.ts";
import { balanceOn, interestUntil, payable, recompute, solveAmount } from "./progressive-rows.ts";
import { noParts } from "./state.ts";
import type { InstallmentState, TransactionState } from "./state.ts";
import type { LoanTerms, Minor } from "./terms.ts";
import { outstandingOf, owed, owedTotal } from "./work.ts";
import type { Work } from "./work.ts";

/** Rows of the run and their counterparts in the book, in the order they were made. */
export type Pairs = { all: { row: InstallmentState; counterpart: ProgressiveRow }[]; byRow: Map<InstallmentState, ProgressiveRow> };

/** Whether money beyond the current installment shortens the loan or lowers its installments, instead of paying later ones in advance. */
export function aheadIsPrepayment(terms: LoanTerms, event: PaymentReceived, live: boolean): boolean {
  return live && !event.payoff && (event.prepayment ?? terms.prepayment) !== "next_installments" && terms.allocation.strategy !== "configurable";
}

/** What is due is paid by the waterfall, or, when nothing is, the next installment; the rest is a prepayment of principal. */
export function payCurrentFirst(terms: LoanTerms, work: Work, book: ProgressiveBook, pairs: Pairs, tx: TransactionState, event: PaymentReceived): Minor {
  const all = work.rows;
  const due = all.filter((row) => row.dueDate <= event.valueDate);
  const next = all.find((row) => row.dueDate > event.valueDate && owedTotal(row) > 0);
  work.rows = next === undefined || due.some((row) => owedTotal(row) > 0) ? due : [...due, next];
  const left = payByRules(work, tx, event);
  work.rows = all;
  if (left === 0 || !next) return left;
  const rest = prepay(event.prepayment ?? terms.prepayment, work, book, pairs, tx, left);
  return rest > 0 ? payByRules(work, tx, { ...event, amount: rest }) : 0;
}

/** Money for principal alone, on top of the current installment: the last rows fall away, or later installments get smaller. @returns what no principal was left for */
export function prepay(beyond: LoanTerms["prepayment"], work: Work, book: ProgressiveBook, pairs: Pairs, tx: TransactionState, amount: Minor): Minor {
  const day = toDay(tx.date);
  const pair = pairs.all.find(({ counterpart }) => counterpart.due > day);
  if (!pair) return payByRules(work, tx, { ...PRINCIPAL_ONLY, amount, id: tx.eventId, sequence: tx.sequence, valueDate: tx.date, businessDate: tx.date });
  const { row, counterpart } = pair;
  const extra = Math.min(amount, balanceOn(book, day), stillLent(book, pairs, day));
  if (planOf(book)) counterpart.ahead = (counterpart.ahead ?? 0) + extra;
  else counterpart.amount += extra;
  row.due.principal += extra;
  bookPaid(tx, row, "principal", extra);
  takePaid(book, counterpart, row, tx.date);
  if (beyond === "reduce_installment") solveAmount(book, counterpart.due);
  else recompute(book);
  return amount - extra;
}

const PRINCIPAL_ONLY = { type: "paymentReceived", kind: "repayment", principalOnly: true } as const;

/** What settling a row before its due date would need: interest to the day (or to its end), the rest of the installment as principal. */
export function showPayable(terms: LoanTerms, book: ProgressiveBook, pairs: Pairs, row: InstallmentState, day: Day, isPayoff: boolean): void {
  const counterpart = pairs.byRow.get(row);
  if (!counterpart || counterpart.due <= day) return;
  const toEnd = terms.interest.recalculation?.payoffInterest === "to_next_rest_date";
  const shown = payable(book, counterpart, day, toEnd && day > counterpart.from ? counterpart.due : day, isPayoff);
  row.due.interest = Math.max(shown.interest, row.paid.interest + row.waived.interest);
  const left = stillLent(book, pairs, day);
  // What became principal on this very day is lent, though the balance up to the day does not hold it yet.
  const all = planOf(book) ? left : Math.min(shown.outstanding, left);
  row.due.principal = isPayoff && counterpart === book.rows.at(-1) ? all + row.paid.principal : Math.max(row.paid.principal, Math.min(shown.principal, left + row.paid.principal));
}

/** Interest the running row puts off is owed when all is paid: shown before the money is divided, since rows with nothing due are passed over. */
export function showRunning(terms: LoanTerms, book: ProgressiveBook, pairs: Pairs, day: Day): void {
  for (const { row, counterpart } of pairs.all) if (counterpart.from <= day) showPayable(terms, book, pairs, row, day, true);
}

/** Principal not repaid. On a due date the book's balance still holds the installment that this very money has just paid. */
function stillLent(book: ProgressiveBook, pairs: Pairs, day: Day): Minor {
  const lent = book.lent.reduce((sum, l) => (l.day <= day ? sum + l.amount : sum), 0);
  return Math.max(0, pairs.all.reduce((left, { row }) => left - row.paid.principal - row.waived.principal, lent));
}

/**
 * Takes over what was paid on a row, and lent again in it, since the book last looked. Where interest does not follow the balance,
 * payments are not dated: they change no interest.
 * @returns whether anything was
 */
export function takePaid(book: ProgressiveBook, counterpart: ProgressiveRow | undefined, row: InstallmentState, date: InstallmentState["dueDate"], follows = true): boolean {
  if (!counterpart) return false;
  const principal = row.paid.principal - counterpart.paidPrincipal;
  if (principal !== 0 && follows) counterpart.payments.push({ day: toDay(date), amount: principal });
  const interest = row.paid.interest - counterpart.paidInterest;
  if (interest !== 0 && book.plan?.terms.interest.compounding !== undefined) (counterpart.interestPayments ??= []).push({ day: toDay(date), amount: interest });
  counterpart.paidPrincipal = row.paid.principal;
  counterpart.paidInterest = row.paid.interest;
  const waived = row.waived.interest - (counterpart.waivedInterest ?? 0);
  counterpart.waivedInterest = row.waived.interest;
  if (row.credited !== counterpart.credited) {
    book.lent.push({ day: toDay(date), amount: row.credited - counterpart.credited });
    counterpart.credited = row.credited;
    return true;
  }
  return principal !== 0 || interest !== 0 || waived !== 0;
}

/** What closes the loan on a day: interest of the current row to that day (or its end), none of later rows. */
export function payoffParts(terms: LoanTerms, work: Work, book: ProgressiveBook, pairs: Pairs, day: Day) {
  const parts = outstandingOf(work.rows);
  if (terms.interest.recalculation === null || work.frozen) return null;
  parts.interest = 0;
  const toEnd = terms.interest.recalculation.payoffInterest === "to_next_rest_date";
  for (const row of work.rows) {
    const counterpart = pairs.byRow.get(row);
    if (!counterpart) continue;
    if (counterpart.due <= day) parts.interest += Math.max(0, owed(row, "interest"));
    else if (counterpart.from <= day) parts.interest += Math.max(0, interestUntil(book, counterpart, toEnd ? counterpart.due : day) - row.paid.interest - row.waived.interest);
  }
  return { ...noParts(), ...parts };
}
