import { toDay } from "./date.ts";
import type { IsoDate } from "./date.ts";
import type { Deferred, Extended, Rescheduled } from "./events.ts";
import type { Meter } from "./meter.ts";
import { noteRate } from "./meter.ts";
import { dayText, periodAfter, stepDay } from "./periods.ts";
import { EngineRefusal } from "./state.ts";
import type { InstallmentState } from "./state.ts";
import type { LoanTerms } from "./terms.ts";
import { newRow, orderRows } from "./work.ts";
import type { Work } from "./work.ts";

/**
 * Rows of a daily simple interest loan that get other dates or more company; their payments are solved anew by the caller. Interest goes
 * by days, so a longer wait costs as much more, unless it is agreed that none runs.
 *
 * @returns  the rows that were added
 * @throws EngineRefusal  `schedule.installment_not_found` when no installment is to come
 */
export function reshapeDaily(terms: LoanTerms, work: Work, meter: Meter, event: Rescheduled | Extended | Deferred): InstallmentState[] {
  const all = work.rows.filter((row) => row.kind === "installment");
  const open = all.filter((row) => (event.type === "rescheduled" ? row.dueDate >= event.fromDate : row.dueDate > event.valueDate));
  const first = open[0];
  if (!first) throw new EngineRefusal("schedule.installment_not_found", `no installment is due after ${event.valueDate}`);
  const last = all.at(-1)?.dueDate ?? first.dueDate;
  switch (event.type) {
    case "extended": return addRows(terms, work, all, event.installments);
    case "deferred": {
      const dates = [...open.map((row) => row.dueDate), ...datesAfter(terms, all, event.installments)];
      if (event.interest === "none") {
        meter.planned = true;
        meter.pauses.push({ from: event.valueDate, to: dates[event.installments - 1] ?? last });
      }
      redate(open, dates.slice(event.installments));
      return [];
    }
    case "rescheduled": {
      if (event.newDueDate !== undefined) {
        const anchor = toDay(event.newDueDate);
        const { every, unit } = terms.installments;
        redate(open, open.map((_, i) => dayText(stepDay(anchor, i, every, unit))));
      }
      if (event.newRatePpb !== undefined) {
        noteRate(terms, meter, { type: "rateChanged", keep: "term", ratePpb: event.newRatePpb, id: event.id, sequence: event.sequence, valueDate: event.valueDate, businessDate: event.businessDate });
        work.ratePpb = event.newRatePpb;
        if (work.accrual) work.accrual.ratePpb = event.newRatePpb;
      }
      return addRows(terms, work, all, event.extraInstallments ?? 0);
    }
  }
}

function datesAfter(terms: LoanTerms, rows: readonly InstallmentState[], count: number): IsoDate[] {
  const days = rows.map((row) => ({ from: toDay(row.fromDate), due: toDay(row.dueDate) }));
  for (let i = 0; i < count; i++) days.push({ from: days.at(-1)?.due ?? 0, due: periodAfter(terms, days).due });
  return days.slice(rows.length).map(({ due }) => dayText(due));
}

function redate(rows: readonly InstallmentState[], dates: readonly IsoDate[]): void {
  let from = rows[0]?.fromDate;
  rows.forEach((row, i) => {
    row.dueDate = dates[i] ?? row.dueDate;
    row.fromDate = from ?? row.fromDate;
    from = row.dueDate;
  });
}

function addRows(terms: LoanTerms, work: Work, all: readonly InstallmentState[], count: number): InstallmentState[] {
  let from = all.at(-1)?.dueDate as IsoDate;
  const added = datesAfter(terms, all, count).map((due) => {
    const row = newRow("installment", from, due);
    from = due;
    return row;
  });
  work.rows.push(...added);
  orderRows(work);
  return added;
}
