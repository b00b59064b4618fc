import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { JournalEntryItem, JournalEntryJson, PostingItem } from "#modules/ledger/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { CommandForm } from "../../../ui/form.tsx";
import { humanise } from "../../../ui/format.ts";
import { Facts, Grid, Page, Section } from "../../../ui/layout.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { MoneyText } from "../../../ui/values.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { useParam } from "../../kit/fields.ts";
import { SubjectLink } from "../../kit/link.tsx";
import { Can } from "../../session.tsx";

type Entry = Static<typeof JournalEntryItem>;
type Posting = Static<typeof PostingItem>;

const ENTRY_COLUMNS: readonly Column<Entry>[] = [
  { key: "id", label: "Entry", kind: "id", filter: true }, { key: "businessDate", label: "Business date", kind: "date", sort: true, filter: true }, { key: "valueDate", label: "Value date", kind: "date", sort: true, filter: true },
  { key: "memo", label: "Memo" }, { key: "amount", label: "Amount", kind: "money" }, { key: "causeKind", label: "Cause", kind: "words", filter: true }, { key: "causeId", label: "Caused by", filter: true, cell: (r) => <SubjectLink id={r.causeId} /> },
  { key: "reversesId", label: "Reverses", cell: (r) => <SubjectLink id={r.reversesId} /> }, { key: "actorId", label: "Who", names: "person", filter: true, hidden: true }, { key: "recordedAt", label: "Recorded at", kind: "instant", hidden: true }, { key: "book", label: "Book", hidden: true, filter: true },
];

const POSTING_COLUMNS: readonly Column<Posting>[] = [
  { key: "businessDate", label: "Business date", kind: "date", sort: true, filter: true }, { key: "valueDate", label: "Value date", kind: "date", filter: true }, { key: "account", label: "Account", filter: true },
  { key: "debit", label: "Debit", kind: "money", cell: (r) => <Side value={r.debit} /> }, { key: "credit", label: "Credit", kind: "money", cell: (r) => <Side value={r.credit} /> },
  { key: "loanAccountId", label: "Loan", filter: true, cell: (r) => <SubjectLink id={r.loanAccountId} /> }, { key: "memo", label: "Memo" }, { key: "entryId", label: "Entry", cell: (r) => <SubjectLink id={r.entryId} /> },
  { key: "productCode", label: "Product", filter: true, hidden: true }, { key: "branchId", label: "Branch", names: "branch", filter: true, hidden: true }, { key: "causeKind", label: "Cause", kind: "words", filter: true, hidden: true },
];

function Side({ value }: { value: { amount: string; currency: string } | null }) {
  return value === null || /^0*(\.0*)?$/.test(value.amount) ? <span aria-hidden /> : <MoneyText value={value} style="plain" />;
}

/** Every journal entry, newest first: F1. */
export function Journal() {
  const { t } = useTranslation();
  return <Page title={t("Journal")}><DataTable path="/journal-entries" list="ledger.entries" caption="Journal" columns={ENTRY_COLUMNS} rowKey={(r) => r.id} open={(r) => `/ledger/journal/${r.id}`} /></Page>;
}

/** The postings of one account. */
export function GeneralLedger() {
  const { t } = useTranslation();
  const code = useParam("code");
  return <Page title={t(humanise(code))} note={code}><PostingsTable filter={[`account:eq:${code}`]} /></Page>;
}

/** Postings under a filter; the loan's GL tab uses it too. */
export function PostingsTable({ filter }: { filter: readonly string[] }) {
  return <DataTable path="/postings" list="ledger.postings" caption="Postings" columns={POSTING_COLUMNS} rowKey={(r) => `${r.entryId}-${r.line}`} fixedFilter={filter} />;
}

/** One entry with its lines, and its undoing by a second person. */
export function JournalEntry() {
  const { t } = useTranslation();
  const id = useParam("id");
  const query = useGet<Static<typeof JournalEntryJson>>(`/journal-entries/${id}`);
  const [undoing, setUndoing] = useState(false);
  return (
    <Loaded query={query}>
      {(e) => (
        <Page title={t("Journal entry")} note={e.memo} actions={<Can permission="ledger.manual_entry.propose"><Button size="sm" variant="default" onClick={() => setUndoing(true)}>{t("Reverse")}</Button></Can>}>
          <Section><Facts items={[["Entry", e.id, "id"], ["Amount", e.amount, "money"], ["Business date", e.businessDate, "date"], ["Value date", e.valueDate, "date"], ["Book", e.book], ["Cause", t(humanise(e.causeKind))], ["Caused by", <SubjectLink key="c" id={e.causeId} />], ["Reverses", <SubjectLink key="r" id={e.reversesId} />], ["Who", e.actorId, "id"], ["Recorded at", e.recordedAt, "instant"]]} /></Section>
          <Section flush title={t("Lines")}>
            <Grid label="Lines" rows={e.lines} rowKey={(_l, i) => i} columns={[
              { header: "Account", cell: (l) => l.account }, { header: "Debit", align: "end", cell: (l) => <Side value={l.debit} /> }, { header: "Credit", align: "end", cell: (l) => <Side value={l.credit} /> },
              { header: "Loan", cell: (l) => <SubjectLink id={l.loanAccountId} /> }, { header: "Product", cell: (l) => l.productCode ?? "–" }, { header: "Branch", cell: (l) => l.branchId ?? "–" },
            ]} />
          </Section>
          <Dialog title={t("Reverse")} open={undoing} onClose={() => setUndoing(false)}>
            <CommandForm path={`/journal-entries/${id}/reversals`} submit="Propose" note={<p className="muted">{t("A second person posts it.")}</p>} fields={[{ name: "memo", label: "Memo", kind: "area", required: true }]} onDone={() => setUndoing(false)} />
          </Dialog>
        </Page>
      )}
    </Loaded>
  );
}
