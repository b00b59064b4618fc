import type { PlanInput, RateBasis } from "./classic.ts";
import { toDay } from "./date.ts";
import type { Day } from "./date.ts";
import type { RowCopies } from "./fork.ts";
import { dayText } from "./periods.ts";
import type { Period } from "./periods.ts";
import type { InstallmentState } from "./state.ts";
import type { Minor, Recalculation } from "./terms.ts";
import { newRow, owed } from "./work.ts";

/** A row, with the money that came ahead of it and beyond it. */
export type Row = {
  state: InstallmentState; period: Period; advances: { day: Day; amount: Minor }[]; extra: Minor; extraAhead: { day: Day; amount: Minor }[]; noPrincipal: boolean;
  /** What the money ahead on this row does, where its payer chose. */
  choice?: Recalculation["advance"];
  /** The last answers, and what they were worked out from: rows that nothing new touches ask the same again. */
  interestOf?: { basis: RateBasis; opening: Minor; advances: number; ahead: number; interest: Minor };
  /** Interest that became principal on its due date, once that day has come. */
  capitalised?: Minor;
  solved?: { key: string; base: Minor };
  paymentOf?: { basis: RateBasis; balance: Minor; payment: Minor };
};

export type Book = {
  input: PlanInput; rows: Row[]; rule: Recalculation; until: Day;
  /** Whether rows are drawn by rules: agreed so, or because an event lets interest rest. */
  byRules: boolean; planned: boolean;
  bases: Map<number, RateBasis>;
  /** Rows in use, and rows of the run, when they were last put there. */
  kept: number; installed: number;
};

/** A row before anything is known of it but its days. */
export function rowOf(period: Period, noPrincipal: boolean): Row {
  return { state: newRow("installment", dayText(period.from), dayText(period.due)), period, advances: [], extra: 0, extraAhead: [], noPrincipal };
}

/** The book as it stands, on copies of its rows. */
export function copyBook(book: Book, copyOf: RowCopies): Book {
  const copyRow = (row: Row): Row => ({ ...row, state: copyOf(row.state), advances: [...row.advances], extraAhead: [...row.extraAhead] });
  return { ...book, rows: book.rows.map(copyRow), bases: new Map(book.bases) };
}

/** Changes of the balance inside a row that no plan foresees: money ahead, and principal that stays overdue in the current row. */
export function realChanges(book: Book, row: Row, countsOverdue = book.rule.overdueEarnsInterest): { day: Day; amount: Minor }[] {
  const { from, due } = row.period;
  const changes = [...row.advances, ...row.extraAhead].map(({ day, amount }) => ({ day, amount: -amount }));
  const isCurrent = from < book.until && book.until <= due;
  if (!isCurrent || !countsOverdue) return changes;
  const until = book.rule.rest === "same_as_installment" ? due : Math.min(book.until, due);
  const late = overdueChanges(book, row, from, until);
  const left = late.reduce((sum, c) => sum + c.amount, 0);
  return [...changes, ...late, { day: until, amount: -left }];
}

/** Principal of earlier rows unpaid on `from`, and its payments in time order until `until`. With rests, as it stood on `from`. */
function overdueChanges(book: Book, current: Row, from: Day, until: Day): { day: Day; amount: Minor }[] {
  const changes: { day: Day; amount: Minor }[] = [];
  for (const row of book.rows) {
    if (row === current) break;
    const late = row.state.latePrincipal.filter((p) => toDay(p.date) > from);
    const paidLater = late.reduce((sum, p) => sum + p.amount, 0);
    const unpaid = owed(row.state, "principal") - row.state.credited + paidLater;
    if (unpaid <= 0) continue;
    changes.push({ day: from, amount: unpaid });
    if (book.rule.rest === "daily") for (const p of late) if (toDay(p.date) < until) changes.push({ day: toDay(p.date), amount: -p.amount });
  }
  return changes;
}
