import { toDay } from "./date.ts";
import { restingModel } from "./model.ts";
import type { Model } from "./model.ts";
import { dayText } from "./periods.ts";
import { divideRounded, safeNumber } from "./rounding.ts";
import { downPaymentOf, downPaymentRow, planInput } from "./structure.ts";
import type { LoanTerms, Minor } from "./terms.ts";
import { newRow, orderRows, planBalances } from "./work.ts";
import type { Work } from "./work.ts";

/** One installment amount, recomputed in place. */
export function progressiveModel(terms: LoanTerms): Model {
  return {
    ...restingModel,
    shape: (work, event) => {
      if (event.type !== "disbursed") return;
      const down = downPaymentOf(terms, event.amount);
      if (work.rows.length === 0) {
        for (const period of planInput(terms, [event]).periods) work.rows.push(newRow("installment", dayText(period.from), dayText(period.due)));
      }
      if (down > 0) work.rows.push(downPaymentRow(event.valueDate, down));
      spreadPrincipal(work, event.amount - down, toDay(event.valueDate));
      orderRows(work);
      planBalances(work);
    },
  };
}

function spreadPrincipal(work: Work, amount: Minor, day: number): void {
  const rows = work.rows.filter((row) => row.kind === "installment" && toDay(row.dueDate) > day);
  const total = rows.reduce((sum, row) => sum + row.due.principal - row.credited, 0) + amount;
  const share = safeNumber(divideRounded(BigInt(total), BigInt(rows.length), work.terms.rounding));
  rows.forEach((row, i) => { row.due.principal = row.credited + (i === rows.length - 1 ? total - share * (rows.length - 1) : share); row.settledDate = null; });
}
