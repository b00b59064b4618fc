import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { ScheduleJson, TransactionJson } from "#modules/servicing/contract.ts";
import { useGet } from "../../api/hooks.ts";
import { formatDate, formatRate } from "../../ui/format.ts";
import { Loaded } from "../../ui/loaded.tsx";
import type { ScheduleRow } from "../../ui/schedule-table.tsx";
import { DateText, MoneyText, StatusTag } from "../../ui/values.tsx";
import { SignedIn } from "../app.tsx";
import { DocumentButton } from "../paper.tsx";
import { PlanChart } from "../plan-chart.tsx";
import { go, Link, useParams } from "../router.tsx";
import { mandateWords, type Mandate } from "../mandate.ts";
import type { Agreement, Loan } from "../types.ts";
import { loanPaperWords } from "../words.ts";

/** What is due next, what is owed, and how to pay: B7. */
export function LoanHome() {
  const { t } = useTranslation();
  const id = useParams()["id"] ?? "";
  const query = useGet<Loan>(`/loan-accounts/${id}`, {}, { everyMs: 4_000 });
  const schedule = useGet<Static<typeof ScheduleJson>>(`/loan-accounts/${id}/schedule`);
  const applicationId = query.data?.applicationId ?? null;
  // A lender without our origination has no agreement here; then nothing is said of autopay.
  const agreement = useGet<Agreement>(applicationId === null ? null : `/applications/${applicationId}/agreement`);
  const mandate = (agreement.data?.evidence as { mandate?: Mandate } | null | undefined)?.mandate;
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
              {loan.status !== "closed" && <div><dt>{t("To close it today")}</dt><dd><MoneyText value={loan.payoff.total} /></dd></div>}
              <div><dt>{t("Borrowed")}</dt><dd><MoneyText value={loan.terms.principal} /></dd></div>
              <div><dt>{t("Yearly interest rate")}</dt><dd>{formatRate(loan.annualRate)}</dd></div>
              {mandate !== undefined && loan.status === "active" && <div><dt>{t("Autopay")}</dt><dd>{mandateWords(mandate, t)}</dd></div>}
              {loan.closedDate !== null && <div><dt>{t("Closed on")}</dt><dd><DateText value={loan.closedDate} /></dd></div>}
              {loan.closedDate === null && loan.terms.lastDueDate !== null && <div><dt>{t("Last payment")}</dt><dd><DateText value={loan.terms.lastDueDate} /></dd></div>}
            </dl></div>
            <Letters loanId={id} waiting={loan.status === "closed"} />
            {loan.status !== "closed" && schedule.data !== undefined && schedule.data.rows.length > 0 && <Curves rows={schedule.data.rows} />}
            <div className="b-actions"><Button variant="default" onClick={() => go(`/borrower/loans/${id}/schedule`)}>{t("Schedule and payments")}</Button>{loan.status === "active" && <Button variant="default" onClick={() => go(`/borrower/loans/${id}/payoff`)}>{t("What if I pay more?")}</Button>}</div>
          </div>
        )}
      </Loaded>
    </SignedIn>
  );
}

/** How a payment divides, and how the loan shrinks. */
function Curves({ rows }: { rows: readonly ScheduleRow[] }) {
  const { t } = useTranslation();
  return (
    <>
      <div className="b-card"><h2>{t("Each payment: loan and interest")}</h2><PlanChart title={t("Each payment: loan and interest")} kind="columns" names={[t("Loan"), t("Interest")]} points={rows.map((r) => ({ label: formatDate(r.dueDate), values: [r.principal, r.interest] }))} /></div>
      <div className="b-card"><h2>{t("What is left after each payment")}</h2><PlanChart title={t("What is left after each payment")} kind="area" names={[t("Left to pay back")]} points={rows.map((r) => ({ label: formatDate(r.dueDate), values: [r.balance] }))} /></div>
    </>
  );
}

interface Filed { readonly id: string; readonly purpose: string; readonly storedAt: string }

/** Letters that were filed with the loan, the closing letter with them. */
function Letters({ loanId, waiting }: { loanId: string; waiting: boolean }) {
  const { t } = useTranslation();
  const papers = useGet<{ items: readonly Filed[] }>("/documents", { filter: `ownerId:eq:${loanId}`, limit: 50 }, { everyMs: waiting ? 2_500 : 30_000 });
  const items = papers.data?.items ?? [];
  if (items.length === 0) return waiting ? <div className="b-card"><h2>{t("Letters")}</h2><p className="muted" role="status">{t("Your closing letter is being written.")}</p></div> : null;
  return (
    <div className="b-card"><h2>{t("Letters")}</h2>
      <ul className="b-lines">{items.map((p) => <li key={p.id}><span><DocumentButton id={p.id} title={t(loanPaperWords(p.purpose))}>{t(loanPaperWords(p.purpose))}</DocumentButton><br /><span className="muted" style={{ fontSize: 14 }}>{formatDate(p.storedAt)}</span></span><a href={`/v1/documents/${p.id}/content`} download>{t("Download")}<span className="visually-hidden"> {t(loanPaperWords(p.purpose))}</span></a></li>)}</ul>
    </div>
  );
}

/** Every installment and every payment, as the books have them, with the papers to keep: B8. */
export function LoanSchedule() {
  const { t, i18n } = useTranslation();
  const id = useParams()["id"] ?? "";
  const schedule = useGet<Static<typeof ScheduleJson>>(`/loan-accounts/${id}/schedule`, {}, { everyMs: 5_000 });
  const payments = useGet<{ items: readonly Payment[] }>(`/loan-accounts/${id}/transactions`, {}, { everyMs: 5_000 });
  return (
    <SignedIn>
      <div className="b-stack">
        <h1>{t("Schedule and payments")}</h1>
        <h2>{t("Payments")}</h2>
        <Loaded query={payments} isEmpty={(p) => p.items.length === 0} empty={t("No payment yet.")}>{(p) => <ul className="b-lines b-card">{p.items.map((r, i) => <PaymentLine key={`${r.eventId}${r.type}${p.items.length - i}`} loanId={id} payment={r} />)}</ul>}</Loaded>
        <p><a href={`/v1/loan-accounts/${id}/statement?language=${i18n.language === "hi" ? "hi" : "en"}`} download>{t("Statement of account (PDF)")}</a></p>
        <h2>{t("Schedule")}</h2>
        <Loaded query={schedule} isEmpty={(s) => s.rows.length === 0} empty={t("Not paid out yet, so nothing is due.")}>{(s) => <ul className="b-lines b-card">{s.rows.filter((r) => r.number > 0).map((r) => <DueLine key={`${r.number}${r.kind}`} row={r} />)}</ul>}</Loaded>
        <Link to={`/borrower/loans/${id}`}>{t("Back to your loan")}</Link>
      </div>
    </SignedIn>
  );
}

type Payment = Static<typeof TransactionJson>;

function PaymentLine({ loanId, payment: p }: { loanId: string; payment: Payment }) {
  const { t, i18n } = useTranslation();
  const parts = ([["Principal", p.parts.principal], ["Interest", p.parts.interest], ["Fees", p.parts.fee], ["Penalties", p.parts.penalty]] as const).filter(([, value]) => Number(value.amount) > 0);
  return (
    <li>
      <span><strong>{t(words(p.type))}</strong>{p.reversed && <> <StatusTag value="reversed" /></>}<span className="muted b-parts"><DateText value={p.valueDate} />{p.type === "repayment" && parts.map(([name, value]) => <span key={name}>{t(name)} <MoneyText value={value} /></span>)}</span></span>
      <span style={{ textAlign: "right" }}><strong><MoneyText value={p.amount} /></strong>{p.type === "repayment" && !p.reversed && <><br /><a style={{ fontSize: 14 }} href={`/v1/loan-accounts/${loanId}/transactions/${p.eventId}/receipt?language=${i18n.language === "hi" ? "hi" : "en"}`} download>{t("Receipt")}<span className="visually-hidden"> {formatDate(p.valueDate)}</span></a></>}</span>
    </li>
  );
}

function DueLine({ row: r }: { row: ScheduleRow }) {
  const { t } = useTranslation();
  const parts = ([["Principal", r.principal], ["Interest", r.interest], ["Fees", r.fees], ["Penalties", r.penalties]] as const).filter(([, value]) => Number(value.amount) > 0);
  return (
    <li>
      <span><strong><DateText value={r.dueDate} /></strong><span className="muted b-parts">{parts.map(([name, value]) => <span key={name}>{t(name)} <MoneyText value={value} /></span>)}</span></span>
      <span style={{ textAlign: "right" }}><strong><MoneyText value={r.due} /></strong><br /><StatusTag value={r.status} /></span>
    </li>
  );
}

function words(type: string): string {
  return ({ disbursement: "Paid out to you", repayment: "Your payment", charge_off: "Moved to recovery", charge_payment_at_disbursement: "Fee kept back at payout", charge_waiver: "Fee given up by us", credit_balance_refund: "Paid back to you" } as Readonly<Record<string, string>>)[type] ?? "Correction";
}
