-- What the cash desk asks of servicing: the next installment of each loan that is not overdue, per day and currency; the overdue under no day.
CREATE VIEW servicing.ledger_expected WITH (security_invoker = true) AS
  SELECT s.tenant_id, a.currency, CASE WHEN s.oldest_due_date IS NULL THEN s.next_due_date END AS due_date,
    CASE WHEN s.oldest_due_date IS NULL THEN s.next_due_minor ELSE s.overdue_minor END AS amount_minor
  FROM servicing.loan_state s JOIN servicing.loan_account a ON a.tenant_id = s.tenant_id AND a.id = s.loan_account_id
  WHERE s.status = 'active' AND (s.oldest_due_date IS NOT NULL OR s.next_due_minor > 0);
GRANT SELECT ON servicing.ledger_expected TO loanwright_app;
