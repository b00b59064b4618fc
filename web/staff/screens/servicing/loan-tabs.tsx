import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { AccrualJson } from "#modules/servicing/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { Chart } from "../../../ui/chart.tsx";
import { DpdStrip } from "../../../ui/dpd-strip.tsx";
import { daysBetween, formatDate, formatMoney, humanise } from "../../../ui/format.ts";
import { Facts, Grid, Section } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { ScheduleTable } from "../../../ui/schedule-table.tsx";
import { DateText, MoneyText, RateText } from "../../../ui/values.tsx";
import { SubjectLink } from "../../kit/link.tsx";
import { NameText } from "../../kit/names.tsx";
import { LoanFigure, type Items } from "./figure.tsx";
import type { At, Loan, Schedule } from "./types.ts";

/** Balances by component, what is due next, how it has been paid, and the balance to come. */
export function Overview({ loan, at }: { loan: Loan; at: At }) {
  const { t } = useTranslation();
  const schedule = useGet<Schedule>(`/loan-accounts/${loan.id}/schedule`, at, { keep: true });
  const why = (figure: string, label: string, shown: React.ReactNode) => <LoanFigure key={figure} id={loan.id} figure={figure} at={at} label={label}>{shown}</LoanFigure>;
  const rows = schedule.data?.rows ?? [];
  const due = loan.nextDue;
  return (
    <>
      <Section><Facts big items={[
        Number(loan.balances.chargedOff.amount) > 0 ? ["Charged off, still owed", loan.balances.chargedOff, "money"] : Number(loan.balances.overpayment.amount) > 0 ? ["Overpaid", loan.balances.overpayment, "money"] : ["Owed in all", loan.balances.total, "money"], [due === null ? "Next due" : t(due.overdue ? "Due since {{date}}" : "Next due {{date}}", { date: formatDate(due.dueDate) }), due === null ? "–" : <MoneyText value={due.total} />], ["Overdue", <span key="o" className={loan.daysPastDue > 0 ? "neg" : ""}>{formatMoney(loan.overdue)}</span>],
        ["Days past due", why(`days_past_due:${loan.asOf}`, "Days past due", loan.daysPastDue)], [at.asOf === undefined ? "Payoff today" : "Payoff on that day", why(`payoff:${loan.asOf}`, "Payoff", <MoneyText value={loan.payoff.total} />)], ["Rate", <RateText key="r" value={loan.annualRate} />],
      ]} /></Section>
      <div className="split">
        <Balances loan={loan} why={why} />
        <Section title={t("How it has been paid")}>
          <DpdStrip months={rows.filter((r) => r.kind === "installment").slice(0, 60).map((r) => ({ label: r.dueDate, days: r.dueDate > loan.asOf ? null : r.paidDate === null ? Math.max(0, daysBetween(r.dueDate, loan.asOf)) : Math.max(0, daysBetween(r.dueDate, r.paidDate)) }))} />
          <div style={{ marginTop: 12 }}><Facts items={[["Booked", loan.bookedDate, "date"], ["Paid out", loan.disbursedDate, "date"], ["Payout", loan.disbursement, "status"], loan.closedDate !== null && ["Closed", loan.closedDate, "date"], loan.chargedOffDate !== null && ["Charged off", loan.chargedOffDate, "date"], ["Bucket", loan.bucket], ["Class", loan.class]]} /></div>
        </Section>
      </div>
      <div className="split">
        <Section title={t("Balance after each installment")}>{rows.length === 0 ? <Empty>{t("Not disbursed yet, so nothing is due.")}</Empty> : <Chart title={t("Balance after each installment")} kind="area" categories={rows.map((r) => formatDate(r.dueDate))} format={(v) => formatMoney({ amount: String(v), currency: loan.currency })} series={[{ name: t("Balance"), values: rows.map((r) => Number(r.balance.amount)) }]} />}</Section>
        <Terms loan={loan} />
      </div>
    </>
  );
}

function Balances({ loan, why }: { loan: Loan; why: (figure: string, label: string, shown: React.ReactNode) => React.ReactNode }) {
  const { t } = useTranslation();
  const b = loan.balances;
  return (
    <Section flush title={t("Balances")}>
      <Grid label="Balances" rows={["principal", "interest", "fee", "penalty"] as const} rowKey={(c) => c} columns={[
        { header: "Component", cell: (c) => t(humanise(c)), foot: t("Total") }, { header: "Outstanding", align: "end", cell: (c) => why(`outstanding:${c}`, humanise(c), <MoneyText value={b[c]} />), foot: <MoneyText value={b.total} /> }, { header: "Paid so far", align: "end", cell: (c) => <MoneyText value={loan.repaid[c]} /> },
      ]} />
    </Section>
  );
}

function Terms({ loan: { terms, ...loan } }: { loan: Loan }) {
  const { t } = useTranslation();
  return (
    <Section title={t("Terms agreed")}>
      <Facts items={[
        ["Borrowed", terms.principal, "money"], ["Installment", terms.installmentAmount, "money"], ["Installments", `${terms.installments} × ${terms.every} ${t(terms.unit)}`], ["First due", terms.firstDueDate, "date"], ["Last due", terms.lastDueDate, "date"], ["Model", t(humanise(terms.model))],
        ["Amortization", t(humanise(terms.amortization))], ["Interest", t(humanise(terms.interestMethod))], ["Day count", t(terms.dayCount)], ["Allocation", t(humanise(terms.allocation))], ["Prepayment", t(humanise(terms.prepayment))], ["Days of grace", terms.graceDays, "integer"],
        ["Product version", <SubjectLink key="v" id={loan.product.versionId} label={`${loan.product.code} ${loan.product.version}`} />], ["Application", loan.applicationId === null ? "–" : <SubjectLink key="a" id={loan.applicationId} label={t("Open the application")} />], ["Branch", <NameText key="b" id={loan.branchId} />],
        ["Schedule hash", <span key="s" className="mono" title={loan.scheduleHash}>{loan.scheduleHash.slice(0, 12)}</span>], ...loan.parties.map((p) => [humanise(p.role), <SubjectLink key={p.partyId} id={p.partyId} label={p.name} />] as const),
      ]} />
    </Section>
  );
}

const EXPLAINED: Readonly<Record<string, string>> = { principal: "principal", interest: "interest", due: "total", balance: "balance" };

/** All sixteen columns; the figures of a row say how they came about. */
export function ScheduleTab({ id, at }: { id: string; at: At }) {
  const { t } = useTranslation();
  const query = useGet<Schedule>(`/loan-accounts/${id}/schedule`, at, { keep: true });
  return (
    <Section flush title={t("Schedule")} actions={<Button size="compact-sm" variant="default" onClick={() => print()}>{t("Print")}</Button>}>
      <Loaded query={query} isEmpty={(s) => s.rows.length === 0} empty={t("Not disbursed yet, so nothing is due.")}>
        {(s) => <ScheduleTable rows={s.rows} totals={s.totals} currency={s.currency} explain={(row, figure, shown) => (EXPLAINED[figure] === undefined || row.kind !== "installment" ? undefined : <LoanFigure id={id} figure={`installment:${row.number}:${EXPLAINED[figure]}`} at={at} label={`${t("Installment")} ${row.number}`}>{shown}</LoanFigure>)} />}
      </Loaded>
    </Section>
  );
}

/** Interest as it was earned, month by month. */
export function Accruals({ id, at }: { id: string; at: At }) {
  const { t } = useTranslation();
  const query = useGet<Items<Static<typeof AccrualJson>>>(`/loan-accounts/${id}/accruals`, at, { keep: true });
  return <Section flush title={t("Interest earned")}><Loaded query={query} isEmpty={(p) => p.items.length === 0} empty={t("No interest has been earned yet.")}>{(page) => <Grid label="Accruals" rows={page.items} rowKey={(a) => a.fromDate} columns={[{ header: "From", cell: (a) => <DateText value={a.fromDate} /> }, { header: "Through", cell: (a) => <DateText value={a.throughDate} /> }, { header: "Principal", align: "end", cell: (a) => <MoneyText value={a.principal} /> }, { header: "Earned", align: "end", cell: (a) => <MoneyText value={a.earned} /> }, { header: "Earned to date", align: "end", cell: (a) => <MoneyText value={a.earnedToDate} /> }, { header: "Unpaid", align: "end", cell: (a) => <MoneyText value={a.unpaid} /> }]} />}</Loaded></Section>;
}
