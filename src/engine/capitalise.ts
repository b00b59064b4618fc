import { bookPaid } from "./allocate-payment.ts";
import type { IsoDate } from "./date.ts";
import type { InterestCapitalised } from "./events.ts";
import type { Model } from "./model.ts";
import { record } from "./record.ts";
import type { InstallmentState } from "./state.ts";
import type { Minor } from "./terms.ts";
import { newTransaction, owed } from "./work.ts";
import type { Work } from "./work.ts";

/** Interest of rows due by a day and not paid: what may be added to principal. Minor units. */
export function interestDue(rows: readonly InstallmentState[], date: IsoDate): Minor {
  return rows.reduce((sum, row) => (row.dueDate <= date ? sum + Math.max(0, owed(row, "interest")) : sum), 0);
}

/**
 * Interest that is due becomes principal: it is settled on its rows, the oldest first, and as much is lent again, repaid by the rows to
 * come. Where a change of the past left less of it due, less is lent.
 */
export function capitaliseInterest(work: Work, model: Model, event: InterestCapitalised): void {
  model.finish(work, event.valueDate);
  const tx = newTransaction(event, "capitalization", 0, work);
  let left = event.amount;
  for (const row of work.rows) {
    const part = row.dueDate <= event.valueDate ? Math.min(left, owed(row, "interest")) : 0;
    if (part <= 0) continue;
    bookPaid(tx, row, "interest", part);
    left -= part;
  }
  tx.amount = event.amount - left;
  tx.parts.principal -= tx.amount;
  work.capitalised.push({ date: event.valueDate, amount: tx.amount });
  record(work, tx);
  if (work.accrual) {
    const rest = work.accrual.accrued - tx.amount;
    work.accrual.accrued = Math.max(0, rest);
    // A fraction that rounding has made a whole unit went with it.
    if (rest < 0) work.accrual.accruedMicro = 0;
  }
  if (tx.amount > 0) model.shape(work, { ...event, amount: tx.amount });
  model.afterChange(work, event.valueDate);
}
