-- Interest that is earned and not taken into income: it stands in suspense as long as the loan does not perform.
ALTER TABLE servicing.loan_state
  ADD COLUMN non_accrual text CHECK (non_accrual IN ('own', 'borrower')),   -- by its own delay, or by that of another loan of its borrower
  ADD COLUMN suspense_minor bigint NOT NULL DEFAULT 0;
CREATE INDEX loan_state_non_accrual ON servicing.loan_state (tenant_id, loan_account_id) WHERE non_accrual IS NOT NULL;

-- Versions of products under which one loan makes all of its borrower's stand in suspense, with the class they get; from the first loan booked.
CREATE TABLE servicing.borrower_rule (
  tenant_id          text NOT NULL DEFAULT kernel.tenant(),
  product_version_id text NOT NULL,
  class              text,
  PRIMARY KEY (tenant_id, product_version_id)
);
SELECT kernel.protect('servicing.borrower_rule', 'append');

-- Control accounts of each book, with interest in suspense in the statutory one.
CREATE OR REPLACE VIEW servicing.ledger_control WITH (security_invoker = true) AS
  SELECT t.currency, v.account, v.minor AS amount_minor, 'statutory'::text AS book
  FROM (
    SELECT currency, sum(principal_minor)::bigint AS principal, sum(interest_minor)::bigint AS interest, sum(fee_minor)::bigint AS fee, sum(penalty_minor)::bigint AS penalty, -sum(suspense_minor)::bigint AS suspense
    FROM servicing.loan_state GROUP BY currency
  ) t CROSS JOIN LATERAL (VALUES ('principal_receivable', t.principal), ('interest_receivable', t.interest), ('fee_receivable', t.fee), ('penalty_receivable', t.penalty), ('interest_suspense', t.suspense)) AS v (account, minor)
  UNION ALL
  SELECT t.currency, v.account, v.minor, t.book
  FROM (
    SELECT k.book, s.currency, k.principal_account, k.interest_account, k.fee_account, k.penalty_account,
      sum(s.principal_minor)::bigint AS principal, sum(s.interest_minor)::bigint AS interest, sum(s.fee_minor)::bigint AS fee, sum(s.penalty_minor)::bigint AS penalty
    FROM servicing.kept_book k JOIN servicing.loan_state s ON s.tenant_id = k.tenant_id AND s.product_version_id = k.product_version_id
    GROUP BY k.book, s.currency, k.principal_account, k.interest_account, k.fee_account, k.penalty_account
  ) t CROSS JOIN LATERAL (VALUES (t.principal_account, t.principal), (t.interest_account, t.interest), (t.fee_account, t.fee), (t.penalty_account, t.penalty)) AS v (account, minor)
  WHERE v.account IS NOT NULL;
