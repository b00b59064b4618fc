-- What reporting reads: a row per application with how far it came.

CREATE VIEW origination.report_application WITH (security_invoker = true) AS
  SELECT a.tenant_id, a.id AS application_id, a.product_code, a.channel, a.branch_id, a.currency, a.amount_minor, a.state, a.score, a.policy_outcome, a.loan_account_id, a.created_at, a.submitted_at, a.submitted_on, a.changed_at,
    a.submitted_at IS NOT NULL AS was_submitted, a.decision_id IS NOT NULL AS was_decided, a.offer_id IS NOT NULL OR a.state IN ('offered', 'accepted', 'signed', 'funding', 'disbursed') AS was_offered,
    a.state IN ('signed', 'funding', 'disbursed') AS was_signed, a.state = 'disbursed' AS was_disbursed
  FROM origination.application a;
GRANT SELECT ON origination.report_application TO loanwright_app;
