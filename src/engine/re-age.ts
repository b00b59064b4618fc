import { toDay } from "./date.ts";
import type { ReAged, ReAmortized } from "./events.ts";
import { dayText, stepDay } from "./periods.ts";
import { divideRounded, safeNumber } from "./rounding.ts";
import type { InstallmentState, TransactionState } from "./state.ts";
import type { Minor } from "./terms.ts";
import { newRow, newTransaction, noteSettlement, orderRows, owed, owedTotal } from "./work.ts";
import type { Work } from "./work.ts";

/** Takes the unpaid principal off a row; a row that owes nothing then counts as settled that day. */
function takePrincipal(row: InstallmentState, date: ReAged["valueDate"]): Minor {
  const unpaid = owed(row, "principal");
  row.due.principal -= unpaid;
  if (unpaid > 0 && owedTotal(row) === 0) row.settledDate = date;
  return unpaid;
}

function spread(work: Work, amount: Minor, rows: readonly InstallmentState[], date: ReAged["valueDate"]): void {
  const unit = work.terms.compatibility.installmentMultiple ?? 1;
  const share = safeNumber(divideRounded(BigInt(amount), BigInt(rows.length * unit), work.terms.rounding)) * unit;
  rows.forEach((row, index) => {
    row.due.principal += index === rows.length - 1 ? amount - share * (rows.length - 1) : share;
    noteSettlement(row, date);
  });
}

/** Unpaid principal of all rows moves to new rows from the start date, evenly, the remainder last. */
export function reAge(work: Work, event: ReAged): TransactionState {
  const tx = newTransaction(event, "re_age", 0, work);
  const lastBefore = work.rows.filter((r) => r.dueDate < event.startDate).at(-1);
  for (const row of work.rows) tx.amount += takePrincipal(row, event.valueDate);
  tx.parts.principal = tx.amount;
  work.rows = work.rows.filter((row) => row.dueDate < event.startDate || row.due.principal + row.due.interest + row.due.fee + row.due.penalty > 0 || row.settledDate !== null);
  const start = toDay(event.startDate);
  const rows: InstallmentState[] = [];
  let from = lastBefore?.dueDate ?? event.valueDate;
  for (let i = 0; i < event.installments; i++) {
    const due = dayText(stepDay(start, i, event.every, event.unit));
    rows.push(newRow("installment", from, due));
    from = due;
  }
  spread(work, tx.amount, rows, event.valueDate);
  work.rows.push(...rows);
  orderRows(work);
  return tx;
}

/** Unpaid principal of rows due by now moves evenly onto the rows to come, the remainder last. */
export function reAmortize(work: Work, event: ReAmortized): TransactionState {
  const tx = newTransaction(event, "re_amortize", 0, work);
  const future = work.rows.filter((row) => row.dueDate > event.valueDate && row.kind === "installment");
  if (future.length === 0) return tx;
  for (const row of work.rows) if (row.dueDate <= event.valueDate) tx.amount += takePrincipal(row, event.valueDate);
  tx.parts.principal = tx.amount;
  spread(work, tx.amount, future, event.valueDate);
  return tx;
}
