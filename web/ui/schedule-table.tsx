import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { daysBetween, type MoneyValue } from "./format.ts";
import { DateText, MoneyText, StatusTag } from "./values.tsx";

/** One installment as the server states it. */
export interface ScheduleRow {
  readonly number: number; readonly fromDate?: string | null; readonly dueDate: string; readonly settledDate?: string | null; readonly status?: string;
  readonly principal: MoneyValue; readonly interest: MoneyValue; readonly fee?: MoneyValue; readonly penalty?: MoneyValue; readonly due: MoneyValue;
  readonly paid?: MoneyValue; readonly paidInAdvance?: MoneyValue; readonly paidLate?: MoneyValue; readonly waived?: MoneyValue; readonly outstanding?: MoneyValue; readonly balance?: MoneyValue;
}

/** The sixteen columns servicing people know: what is due, what came when, what was early, late or waived, what is left. */
export function ScheduleTable({ rows, currency, today, explain }: { rows: readonly ScheduleRow[]; currency: string; today?: string; explain?: (row: ScheduleRow, figure: string, shown: ReactNode) => ReactNode }) {
  const { t } = useTranslation();
  const money = (row: ScheduleRow, figure: keyof ScheduleRow) => {
    const shown = <MoneyText value={row[figure] as MoneyValue | undefined} style="plain" />;
    return explain?.(row, figure, shown) ?? shown;
  };
  const heads: readonly (readonly [string, boolean])[] = [["#", true], ["Days", true], ["Due date", false], ["Paid on", false], ["State", false], ["Principal", true], ["Interest", true], ["Fees", true], ["Penalties", true], ["Due", true], ["Paid", true], ["In advance", true], ["Late", true], ["Waived", true], ["Outstanding", true], ["Balance after", true]];
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t("Schedule")} style={{ maxHeight: "70vh" }}>
      <table className="grid">
        <caption className="visually-hidden">{t("Schedule in {{currency}}", { currency })}</caption>
        <thead><tr>{heads.map(([h, end]) => <th key={h} scope="col" className={end ? "num" : undefined}>{t(h)}{end && h === "Due" ? ` (${currency})` : ""}</th>)}</tr></thead>
        <tbody>
          {rows.map((r) => (
            <tr key={`${r.number}-${r.dueDate}`} className={today !== undefined && r.fromDate !== null && r.fromDate !== undefined && r.fromDate < today && r.dueDate >= today ? "active" : undefined}>
              <td className="num">{r.number}</td><td className="num">{r.fromDate === null || r.fromDate === undefined ? "" : daysBetween(r.fromDate, r.dueDate)}</td><td><DateText value={r.dueDate} /></td><td><DateText value={r.settledDate} /></td>
              <td>{r.status === undefined ? "" : <StatusTag value={r.status} />}</td>
              {(["principal", "interest", "fee", "penalty", "due", "paid", "paidInAdvance", "paidLate", "waived", "outstanding", "balance"] as const).map((f) => <td key={f} className="num">{r[f] === undefined ? "" : money(r, f)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
