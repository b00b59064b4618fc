import { addDays, isoDate } from "#engine/index.ts";
import type { EndOfDayStep } from "#kernel/module.ts";
import type { Tx } from "#kernel/db.ts";
import { anyMandates, failedCollections, orderCollections, type Due } from "#modules/payments/index.ts";
import { productOf } from "../store.ts";

/** A debit that came back longer ago is not presented again by itself, whatever the product says. */
const OLDEST_DAYS = 120;

/**
 * Orders the debits of the day that opens, for loans with a mandate: of what falls due then, on its due date; and of what is past due since a
 * debit came back, again, as often and as late as the product says. Without such a rule a person or the borrower decides.
 */
export const collectStep: EndOfDayStep = {
  name: "servicing.collect",
  order: 710,
  per: "tenant",
  run: async (tx, ctx, day) => {
    if (!(await anyMandates(tx))) return { touched: 0, failed: 0 };
    const opening = addDays(isoDate(day.date), 1);
    const dues = await tx.rows<{ subject: string; due_date: string; amount: bigint }>("servicing.collect.due",
      "SELECT loan_account_id AS subject, next_due_date AS due_date, next_due_minor AS amount FROM servicing.loan_state WHERE next_due_date = $1 AND status = 'active' AND oldest_due_date IS NULL AND disbursement = 'settled'", [opening]);
    const first = dues.map((d): Due => ({ subject: d.subject, dueDate: d.due_date, amountMinor: d.amount }));
    return { touched: await orderCollections(tx, ctx, [...first, ...await again(tx, opening)]), failed: 0 };
  },
};

/** What is past due on loans whose debit came back, when its day to be presented again has come; all that is overdue, for the mandate's cap to cut. */
async function again(tx: Tx, opening: string): Promise<Due[]> {
  const failed = await failedCollections(tx, addDays(isoDate(opening), -OLDEST_DAYS));
  if (failed.length === 0) return [];
  const loans = await tx.rows<{ id: string; version: string; overdue: bigint }>("servicing.collect.overdue",
    "SELECT loan_account_id AS id, product_version_id AS version, overdue_minor AS overdue FROM servicing.loan_state WHERE loan_account_id = ANY($1) AND status = 'active' AND oldest_due_date IS NOT NULL AND overdue_minor > 0", [failed.map((f) => f.subject)]);
  const overdue = new Map(loans.map((loan) => [loan.id, loan]));
  const dues: Due[] = [];
  for (const { subject, dueDate, collectDate, attempt } of failed) {
    const loan = overdue.get(subject);
    const rule = loan === undefined ? undefined : (await productOf(tx, loan.version)).definition.presentAgain;
    if (loan === undefined || rule === undefined || attempt > rule.times || addDays(isoDate(collectDate), rule.retryAfterDays) > opening) continue;
    dues.push({ subject, dueDate, amountMinor: loan.overdue, collectDate: opening, attempt: attempt + 1 });
  }
  return dues;
}
