-- What products may name in posting rules, and which of it is proved against loans each day.
CREATE OR REPLACE VIEW ledger.product_account WITH (security_invoker = true) AS SELECT tenant_id, code, control FROM ledger.ledger_account WHERE active;
