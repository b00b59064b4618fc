-- What products may name in posting rules.
CREATE VIEW ledger.product_account WITH (security_invoker = true) AS SELECT tenant_id, code FROM ledger.ledger_account WHERE active;
GRANT SELECT ON ledger.product_account TO loanwright_app;
