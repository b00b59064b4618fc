-- Suspended interest is proved in the accrual books too, and loans are summed by version once, whatever the number of books that are kept of them.
ALTER TABLE servicing.kept_book ADD COLUMN suspense_account text;   -- none on the cash basis, nor where interest is never suspended

CREATE OR REPLACE VIEW servicing.ledger_control WITH (security_invoker = true) AS
  SELECT t.currency, v.account, v.minor AS amount_minor, 'statutory'::text AS book
  FROM (
    SELECT currency, sum(principal_minor)::bigint AS principal, sum(interest_minor)::bigint AS interest, sum(fee_minor)::bigint AS fee, sum(penalty_minor)::bigint AS penalty, -sum(suspense_minor)::bigint AS suspense
    FROM servicing.loan_state GROUP BY currency
  ) t CROSS JOIN LATERAL (VALUES ('principal_receivable', t.principal), ('interest_receivable', t.interest), ('fee_receivable', t.fee), ('penalty_receivable', t.penalty), ('interest_suspense', t.suspense)) AS v (account, minor)
  UNION ALL
  SELECT s.currency, v.account, v.minor, k.book
  FROM (
    SELECT product_version_id, currency, sum(principal_minor)::bigint AS principal, sum(interest_minor)::bigint AS interest, sum(fee_minor)::bigint AS fee, sum(penalty_minor)::bigint AS penalty, -sum(suspense_minor)::bigint AS suspense
    FROM servicing.loan_state WHERE product_version_id IN (SELECT product_version_id FROM servicing.kept_book) GROUP BY product_version_id, currency
  ) s JOIN servicing.kept_book k ON k.product_version_id = s.product_version_id
  CROSS JOIN LATERAL (VALUES (k.principal_account, s.principal), (k.interest_account, s.interest), (k.fee_account, s.fee), (k.penalty_account, s.penalty), (k.suspense_account, s.suspense)) AS v (account, minor)
  WHERE v.account IS NOT NULL;
