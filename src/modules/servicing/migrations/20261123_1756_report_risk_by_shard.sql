-- What a provision looks at of a loan, with its shard, so that a run is reckoned shard by shard.
CREATE OR REPLACE VIEW servicing.report_risk WITH (security_invoker = true) AS
  SELECT a.tenant_id, a.id AS loan_account_id, a.number, a.borrower_name, a.borrower_party_id, a.product_code, a.branch_id, a.currency, s.principal_minor, s.interest_minor, s.oldest_due_date, s.class,
    a.terms ->> 'disbursementDate' AS disbursement_date, (a.terms -> 'interest' ->> 'ratePpb')::bigint AS rate_ppb,
    (a.terms -> 'installments' ->> 'count')::int AS installments, (a.terms -> 'installments' ->> 'every')::int AS every, a.terms -> 'installments' ->> 'unit' AS unit, s.shard
  FROM servicing.loan_account a JOIN servicing.loan_state s ON s.tenant_id = a.tenant_id AND s.loan_account_id = a.id
  WHERE s.status = 'active' AND s.principal_minor + s.interest_minor > 0;
