import { Button } from "@mantine/core";
import { useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { explainCell, formatAmount, money, type CellStretch, type ScheduleRow } from "#engine/index.ts";
import { Chart } from "../../../ui/chart.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { formatDate, formatRate, viewerLocale } from "../../../ui/format.ts";
import { Facts, Grid, Page, Section, type GridColumn } from "../../../ui/layout.tsx";
import { DateText, MoneyText } from "../../../ui/values.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { LabForm } from "./form.tsx";
import { PRESETS, presetOf } from "./presets.ts";
import { reckon, type LabResult } from "./result.ts";
import { START, type LabInput } from "./terms.ts";
import "./lab.css";

type Part = "principal" | "interest" | "fees" | "total" | "balance";

/** The engine itself, in the page: change any term and see schedule, cost and chart at once, and how any cell came about. */
export function ProductLab() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchState<Partial<LabInput>>();
  const input = useMemo((): LabInput => ({ ...START, ...search }), [search]);
  const shown = useDeferredValue(input);
  const outcome = useMemo(() => reckon(shown), [shown]);
  const [last, setLast] = useState<LabResult | null>(null);
  if ("schedule" in outcome && outcome !== last) setLast(outcome);
  const refusal = "schedule" in outcome ? null : outcome;
  const change = (changes: Partial<LabInput>) => setSearch(Object.fromEntries(Object.entries(changes).map(([field, value]) => [field, value === START[field as keyof LabInput] ? undefined : value])));
  return (
    <Page title={t("Product lab")} note={t("The same engine that quotes, books and services; nothing is stored. The address keeps the example.")}>
      <div className="row lab-presets" role="group" aria-label={t("Begin from")}>
        {PRESETS.map(({ name, changes }) => <Button key={name} size="compact-sm" variant="default" onClick={() => change(presetOf(changes))}>{t(name)}</Button>)}
      </div>
      <div className="lab">
        <LabForm input={input} refusal={refusal} onChange={change} />
        <div className="stack">
          {refusal !== null && <div className="notice warn" role="alert"><strong>{t("These terms make no schedule")}</strong><p>{refusal.message} <span className="mono muted">{refusal.code}</span></p></div>}
          {last !== null && <Result result={last} />}
        </div>
      </div>
    </Page>
  );
}

function Result({ result }: { result: LabResult }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<{ row: ScheduleRow; part: Part } | null>(null);
  const { schedule, terms } = result;
  const json = (minor: number) => ({ amount: formatAmount(money(minor, terms.currency)), currency: terms.currency });
  const rate = (fraction: number | null) => (fraction === null ? "–" : formatRate(String(fraction), 3));
  const major = (minor: number) => Number(formatAmount(money(minor, terms.currency)));
  const cell = (row: ScheduleRow, part: Part) => <button type="button" className="explainable" aria-haspopup="dialog" title={t("How it came about")} onClick={() => setAsked({ row, part })}><MoneyText value={json(row[part])} style="plain" /></button>;
  return (
    <>
      <Section title={t("What it costs")}>
        <Facts items={[["Installment", json(schedule.installmentAmount), "money"], ["Interest", json(schedule.totals.interest), "money"], ["Fees", json(schedule.totals.fees), "money"], ["Total paid", json(schedule.totals.total), "money"], ["APR, Regulation Z", rate(result.aprUnited)], ["APR, RBI", rate(result.aprIndia)], ["Rows", schedule.rows.length], ["Reckoned in", `${new Intl.NumberFormat(viewerLocale(), { maximumFractionDigits: 1 }).format(result.milliseconds)} ms`]]} />
      </Section>
      <Section title={t("Principal, interest and balance")}>
        <Chart title={t("Principal and interest of each installment")} kind="stacked" categories={schedule.rows.map((r) => formatDate(r.dueDate))} series={[{ name: t("Principal"), values: schedule.rows.map((r) => major(r.principal)) }, { name: t("Interest"), values: schedule.rows.map((r) => major(r.interest)) }]} height={220} />
      </Section>
      <Section title={t("Schedule")} flush>
        <Grid label="Schedule" rows={schedule.rows} rowKey={(r) => r.number} columns={[
          { header: "#", align: "end", cell: (r) => r.number, foot: t("Total") }, { header: "Due date", cell: (r) => <DateText value={r.dueDate} /> },
          { header: "Principal", align: "end", cell: (r) => cell(r, "principal"), foot: <MoneyText value={json(schedule.totals.principal)} style="plain" /> },
          { header: "Interest", align: "end", cell: (r) => cell(r, "interest"), foot: <MoneyText value={json(schedule.totals.interest)} style="plain" /> },
          ...(schedule.rows.some((r) => r.fees > 0) ? [{ header: "Fees", align: "end" as const, cell: (r: ScheduleRow) => cell(r, "fees") }] : []), { header: "Total", align: "end", cell: (r) => cell(r, "total") }, { header: "Balance", align: "end", cell: (r) => cell(r, "balance") },
        ]} />
      </Section>
      <Dialog side title={t("How it came about")} open={asked !== null} onClose={() => setAsked(null)}>{asked !== null && <Why result={result} row={asked.row} part={asked.part} />}</Dialog>
    </>
  );
}

/** Formula, inputs, rule and sentence of one cell. */
function Why({ result: { terms }, row, part }: { result: LabResult; row: ScheduleRow; part: Part }) {
  const { t } = useTranslation();
  const explanation = useMemo(() => explainCell(terms, row.number, part), [terms, row, part]);
  return (
    <div className="stack">
      <p>{explanation.sentence}</p>
      <Facts items={[["Value", explanation.value], ["Formula", <span key="f" className="mono">{explanation.formula}</span>], ["Rule", explanation.rule]]} />
      <section><h3>{t("Inputs")}</h3><table className="grid"><tbody>{explanation.inputs.map((i) => <tr key={i.name}><td>{i.name}</td><td className="num">{i.value}</td></tr>)}</tbody></table></section>
      {explanation.stretches.length > 0 && <section><h3>{t("Parts of the period")}</h3><Grid label="Parts of the period" rows={explanation.stretches} rowKey={(_s, i) => i} columns={STRETCHES} /></section>}
    </div>
  );
}

const STRETCHES: readonly GridColumn<CellStretch>[] = [
  { header: "From", cell: (s) => <DateText value={s.from} /> }, { header: "Days", align: "end", cell: (s) => s.days }, { header: "Balance", align: "end", cell: (s) => s.balance }, { header: "Rate, %", align: "end", cell: (s) => s.rate },
  { header: "Years", align: "end", cell: (s) => s.years }, { header: "Interest", align: "end", cell: (s) => s.interest },
];
