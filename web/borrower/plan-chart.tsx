import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatMoney, type MoneyValue } from "../ui/format.ts";

export interface PlanPoint { readonly label: string; readonly values: readonly MoneyValue[] }

const WIDTH = 340;
const HEIGHT = 176;
const BOTTOM = 22;
const TOP = 8;

/**
 * A loan over its life as columns (each payment by its parts) or as a falling area (what is left). Drawn here in a few hundred bytes
 * instead of by a chart library, because phones on a slow line see it first. The same figures stand in a table one tap away.
 */
export function PlanChart({ title, names, points, kind }: { title: string; names: readonly string[]; points: readonly PlanPoint[]; kind: "columns" | "area" }) {
  const { t } = useTranslation();
  const [table, setTable] = useState(false);
  if (points.length === 0) return null;
  return (
    <figure style={{ margin: 0 }} aria-label={title}>
      {table ? <Twin title={title} names={names} points={points} /> : <Drawing title={title} names={names} points={points} kind={kind} />}
      <figcaption className="row" style={{ justifyContent: "space-between", fontSize: 14 }}>
        <span className="row">{names.length > 1 && names.map((name, i) => <span key={name}><i className={`b-swatch s${i + 1}`} aria-hidden />{name}</span>)}</span>
        <button type="button" className="quiet-button" style={{ textDecoration: "underline", minHeight: 32 }} onClick={() => setTable(!table)}>{table ? t("Show as chart") : t("Show as table")}</button>
      </figcaption>
    </figure>
  );
}

interface Plan { readonly title: string; readonly names: readonly string[]; readonly points: readonly PlanPoint[] }

function Twin({ title, names, points }: Plan) {
  const { t } = useTranslation();
  return (
    <div className="scroll" style={{ maxHeight: 320 }} tabIndex={0} role="region" aria-label={title}>
      <table className="grid">
        <thead><tr><th scope="col">{t("When or what")}</th>{names.map((name) => <th key={name} scope="col" className="num">{name}</th>)}</tr></thead>
        <tbody>{points.map((p) => <tr key={p.label}><td>{p.label}</td>{p.values.map((v, i) => <td key={names[i]} className="num">{formatMoney(v, "plain")}</td>)}</tr>)}</tbody>
      </table>
    </div>
  );
}

function Drawing({ title, names, points, kind }: Plan & { readonly kind: "columns" | "area" }) {
  const hatch = useId();
  const { t } = useTranslation();
  const sums = points.map((p) => p.values.reduce((sum, v) => sum + Number(v.amount), 0));
  const top = niceTop(Math.max(...sums, 1));
  const currency = points[0]?.values[0]?.currency ?? "INR";
  const steps = [0, 0.5, 1].map((part) => ({ at: top * part, text: formatMoney({ amount: String(top * part), currency }, "compact") }));
  // Room for the longest figure: "₹1.5L" and "₹1.5 लाख" are not equally wide.
  const left = Math.max(...steps.map(({ text }) => [...text].length)) * 7 + 12;
  const x = (i: number) => left + (i * (WIDTH - left - 4)) / points.length;
  const wide = (WIDTH - left - 4) / points.length;
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  const marks = [0, Math.floor((points.length - 1) / 2), points.length - 1].filter((i, at, all) => all.indexOf(i) === at);
  const [first, last] = [points[0], points.at(-1)];
  const label = t("{{title}}: from {{from}} ({{first}}) to {{to}} ({{last}})", { title, from: names.map((n, i) => `${n} ${formatMoney(first?.values[i] ?? { amount: "0", currency })}`).join(", "), first: first?.label ?? "", to: names.map((n, i) => `${n} ${formatMoney(last?.values[i] ?? { amount: "0", currency })}`).join(", "), last: last?.label ?? "" });
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label} className="b-plan">
      <defs><pattern id={hatch} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" fill="var(--lw-c2)" /><line x1="0" y1="0" x2="0" y2="5" stroke="var(--lw-surface)" strokeWidth="1.6" /></pattern></defs>
      {steps.map(({ at, text }) => <g key={at}><line x1={left} x2={WIDTH - 4} y1={y(at)} y2={y(at)} stroke="var(--lw-line)" /><text x={left - 6} y={y(at) + 4} textAnchor="end">{text}</text></g>)}
      {kind === "area" ? <path d={`M${left} ${y(0)} ${sums.map((v, i) => `L${x(i)} ${y(v)} L${x(i) + wide} ${y(v)}`).join(" ")} V${y(0)} Z`} fill="var(--lw-c1)" fillOpacity="0.85" /> : points.map((p, i) => {
        let base = 0;
        return p.values.map((v, part) => {
          const amount = Number(v.amount);
          base += amount;
          return <rect key={`${p.label}${names[part]}`} x={x(i)} width={Math.max(wide - Math.min(1.5, wide / 4), 0.8)} y={y(base)} height={Math.max(y(base - amount) - y(base), 0)} fill={part === 0 ? "var(--lw-c1)" : `url(#${hatch})`} />;
        });
      })}
      {marks.map((i) => <text key={i} x={i === 0 ? left : i === points.length - 1 ? WIDTH - 4 : x(i)} y={HEIGHT - 5} textAnchor={i === 0 ? "start" : i === points.length - 1 ? "end" : "middle"}>{points[i]?.label}</text>)}
    </svg>
  );
}

/** A round figure not below the highest. @example niceTop(9456) is 10000 */
function niceTop(highest: number): number {
  const power = 10 ** Math.floor(Math.log10(highest));
  return ([1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * power >= highest) ?? 10) * power;
}
