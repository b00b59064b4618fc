import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { ScheduleRowJson } from "#modules/servicing/contract.ts";
import type { MoneyValue } from "./format.ts";
import { DateText, MoneyText, StatusTag } from "./values.tsx";

export type ScheduleRow = Static<typeof ScheduleRowJson>;
type Figure = "balance" | "principal" | "interest" | "fees" | "penalties" | "due" | "paid" | "inAdvance" | "late" | "waived" | "outstanding";

const FIGURES: readonly (readonly [Figure, string])[] = [["balance", "Balance"], ["principal", "Principal due"], ["interest", "Interest"], ["fees", "Fees"], ["penalties", "Penalties"], ["due", "Total due"], ["paid", "Paid"], ["inAdvance", "In advance"], ["late", "Late"], ["waived", "Waived"], ["outstanding", "Outstanding"]];

/** The sixteen columns servicing people know: what is due, what came when, what was early, late or waived, what is left. */
export function ScheduleTable({ rows, totals, currency, explain }: { rows: readonly ScheduleRow[]; totals?: Partial<Record<Figure, MoneyValue>>; currency: string; explain?: (row: ScheduleRow, figure: Figure, shown: ReactNode) => ReactNode }) {
  const { t } = useTranslation();
  const next = rows.findIndex((r) => r.status === "due" || r.status === "upcoming" || r.status === "overdue" || r.status === "partly_paid");
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t("Schedule")} style={{ maxHeight: "72vh" }}>
      <table className="grid dense">
        <caption className="visually-hidden">{t("Schedule in {{currency}}", { currency })}</caption>
        <thead><tr><th scope="col" className="num">#</th><th scope="col">{t("Due date")}</th><th scope="col" className="num">{t("Days")}</th><th scope="col">{t("Paid date")}</th>{FIGURES.map(([f, name]) => <th key={f} scope="col" className="num">{t(name)}{f === "due" ? ` (${currency})` : ""}</th>)}<th scope="col">{t("Status")}</th></tr></thead>
        <tbody>
          {rows.map((r, i) => (
            <tr key={`${r.number}-${r.kind}`} className={i === next ? "active" : undefined}>
              <td className="num">{r.number}</td><td><DateText value={r.dueDate} /></td><td className="num">{r.days}</td><td><DateText value={r.paidDate} /></td>
              {FIGURES.map(([f]) => {
                const shown = <Quiet value={r[f]} />;
                return <td key={f} className="num">{explain?.(r, f, shown) ?? shown}</td>;
              })}
              <td><StatusTag value={r.status} /></td>
            </tr>
          ))}
        </tbody>
        {totals !== undefined && <tfoot><tr><td colSpan={4}>{t("Total")}</td>{FIGURES.map(([f]) => <td key={f} className="num">{totals[f] === undefined ? "" : <MoneyText value={totals[f]} style="plain" />}</td>)}<td /></tr></tfoot>}
      </table>
    </div>
  );
}

/** A nothing is shown small, so that the eye finds what is something. */
function Quiet({ value }: { value: MoneyValue }) {
  return /^0*(\.0*)?$/.test(value.amount) ? <span className="muted">0</span> : <MoneyText value={value} style="plain" />;
}
