import { addDays, isoDate } from "#engine/index.ts";
import type { EndOfDayStep } from "#kernel/module.ts";
import { anyMandates, orderCollections } from "#modules/payments/index.ts";

/**
 * Orders the debits of what falls due on the day that opens, for loans with a mandate: the money is asked for on its due date. A loan that is
 * past due is not debited by itself again: a person or the borrower decides.
 */
export const collectStep: EndOfDayStep = {
  name: "servicing.collect",
  order: 710,
  per: "tenant",
  run: async (tx, ctx, day) => {
    if (!(await anyMandates(tx))) return { touched: 0, failed: 0 };
    const dues = await tx.rows<{ subject: string; due_date: string; amount: bigint }>("servicing.collect.due",
      "SELECT loan_account_id AS subject, next_due_date AS due_date, next_due_minor AS amount FROM servicing.loan_state WHERE next_due_date = $1 AND status = 'active' AND oldest_due_date IS NULL AND disbursement = 'settled'", [addDays(isoDate(day.date), 1)]);
    return { touched: await orderCollections(tx, ctx, dues.map((d) => ({ subject: d.subject, dueDate: d.due_date, amountMinor: d.amount }))), failed: 0 };
  },
};
