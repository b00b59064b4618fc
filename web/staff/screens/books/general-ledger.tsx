import { Link } from "@tanstack/react-router";
import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AccountLedgerJson } from "#modules/ledger/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { formatDate, humanise } from "../../../ui/format.ts";
import { Facts, Grid, Page, Section } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { DateText, MoneyText } from "../../../ui/values.tsx";
import { DataTable } from "../../kit/data-table.tsx";
import { useParam } from "../../kit/fields.ts";
import { ButtonLink, Tabs } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { useSession } from "../../session.tsx";
import { FilesButton } from "./files.tsx";
import { Cause, LoanLink, POSTING_COLUMNS, Side } from "./journal.tsx";

/** One account: line by line with its running balance, or as a list to search and sort. */
export function GeneralLedger() {
  const { t } = useTranslation();
  const code = useParam("code");
  const [search] = useSearchState<{ tab?: string; book?: string }>();
  const tab = search.tab ?? "running";
  return (
    <Page title={t(humanise(code))} note={<span className="mono">{code}</span>} actions={<><FilesButton account={code} book={search.book} /><ButtonLink to="/ledger" search={kept({ book: search.book })}>{t("Trial balance")}</ButtonLink></>}>
      <Tabs current={tab} keep={["book"]} tabs={[["running", "Running balance"], ["postings", "Postings"]]} />
      {tab === "running" ? <Running code={code} /> : <DataTable path="/postings" list="ledger.postings" caption="Postings" columns={POSTING_COLUMNS.filter((c) => c.key !== "account")} rowKey={(r) => `${r.entryId}-${r.line}`} open={(r) => `/ledger/journal/${r.entryId}`} fixedFilter={[`account:eq:${code}`, ...(search.book === undefined ? [] : [`book:eq:${search.book}`])]} searchLabel="Memo, loan number or id" empty={t("Nothing has been posted to this account.")} />}
    </Page>
  );
}

function Running({ code }: { code: string }) {
  const { t } = useTranslation();
  const { lender } = useSession();
  const [search, set] = useSearchState<{ from?: string; to?: string; book?: string; currency?: string; cursor?: string }>();
  const { from, to, book, currency, cursor } = search;
  const query = useGet<AccountLedgerJson>(`/ledger-accounts/${code}/statement`, { from, to, book, currency, cursor }, { keep: true });
  return (
    <Loaded query={query}>
      {(l) => (
        <>
          <div className="row no-print">
            <label className="row muted">{t("From")} <input type="date" value={from ?? l.from} max={l.to} onChange={(e) => set({ from: e.currentTarget.value || undefined, cursor: undefined })} /></label>
            <label className="row muted">{t("To")} <input type="date" value={to ?? l.to} max={lender.businessDate} onChange={(e) => set({ to: e.currentTarget.value || undefined, cursor: undefined })} /></label>
            {l.currencies.length > 1 && <NativeSelect size="sm" aria-label={t("Currency")} value={l.currency} data={[...l.currencies]} onChange={(e) => set({ currency: e.currentTarget.value, cursor: undefined })} />}
          </div>
          <Section><Facts items={[["Opening balance", l.opening, "money"], ["Closing balance", l.closing, "money"], ["Book", l.book, "words"], ["Kind", l.kind, "words"]]} /></Section>
          <Section flush title={t("{{from}} to {{to}}", { from: formatDate(l.from), to: formatDate(l.to) })} actions={<>
            {cursor !== undefined && <ButtonLink to={`/ledger/accounts/${code}`} size="compact-sm" search={kept({ from, to, book, currency })}>{t("First page")}</ButtonLink>}
            {l.nextCursor !== null && <ButtonLink to={`/ledger/accounts/${code}`} size="compact-sm" search={kept({ from, to, book, currency, cursor: l.nextCursor })}>{t("Next")}</ButtonLink>}
          </>}>
            {l.items.length === 0 ? <div className="body"><Empty>{t("Nothing was posted in these days.")}</Empty></div> : <Grid label="Running balance" rows={l.items} rowKey={(r) => `${r.entryId}-${r.line}`} columns={[
              { header: "Business date", cell: (r) => <DateText value={r.businessDate} /> },
              { header: "Memo", cell: (r) => <Link to={`/ledger/journal/${r.entryId}`}>{r.memo}</Link> },
              { header: "Event", cell: (r) => <Cause kind={r.causeKind} id={r.causeId} loan={r.loanAccountId} /> },
              { header: "Loan", cell: (r) => <LoanLink id={r.loanAccountId} memo={r.memo} /> },
              { header: "Debit", align: "end", cell: (r) => <Side value={r.debit} /> },
              { header: "Credit", align: "end", cell: (r) => <Side value={r.credit} /> },
              { header: "Debits minus credits", align: "end", cell: (r) => <MoneyText value={r.balance} style="plain" /> },
            ]} />}
          </Section>
        </>
      )}
    </Loaded>
  );
}

/** The parts of an address that are set. */
function kept(parts: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(parts).filter((part): part is [string, string] => part[1] !== undefined));
}
