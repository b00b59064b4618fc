import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { QuoteJson } from "#modules/products/contract.ts";
import { inLanguage } from "../api/forms.ts";
import { formatDate, formatMoney, formatRate } from "../ui/format.ts";
import { MoneyText } from "../ui/values.tsx";
import { PlanChart } from "./plan-chart.tsx";

/** What a quote and an offer both tell; a quote also lists its fees and every payment. */
type Priced = Pick<QuoteJson, "amount" | "installment" | "installments" | "netDisbursed" | "interest" | "fees" | "totalCost" | "totalPaid" | "apr" | "annualRate" | "firstDueDate" | "lastDueDate" | "range"> & Partial<Pick<QuoteJson, "rows" | "feeLines">>;

/** The whole cost, the monthly payment first. */
export function Cost({ quote: q }: { quote: Priced }) {
  const { t } = useTranslation();
  const rows: readonly (readonly [string, ReactNode])[] = [
    [t("You receive"), <MoneyText key="n" value={q.netDisbursed} />], [t("You pay back in all"), <MoneyText key="p" value={q.totalPaid} />], [t("Cost of the loan"), <MoneyText key="c" value={q.totalCost} />],
    [t("APR: the yearly cost with all charges"), formatRate(q.apr)],
    [t("Yearly interest rate"), q.range === undefined || q.range.lowestRate === q.range.highestRate ? formatRate(q.annualRate) : t("{{low}} to {{high}}, by your credit history", { low: formatRate(q.range.lowestRate), high: formatRate(q.range.highestRate) })],
    [t("First payment"), formatDate(q.firstDueDate)], [t("Last payment"), formatDate(q.lastDueDate)],
  ];
  return (
    <>
      <div className="b-card lead" aria-live="polite">
        <div className="muted">{t("Each month, {{count}} payments", { count: q.installments })}</div>
        <div className="b-big"><MoneyText value={q.installment} /></div>
        {q.range !== undefined && q.range.lowestInstallment.amount !== q.range.highestInstallment.amount && <div className="muted">{t("up to {{high}} at the highest rate", { high: formatMoney(q.range.highestInstallment) })}</div>}
      </div>
      <div className="b-card b-stack">
        <Split quote={q} />
        <dl className="b-rows">{rows.map(([label, value]) => <div key={label}><dt>{label}</dt><dd>{value}</dd></div>)}</dl>
        {q.feeLines !== undefined && q.feeLines.length > 0 && <FeeLines lines={q.feeLines} />}
      </div>
      {q.rows !== undefined && <div className="b-card"><h2>{t("Each payment: loan and interest")}</h2><PlanChart title={t("Each payment: loan and interest")} kind="columns" names={[t("Loan"), t("Interest")]} points={q.rows.map((r) => ({ label: formatDate(r.dueDate), values: [r.principal, r.interest] }))} /></div>}
    </>
  );
}

function Split({ quote: q }: { quote: Priced }) {
  const { t } = useTranslation();
  const parts = [[t("Loan"), q.amount, 1], [t("Interest"), q.interest, 2], [t("Fees"), q.fees, 3]] as const;
  const whole = parts.reduce((sum, [, value]) => sum + Number(value.amount), 0);
  return (
    <div>
      <div className="b-split" role="img" aria-label={t("Of every payment in all: {{p}} loan, {{i}} interest, {{f}} fees", { p: formatMoney(q.amount), i: formatMoney(q.interest), f: formatMoney(q.fees) })}>{parts.map(([name, value, n]) => <i key={name} className={`s${n}`} style={{ width: `${(Number(value.amount) / whole) * 100}%` }} />)}</div>
      <ul className="b-legend">{parts.map(([name, value, n]) => <li key={name}><i className={`b-swatch s${n}`} aria-hidden />{name}<strong><MoneyText value={value} /></strong></li>)}</ul>
    </div>
  );
}

function FeeLines({ lines }: { lines: NonNullable<Priced["feeLines"]> }) {
  const { t, i18n } = useTranslation();
  return (
    <div>
      <h3>{t("Fees")}</h3>
      <dl className="b-rows">{lines.map((fee) => <div key={fee.code}><dt>{inLanguage(fee.label, i18n.language)}{fee.deducted && <><br /><span style={{ fontSize: 14 }}>{t("kept back from what you receive")}</span></>}</dt><dd><MoneyText value={fee.amount} />{Number(fee.tax.amount) > 0 && <><br /><span className="muted" style={{ fontSize: 14 }}>{t("and {{tax}} tax", { tax: formatMoney(fee.tax) })}</span></>}</dd></div>)}</dl>
    </div>
  );
}
