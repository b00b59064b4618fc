-- What end of day reads, read once: a shard's loans by index, and sums of all loans from their narrow rows alone.

-- A shard finds its own and does not look through the due dates of all others.
DROP INDEX servicing.loan_state_attention;
CREATE INDEX loan_state_attention ON servicing.loan_state (tenant_id, shard, attention_date) WHERE attention_date IS NOT NULL;
DROP INDEX servicing.loan_state_next_due;
CREATE INDEX loan_state_next_due ON servicing.loan_state (tenant_id, next_due_date, shard) WHERE status = 'active' AND oldest_due_date IS NULL;

-- The same figures, without a look at what was agreed: a loan's row has its currency since shards were made.
CREATE OR REPLACE VIEW servicing.ledger_control WITH (security_invoker = true) AS
  SELECT t.currency, v.account, v.minor AS amount_minor
  FROM (
    SELECT currency, sum(principal_minor)::bigint AS principal, sum(interest_minor)::bigint AS interest, sum(fee_minor)::bigint AS fee, sum(penalty_minor)::bigint AS penalty
    FROM servicing.loan_state GROUP BY currency
  ) t CROSS JOIN LATERAL (VALUES ('principal_receivable', t.principal), ('interest_receivable', t.interest), ('fee_receivable', t.fee), ('penalty_receivable', t.penalty)) AS v (account, minor);

-- What reporting sums each day; what is sold under a version is known to products.
CREATE VIEW servicing.report_position WITH (security_invoker = true) AS
  SELECT tenant_id, product_version_id, branch_id, currency, status, principal_minor, overdue_minor, oldest_due_date, charged_off_minor FROM servicing.loan_state;
GRANT SELECT ON servicing.report_position TO loanwright_app;
