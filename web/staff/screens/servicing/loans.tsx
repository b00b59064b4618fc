import { useTranslation } from "react-i18next";
import { Page } from "../../../ui/layout.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import type { LoanItem } from "./types.ts";

export const LOAN_COLUMNS: readonly Column<LoanItem>[] = [
  { key: "number", label: "Number", filter: true, sort: true }, { key: "borrowerName", label: "Borrower", filter: true, sort: true, cell: (r) => <span style={{ whiteSpace: "nowrap" }}>{r.borrowerName}</span> }, { key: "status", label: "Status", kind: "status", filter: true, sort: true, options: ["active", "overpaid", "closed", "charged_off", "written_off", "settled", "cancelled"] },
  { key: "principal", label: "Borrowed", kind: "money", sort: true, filter: true }, { key: "principalOutstanding", label: "Principal left", kind: "money", sort: true, filter: true }, { key: "overdue", label: "Overdue", kind: "money", sort: true, filter: true }, { key: "daysPastDue", label: "Days past due", kind: "integer", sort: true, filter: true },
  { key: "bucket", label: "Bucket", filter: true, sort: true }, { key: "class", label: "Class", filter: true, hidden: true }, { key: "nextDueDate", label: "Next due", kind: "date", sort: true, filter: true }, { key: "nextDue", label: "Amount due", kind: "money" }, { key: "totalDue", label: "Owed in all", kind: "money", hidden: true },
  { key: "productCode", label: "Product", filter: true, hidden: true }, { key: "branchId", label: "Branch", names: "branch", filter: true, hidden: true }, { key: "bookedDate", label: "Booked", kind: "date", sort: true, filter: true },
];

/** Every loan, found by name, number or id: V1. */
export function Loans() {
  const { t } = useTranslation();
  return <Page title={t("Loans")}><DataTable path="/loan-accounts" list="servicing.loans" caption="Loans" columns={LOAN_COLUMNS} rowKey={(r) => r.id} open={(r) => `/loans/${r.id}`} searchLabel="Name, number, phone, id, amount + date" empty={t("No loan is on the books yet.")} /></Page>;
}
