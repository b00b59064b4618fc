import { Button, NativeSelect } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { LedgerAccountItem, ProofItem, TrialBalanceJson } from "#modules/ledger/contract.ts";
import { address } from "../../../api/client.ts";
import { useGet } from "../../../api/hooks.ts";
import { formatDate, humanise } from "../../../ui/format.ts";
import { Grid, Page, Section } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { MoneyText } from "../../../ui/values.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { ButtonLink, Tabs } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { Can, useSession } from "../../session.tsx";
import { AccountName } from "../servicing/figure.tsx";
import { FilesButton } from "./files.tsx";

type Balance = Static<typeof TrialBalanceJson>;

/** The chart with its balances on any day, the proof that control accounts equal the loans: F1. */
export function TrialBalance() {
  const { t } = useTranslation();
  const { lender } = useSession();
  const [search, set] = useSearchState<{ asOf?: string; tab?: string; book?: string }>();
  const query = useGet<Balance>("/trial-balance", { asOf: search.asOf, book: search.book }, { keep: true });
  const tab = search.tab ?? "balance";
  return (
    <Loaded query={query}>
      {(tb) => (
        <Page title={t("General ledger")} note={<>{tab === "balance" ? t("At the end of {{date}}", { date: formatDate(tb.asOf) }) : lender.currency} · {tb.closedThrough === null ? t("no period closed yet") : t("closed through {{date}}", { date: formatDate(tb.closedThrough) })}</>} actions={<>
          {tab === "balance" && tb.books.length > 1 && <NativeSelect size="sm" aria-label={t("Book")} value={tb.book} data={tb.books.map((book) => ({ value: book, label: t(humanise(book)) }))} onChange={(e) => set({ book: e.currentTarget.value })} />}
          {tab === "balance" && <label className="row muted">{t("As of")} <input type="date" value={search.asOf ?? tb.asOf} max={lender.businessDate} onChange={(e) => set({ asOf: e.currentTarget.value || undefined })} /></label>}
          <Can permission="ledger.manual_entry.propose"><ButtonLink to="/ledger/entries/new">{t("Manual entry")}</ButtonLink></Can>
          <Can permission="ledger.period.close"><ButtonLink to="/ledger/close">{t("Close desk")}</ButtonLink></Can>
          <Button size="sm" variant="default" component="a" href={address("/ledger-exports", { format: "ledger", book: search.book })} download>ledger-cli</Button>
          <Button size="sm" variant="default" component="a" href={address("/ledger-exports", { format: "csv", book: search.book })} download>CSV</Button>
          <FilesButton book={search.book} />
        </>}>
          <Tabs current={tab} keep={["book"]} tabs={[["balance", "Trial balance"], ["chart", "Chart of accounts"], ["proofs", "Proofs"]]} />
          {tab === "balance" && <Balances tb={tb} />}
          {tab === "chart" && <DataTable path="/ledger-accounts" list="ledger.accounts" caption="Chart of accounts" columns={CHART} rowKey={(r) => r.code + r.balance.currency} open={(r) => `/ledger/accounts/${r.code}`} searchLabel="Code or name" />}
          {tab === "proofs" && <DataTable path="/ledger-proofs" list="ledger.proofs" caption="Proofs" columns={PROOFS} rowKey={(r) => r.id} empty={t("End of day has not proved anything yet.")} />}
        </Page>
      )}
    </Loaded>
  );
}

const CHART: readonly Column<Static<typeof LedgerAccountItem>>[] = [
  { key: "name", label: "Name", sort: true, filter: true, cell: (r) => <Title name={r.name} /> }, { key: "code", label: "Account", sort: true, filter: true, cell: (r) => <span className="mono">{r.code}</span> }, { key: "kind", label: "Kind", kind: "words", sort: true, filter: true, options: ["asset", "liability", "equity", "income", "expense", "memo"] },
  { key: "control", label: "Control account", kind: "boolean", filter: true }, { key: "active", label: "Active", kind: "boolean", filter: true }, { key: "debit", label: "Debits", kind: "money" }, { key: "credit", label: "Credits", kind: "money" }, { key: "balance", label: "Debits minus credits", kind: "money", sort: true },
];

/** Accounts of the standard chart are known in every language; a lender's own keep the name they were given. */
function Title({ name }: { name: string }) {
  const { t } = useTranslation();
  return <>{t(name)}</>;
}

const PROOFS: readonly Column<Static<typeof ProofItem>>[] = [
  { key: "businessDate", label: "Business date", kind: "date", sort: true, filter: true }, { key: "book", label: "Book", kind: "words", sort: true, filter: true }, { key: "check", label: "Check", kind: "words", sort: true, filter: true }, { key: "account", label: "Account", filter: true, cell: (r) => (r.account === null ? "–" : <AccountName code={r.account} />) },
  { key: "ledger", label: "Books", kind: "money" }, { key: "expected", label: "Expected", kind: "money" }, { key: "difference", label: "Difference", kind: "money", sort: true, filter: true, cell: (r) => <Difference value={r.difference} /> }, { key: "provedAt", label: "Proved at", kind: "instant", sort: true },
];

function Difference({ value }: { value: { amount: string; currency: string } }) {
  return <span className={/^-?0*(\.0*)?$/.test(value.amount) ? "tag good" : "tag bad"}><MoneyText value={value} style="plain" /></span>;
}

function Balances({ tb }: { tb: Balance }) {
  const { t } = useTranslation();
  return (
    <>
      <Section flush>
        {tb.accounts.length === 0 ? <div className="body"><Empty>{t("Nothing had been posted by that day.")}</Empty></div> : <Grid label="Trial balance" rows={tb.accounts} rowKey={(a) => `${a.account}${a.balance.currency}`} columns={[
          { header: "Account", cell: (a) => <Link to={`/ledger/accounts/${a.account}`} search={(tb.books.length > 1 ? { book: tb.book } : {}) as never}>{t(a.name)}</Link>, foot: t("Total") },
          { header: "Kind", cell: (a) => t(humanise(a.kind)) },
          { header: "Debit", align: "end", cell: (a) => <MoneyText value={a.debit} style="plain" />, foot: tb.totals.map((x) => <div key={x.currency}>{x.currency} <MoneyText value={x.debit} style="plain" /></div>) },
          { header: "Credit", align: "end", cell: (a) => <MoneyText value={a.credit} style="plain" />, foot: tb.totals.map((x) => <div key={x.currency}>{x.currency} <MoneyText value={x.credit} style="plain" /></div>) },
          { header: "Balance", align: "end", cell: (a) => <MoneyText value={a.balance} />, foot: tb.totals.map((x) => <div key={x.currency} title={t("Debits less credits")}><MoneyText value={x.difference} /></div>) },
        ]} />}
      </Section>
      {tb.controls.length > 0 && <Section flush title={t("Control accounts against the loans, now")}>
        <Grid label="Proof" rows={tb.controls} rowKey={(c) => `${c.account}${c.ledger.currency}`} columns={[
          { header: "Account", cell: (c) => <AccountName code={c.account} /> }, { header: "Ledger", align: "end", cell: (c) => <MoneyText value={c.ledger} style="plain" /> }, { header: "Loans", align: "end", cell: (c) => <MoneyText value={c.subledger} style="plain" /> },
          { header: "Difference", align: "end", cell: (c) => <Difference value={c.difference} /> },
        ]} />
      </Section>}
    </>
  );
}
