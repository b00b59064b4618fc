import { Button, NativeSelect } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { ChargeJson, EventDone, JournalJson } from "#modules/servicing/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { CommandForm, type FieldSpec, type FormValues } from "../../../ui/form.tsx";
import { formatMoney, formatDate, humanise } from "../../../ui/format.ts";
import { Grid, Section } from "../../../ui/layout.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { DateText, MoneyText, StatusTag } from "../../../ui/values.tsx";
import { ButtonLink, SubjectLink } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { NameText } from "../../kit/names.tsx";
import { useSession } from "../../session.tsx";
import { Cause } from "../books/journal.tsx";
import { AccountName, LoanFigure, type Items } from "./figure.tsx";
import { Preview } from "./preview.tsx";
import type { At, Loan, Transaction } from "./types.ts";

type Charge = Static<typeof ChargeJson>;
type Done = Static<typeof EventDone>;

/** What an act came to, with the way to the journal it posted. */
function Posted({ id, what, done }: { id: string; what: string; done: Done }) {
  const { t } = useTranslation();
  const { may } = useSession();
  return (
    <div className="notice good" role="status">
      <strong>{what}</strong> {t("Principal left:")} <MoneyText value={done.balances.principal} /> · {t("Interest")} <MoneyText value={done.balances.interest} /> · {t("Fees and penalties")} <MoneyText value={done.balances.fee} /> + <MoneyText value={done.balances.penalty} /> ·{" "}
      {done.journalEntryId !== null && may("ledger.entry.read") ? <>{t("Journal")}: <SubjectLink id={done.journalEntryId} /></> : <ButtonLink size="compact-sm" to={`/loans/${id}`} search={{ tab: "journal" }}>{t("See the journal")}</ButtonLink>}
    </div>
  );
}

/** What happened to the balances, each divided into its components; what can be taken back is taken back from here. */
export function Transactions({ loan, at }: { loan: Loan; at: At }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const { id } = loan;
  const query = useGet<Items<Transaction>>(`/loan-accounts/${id}/transactions`, at, { keep: true });
  const [undo, setUndo] = useState<Transaction | null>(null);
  const [done, setDone] = useState<{ what: string; result: Done } | null>(null);
  const able = may("loan.repayment.reverse") && at.asOf === undefined && at.knownOn === undefined && query.data?.items.some((x) => x.reversible) === true;
  const anyFee = query.data?.items.some((x) => Number(x.parts.fee.amount) + Number(x.parts.penalty.amount) > 0) === true;
  const parts = (["principal", "interest", ...(anyFee ? ["fee", "penalty"] as const : [])] as const).map((c) => ({ header: humanise(c), align: "end" as const, cell: (x: Transaction) => <MoneyText value={x.parts[c]} style="plain" /> }));
  return (
    <>
      {done !== null && <Posted id={id} what={done.what} done={done.result} />}
      {!may("loan.repayment.reverse") && <p className="muted">{t("Taking a payment back needs the permission loan.repayment.reverse.")}</p>}
      <Section flush>
        <Loaded query={query} isEmpty={(p) => p.items.length === 0} empty={t("Nothing has moved on this loan yet.")}>
          {(page) => <Grid label="Transactions" rows={page.items} rowKey={(x) => x.eventId + x.type} columns={[
            { header: "Value date", cell: (x) => <><DateText value={x.valueDate} />{x.businessDate !== null && x.businessDate !== x.valueDate && <div className="muted" style={{ fontSize: 12 }}>{t("booked {{date}}", { date: formatDate(x.businessDate) })}</div>}</> },
            { header: "Kind", cell: (x) => <>{t(humanise(x.type))}{x.channel !== null && <span className="muted"> · {t(humanise(x.channel)).toLowerCase()}</span>}{x.reversed && <> <StatusTag value="reversed" label={x.reversedDate === null ? undefined : t("Reversed on {{date}}", { date: formatDate(x.reversedDate) })} /></>}</> },
            { header: "Who", cell: (x) => <NameText id={x.actorId} /> },
            { header: "Amount", align: "end", cell: (x) => <LoanFigure id={id} figure={`allocation:${x.eventId}`} at={at} label="Allocation"><MoneyText value={x.amount} /></LoanFigure> },
            ...parts, { header: "Excess", align: "end", cell: (x) => <MoneyText value={x.overpayment} style="plain" /> }, { header: "Principal left", align: "end", cell: (x) => <MoneyText value={x.balanceAfter} style="plain" /> },
            ...(able ? [{ header: "Act", pin: true, cell: (x: Transaction) => (x.reversible ? <Button size="compact-sm" variant="default" onClick={() => setUndo(x)}>{t("Reverse…")}</Button> : "") }] : []),
          ]} />}
        </Loaded>
      </Section>
      <Dialog wide title={t("Take back")} open={undo !== null} onClose={() => setUndo(null)}>{undo !== null && (
        <div className="stack">
          <p>{t("{{amount}} of {{date}} is taken back; what came after it is worked out again.", { amount: formatMoney(undo.amount), date: formatDate(undo.valueDate) })}</p>
          <CommandForm<Done> path={`/loan-accounts/${id}/reversals`} submit="Reverse" tone="bad" body={(v) => ({ eventId: undo.eventId, reason: v["reason"] })} fields={[{ name: "reason", label: "Reason", kind: "area", required: true }]} onCancel={() => setUndo(null)} onDone={(result) => {
            setDone({ what: t("Reversed."), result });
            setUndo(null);
          }} />
          <Preview id={id} body={{ kind: "reversal", eventId: undo.eventId }} />
        </div>
      )}</Dialog>
    </>
  );
}

/** Fees and penalties, with their waiver; each act shows what it will do before it is done. */
export function Charges({ loan, at }: { loan: Loan; at: At }) {
  const { t } = useTranslation();
  const { may, lender } = useSession();
  const query = useGet<Items<Charge>>(`/loan-accounts/${loan.id}/charges`, at, { keep: true });
  const [waiving, setWaiving] = useState<Charge | null>(null);
  const [adding, setAdding] = useState(false);
  const [done, setDone] = useState<{ what: string; result: Done } | null>(null);
  const open = loan.status === "active" && at.asOf === undefined && at.knownOn === undefined;
  const fields: readonly FieldSpec[] = [
    { name: "code", label: "What for", kind: "choice", initial: "service_fee", required: true, options: ["service_fee", "statement_fee", "returned_payment_fee", "late_fee", "legal_fee", "visit_fee"].map((value) => ({ value, label: humanise(value) })) },
    { name: "component", label: "Component", kind: "choice", initial: "fee", options: [{ value: "fee", label: "Fee" }, { value: "penalty", label: "Penalty" }] },
    { name: "amount", label: "Amount", kind: "money", currency: loan.currency, required: true }, { name: "dueDate", label: "Due date", kind: "date", initial: lender.businessDate, min: lender.businessDate, required: true }, { name: "reason", label: "Reason", kind: "area", required: true },
  ];
  return (
    <>
      {done !== null && <Posted id={loan.id} what={done.what} done={done.result} />}
      <Section flush title={t("Charges")} actions={open && may("loan.charge.add") && <Button size="compact-sm" variant="default" onClick={() => setAdding(true)}>{t("Add a charge")}</Button>}>
        <Loaded query={query} isEmpty={(p) => p.items.length === 0} empty={t("No charge has been raised.")}>
          {(page) => <Grid label="Charges" rows={page.items} rowKey={(c) => c.id} columns={[
            { header: "Charge", cell: (c) => t(humanise(c.code)) }, { header: "Component", cell: (c) => t(humanise(c.component)) }, { header: "Raised by", cell: (c) => t(humanise(c.timing)) }, { header: "Added", cell: (c) => <DateText value={c.addedDate} /> }, { header: "Due date", cell: (c) => <DateText value={c.dueDate} /> },
            { header: "Due", align: "end", cell: (c) => <MoneyText value={c.due} /> }, { header: "Paid", align: "end", cell: (c) => <MoneyText value={c.paid} /> }, { header: "Waived", align: "end", cell: (c) => <MoneyText value={c.waived} /> }, { header: "Outstanding", align: "end", cell: (c) => <MoneyText value={c.outstanding} /> },
            ...(open && may("loan.charge.waive") && page.items.some((c) => Number(c.outstanding.amount) > 0) ? [{ header: "Act", pin: true, cell: (c: Charge) => (Number(c.outstanding.amount) > 0 ? <Button size="compact-sm" variant="default" onClick={() => setWaiving(c)}>{t("Waive…")}</Button> : "") }] : []),
          ]} />}
        </Loaded>
      </Section>
      <Dialog wide title={t("Waive what is unpaid")} open={waiving !== null} onClose={() => setWaiving(null)}>{waiving !== null && (
        <div className="stack">
          <p>{t("{{amount}} of {{charge}} is given up.", { amount: formatMoney(waiving.outstanding), charge: t(humanise(waiving.code)).toLowerCase() })}</p>
          <CommandForm<Done> path={`/loan-accounts/${loan.id}/charges/${waiving.id}/waivers`} submit="Waive" fields={[{ name: "reason", label: "Reason", kind: "area", required: true }]} onCancel={() => setWaiving(null)} onDone={(result) => {
            setDone({ what: t("Waived."), result });
            setWaiving(null);
          }} />
          <Preview id={loan.id} body={{ kind: "charge_waiver", chargeId: waiving.id }} />
        </div>
      )}</Dialog>
      <Dialog wide title={t("Add a charge")} open={adding} onClose={() => setAdding(false)}>
        <CommandForm<Done> path={`/loan-accounts/${loan.id}/charges`} submit="Add the charge" fields={fields} extra={(v) => <ChargePreview id={loan.id} currency={loan.currency} values={v} />} onCancel={() => setAdding(false)} onDone={(result) => {
          setDone({ what: t("Added."), result });
          setAdding(false);
        }} />
      </Dialog>
    </>
  );
}

function ChargePreview({ id, currency, values }: { id: string; currency: string; values: FormValues }): ReactNode {
  const { amount = "", component = "fee", dueDate = "", code = "" } = values;
  return amount === "" || dueDate === "" ? null : <Preview id={id} body={{ kind: "charge", code, component, amount: { amount, currency }, dueDate }} />;
}

interface Line { readonly key: string; readonly entry: Static<typeof JournalJson>; readonly line: Static<typeof JournalJson>["lines"][number]; readonly first: boolean }

const booksOf = (page: Items<Static<typeof JournalJson>>): string[] => [...new Set(page.items.map((entry) => entry.book))].sort((a, b) => (a === "statutory" ? -1 : b === "statutory" ? 1 : a.localeCompare(b)));

/** The postings of this loan in one of its books, entry by entry, newest first. */
export function Journal({ id, at }: { id: string; at: At }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const [search, set] = useSearchState<{ book?: string }>();
  const book = search.book ?? "statutory";
  const query = useGet<Items<Static<typeof JournalJson>>>(`/loan-accounts/${id}/journal`, at, { keep: true });
  const once = (l: Line, shown: ReactNode) => (l.first ? shown : "");
  return (
    <Section flush>
      <Loaded query={query} isEmpty={(p) => p.items.length === 0} empty={t("Nothing has been posted for this loan.")}>
        {(page) => <>
          {booksOf(page).length > 1 && <div className="body no-print"><NativeSelect size="sm" label={t("Book")} value={book} data={booksOf(page).map((each) => ({ value: each, label: t(humanise(each)) }))} onChange={(e) => set({ book: e.currentTarget.value })} style={{ maxWidth: 240 }} /></div>}
          <Grid<Line> label="Journal" rows={page.items.filter((entry) => entry.book === book).flatMap((entry) => entry.lines.map((line, i) => ({ key: `${entry.id}-${String(i)}`, entry, line, first: i === 0 })))} rowKey={(l) => l.key} columns={[
            { header: "Business date", cell: (l) => once(l, <DateText value={l.entry.businessDate} />) }, { header: "Value date", cell: (l) => once(l, l.entry.valueDate === l.entry.businessDate ? "" : <DateText value={l.entry.valueDate} />) }, { header: "Memo", cell: (l) => once(l, l.entry.memo) },
            { header: "Account", cell: (l) => <AccountName code={l.line.account} /> }, { header: "Debit", align: "end", cell: (l) => (l.line.debit === null ? "" : <MoneyText value={l.line.debit} style="plain" />) }, { header: "Credit", align: "end", cell: (l) => (l.line.credit === null ? "" : <MoneyText value={l.line.credit} style="plain" />) },
            { header: "Event", cell: (l) => once(l, <Cause kind={l.entry.causeKind} id={l.entry.causeId} loan={id} />) }, { header: "Who", cell: (l) => once(l, <NameText id={l.entry.actorId} />) },
            ...(may("ledger.entry.read") ? [{ header: "Entry", cell: (l: Line) => once(l, <SubjectLink id={l.entry.id} label={t("Open")} />) }] : []),
          ]} />
        </>}
      </Loaded>
    </Section>
  );
}
