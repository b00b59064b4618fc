import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { JournalEntryJson, JournalEntryRow, PostingItem } from "#modules/ledger/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { CommandForm } from "../../../ui/form.tsx";
import { humanise } from "../../../ui/format.ts";
import { Facts, Grid, Page, Section } from "../../../ui/layout.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { MoneyText } from "../../../ui/values.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { useParam } from "../../kit/fields.ts";
import { ButtonLink, SubjectLink } from "../../kit/link.tsx";
import { NameText } from "../../kit/names.tsx";
import { Can } from "../../session.tsx";
import { AccountName } from "../servicing/figure.tsx";

type Entry = Static<typeof JournalEntryRow>;
type Posting = Static<typeof PostingItem>;

/** The ledger does not know loan numbers, but the memo that servicing wrote does. */
export function LoanLink({ id, memo }: { id: string | null; memo: string }) {
  return <SubjectLink id={id} label={/\bLN\d{6,}\b/.exec(memo)?.[0] ?? (id === null ? undefined : `…${id.slice(-6)}`)} />;
}

/** Where the source of an entry is looked at, by its kind, when its id has no screen of its own. */
const SOURCES: Readonly<Record<string, readonly [to: string, tab: string]>> = {
  receipt: ["/bank", "receipts"], bank_statement: ["/bank", "statements"], payout: ["/payouts", ""], fx_revaluation: ["/ledger/currencies", "revaluations"], end_of_day: ["/end-of-day", ""],
};

export function Cause({ kind, id, loan }: { kind: string; id: string; loan?: string | null }) {
  const { t } = useTranslation();
  const label = t(humanise(kind));
  if (/^(la|app|cs|je)_/.test(id)) return <SubjectLink id={id} label={label} />;
  if (id.startsWith("pvr_")) return <Link to={`/provisions/${id}`}>{label}</Link>;
  // An event of a loan is among the loan's transactions.
  if (loan !== null && loan !== undefined && id.startsWith("lev_")) return <Link to={`/loans/${loan}`} search={{ tab: "transactions" } as never}>{label}</Link>;
  const source = SOURCES[kind];
  return source === undefined ? <span title={id}>{label}</span> : <Link to={source[0]} search={(source[1] === "" ? {} : { tab: source[1] }) as never} title={id}>{label}</Link>;
}

const ENTRY_COLUMNS: readonly Column<Entry>[] = [
  { key: "businessDate", label: "Business date", kind: "date", sort: true, filter: true }, { key: "memo", label: "Memo" }, { key: "amount", label: "Amount", kind: "money", sort: true, filter: true },
  { key: "causeKind", label: "Event", filter: true, cell: (r) => <Cause kind={r.causeKind} id={r.causeId} loan={r.loanAccountId} /> }, { key: "loanAccountId", label: "Loan", cell: (r) => <LoanLink id={r.loanAccountId} memo={r.memo} /> },
  { key: "valueDate", label: "Value date", kind: "date", sort: true, filter: true }, { key: "actorId", label: "Who", names: "person", filter: true }, { key: "reversesId", label: "Reverses", cell: (r) => <SubjectLink id={r.reversesId} label="↩" /> },
  { key: "id", label: "Entry", kind: "id", filter: true, hidden: true }, { key: "causeId", label: "Event id", filter: true, kind: "id", hidden: true }, { key: "recordedAt", label: "Recorded at", kind: "instant", sort: true, hidden: true }, { key: "book", label: "Book", kind: "words", hidden: true, filter: true },
];

export const POSTING_COLUMNS: readonly Column<Posting>[] = [
  { key: "businessDate", label: "Business date", kind: "date", sort: true, filter: true }, { key: "valueDate", label: "Value date", kind: "date", filter: true, hidden: true }, { key: "account", label: "Account", filter: true, cell: (r) => <AccountName code={r.account} /> },
  { key: "memo", label: "Memo" }, { key: "debit", label: "Debit", kind: "money", sort: true, filter: true, cell: (r) => <Side value={r.debit} /> }, { key: "credit", label: "Credit", kind: "money", sort: true, filter: true, cell: (r) => <Side value={r.credit} /> },
  { key: "loanAccountId", label: "Loan", filter: true, cell: (r) => <LoanLink id={r.loanAccountId} memo={r.memo} /> }, { key: "causeKind", label: "Event", kind: "words", filter: true },
  { key: "productCode", label: "Product", filter: true, hidden: true }, { key: "branchId", label: "Branch", names: "branch", filter: true, hidden: true }, { key: "entryId", label: "Entry", kind: "id", hidden: true },
];

export function Side({ value }: { value: { amount: string; currency: string } | null }) {
  return value === null || /^0*(\.0*)?$/.test(value.amount) ? <span aria-hidden /> : <MoneyText value={value} style="plain" />;
}

/** Every journal entry, newest first: F1. */
export function Journal() {
  const { t } = useTranslation();
  return <Page title={t("Journal")} actions={<Can permission="ledger.manual_entry.propose"><ButtonLink to="/ledger/entries/new">{t("Manual entry")}</ButtonLink></Can>}><DataTable path="/journal-entries" list="ledger.entries" caption="Journal" columns={ENTRY_COLUMNS} rowKey={(r) => r.id} open={(r) => `/ledger/journal/${r.id}`} searchLabel="Memo, loan number or id" empty={t("Nothing has been posted yet.")} /></Page>;
}

/** One entry with its lines, and its undoing by a second person. */
export function JournalEntry() {
  const { t } = useTranslation();
  const id = useParam("id");
  const query = useGet<Static<typeof JournalEntryJson>>(`/journal-entries/${id}`);
  const [undoing, setUndoing] = useState(false);
  const [sent, setSent] = useState(false);
  return (
    <Loaded query={query}>
      {(e) => (
        <Page title={t("Journal entry")} note={e.memo} actions={<><ButtonLink to="/ledger/journal">{t("Journal")}</ButtonLink><Can permission="ledger.manual_entry.propose"><Button size="sm" variant="default" onClick={() => setUndoing(true)}>{t("Reverse…")}</Button></Can></>}>
          {sent && <div className="notice good" role="status"><strong>{t("Proposed.")}</strong> {t("Another finance officer posts it:")} <ButtonLink size="compact-sm" to="/approvals">{t("Approvals")}</ButtonLink></div>}
          <Section><Facts items={[["Amount", e.amount, "money"], ["Business date", e.businessDate, "date"], ["Value date", e.valueDate, "date"], ["Event", <Cause key="c" kind={e.causeKind} id={e.causeId} />], ["Event id", e.causeId, "id"], ["Reverses", <SubjectLink key="r" id={e.reversesId} />], ["Who", <NameText key="w" id={e.actorId} />], ["Recorded at", e.recordedAt, "instant"], ["Book", e.book, "words"], ["Entry", e.id, "id"]]} /></Section>
          <Section flush title={t("Lines")}>
            <Grid label="Lines" rows={e.lines} rowKey={(_l, i) => i} columns={[
              { header: "Account", cell: (l) => <AccountName code={l.account} />, foot: t("Total") }, { header: "Debit", align: "end", cell: (l) => <Side value={l.debit} />, foot: <MoneyText value={e.amount} style="plain" /> }, { header: "Credit", align: "end", cell: (l) => <Side value={l.credit} />, foot: <MoneyText value={e.amount} style="plain" /> },
              { header: "Loan", cell: (l) => <LoanLink id={l.loanAccountId} memo={e.memo} /> }, { header: "Product", cell: (l) => l.productCode ?? "–" }, { header: "Branch", cell: (l) => <NameText id={l.branchId} /> },
            ]} />
          </Section>
          <Dialog title={t("Reverse this entry")} open={undoing} onClose={() => setUndoing(false)}>
            <CommandForm path={`/journal-entries/${id}/reversals`} submit="Propose" note={<p className="muted">{t("The opposite entry is posted when a second person approves it.")}</p>} fields={[{ name: "memo", label: "Memo", kind: "area", required: true }]} onCancel={() => setUndoing(false)} onDone={() => {
              setUndoing(false);
              setSent(true);
            }} />
          </Dialog>
        </Page>
      )}
    </Loaded>
  );
}
