import type { ListDefinition } from "#kernel/list.ts";

/** The chart with each account's balance per currency; debits minus credits. */
export const accountList: ListDefinition = {
  name: "ledger.accounts",
  from: `ledger.ledger_account a LEFT JOIN (
    SELECT tenant_id, account, currency, sum(debit_minor)::bigint AS debit, sum(credit_minor)::bigint AS credit
    FROM ledger.account_day_total WHERE book = 'statutory' GROUP BY tenant_id, account, currency) t ON t.tenant_id = a.tenant_id AND t.account = a.code
    LEFT JOIN kernel.tenant k ON k.tenant_id = a.tenant_id`,
  columns: {
    code: { sql: "a.code", kind: "text", label: "Account", filter: true, sort: true },
    name: { sql: "a.name", kind: "text", label: "Name", filter: true, sort: true },
    kind: { sql: "a.kind", kind: "text", label: "Kind", filter: true, sort: true },
    control: { sql: "a.control", kind: "boolean", label: "Control account", filter: true },
    active: { sql: "a.active", kind: "boolean", label: "Active", filter: true },
    debit: { sql: "coalesce(t.debit, 0)", currencySql: "coalesce(t.currency, k.currency)", kind: "money", label: "Debits" },
    credit: { sql: "coalesce(t.credit, 0)", currencySql: "coalesce(t.currency, k.currency)", kind: "money", label: "Credits" },
    balance: { sql: "coalesce(t.debit - t.credit, 0)", currencySql: "coalesce(t.currency, k.currency)", kind: "money", label: "Balance (debits minus credits)", sort: true },
  },
  search: ["a.code", "a.name"], key: "(a.code || '/' || coalesce(t.currency, ''))", defaultSort: "code",
};

/** Journal entries, newest first. */
export const entryList: ListDefinition = {
  name: "ledger.entries",
  from: "ledger.journal_entry e",
  columns: {
    id: { sql: "e.id", kind: "text", label: "Entry", filter: true },
    businessDate: { sql: "e.business_date", kind: "date", label: "Business date", filter: true, sort: true },
    valueDate: { sql: "e.value_date", kind: "date", label: "Value date", filter: true, sort: true },
    book: { sql: "e.book", kind: "text", label: "Book", filter: true },
    amount: { sql: "e.amount_minor", currencySql: "e.currency", kind: "money", label: "Amount", filter: true, sort: true },
    causeKind: { sql: "e.cause_kind", kind: "text", label: "Cause", filter: true },
    causeId: { sql: "e.cause_id", kind: "text", label: "Cause id", filter: true },
    memo: { sql: "e.memo", kind: "text", label: "Memo" },
    loanAccountId: { sql: "(SELECT max(p.loan_account_id) FROM ledger.posting p WHERE p.tenant_id = e.tenant_id AND p.business_date = e.business_date AND p.entry_id = e.id)", kind: "text", label: "Loan account" },
    reversesId: { sql: "e.reverses_id", kind: "text", label: "Reverses", filter: true },
    actorId: { sql: "e.actor_id", kind: "text", label: "Who", filter: true },
    recordedAt: { sql: "e.recorded_at", kind: "instant", label: "Recorded at", sort: true, filter: true },
  },
  search: ["e.memo", "e.cause_id", "e.id"], key: "e.id", defaultSort: "-recordedAt",
};

/** The general ledger: postings of an account, of a loan, of a day. */
export const postingList: ListDefinition = {
  name: "ledger.postings",
  from: "ledger.posting p JOIN ledger.journal_entry e ON e.tenant_id = p.tenant_id AND e.business_date = p.business_date AND e.id = p.entry_id",
  columns: {
    entryId: { sql: "p.entry_id", kind: "text", label: "Entry", filter: true },
    line: { sql: "p.line", kind: "integer", label: "Line" },
    businessDate: { sql: "p.business_date", kind: "date", label: "Business date", filter: true, sort: true, required: true },
    valueDate: { sql: "p.value_date", kind: "date", label: "Value date", filter: true, sort: true },
    account: { sql: "p.account", kind: "text", label: "Account", filter: true, sort: true },
    debit: { sql: "p.debit_minor", currencySql: "p.currency", kind: "money", label: "Debit", filter: true, sort: true },
    credit: { sql: "p.credit_minor", currencySql: "p.currency", kind: "money", label: "Credit", filter: true, sort: true },
    loanAccountId: { sql: "p.loan_account_id", kind: "text", label: "Loan account", filter: true },
    productCode: { sql: "p.product_code", kind: "text", label: "Product", filter: true },
    branchId: { sql: "p.branch_id", kind: "text", label: "Branch", filter: true },
    causeKind: { sql: "e.cause_kind", kind: "text", label: "Cause", filter: true },
    causeId: { sql: "e.cause_id", kind: "text", label: "Cause id", filter: true },
    memo: { sql: "e.memo", kind: "text", label: "Memo" },
  },
  search: ["e.memo", "e.cause_id"], key: "(p.entry_id || '/' || p.line)", defaultSort: "-businessDate",
};

/** What end of day proved, newest first: figures that must be equal. */
export const proofList: ListDefinition = {
  name: "ledger.proofs",
  from: "ledger.proof p",
  columns: {
    id: { sql: "p.id", kind: "text", label: "Proof", filter: true },
    businessDate: { sql: "p.business_date", kind: "date", label: "Business date", filter: true, sort: true },
    book: { sql: "p.book", kind: "text", label: "Book", filter: true, sort: true },
    check: { sql: "p.check_name", kind: "text", label: "Check", filter: true, sort: true },
    account: { sql: "p.account", kind: "text", label: "Account", filter: true, sort: true },
    ledger: { sql: "p.ledger_minor", currencySql: "p.currency", kind: "money", label: "Books" },
    expected: { sql: "p.expected_minor", currencySql: "p.currency", kind: "money", label: "Expected" },
    difference: { sql: "p.ledger_minor - p.expected_minor", currencySql: "p.currency", kind: "money", label: "Difference", filter: true, sort: true },
    provedAt: { sql: "p.proved_at", kind: "instant", label: "Proved at", sort: true },
  },
  key: "p.id", defaultSort: "-provedAt",
};

/** Periods closed and reopened, newest first. */
export const periodEventList: ListDefinition = {
  name: "ledger.period_events",
  from: "ledger.period_event p",
  columns: {
    id: { sql: "p.id", kind: "text", label: "Id", filter: true },
    book: { sql: "p.book", kind: "text", label: "Book", filter: true, sort: true },
    act: { sql: "p.act", kind: "text", label: "Act", filter: true, sort: true },
    closedThrough: { sql: "p.closed_through", kind: "date", label: "Closed through", filter: true, sort: true },
    closedBefore: { sql: "p.closed_before", kind: "date", label: "Before", filter: true },
    reason: { sql: "p.reason", kind: "text", label: "Reason" },
    red: { sql: "(SELECT string_agg(c ->> 'check', ', ') FROM jsonb_array_elements(p.checks) AS c WHERE c ->> 'state' = 'red')", kind: "text", label: "Red checks" },
    makerId: { sql: "p.maker_id", kind: "text", label: "Asked by", filter: true },
    actorId: { sql: "p.actor_id", kind: "text", label: "Done by", filter: true },
    recordedAt: { sql: "p.recorded_at", kind: "instant", label: "Recorded at", filter: true, sort: true },
  },
  search: ["p.reason"], key: "p.id", defaultSort: "-recordedAt",
};

/** Money on suspense and clearing accounts, item by item, as the module that waits for it has it; oldest first. */
export const openItemList: ListDefinition = {
  name: "ledger.open_items",
  from: "payments.ledger_open_item o CROSS JOIN kernel.business_day d",
  columns: {
    id: { sql: "o.id", kind: "text", label: "Item", filter: true },
    kind: { sql: "o.kind", kind: "text", label: "Kind", filter: true, sort: true },
    account: { sql: "o.account", kind: "text", label: "Account", filter: true, sort: true },
    amount: { sql: "o.amount_minor", currencySql: "o.currency", kind: "money", label: "Amount (debits minus credits)", filter: true, sort: true },
    since: { sql: "o.since", kind: "date", label: "Since", filter: true, sort: true },
    ageDays: { sql: "(d.business_date - o.since)", kind: "integer", label: "Age in days", filter: true, sort: true },
    loanAccountId: { sql: "o.loan_account_id", kind: "text", label: "Loan account", filter: true },
    note: { sql: "o.note", kind: "text", label: "Note" },
  },
  search: ["o.note", "o.id"], key: "(o.kind || o.id)", defaultSort: "since",
};

/** Rates of exchange, newest day first. */
export const rateList: ListDefinition = {
  name: "ledger.fx_rates",
  from: "ledger.fx_rate r",
  columns: {
    currency: { sql: "r.currency", kind: "text", label: "Currency", filter: true, sort: true },
    day: { sql: "r.day", kind: "date", label: "Day", filter: true, sort: true },
    rate: { sql: "trim_scale(r.rate_ppb / 1000000000::numeric)::text", kind: "text", label: "Rate" },
    source: { sql: "r.source", kind: "text", label: "Source", filter: true },
    makerId: { sql: "r.maker_id", kind: "text", label: "Asked by", filter: true },
    approverId: { sql: "r.approver_id", kind: "text", label: "Agreed by", filter: true },
    recordedAt: { sql: "r.recorded_at", kind: "instant", label: "Recorded at", sort: true },
  },
  search: ["r.currency", "r.source"], key: "(r.currency || r.day::text)", defaultSort: "-day",
};

/** Revaluations of foreign balances, newest first. */
export const revaluationList: ListDefinition = {
  name: "ledger.fx_revaluations",
  from: "ledger.fx_revaluation r",
  columns: {
    id: { sql: "r.id", kind: "text", label: "Id", filter: true },
    day: { sql: "r.day", kind: "date", label: "Day", filter: true, sort: true },
    book: { sql: "r.book", kind: "text", label: "Book", filter: true },
    adjustment: { sql: "r.adjustment_minor", currencySql: "r.currency", kind: "money", label: "Gain or loss", sort: true },
    state: { sql: "r.state", kind: "text", label: "State", filter: true, sort: true },
    journalEntryId: { sql: "r.journal_entry_id", kind: "text", label: "Entry" },
    madeBy: { sql: "r.made_by", kind: "text", label: "Made by", filter: true },
    madeAt: { sql: "r.made_at", kind: "instant", label: "Made at", sort: true },
  },
  key: "r.id", defaultSort: "-madeAt",
};

/** One revaluation, account by account. */
export const revaluationLineList: ListDefinition = {
  name: "ledger.fx_revaluation_lines",
  from: "ledger.fx_revaluation_line l JOIN ledger.fx_revaluation r ON r.tenant_id = l.tenant_id AND r.id = l.revaluation_id",
  columns: {
    account: { sql: "l.account", kind: "text", label: "Account", filter: true, sort: true },
    balance: { sql: "l.balance_minor", currencySql: "l.currency", kind: "money", label: "Balance", sort: true },
    rate: { sql: "trim_scale(l.rate_ppb / 1000000000::numeric)::text", kind: "text", label: "Rate" },
    carrying: { sql: "l.carrying_minor", currencySql: "r.currency", kind: "money", label: "Carried at" },
    closing: { sql: "l.closing_minor", currencySql: "r.currency", kind: "money", label: "Worth" },
    adjustment: { sql: "l.adjustment_minor", currencySql: "r.currency", kind: "money", label: "Gain or loss", sort: true },
  },
  key: "(l.account || l.currency)", defaultSort: "account",
};
