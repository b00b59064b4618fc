import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { AccrualJson, ChargeJson, JournalJson, TimelineJson } from "#modules/servicing/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { Chart } from "../../../ui/chart.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { DpdStrip } from "../../../ui/dpd-strip.tsx";
import { Explainable } from "../../../ui/explain.tsx";
import { CommandForm } from "../../../ui/form.tsx";
import { daysBetween, formatDate, formatMoney, humanise } from "../../../ui/format.ts";
import { Facts, Grid, Section } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { ScheduleTable } from "../../../ui/schedule-table.tsx";
import { Timeline } from "../../../ui/timeline.tsx";
import { DateText, MoneyText, RateText, StatusTag } from "../../../ui/values.tsx";
import { SubjectLink } from "../../kit/link.tsx";
import { useSession } from "../../session.tsx";
import { Preview } from "./preview.tsx";
import type { Loan, Schedule, Transaction } from "./types.ts";

type At = { readonly asOf: string | undefined };
interface Items<T> { readonly items: readonly T[] }

/** Balances by component, what is due next, how it has been paid, and the balance to come. */
export function Overview({ loan, at }: { loan: Loan; at: At }) {
  const { t } = useTranslation();
  const schedule = useGet<Schedule>(`/loan-accounts/${loan.id}/schedule`, at, { keep: true });
  const why = (figure: string, label: string, shown: React.ReactNode) => <Explainable from={`/loan-accounts/${loan.id}/explanations`} query={{ figure, ...at }} label={label}>{shown}</Explainable>;
  const b = loan.balances;
  const rows = schedule.data?.rows ?? [];
  return (
    <>
      <Section><Facts big items={[
        ["Owed in all", b.total, "money"], ["Next due", loan.nextDue === null ? "–" : <>{formatDate(loan.nextDue.dueDate)} · {formatMoney(loan.nextDue.total)}</>], ["Overdue", <span key="o" className={loan.daysPastDue > 0 ? "neg" : ""}>{formatMoney(loan.overdue)}</span>],
        ["Days past due", why(`days_past_due:${loan.asOf}`, "Days past due", loan.daysPastDue)], ["Payoff today", why(`payoff:${loan.asOf}`, "Payoff today", <MoneyText value={loan.payoff.total} />)], ["Rate", <RateText key="r" value={loan.annualRate} />],
      ]} /></Section>
      <div className="split">
        <Section flush title={t("Balances")}>
          <Grid label="Balances" rows={["principal", "interest", "fee", "penalty"] as const} rowKey={(c) => c} columns={[
            { header: "Component", cell: (c) => t(humanise(c)), foot: t("Total") }, { header: "Outstanding", align: "end", cell: (c) => why(`outstanding:${c}`, humanise(c), <MoneyText value={b[c]} />), foot: <MoneyText value={b.total} /> }, { header: "Paid so far", align: "end", cell: (c) => <MoneyText value={loan.repaid[c]} /> },
          ]} />
          {(Number(b.overpayment.amount) > 0 || Number(b.chargedOff.amount) > 0) && <div style={{ padding: 12 }}><Facts items={[["Overpaid", b.overpayment, "money"], ["Charged off, still owed", b.chargedOff, "money"]]} /></div>}
        </Section>
        <Section title={t("How it has been paid")}>
          <DpdStrip months={rows.filter((r) => r.kind === "installment").slice(0, 60).map((r) => ({ label: r.dueDate, days: r.dueDate > loan.asOf ? null : r.paidDate === null ? Math.max(0, daysBetween(r.dueDate, loan.asOf)) : Math.max(0, daysBetween(r.dueDate, r.paidDate)) }))} />
          <div style={{ marginTop: 12 }}><Facts items={[["Booked", loan.bookedDate, "date"], ["Paid out", loan.disbursedDate, "date"], ["Payout", loan.disbursement, "status"], ["Closed", loan.closedDate, "date"], ["Charged off", loan.chargedOffDate, "date"], ["Bucket", loan.bucket], ["Class", loan.class]]} /></div>
        </Section>
      </div>
      <div className="split">
        <Section title={t("Balance after each installment")}>{rows.length === 0 ? <Empty>{t("Not disbursed yet, so nothing is due.")}</Empty> : <Chart title={t("Balance after each installment")} kind="area" categories={rows.map((r) => formatDate(r.dueDate))} format={(v) => formatMoney({ amount: String(v), currency: loan.currency })} series={[{ name: t("Balance"), values: rows.map((r) => Number(r.balance.amount)) }]} />}</Section>
        <Section title={t("Terms agreed")}><Facts items={[["Borrowed", loan.terms.principal, "money"], ["Installment", loan.terms.installmentAmount, "money"], ["Installments", `${loan.terms.installments} × ${loan.terms.every} ${t(loan.terms.unit)}`], ["First due", loan.terms.firstDueDate, "date"], ["Last due", loan.terms.lastDueDate, "date"], ["Model", t(humanise(loan.terms.model))], ["Amortization", t(humanise(loan.terms.amortization))], ["Interest", t(humanise(loan.terms.interestMethod))], ["Day count", loan.terms.dayCount], ["Allocation", t(humanise(loan.terms.allocation))], ["Prepayment", t(humanise(loan.terms.prepayment))], ["Product version", <SubjectLink key="v" id={loan.product.versionId} label={`${loan.product.code} ${loan.product.version}`} />], ["Application", <SubjectLink key="a" id={loan.applicationId} />], ["Schedule", <span key="s" className="mono">{loan.scheduleHash.slice(0, 16)}</span>], ...loan.parties.map((p) => [humanise(p.role), <SubjectLink key={p.partyId} id={p.partyId} label={p.name} />] as const)]} /></Section>
      </div>
    </>
  );
}

/** All sixteen columns; the figures of a row say how they came about. */
export function ScheduleTab({ id, at }: { id: string; at: At }) {
  const { t } = useTranslation();
  const query = useGet<Schedule>(`/loan-accounts/${id}/schedule`, at, { keep: true });
  const explained: Readonly<Record<string, string>> = { principal: "principal", interest: "interest", due: "total", balance: "balance" };
  return (
    <Section flush title={t("Schedule")} actions={<Button size="compact-sm" variant="default" onClick={() => print()}>{t("Print")}</Button>}>
      <Loaded query={query} isEmpty={(s) => s.rows.length === 0} empty={t("Not disbursed yet, so nothing is due.")}>
        {(s) => <ScheduleTable rows={s.rows} totals={s.totals} currency={s.currency} explain={(row, figure, shown) => (explained[figure] === undefined || row.kind !== "installment" ? undefined : <Explainable from={`/loan-accounts/${id}/explanations`} query={{ figure: `installment:${row.number}:${explained[figure] ?? ""}`, ...at }} label={`${t("Installment")} ${row.number}`}>{shown}</Explainable>)} />}
      </Loaded>
    </Section>
  );
}

/** What happened to the balances, each divided into its components; a payment can be reversed from here. */
export function Transactions({ id, at }: { id: string; at: At }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const query = useGet<Items<Transaction>>(`/loan-accounts/${id}/transactions`, at, { keep: true });
  const [undo, setUndo] = useState<Transaction | null>(null);
  return (
    <Section flush>
      <Loaded query={query} isEmpty={(p) => p.items.length === 0} empty={t("Nothing has moved on this loan yet.")}>
        {(page) => <Grid label="Transactions" rows={page.items} rowKey={(x) => x.eventId} columns={[
          { header: "Value date", cell: (x) => <DateText value={x.valueDate} /> }, { header: "Booked on", cell: (x) => <DateText value={x.businessDate} /> }, { header: "Kind", cell: (x) => <>{t(humanise(x.type))}{x.reversed && <> <StatusTag value="reversed" /></>}</> }, { header: "Channel", cell: (x) => (x.channel === null ? "–" : t(humanise(x.channel))) },
          { header: "Amount", align: "end", cell: (x) => <Explainable from={`/loan-accounts/${id}/explanations`} query={{ figure: `allocation:${x.eventId}` }} label="Allocation"><MoneyText value={x.amount} /></Explainable> },
          ...(["principal", "interest", "fee", "penalty"] as const).map((c) => ({ header: humanise(c), align: "end" as const, cell: (x: Transaction) => <MoneyText value={x.parts[c]} style="plain" /> })),
          { header: "Excess", align: "end", cell: (x) => <MoneyText value={x.overpayment} style="plain" /> }, { header: "Principal left", align: "end", cell: (x) => <MoneyText value={x.balanceAfter} style="plain" /> },
          { header: "Act", cell: (x) => (x.reversible && may("loan.repayment.reverse") ? <Button size="compact-sm" variant="default" onClick={() => setUndo(x)}>{t("Reverse…")}</Button> : "") },
        ]} />}
      </Loaded>
      <Dialog wide title={t("Reverse…")} open={undo !== null} onClose={() => setUndo(null)}>{undo !== null && <Reversal id={id} transaction={undo} onDone={() => setUndo(null)} />}</Dialog>
    </Section>
  );
}

function Reversal({ id, transaction, onDone }: { id: string; transaction: Transaction; onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="stack">
      <p>{t("{{amount}} of {{date}} is taken back; what came after it is worked out again.", { amount: formatMoney(transaction.amount), date: formatDate(transaction.valueDate) })}</p>
      <Preview id={id} body={{ kind: "reversal", eventId: transaction.eventId }} />
      <CommandForm path={`/loan-accounts/${id}/reversals`} submit="Reverse" tone="bad" body={(v) => ({ eventId: transaction.eventId, reason: v["reason"] })} fields={[{ name: "reason", label: "Reason", kind: "area", required: true }]} onDone={onDone} onCancel={onDone} />
    </div>
  );
}

/** Fees and penalties, with their waiver. */
export function Charges({ loan, at }: { loan: Loan; at: At }) {
  const { t } = useTranslation();
  const { may, lender } = useSession();
  const query = useGet<Items<Static<typeof ChargeJson>>>(`/loan-accounts/${loan.id}/charges`, at, { keep: true });
  const [waiving, setWaiving] = useState<Static<typeof ChargeJson> | null>(null);
  const [adding, setAdding] = useState(false);
  return (
    <Section flush title={t("Charges")} actions={may("loan.charge.add") && <Button size="compact-sm" variant="default" onClick={() => setAdding(true)}>{t("Add a charge")}</Button>}>
      <Loaded query={query} isEmpty={(p) => p.items.length === 0} empty={t("No charge has been raised.")}>
        {(page) => <Grid label="Charges" rows={page.items} rowKey={(c) => c.id} columns={[
          { header: "Charge", cell: (c) => t(humanise(c.code)) }, { header: "Component", cell: (c) => t(humanise(c.component)) }, { header: "Raised by", cell: (c) => t(humanise(c.timing)) }, { header: "Added", cell: (c) => <DateText value={c.addedDate} /> }, { header: "Due date", cell: (c) => <DateText value={c.dueDate} /> },
          { header: "Due", align: "end", cell: (c) => <MoneyText value={c.due} /> }, { header: "Paid", align: "end", cell: (c) => <MoneyText value={c.paid} /> }, { header: "Waived", align: "end", cell: (c) => <MoneyText value={c.waived} /> }, { header: "Outstanding", align: "end", cell: (c) => <MoneyText value={c.outstanding} /> },
          { header: "Act", cell: (c) => (Number(c.outstanding.amount) > 0 && may("loan.charge.waive") ? <Button size="compact-sm" variant="default" onClick={() => setWaiving(c)}>{t("Waive…")}</Button> : "") },
        ]} />}
      </Loaded>
      <Dialog title={t("Waive…")} open={waiving !== null} onClose={() => setWaiving(null)}>{waiving !== null && <CommandForm path={`/loan-accounts/${loan.id}/charges/${waiving.id}/waivers`} submit="Waive" fields={[{ name: "amount", label: "Amount", kind: "money", currency: loan.currency, initial: waiving.outstanding.amount, required: true }, { name: "reason", label: "Reason", kind: "area", required: true }]} onDone={() => setWaiving(null)} />}</Dialog>
      <Dialog title={t("Add a charge")} open={adding} onClose={() => setAdding(false)}><CommandForm path={`/loan-accounts/${loan.id}/charges`} submit="Add a charge" fields={[{ name: "code", label: "Code", required: true, initial: "service_fee" }, { name: "component", label: "Component", kind: "choice", initial: "fee", options: [{ value: "fee", label: "Fee" }, { value: "penalty", label: "Penalty" }] }, { name: "amount", label: "Amount", kind: "money", currency: loan.currency, required: true }, { name: "dueDate", label: "Due date", kind: "date", initial: lender.businessDate, required: true }, { name: "reason", label: "Reason", kind: "area", required: true }]} onDone={() => setAdding(false)} /></Dialog>
    </Section>
  );
}

/** Interest as it was earned, stretch by stretch. */
export function Accruals({ id, at }: { id: string; at: At }) {
  const { t } = useTranslation();
  const query = useGet<Items<Static<typeof AccrualJson>>>(`/loan-accounts/${id}/accruals`, at, { keep: true });
  return <Section flush title={t("Interest earned")}><Loaded query={query} isEmpty={(p) => p.items.length === 0} empty={t("No interest has been earned yet.")}>{(page) => <Grid label="Accruals" rows={page.items} rowKey={(a) => a.fromDate} columns={[{ header: "From", cell: (a) => <DateText value={a.fromDate} /> }, { header: "Through", cell: (a) => <DateText value={a.throughDate} /> }, { header: "Principal", align: "end", cell: (a) => <MoneyText value={a.principal} /> }, { header: "Earned", align: "end", cell: (a) => <MoneyText value={a.earned} /> }, { header: "Earned to date", align: "end", cell: (a) => <MoneyText value={a.earnedToDate} /> }, { header: "Unpaid", align: "end", cell: (a) => <MoneyText value={a.unpaid} /> }]} />}</Loaded></Section>;
}

/** The journal entries this loan caused. */
export function Journal({ id }: { id: string }) {
  const { t } = useTranslation();
  const query = useGet<Items<Static<typeof JournalJson>>>(`/loan-accounts/${id}/journal`);
  return (
    <Loaded query={query} isEmpty={(p) => p.items.length === 0} empty={t("Nothing has been posted for this loan.")}>
      {(page) => <>{page.items.map((e) => (
        <Section key={e.id} flush title={<><DateText value={e.businessDate} /> · {e.memo}</>} actions={<><SubjectLink id={e.id} />{e.valueDate !== e.businessDate && <span className="tag warn">{t("Value date")} {formatDate(e.valueDate)}</span>}</>}>
          <Grid label={e.memo} rows={e.lines} rowKey={(_l, i) => i} columns={[{ header: "Account", cell: (l) => l.account }, { header: "Debit", align: "end", cell: (l) => (l.debit === null ? "" : <MoneyText value={l.debit} style="plain" />) }, { header: "Credit", align: "end", cell: (l) => (l.credit === null ? "" : <MoneyText value={l.credit} style="plain" />) }]} />
        </Section>
      ))}</>}
    </Loaded>
  );
}

export function LoanTimeline({ id }: { id: string }) {
  const { t } = useTranslation();
  const query = useGet<Items<Static<typeof TimelineJson>>>(`/loan-accounts/${id}/timeline`);
  return <Section><Loaded query={query}>{(page) => <Timeline items={[...page.items].sort((a, b) => b.at.localeCompare(a.at)).map((e) => ({ id: e.id, at: e.at, title: <>{t(humanise(e.kind))}{e.amount !== null && <> · <MoneyText value={e.amount} /></>}</>, detail: <>{e.note}{e.valueDate !== e.businessDate && <span className="muted"> {t("Value date")} {formatDate(e.valueDate)}</span>}</>, who: [e.actorId, e.cause].filter(Boolean).join(" · ") }))} />}</Loaded></Section>;
}

