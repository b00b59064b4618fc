-- What reporting reads: movements per account and day.

CREATE VIEW ledger.report_account_day WITH (security_invoker = true) AS
  SELECT t.tenant_id, t.book, t.account, a.kind, t.currency, t.business_date, sum(t.debit_minor)::bigint AS debit_minor, sum(t.credit_minor)::bigint AS credit_minor
  FROM ledger.account_day_total t JOIN ledger.ledger_account a ON a.tenant_id = t.tenant_id AND a.code = t.account
  GROUP BY t.tenant_id, t.book, t.account, a.kind, t.currency, t.business_date;
GRANT SELECT ON ledger.report_account_day TO loanwright_app;
