import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { AccrualItem } from "#modules/servicing/contract.ts";
import { Page } from "../../../ui/layout.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { ButtonLink, SubjectLink } from "../../kit/link.tsx";

const LOANS: readonly Column<Static<typeof AccrualItem>>[] = [
  { key: "number", label: "Loan", sort: true, filter: true, cell: (r) => <SubjectLink id={r.loanAccountId} label={r.number} /> }, { key: "borrowerName", label: "Borrower", sort: true },
  { key: "productCode", label: "Product", kind: "words", sort: true, filter: true }, { key: "class", label: "Class", sort: true, filter: true }, { key: "interestThrough", label: "Interest up to", kind: "date", sort: true, filter: true },
  { key: "interest", label: "Interest earned and unpaid", kind: "money", sort: true, filter: true }, { key: "income", label: "Taken into income", kind: "money", sort: true, filter: true }, { key: "suspended", label: "In suspense", kind: "money", sort: true, filter: true },
  { key: "nonAccrual", label: "Suspended for", sort: true, filter: true, options: ["own", "borrower"], cell: (r) => <Reason value={r.nonAccrual} /> },
];

/** Interest of every running loan as the books hold it, and what of it is not income: F3. */
export function Accruals() {
  const { t } = useTranslation();
  return (
    <Page title={t("Accruals")} note={t("Interest earned and not paid, loan by loan. What stands in suspense is income when it is paid, or when the loan performs again.")}
      actions={<ButtonLink to="/ledger" search={{ tab: "proofs" }}>{t("Proofs")}</ButtonLink>}>
      <DataTable path="/accruals" list="servicing.accruals" caption="Accruals" columns={LOANS} rowKey={(r) => r.loanAccountId} empty={t("No loan is running.")} searchLabel="Loan or borrower" />
    </Page>
  );
}

function Reason({ value }: { value: Static<typeof AccrualItem>["nonAccrual"] }) {
  const { t } = useTranslation();
  return value === null ? null : <span className="tag warn">{value === "own" ? t("Its own arrears") : t("Another loan of the borrower")}</span>;
}
