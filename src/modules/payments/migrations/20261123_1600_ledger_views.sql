-- What the close desk asks of payments: money that stands on a clearing or suspense account, item by item (debits positive).

CREATE VIEW payments.ledger_open_item WITH (security_invoker = true) AS
  SELECT r.tenant_id, 'receipt' AS kind, r.id, 'payments_suspense' AS account, r.currency, -r.amount_minor AS amount_minor, r.value_date AS since, NULL::text AS loan_account_id, r.remittance AS note
  FROM payments.receipt r WHERE r.state = 'suspense'
  UNION ALL
  SELECT m.tenant_id, 'receipt_match', m.id, 'payments_suspense', r.currency, -m.amount_minor, r.value_date, m.loan_account_id, r.remittance
  FROM payments.receipt_match m JOIN payments.receipt r ON r.tenant_id = m.tenant_id AND r.id = m.receipt_id WHERE m.taken_at IS NULL AND m.undone_at IS NULL
  UNION ALL
  SELECT r.tenant_id, 'receipt_not_on_statement', r.id, 'bank_clearing', r.currency, r.amount_minor, r.value_date, NULL, r.remittance
  FROM payments.receipt r WHERE r.line_id IS NULL AND r.state <> 'returned'
  UNION ALL
  SELECT l.tenant_id, 'statement_line', l.id, 'bank_clearing', l.currency, -l.amount_minor, l.booking_date, NULL, l.remittance
  FROM payments.statement_line l WHERE l.kind = 'other';
GRANT SELECT ON payments.ledger_open_item TO loanwright_app;

-- Our bank accounts as the bank's newest statement has them.
CREATE VIEW payments.ledger_bank_account WITH (security_invoker = true) AS
  SELECT b.tenant_id, b.id, b.name, b.currency, right(b.account, 4) AS account_end, s.closing_minor, s.to_date, s.statement_ref, s.imported_at
  FROM payments.bank_account b
  LEFT JOIN LATERAL (
    SELECT closing_minor, to_date, statement_ref, imported_at FROM payments.statement s
    WHERE s.tenant_id = b.tenant_id AND s.bank_account_id = b.id AND s.closing_minor IS NOT NULL ORDER BY s.to_date DESC NULLS LAST, s.imported_at DESC LIMIT 1) s ON true;
GRANT SELECT ON payments.ledger_bank_account TO loanwright_app;
