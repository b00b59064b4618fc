-- Books that versions of products keep beside the statutory one, from the first loan booked under them, and the accounts their rules carry a loan on.
CREATE TABLE servicing.kept_book (
  tenant_id          text NOT NULL DEFAULT kernel.tenant(),
  product_version_id text NOT NULL,
  book               text NOT NULL,
  basis              text NOT NULL CHECK (basis IN ('accrual', 'cash')),
  principal_account  text,
  interest_account   text,                      -- none on the cash basis
  fee_account        text,
  penalty_account    text,
  PRIMARY KEY (tenant_id, product_version_id, book)
);
SELECT kernel.protect('servicing.kept_book', 'append');

-- Control accounts of each book. The other books read loans only where one is kept.
CREATE OR REPLACE VIEW servicing.ledger_control WITH (security_invoker = true) AS
  SELECT t.currency, v.account, v.minor AS amount_minor, 'statutory'::text AS book
  FROM (
    SELECT currency, sum(principal_minor)::bigint AS principal, sum(interest_minor)::bigint AS interest, sum(fee_minor)::bigint AS fee, sum(penalty_minor)::bigint AS penalty
    FROM servicing.loan_state GROUP BY currency
  ) t CROSS JOIN LATERAL (VALUES ('principal_receivable', t.principal), ('interest_receivable', t.interest), ('fee_receivable', t.fee), ('penalty_receivable', t.penalty)) AS v (account, minor)
  UNION ALL
  SELECT t.currency, v.account, v.minor, t.book
  FROM (
    SELECT k.book, s.currency, k.principal_account, k.interest_account, k.fee_account, k.penalty_account,
      sum(s.principal_minor)::bigint AS principal, sum(s.interest_minor)::bigint AS interest, sum(s.fee_minor)::bigint AS fee, sum(s.penalty_minor)::bigint AS penalty
    FROM servicing.kept_book k JOIN servicing.loan_state s ON s.tenant_id = k.tenant_id AND s.product_version_id = k.product_version_id
    GROUP BY k.book, s.currency, k.principal_account, k.interest_account, k.fee_account, k.penalty_account
  ) t CROSS JOIN LATERAL (VALUES (t.principal_account, t.principal), (t.interest_account, t.interest), (t.fee_account, t.fee), (t.penalty_account, t.penalty)) AS v (account, minor)
  WHERE v.account IS NOT NULL;
