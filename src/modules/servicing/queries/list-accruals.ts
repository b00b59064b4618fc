import type { ListDefinition } from "#kernel/list.ts";

/** Interest of each running loan as the books hold it: up to which day, how much is owed, and how much of it waits in suspense. */
export const accrualList: ListDefinition = {
  name: "servicing.accruals",
  from: "servicing.loan_state s JOIN servicing.loan_account a ON a.tenant_id = s.tenant_id AND a.id = s.loan_account_id AND s.status = 'active'",
  columns: {
    loanAccountId: { sql: "a.id", kind: "text", label: "Loan id", filter: true },
    number: { sql: "a.number", kind: "text", label: "Loan", filter: true, sort: true },
    borrowerName: { sql: "a.borrower_name", kind: "text", label: "Borrower", sort: true },
    productCode: { sql: "a.product_code", kind: "text", label: "Product", filter: true, sort: true },
    branchId: { sql: "a.branch_id", kind: "text", label: "Branch", filter: true },
    class: { sql: "s.class", kind: "text", label: "Class", filter: true, sort: true },
    nonAccrual: { sql: "s.non_accrual", kind: "text", label: "Not taken into income", filter: true, sort: true },
    interestThrough: { sql: "(s.interest_through - 1)", kind: "date", label: "Interest up to", filter: true, sort: true },
    interest: { sql: "s.interest_minor", currencySql: "a.currency", kind: "money", label: "Interest earned and unpaid", filter: true, sort: true },
    suspended: { sql: "s.suspense_minor", currencySql: "a.currency", kind: "money", label: "In suspense", filter: true, sort: true },
    income: { sql: "(s.interest_minor - s.suspense_minor)", currencySql: "a.currency", kind: "money", label: "Taken into income", filter: true, sort: true },
  },
  search: ["a.number", "a.borrower_name", "a.id"], key: "a.id", defaultSort: "-suspended",
  scope: { branch: "a.branch_id" },
};
