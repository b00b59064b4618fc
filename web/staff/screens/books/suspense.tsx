import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { OpenItem, SuspenseAgeingJson } from "#modules/ledger/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { formatDate } from "../../../ui/format.ts";
import { Grid, Page, Section } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { MoneyText } from "../../../ui/values.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { ButtonLink, SubjectLink } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { useSession } from "../../session.tsx";
import { AccountName } from "../servicing/figure.tsx";

const ITEMS: readonly Column<Static<typeof OpenItem>>[] = [
  { key: "since", label: "Since", kind: "date", sort: true, filter: true }, { key: "ageDays", label: "Age in days", kind: "integer", sort: true, filter: true }, { key: "kind", label: "Kind", kind: "words", sort: true, filter: true, options: ["receipt", "receipt_match", "receipt_not_on_statement", "statement_line", "payout"] },
  { key: "account", label: "Account", filter: true, cell: (r) => <AccountName code={r.account} /> }, { key: "amount", label: "Debits minus credits", kind: "money", sort: true, filter: true },
  { key: "loanAccountId", label: "Loan", cell: (r) => <SubjectLink id={r.loanAccountId} /> }, { key: "note", label: "Note" }, { key: "id", label: "Item", kind: "id", hidden: true, filter: true },
];

/** What stands on suspense and clearing accounts, for how long, and item by item what it is: F2. */
export function Suspense() {
  const { t } = useTranslation();
  const { lender } = useSession();
  const [search, set] = useSearchState<{ asOf?: string }>();
  const query = useGet<SuspenseAgeingJson>("/suspense-ageing", { asOf: search.asOf }, { keep: true });
  return (
    <Page title={t("Suspense ageing")} note={t("Days that money has stood there, the oldest cleared first.")} actions={<>
      <label className="row muted">{t("As of")} <input type="date" value={search.asOf ?? lender.businessDate} max={lender.businessDate} onChange={(e) => set({ asOf: e.currentTarget.value || undefined })} /></label>
      <ButtonLink to="/ledger/close">{t("Close desk")}</ButtonLink>
    </>}>
      <Loaded query={query}>
        {(a) => (
          <Section flush title={t("At the end of {{date}}", { date: formatDate(a.asOf) })}>
            {a.accounts.length === 0 ? <div className="body"><Empty>{t("Nothing stands in suspense or clearing.")}</Empty></div> : <Grid label="Suspense ageing" rows={a.accounts} rowKey={(r) => r.account + r.balance.currency} columns={[
              { header: "Account", cell: (r) => <Link to={`/ledger/accounts/${r.account}`}><AccountName code={r.account} /></Link> },
              { header: "Debits minus credits", align: "end", cell: (r) => <MoneyText value={r.balance} /> },
              ...a.bands.map((band, i) => ({ header: BANDS[band] ?? band, align: "end" as const, cell: (r: SuspenseAgeingJson["accounts"][number]) => <MoneyText value={r.bands[i]} style="plain" /> })),
              { header: "Known items", align: "end", cell: (r) => <MoneyText value={r.items} style="plain" /> },
              { header: "Not explained", align: "end", cell: (r) => <MoneyText value={r.unexplained} style="plain" /> },
            ]} />}
          </Section>
        )}
      </Loaded>
      <DataTable path="/open-items" list="ledger.open_items" caption="Open items" columns={ITEMS} rowKey={(r) => r.kind + r.id} empty={t("No item is open.")} searchLabel="Note or id" />
    </Page>
  );
}

const BANDS: Readonly<Record<string, string>> = { "0-1": "0–1 days", "2-7": "2–7 days", "8-30": "8–30 days", "31-90": "31–90 days", "over 90": "Over 90 days" };
