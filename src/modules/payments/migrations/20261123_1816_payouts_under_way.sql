-- Payouts that the bank has not settled are open items too: of the money that leaves for borrowers, and of refunds.
ALTER TABLE payments.payout ADD COLUMN ordered_date date;        -- business date of the order; null: ordered before it was kept
CREATE INDEX payout_under_way ON payments.payout (tenant_id) WHERE state IN ('created', 'sending', 'sent', 'accepted', 'in_doubt');

CREATE OR REPLACE VIEW payments.ledger_open_item WITH (security_invoker = true) AS
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
  FROM payments.statement_line l WHERE l.kind = 'other'
  UNION ALL
  SELECT p.tenant_id, 'payout', p.id, CASE WHEN p.purpose = 'refund' THEN 'refund_payable' ELSE 'disbursement_clearing' END, p.currency, -p.amount_minor, coalesce(p.ordered_date, p.created_at::date),
    CASE WHEN p.subject LIKE 'la\_%' THEN p.subject END, p.reference
  FROM payments.payout p WHERE p.state IN ('created', 'sending', 'sent', 'accepted', 'in_doubt');
