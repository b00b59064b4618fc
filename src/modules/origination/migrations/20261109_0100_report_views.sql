-- What reporting reads: a row per application with how far it came.

CREATE VIEW origination.report_application WITH (security_invoker = true) AS
  SELECT a.tenant_id, a.id AS application_id, a.number, a.party_id, a.term_months, a.offer_id, a.loan_number, a.product_code, a.channel, a.branch_id, a.currency, a.amount_minor, a.state, a.score, a.policy_outcome, a.loan_account_id, a.created_at, a.submitted_at, a.submitted_on, a.changed_at,
    a.submitted_at IS NOT NULL AS was_submitted, a.decision_id IS NOT NULL AND a.state <> 'referred' AS was_decided, a.state IN ('approved', 'offered', 'accepted', 'signed', 'funding', 'disbursed') AS was_approved,
    (SELECT max(d.decided_at) FROM origination.decision d WHERE d.tenant_id = a.tenant_id AND d.application_id = a.id) AS decided_at, a.offer_id IS NOT NULL OR a.state IN ('offered', 'accepted', 'signed', 'funding', 'disbursed') AS was_offered,
    a.state IN ('signed', 'funding', 'disbursed') AS was_signed, a.state = 'disbursed' AS was_disbursed
  FROM origination.application a;
GRANT SELECT ON origination.report_application TO loanwright_app;

-- The seam: an offer, and the agreement made of it, with the hash of terms and schedule that each carries.
CREATE VIEW origination.report_offer WITH (security_invoker = true) AS
  SELECT o.tenant_id, o.id AS offer_id, o.application_id, o.state, o.term_months, o.schedule_hash AS offer_hash, g.schedule_hash AS agreement_hash
  FROM origination.offer o LEFT JOIN origination.agreement g ON g.tenant_id = o.tenant_id AND g.offer_id = o.id AND g.state = 'signed';
GRANT SELECT ON origination.report_offer TO loanwright_app;
