import { init } from "echarts";
import type { EChartsOption } from "echarts";

/** Figures of a finished demonstration; amounts in major units as numbers, for drawing only. */
export interface DemoFacts {
  readonly title: string;
  readonly currency: string;
  readonly businessDate: string;
  readonly summary: readonly (readonly [string, string])[];
  readonly funnel: readonly { readonly stage: string; readonly count: number }[];
  readonly turnaround: readonly { readonly step: string; readonly milliseconds: number }[];
  /** Portfolio at risk at each month end: share of principal on loans with more than 1, 30, 60, 90 days past due. */
  readonly portfolioAtRisk: readonly { readonly month: string; readonly par1: number; readonly par30: number; readonly par60: number; readonly par90: number }[];
  /** Share of a booking month's loans ever 30 days late, by months on book. */
  readonly vintages: readonly { readonly cohort: string; readonly shares: readonly number[] }[];
  readonly income: readonly { readonly month: string; readonly interest: number; readonly fees: number; readonly penalties: number }[];
  readonly scorebands: readonly { readonly band: string; readonly good: number; readonly bad: number }[];
}

/** One self-contained page: every chart with its table. */
export function htmlReport(facts: DemoFacts): string {
  const months = facts.portfolioAtRisk.map((m) => m.month);
  const percent = (share: number) => `${(share * 100).toLocaleString("en", { maximumFractionDigits: 2, minimumFractionDigits: 2 })} %`;
  const whole = (amount: number) => Math.round(amount).toLocaleString(facts.currency === "INR" ? "en-IN" : "en-US");
  const longest = Math.max(0, ...facts.vintages.map((v) => v.shares.length));
  const sections = [
    section("From application to closure", chart({ xAxis: { type: "value" }, yAxis: { type: "category", data: facts.funnel.map((f) => f.stage).reverse() }, series: [{ type: "bar", data: facts.funnel.map((f) => f.count).reverse(), label: { show: true, position: "right" } }] }),
      table(["Stage", "Loans"], facts.funnel.map((f) => [f.stage, String(f.count)]))),
    section("Time our own steps take", chart({ xAxis: { type: "value", name: "ms" }, yAxis: { type: "category", data: facts.turnaround.map((t) => t.step).reverse() }, series: [{ type: "bar", data: facts.turnaround.map((t) => Math.round(t.milliseconds * 10) / 10).reverse(), label: { show: true, position: "right" } }] }),
      table(["Step", "Milliseconds an application"], facts.turnaround.map((t) => [t.step, t.milliseconds.toLocaleString("en", { maximumFractionDigits: 1 })]))),
    section("Portfolio at risk", chart({ legend: { top: 0 }, xAxis: { type: "category", data: months }, yAxis: { type: "value", axisLabel: { formatter: "{value} %" } }, series: (["par1", "par30", "par60", "par90"] as const).map((key) => ({ name: key.replace("par", "over ") + " days", type: "line" as const, data: facts.portfolioAtRisk.map((m) => Math.round(m[key] * 10_000) / 100) })) }),
      table(["Month", "> 1 day", "> 30", "> 60", "> 90"], facts.portfolioAtRisk.map((m) => [m.month, percent(m.par1), percent(m.par30), percent(m.par60), percent(m.par90)]))),
    section("Vintages: ever 30 days late, by months on book", chart({ legend: { top: 0 }, xAxis: { type: "category", data: Array.from({ length: longest }, (_v, i) => String(i + 1)) }, yAxis: { type: "value", axisLabel: { formatter: "{value} %" } }, series: facts.vintages.map((v) => ({ name: v.cohort, type: "line" as const, data: v.shares.map((s) => Math.round(s * 10_000) / 100) })) }),
      table(["Cohort", ...Array.from({ length: longest }, (_v, i) => String(i + 1))], facts.vintages.map((v) => [v.cohort, ...v.shares.map(percent)]))),
    section("Income", chart({ legend: { top: 0 }, xAxis: { type: "category", data: facts.income.map((m) => m.month) }, yAxis: { type: "value" }, series: (["interest", "fees", "penalties"] as const).map((key) => ({ name: key, type: "bar" as const, stack: "income", data: facts.income.map((m) => Math.round(m[key])) })) }),
      table(["Month", "Interest", "Fees", "Penalties"], facts.income.map((m) => [m.month, whole(m.interest), whole(m.fees), whole(m.penalties)]))),
    section("Score and outcome on the half that was held back", chart({ legend: { top: 0 }, xAxis: { type: "category", data: facts.scorebands.map((b) => b.band) }, yAxis: { type: "value" }, series: (["good", "bad"] as const).map((key) => ({ name: key, type: "bar" as const, stack: "n", data: facts.scorebands.map((b) => b[key]) })) }),
      table(["Score", "Good", "Bad"], facts.scorebands.map((b) => [b.band, String(b.good), String(b.bad)]))),
  ];
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(facts.title)}</title><style>
:root { color-scheme: light dark; --line: #8884; } body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; } th, td { padding: .2rem .8rem .2rem 0; border-bottom: 1px solid var(--line); text-align: right; }
th:first-child, td:first-child { text-align: left; } details { margin: .5rem 0; overflow-x: auto; } svg { max-width: 100%; height: auto; background: #fff; border-radius: 6px; } .sum td { text-align: left; }
</style></head><body><h1>${escape(facts.title)}</h1><p>Books on ${facts.businessDate}. Amounts in ${facts.currency}.</p>
<table class="sum"><tbody>${facts.summary.map(([name, value]) => `<tr><td>${escape(name)}</td><td>${escape(value)}</td></tr>`).join("")}</tbody></table>
${sections.join("\n")}</body></html>`;
}

function section(title: string, svg: string, twin: string): string {
  return `<section><h2>${escape(title)}</h2>${svg}<details><summary>The same as a table</summary>${twin}</details></section>`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return `<table><thead><tr>${head.map((h) => `<th scope="col">${escape(h)}</th>`).join("")}</tr></thead><tbody>${rows.map((row) => `<tr>${row.map((cell) => `<td>${escape(cell)}</td>`).join("")}</tr>`).join("")}</tbody></table>`;
}

function chart(option: EChartsOption): string {
  const drawing = init(null, null, { renderer: "svg", ssr: true, width: 960, height: 320 });
  drawing.setOption({ animation: false, grid: { left: 10, right: 40, top: 40, bottom: 10, containLabel: true }, color: ["#155e75", "#d97706", "#7c3aed", "#be123c", "#4d7c0f", "#0369a1"], ...option });
  const svg = drawing.renderToSVGString();
  drawing.dispose();
  return svg;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
