import type { ListDefinition } from "#kernel/list.ts";

const TODAY = "(SELECT d.business_date FROM kernel.business_day d)";
// Derived, never written daily: days since the oldest unpaid due date.
const DPD = `coalesce(${TODAY} - s.oldest_due_date, 0)`;
// What is overdue, and what falls due today.
const TOTAL_DUE = `(s.overdue_minor + CASE WHEN s.oldest_due_date IS NULL AND s.next_due_date <= ${TODAY} THEN s.next_due_minor ELSE 0 END)`;

/** The loans of a lender, one row each. */
export const loanList: ListDefinition = {
  name: "servicing.loans",
  from: "servicing.loan_account a JOIN servicing.loan_state s ON s.tenant_id = a.tenant_id AND s.loan_account_id = a.id",
  columns: {
    id: { sql: "a.id", kind: "text", label: "Id", filter: true },
    number: { sql: "a.number", kind: "text", label: "Loan", filter: true, sort: true },
    borrowerName: { sql: "a.borrower_name", kind: "text", label: "Borrower", filter: true, sort: true },
    borrowerPartyId: { sql: "a.borrower_party_id", kind: "text", label: "Borrower id", filter: true },
    productCode: { sql: "a.product_code", kind: "text", label: "Product", filter: true, sort: true },
    branchId: { sql: "a.branch_id", kind: "text", label: "Branch", filter: true },
    status: { sql: "s.status", kind: "text", label: "Status", filter: true, sort: true },
    principal: { sql: "a.principal_minor", currencySql: "a.currency", kind: "money", label: "Amount lent", filter: true, sort: true },
    principalOutstanding: { sql: "s.principal_minor", currencySql: "a.currency", kind: "money", label: "Principal outstanding", filter: true, sort: true },
    totalDue: { sql: TOTAL_DUE, currencySql: "a.currency", kind: "money", label: "Total due", filter: true, sort: true },
    overdue: { sql: "s.overdue_minor", currencySql: "a.currency", kind: "money", label: "Overdue", filter: true, sort: true },
    daysPastDue: { sql: DPD, kind: "integer", label: "Days past due", filter: true, sort: true },
    bucket: { sql: "s.bucket", kind: "text", label: "Bucket", filter: true, sort: true },
    class: { sql: "s.class", kind: "text", label: "Class", filter: true, sort: true },
    nextDueDate: { sql: "s.next_due_date", kind: "date", label: "Next due", filter: true, sort: true },
    nextDue: { sql: "s.next_due_minor", currencySql: "a.currency", kind: "money", label: "Next amount", filter: true, sort: true },
    bookedDate: { sql: "a.booked_date", kind: "date", label: "Booked", filter: true, sort: true },
    applicationId: { sql: "a.application_id", kind: "text", label: "Application", filter: true },
  },
  search: ["a.number", "a.borrower_name", "a.id"], key: "a.id", defaultSort: "-bookedDate",
  scope: { branch: "a.branch_id", own: "a.id IN (SELECT p.loan_account_id FROM servicing.loan_party p WHERE p.party_id = $1)" },
};
