import { Button, FileButton } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { ImportResultJson, ReceiptItem, StatementItem, StatementLineItem, SyncJson } from "#modules/payments/contract.ts";
import { useCommand, useGet } from "../../../api/hooks.ts";
import { Grid, Page, Section } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { ProblemNotice } from "../../../ui/problem-notice.tsx";
import { DateText, MoneyText } from "../../../ui/values.tsx";
import { DataTable, type Column, type PageOf } from "../../kit/data-table.tsx";
import { SubjectLink, Tabs } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { useShortcuts } from "../../kit/keys.ts";
import { Can } from "../../session.tsx";
import { MatchReceipt } from "./match-receipt.tsx";

type Receipt = Static<typeof ReceiptItem>;

const RECEIPTS: readonly Column<Receipt>[] = [
  { key: "valueDate", label: "Value date", kind: "date", sort: true, filter: true }, { key: "amount", label: "Amount", kind: "money", sort: true, filter: true }, { key: "payerName", label: "Payer", filter: true }, { key: "payerAccount", label: "Account" }, { key: "remittance", label: "Text on the line", filter: true },
  { key: "channel", label: "Channel", kind: "words", filter: true }, { key: "state", label: "State", kind: "status", filter: true, sort: true, options: ["suspense", "matched", "returned"] }, { key: "loanAccountIds", label: "Loan", cell: (r) => <LoanLinks ids={r.loanAccountIds} numbers={r.loanNumbers} /> }, { key: "returnReason", label: "Return reason", hidden: true },
  { key: "receivedAt", label: "Received at", kind: "instant", sort: true, hidden: true }, { key: "endToEndId", label: "End-to-end id", kind: "id", hidden: true },
];
const LINES: readonly Column<Static<typeof StatementLineItem>>[] = [
  { key: "bookingDate", label: "Booked", kind: "date", sort: true, filter: true }, { key: "valueDate", label: "Value date", kind: "date", sort: true, filter: true }, { key: "amount", label: "Amount", kind: "money", sort: true, filter: true }, { key: "partyName", label: "Other party", filter: true }, { key: "remittance", label: "Text on the line", filter: true },
  { key: "kind", label: "Kind", kind: "words", filter: true, options: ["receipt", "payout", "payout_return", "receipt_return", "other", "repeated"] }, { key: "state", label: "State", kind: "status", filter: true }, { key: "loanAccountIds", label: "Loan", cell: (r) => <LoanLinks ids={r.loanAccountIds} numbers={r.loanNumbers} /> }, { key: "bankReference", label: "Bank reference", kind: "id" }, { key: "note", label: "Note", hidden: true },
];
const STATEMENTS: readonly Column<Static<typeof StatementItem>>[] = [
  { key: "bankStatementId", label: "Statement", kind: "id" }, { key: "bankAccount", label: "Account" }, { key: "fromDate", label: "From", kind: "date", sort: true }, { key: "toDate", label: "To", kind: "date", sort: true, filter: true }, { key: "opening", label: "Opening", kind: "money" }, { key: "closing", label: "Closing", kind: "money" },
  { key: "lineCount", label: "Lines", kind: "integer" }, { key: "importedAt", label: "Taken in at", kind: "instant", sort: true }, { key: "importedBy", label: "By", names: "person", hidden: true },
];

/** The loans money went to, by number; several when a person has split it. */
function LoanLinks({ ids, numbers }: { ids: string | null; numbers: string | null }) {
  if (ids === null) return <span className="muted">–</span>;
  const names = numbers?.split(" ") ?? [];
  return <span className="row" style={{ gap: 8 }}>{ids.split(" ").map((id, i) => <SubjectLink key={`${id}${String(i)}`} id={id} label={names[i] ?? id} />)}</span>;
}

/** Bank lines at the left, loans at the right: O3. What cannot be matched stays in suspense, in plain sight. */
export function BankMatching() {
  const { t } = useTranslation();
  const [search] = useSearchState<{ tab?: string }>();
  const tab = search.tab ?? "suspense";
  return (
    <Page title={t("Bank matching")} actions={<Can permission="payment.statement.import"><Intake /></Can>}>
      <Tabs current={tab} tabs={[["suspense", "In suspense"], ["receipts", "All receipts"], ["lines", "Statement lines"], ["statements", "Statements"]]} />
      {tab === "suspense" && <Suspense />}
      {tab === "receipts" && <DataTable key="r" path="/receipts" list="payments.receipts" caption="Receipts" columns={RECEIPTS} rowKey={(r) => r.id} peek={(r) => <MatchReceipt receipt={r} />} />}
      {tab === "lines" && <DataTable key="l" path="/statement-lines" list="payments.lines" caption="Statement lines" columns={LINES} rowKey={(r) => r.id} />}
      {tab === "statements" && <DataTable key="s" path="/statements" list="payments.statements" caption="Statements" columns={STATEMENTS} rowKey={(r) => r.id} empty={t("No statement has been taken in yet.")} />}
    </Page>
  );
}

function Suspense() {
  const { t } = useTranslation();
  const query = useGet<PageOf<Receipt>>("/receipts", { filter: ["state:eq:suspense"], sort: "valueDate", limit: 100 });
  const [chosen, setChosen] = useState<string | null>(null);
  const items = query.data?.items ?? [];
  const at = Math.max(0, items.findIndex((r) => r.id === chosen));
  const current = items[at];
  useShortcuts([
    { keys: "j", label: t("Next row"), group: "List", act: () => setChosen(items[Math.min(at + 1, items.length - 1)]?.id ?? null) },
    { keys: "k", label: t("Row before"), group: "List", act: () => setChosen(items[Math.max(at - 1, 0)]?.id ?? null) },
  ]);
  return (
    <Loaded query={query}>
      {(page) => (page.items.length === 0 ? <Empty>{t("Nothing is in suspense: every payment received has found its loan.")}</Empty> : (
        <div className="split">
          <Section flush title={t("{{count}} payments", { count: page.total })}>
            <Grid label="In suspense" rows={page.items} rowKey={(r) => r.id} active={(r) => r.id === current?.id} columns={[
              { header: "Value date", cell: (r) => <DateText value={r.valueDate} /> }, { header: "Amount", align: "end", cell: (r) => <MoneyText value={r.amount} /> }, { header: "Payer", cell: (r) => <button type="button" className="quiet-button row-link" onClick={() => setChosen(r.id)}>{r.payerName ?? r.payerAccount ?? t("Unknown payer")}</button> }, { header: "Text on the line", cell: (r) => r.remittance },
            ]} />
          </Section>
          {current !== undefined && <Section title={t("Whose money is it?")}><MatchReceipt key={current.id} receipt={current} /></Section>}
        </div>
      ))}
    </Loaded>
  );
}

function Intake() {
  const { t } = useTranslation();
  const take = useCommand<string, Static<typeof ImportResultJson>>("/statements");
  const sync = useCommand<object, Static<typeof SyncJson>>("/bank-files/fetch");
  const result = take.result?.statements ?? sync.result?.statements;
  const sum = (pick: "matched" | "suspense" | "lines" | "repeated") => (result ?? []).reduce((n, s) => n + s[pick], 0);
  return (
    <div className="stack" style={{ alignItems: "flex-end", gap: 6 }}>
      <div className="row">
        <Button size="sm" variant="default" loading={sync.pending} onClick={() => void sync.run({})}>{t("Fetch bank files")}</Button>
        <FileButton accept=".xml,application/xml,text/xml" onChange={(file) => {
          if (file !== null) void file.text().then((text) => take.run(text));
        }}>{(props) => <Button {...props} size="sm" loading={take.pending}>{t("Take in a statement")}</Button>}</FileButton>
      </div>
      <ProblemNotice problem={take.problem ?? sync.problem} />
      {result !== undefined && <div className="notice good" role="status">{result.some((s) => s.alreadyImported) ? t("This statement was taken in before; nothing was changed.") : t("{{lines}} lines: {{matched}} matched, {{suspense}} in suspense, {{repeated}} repeated.", { lines: sum("lines"), matched: sum("matched"), suspense: sum("suspense"), repeated: sum("repeated") })}</div>}
    </div>
  );
}
