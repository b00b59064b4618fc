import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { ScheduleJson, TransactionJson } from "#modules/servicing/contract.ts";
import { useGet } from "../../api/hooks.ts";
import { Chart } from "../../ui/chart.tsx";
import { formatDate, formatMoney, formatRate, type MoneyValue } from "../../ui/format.ts";
import { Grid } from "../../ui/layout.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import type { ScheduleRow } from "../../ui/schedule-table.tsx";
import { DateText, MoneyText, StatusTag } from "../../ui/values.tsx";
import { SignedIn } from "../app.tsx";
import { go, Link, useParams } from "../router.tsx";
import type { Loan } from "../types.ts";

/** What is due next, what is owed, and how to pay: B7. */
export function LoanHome() {
  const { t } = useTranslation();
  const id = useParams()["id"] ?? "";
  const query = useGet<Loan>(`/loan-accounts/${id}`, {}, { everyMs: 20_000 });
  const schedule = useGet<Static<typeof ScheduleJson>>(`/loan-accounts/${id}/schedule`);
  return (
    <SignedIn>
      <Loaded query={query}>
        {(loan) => (
          <div className="b-stack">
            <div><p className="muted">{loan.number}</p><h1>{t(loan.product.name)}</h1></div>
            {loan.daysPastDue > 0 && <div className="notice warn" role="status"><strong>{t("{{count}} days past due", { count: loan.daysPastDue })}: <MoneyText value={loan.overdue} /></strong><p>{t("If paying is hard right now, call us. The sooner we talk, the more we can do.")}</p></div>}
            {loan.status === "closed" ? <div className="notice good"><strong>{t("This loan is paid back. Thank you.")}</strong></div> : (
              <div className="b-card lead">
                <div className="muted">{loan.nextDue === null ? t("Nothing is due") : t("Next payment on {{date}}", { date: formatDate(loan.nextDue.dueDate) })}</div>
                <div className="b-big"><MoneyText value={loan.daysPastDue > 0 ? loan.overdue : (loan.nextDue?.total ?? loan.overdue)} /></div>
                <div className="b-actions" style={{ marginTop: 12 }}><Button color="copper.5" c="#1c1204" onClick={() => go(`/borrower/loans/${id}/pay`)}>{t("Pay now")}</Button></div>
              </div>
            )}
            <div className="b-card"><dl className="b-rows">
              <div><dt>{t("Left to pay back")}</dt><dd><MoneyText value={loan.balances.total} /></dd></div>
              <div><dt>{t("To close it today")}</dt><dd><MoneyText value={loan.payoff.total} /></dd></div>
              <div><dt>{t("Borrowed")}</dt><dd><MoneyText value={loan.terms.principal} /></dd></div>
              <div><dt>{t("Yearly interest rate")}</dt><dd>{formatRate(loan.annualRate)}</dd></div>
              {loan.terms.lastDueDate !== null && <div><dt>{t("Last payment")}</dt><dd><DateText value={loan.terms.lastDueDate} /></dd></div>}
            </dl></div>
            {schedule.data !== undefined && schedule.data.rows.length > 0 && <Curve rows={schedule.data.rows} />}
            <div className="b-actions"><Button variant="default" onClick={() => go(`/borrower/loans/${id}/schedule`)}>{t("Schedule and payments")}</Button><Button variant="default" onClick={() => go(`/borrower/loans/${id}/payoff`)}>{t("What if I pay more?")}</Button></div>
          </div>
        )}
      </Loaded>
    </SignedIn>
  );
}

function Curve({ rows }: { rows: readonly ScheduleRow[] }) {
  const { t } = useTranslation();
  const currency = rows[0]?.due.currency ?? "INR";
  const number = (value: MoneyValue | undefined) => (value === undefined ? null : Number(value.amount));
  return <div className="b-card"><h2>{t("Each payment: loan and interest")}</h2><Chart title={t("Each payment: loan and interest")} kind="stacked" categories={rows.map((r) => formatDate(r.dueDate))} format={(v) => formatMoney({ amount: String(v), currency })} series={[{ name: t("Loan"), values: rows.map((r) => number(r.principal)) }, { name: t("Interest"), values: rows.map((r) => number(r.interest)) }]} /></div>;
}

/** Every installment and every payment, as the books have them: B8. */
export function LoanSchedule() {
  const { t } = useTranslation();
  const id = useParams()["id"] ?? "";
  const schedule = useGet<Static<typeof ScheduleJson>>(`/loan-accounts/${id}/schedule`);
  const payments = useGet<{ items: readonly Static<typeof TransactionJson>[] }>(`/loan-accounts/${id}/transactions`);
  return (
    <SignedIn>
      <div className="b-stack">
        <h1>{t("Schedule and payments")}</h1>
        <Loaded query={schedule} isEmpty={(s) => s.rows.length === 0} empty={t("Not paid out yet, so nothing is due.")}>
          {(s) => <div className="section"><Grid label="Schedule" rows={s.rows} rowKey={(r) => `${r.number}${r.kind}`} columns={[
            { header: "Due date", cell: (r) => <DateText value={r.dueDate} /> }, { header: "Due", align: "end", cell: (r) => <MoneyText value={r.due} style="plain" /> }, { header: "State", cell: (r) => <StatusTag value={r.status} /> }, { header: "Paid", align: "end", cell: (r) => <MoneyText value={r.paid} style="plain" /> },
            { header: "Principal", align: "end", cell: (r) => <MoneyText value={r.principal} style="plain" /> }, { header: "Interest", align: "end", cell: (r) => <MoneyText value={r.interest} style="plain" /> }, { header: "Fees", align: "end", cell: (r) => <MoneyText value={r.fees} style="plain" /> },
          ]} /></div>}
        </Loaded>
        <h2>{t("Payments")}</h2>
        <Loaded query={payments} isEmpty={(p) => p.items.length === 0} empty={t("No payment yet.")}>
          {(p) => <div className="section"><Grid label="Payments" rows={p.items} rowKey={(r) => r.eventId} columns={[{ header: "Value date", cell: (r) => <DateText value={r.valueDate} /> }, { header: "What", cell: (r) => t(words(r.type)) }, { header: "Amount", align: "end", cell: (r) => <MoneyText value={r.amount} /> }, { header: "State", cell: (r) => (r.reversed ? <StatusTag value="reversed" /> : "") }]} /></div>}
        </Loaded>
        <Link to={`/borrower/loans/${id}`}>{t("Back to your loan")}</Link>
      </div>
    </SignedIn>
  );
}

function words(type: string): string {
  return ({ disbursement: "Paid out to you", repayment: "Your payment", charge_off: "Moved to recovery", charge_payment_at_disbursement: "Fee kept back at payout", charge_waiver: "Fee given up by us", payoff: "Loan closed" } as Readonly<Record<string, string>>)[type] ?? type.replaceAll("_", " ");
}
