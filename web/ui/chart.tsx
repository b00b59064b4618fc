import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatCount, formatShare } from "./format.ts";
import { Waiting } from "./loaded.tsx";

export interface ChartSpec {
  readonly title: string;
  readonly kind: "line" | "bar" | "stacked" | "area";
  readonly categories: readonly string[];
  readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  /** How a value is written, in the tooltip and in the table. */
  readonly format?: (value: number) => string;
  /** The values are parts of one: written as percent, on the axis too. */
  readonly shares?: boolean;
  readonly height?: number;
}

const Canvas = lazy(() => import("./chart-canvas.tsx"));

/** A chart with its twin: the same figures as a table, one click away, for eyes, ears and the clipboard. */
export function Chart(spec: ChartSpec) {
  const { t } = useTranslation();
  const [table, setTable] = useState(false);
  const write = spec.format ?? (spec.shares === true ? formatShare : formatCount);
  return (
    <figure style={{ margin: 0 }} aria-label={spec.title}>
      {table ? (
        <div className="scroll" style={{ maxHeight: 320 }} tabIndex={0} role="region" aria-label={spec.title}>
          <table className="grid">
            <thead><tr><th scope="col">{t("When or what")}</th>{spec.series.map((s) => <th key={s.name} scope="col" className="num">{s.name}</th>)}</tr></thead>
            <tbody>{spec.categories.map((c, i) => <tr key={c}><td>{c}</td>{spec.series.map((s) => <td key={s.name} className="num">{s.values[i] === null || s.values[i] === undefined ? "–" : write(s.values[i])}</td>)}</tr>)}</tbody>
          </table>
        </div>
      ) : <Suspense fallback={<Waiting lines={6} />}><Canvas {...spec} format={write} /></Suspense>}
      <figcaption className="no-print" style={{ textAlign: "right" }}><button type="button" className="quiet-button muted" style={{ fontSize: 12, textDecoration: "underline", minHeight: 24 }} onClick={() => setTable(!table)}>{table ? t("Show as chart") : t("Show as table")}</button></figcaption>
    </figure>
  );
}
