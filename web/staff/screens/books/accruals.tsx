import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { AccrualItem, AccrualTotalsJson, DeferralItem, DeferralTotalsJson } from "#modules/servicing/contract.ts";
import { useGet } from "../../../api/hooks.ts";
import { formatDate, humanise } from "../../../ui/format.ts";
import { Grid, Page, Section } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { MoneyText } from "../../../ui/values.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { ButtonLink, SubjectLink, Tabs } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { useSession } from "../../session.tsx";

const LOANS: readonly Column<Static<typeof AccrualItem>>[] = [
  { key: "number", label: "Loan", sort: true, filter: true, cell: (r) => <SubjectLink id={r.loanAccountId} label={r.number} /> }, { key: "borrowerName", label: "Borrower", sort: true },
  { key: "productCode", label: "Product", kind: "words", sort: true, filter: true }, { key: "class", label: "Class", sort: true, filter: true }, { key: "interestThrough", label: "Interest up to", kind: "date", sort: true, filter: true },
  { key: "interest", label: "Interest earned and unpaid", kind: "money", sort: true, filter: true }, { key: "income", label: "Taken into income", kind: "money", sort: true, filter: true }, { key: "suspended", label: "In suspense", kind: "money", sort: true, filter: true },
  { key: "nonAccrual", label: "Suspended for", sort: true, filter: true, options: ["own", "borrower"], cell: (r) => <Reason value={r.nonAccrual} /> },
];
const DEFERRALS: readonly Column<Static<typeof DeferralItem>>[] = [
  { key: "number", label: "Loan", sort: true, filter: true, cell: (r) => <SubjectLink id={r.loanAccountId} label={r.number} /> }, { key: "borrowerName", label: "Borrower", sort: true }, { key: "productCode", label: "Product", kind: "words", sort: true, filter: true },
  { key: "contractRate", label: "Contract rate", kind: "rate" }, { key: "effectiveRate", label: "Effective rate", kind: "rate" },
  { key: "feeDeferred", label: "Fees deferred", kind: "money", sort: true, filter: true }, { key: "feeAmortised", label: "Fees taken into income", kind: "money", sort: true, filter: true }, { key: "feeLeft", label: "Fees left", kind: "money", sort: true, filter: true },
  { key: "costDeferred", label: "Costs deferred", kind: "money", sort: true, filter: true, hidden: true }, { key: "costAmortised", label: "Costs taken", kind: "money", sort: true, filter: true }, { key: "costLeft", label: "Costs left", kind: "money", sort: true, filter: true },
];

/** What of interest, fees and costs is income, by loan and by product, and what waits: F3. */
export function Accruals() {
  const { t } = useTranslation();
  const { lender } = useSession();
  const [search, set] = useSearchState<{ tab?: string; asOf?: string }>();
  const deferred = search.tab === "deferred";
  return (
    <Page title={t("Accruals")} note={deferred ? t("Fees and costs of making loans, by effective interest: what waits and what each month takes.") : t("Interest earned and not paid, loan by loan. What stands in suspense is income when it is paid, or when the loan performs again.")}
      actions={<>
        {deferred && <label className="row muted">{t("As of")} <input type="date" value={search.asOf ?? lender.businessDate} max={lender.businessDate} onChange={(e) => set({ asOf: e.currentTarget.value === lender.businessDate ? undefined : e.currentTarget.value || undefined })} /></label>}
        <ButtonLink to="/ledger" search={{ tab: "proofs" }}>{t("Proofs")}</ButtonLink>
      </>}>
      <Tabs current={search.tab ?? "interest"} keep={["asOf"]} tabs={[["interest", "Interest"], ["deferred", "Fees and costs"]]} />
      {deferred ? <Deferred asOf={search.asOf} /> : <Interest />}
    </Page>
  );
}

function Interest() {
  const { t } = useTranslation();
  const query = useGet<Static<typeof AccrualTotalsJson>>("/accrual-totals");
  return (
    <>
      <Loaded query={query}>{({ asOf, items }) => (
        <Section flush title={t("By product, on {{date}}", { date: formatDate(asOf) })}>
          {items.length === 0 ? <div className="body"><Empty>{t("No loan is running.")}</Empty></div> : <Grid label="Interest by product" rows={items} rowKey={(r) => r.productCode + r.currency} columns={[
            { header: "Product", cell: (r) => t(humanise(r.productCode)) }, { header: "Currency", cell: (r) => r.currency }, { header: "Loans", align: "end", cell: (r) => r.loans }, { header: "Suspended loans", align: "end", cell: (r) => r.held },
            { header: "Interest earned and unpaid", align: "end", cell: (r) => <MoneyText value={r.interest} /> }, { header: "Taken into income", align: "end", cell: (r) => <MoneyText value={r.income} /> }, { header: "In suspense", align: "end", cell: (r) => <MoneyText value={r.suspended} /> },
          ]} />}
        </Section>
      )}</Loaded>
      <DataTable path="/accruals" list="servicing.accruals" caption="Accruals" columns={LOANS} rowKey={(r) => r.loanAccountId} empty={t("No loan is running.")} searchLabel="Loan or borrower" />
    </>
  );
}

function Deferred({ asOf }: { asOf: string | undefined }) {
  const { t } = useTranslation();
  const query = useGet<Static<typeof DeferralTotalsJson>>("/deferral-totals", { asOf }, { keep: true });
  return (
    <>
      <Loaded query={query}>{(totals) => (
        <Section flush title={t("By product, on {{date}}", { date: formatDate(totals.asOf) })}>
          {totals.items.length === 0 ? <div className="body"><Empty>{t("No product's fees or costs go by effective interest.")}</Empty></div> : <Grid label="Fees and costs by product" rows={totals.items} rowKey={(r) => r.productCode + r.currency} columns={[
            { header: "Product", cell: (r) => t(humanise(r.productCode)) }, { header: "Loans", align: "end", cell: (r) => r.loans },
            { header: "Fees deferred", align: "end", cell: (r) => <MoneyText value={r.feeDeferred} /> }, { header: "Fees taken this month", align: "end", cell: (r) => <MoneyText value={r.feeThisMonth} /> }, { header: "Fees taken into income", align: "end", cell: (r) => <MoneyText value={r.feeAmortised} /> },
            { header: "Fees gone with losses", align: "end", cell: (r) => <MoneyText value={r.feeLost} /> }, { header: "Fees left", align: "end", cell: (r) => <MoneyText value={r.feeLeft} /> },
            { header: "Costs deferred", align: "end", cell: (r) => <MoneyText value={r.costDeferred} /> }, { header: "Costs taken", align: "end", cell: (r) => <MoneyText value={r.costAmortised} /> }, { header: "Costs left", align: "end", cell: (r) => <MoneyText value={r.costLeft} /> },
          ]} />}
        </Section>
      )}</Loaded>
      <DataTable key={asOf ?? ""} path={asOf === undefined ? "/deferrals" : `/deferral-days/${asOf}/deferrals`} list={asOf === undefined ? "servicing.deferrals" : "servicing.deferrals_on"} caption="Fees and costs" columns={DEFERRALS} rowKey={(r) => r.loanAccountId}
        empty={t("No product's fees or costs go by effective interest.")} searchLabel="Loan or borrower" />
    </>
  );
}

function Reason({ value }: { value: Static<typeof AccrualItem>["nonAccrual"] }) {
  const { t } = useTranslation();
  return value === null ? null : <span className="tag warn">{value === "own" ? t("Its own arrears") : t("Another loan of the borrower")}</span>;
}
