import type { ListDefinition } from "#kernel/list.ts";

/** A loan by the number people know; its id where it has none. */
const NUMBER = "coalesce((SELECT min(f.reference) FROM payments.reference f WHERE f.tenant_id = m.tenant_id AND f.subject = m.loan_account_id AND f.reference LIKE 'LN%'), m.loan_account_id)";
/** The loans a receipt went to, in the order of loanAccountIds. */
const NUMBERS = `SELECT string_agg(${NUMBER}, ' ' ORDER BY m.id) FROM payments.receipt_match m WHERE m.undone_at IS NULL AND`;

export const payoutList: ListDefinition = {
  name: "payments.payouts",
  from: "payments.payout p LEFT JOIN payments.payout_batch b ON b.tenant_id = p.tenant_id AND b.id = p.batch_id",
  columns: {
    id: { sql: "p.id", kind: "text", label: "Payout", filter: true },
    reference: { sql: "p.reference", kind: "text", label: "Reference", filter: true, sort: true },
    subject: { sql: "p.subject", kind: "text", label: "For", filter: true },
    purpose: { sql: "p.purpose", kind: "text", label: "Purpose", filter: true },
    amount: { sql: "p.amount_minor", currencySql: "p.currency", kind: "money", label: "Amount", filter: true, sort: true },
    payeeName: { sql: "p.payee_name", kind: "text", label: "Payee", filter: true, sort: true },
    payeeAccount: { sql: "p.payee_masked", kind: "text", label: "Account" },
    state: { sql: "p.state", kind: "text", label: "State", filter: true, sort: true },
    reason: { sql: "p.reason", kind: "text", label: "Reason", filter: true },
    messageId: { sql: "b.message_id", kind: "text", label: "File", filter: true },
    settledDate: { sql: "p.settled_date", kind: "date", label: "Settled", filter: true, sort: true },
    createdAt: { sql: "p.created_at", kind: "instant", label: "Ordered at", filter: true, sort: true },
    changedAt: { sql: "p.changed_at", kind: "instant", label: "Changed at", sort: true },
  },
  search: ["p.payee_name", "p.reference", "p.subject", "p.id"], key: "p.id", defaultSort: "-createdAt",
};

export const statementList: ListDefinition = {
  name: "payments.statements",
  from: "payments.statement s JOIN payments.bank_account a ON a.tenant_id = s.tenant_id AND a.id = s.bank_account_id",
  columns: {
    id: { sql: "s.id", kind: "text", label: "Statement", filter: true },
    bankStatementId: { sql: "s.statement_ref", kind: "text", label: "Bank's number", filter: true, sort: true },
    bankAccount: { sql: "a.name", kind: "text", label: "Account", filter: true },
    fromDate: { sql: "s.from_date", kind: "date", label: "From", filter: true, sort: true },
    toDate: { sql: "s.to_date", kind: "date", label: "To", filter: true, sort: true },
    opening: { sql: "s.opening_minor", currencySql: "s.currency", kind: "money", label: "Opening balance" },
    closing: { sql: "s.closing_minor", currencySql: "s.currency", kind: "money", label: "Closing balance" },
    lineCount: { sql: "s.line_count", kind: "integer", label: "Lines", sort: true },
    importedAt: { sql: "s.imported_at", kind: "instant", label: "Imported at", filter: true, sort: true },
    importedBy: { sql: "s.imported_by", kind: "text", label: "Imported by", filter: true },
  },
  search: ["s.statement_ref"], key: "s.id", defaultSort: "-importedAt",
};

/** Lines with what they came to: their receipt's state, its loans. */
export const lineList: ListDefinition = {
  name: "payments.lines",
  from: `payments.statement_line l LEFT JOIN payments.receipt r ON r.tenant_id = l.tenant_id AND r.id = l.receipt_id`,
  columns: {
    id: { sql: "l.id", kind: "text", label: "Line", filter: true },
    statementId: { sql: "l.statement_id", kind: "text", label: "Statement", filter: true },
    lineNumber: { sql: "l.line_number", kind: "integer", label: "No.", sort: true },
    amount: { sql: "l.amount_minor", currencySql: "l.currency", kind: "money", label: "Amount", filter: true, sort: true },
    bookingDate: { sql: "l.booking_date", kind: "date", label: "Booked", filter: true, sort: true },
    valueDate: { sql: "l.value_date", kind: "date", label: "Value date", filter: true, sort: true },
    partyName: { sql: "l.party_name", kind: "text", label: "Other party", filter: true, sort: true },
    partyAccount: { sql: "l.party_masked", kind: "text", label: "Account" },
    remittance: { sql: "l.remittance", kind: "text", label: "Text", filter: true },
    endToEndId: { sql: "l.end_to_end_id", kind: "text", label: "EndToEndId", filter: true },
    bankReference: { sql: "l.bank_reference", kind: "text", label: "Bank's reference", filter: true },
    kind: { sql: "l.kind", kind: "text", label: "Kind", filter: true, sort: true },
    state: { sql: "CASE WHEN r.state IS NOT NULL THEN r.state WHEN l.kind = 'other' THEN 'unexplained' ELSE l.kind END", kind: "text", label: "State", filter: true, sort: true },
    receiptId: { sql: "l.receipt_id", kind: "text", label: "Receipt", filter: true },
    payoutId: { sql: "l.payout_id", kind: "text", label: "Payout", filter: true },
    loanAccountIds: { sql: "(SELECT string_agg(m.loan_account_id, ' ' ORDER BY m.id) FROM payments.receipt_match m WHERE m.tenant_id = l.tenant_id AND m.receipt_id = l.receipt_id AND m.undone_at IS NULL)", kind: "text", label: "Loans" },
    loanNumbers: { sql: `(${NUMBERS} m.tenant_id = l.tenant_id AND m.receipt_id = l.receipt_id)`, kind: "text", label: "Loan numbers" },
    note: { sql: "l.note", kind: "text", label: "Note" },
  },
  search: ["l.remittance", "l.party_name", "l.end_to_end_id", "l.bank_reference"], key: "l.id", defaultSort: "-bookingDate,lineNumber",
};

export const receiptList: ListDefinition = {
  name: "payments.receipts",
  from: "payments.receipt r",
  columns: {
    id: { sql: "r.id", kind: "text", label: "Receipt", filter: true },
    channel: { sql: "r.channel", kind: "text", label: "Channel", filter: true },
    amount: { sql: "r.amount_minor", currencySql: "r.currency", kind: "money", label: "Amount", filter: true, sort: true },
    valueDate: { sql: "r.value_date", kind: "date", label: "Value date", filter: true, sort: true },
    payerName: { sql: "r.payer_name", kind: "text", label: "Payer", filter: true, sort: true },
    payerAccount: { sql: "r.payer_masked", kind: "text", label: "Account" },
    remittance: { sql: "r.remittance", kind: "text", label: "Text", filter: true },
    endToEndId: { sql: "r.end_to_end_id", kind: "text", label: "EndToEndId", filter: true },
    state: { sql: "r.state", kind: "text", label: "State", filter: true, sort: true },
    loanAccountIds: { sql: "(SELECT string_agg(m.loan_account_id, ' ' ORDER BY m.id) FROM payments.receipt_match m WHERE m.tenant_id = r.tenant_id AND m.receipt_id = r.id AND m.undone_at IS NULL)", kind: "text", label: "Loans" },
    loanNumbers: { sql: `(${NUMBERS} m.tenant_id = r.tenant_id AND m.receipt_id = r.id)`, kind: "text", label: "Loan numbers" },
    returnReason: { sql: "r.return_reason", kind: "text", label: "Returned because", filter: true },
    lineId: { sql: "r.line_id", kind: "text", label: "Line" },
    receivedAt: { sql: "r.received_at", kind: "instant", label: "Received at", filter: true, sort: true },
  },
  search: ["r.remittance", "r.payer_name", "r.end_to_end_id", "r.id"], key: "r.id", defaultSort: "-receivedAt",
};

export const checkoutList: ListDefinition = {
  name: "payments.checkouts",
  from: "payments.checkout c",
  columns: {
    id: { sql: "c.id", kind: "text", label: "Payment", filter: true },
    loanAccountId: { sql: "c.loan_account_id", kind: "text", label: "Loan account", filter: true },
    amount: { sql: "c.amount_minor", currencySql: "c.currency", kind: "money", label: "Amount", filter: true, sort: true },
    description: { sql: "c.description", kind: "text", label: "Description" },
    state: { sql: "c.state", kind: "text", label: "State", filter: true, sort: true },
    receiptId: { sql: "c.receipt_id", kind: "text", label: "Receipt", filter: true },
    createdAt: { sql: "c.created_at", kind: "instant", label: "Started at", filter: true, sort: true },
  },
  key: "c.id", defaultSort: "-createdAt", scope: { own: "c.party_id" },
};
