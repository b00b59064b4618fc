-- What registers of the regulators read: the key facts that were given, and what became of each application. No personal data.

CREATE VIEW origination.report_key_facts WITH (security_invoker = true) AS
  SELECT o.tenant_id, o.id AS offer_id, a.id AS application_id, a.number, a.product_code, a.branch_id, a.loan_number, o.currency, o.amount_minor, o.term_months, o.annual_rate, o.apr, o.installment_minor, o.schedule_hash, o.made_on, o.expires_on, o.state,
    g.document_sha256 AS agreement_sha256, (SELECT max(t.business_date) FROM origination.timeline_entry t WHERE t.tenant_id = o.tenant_id AND t.application_id = o.application_id AND t.to_state = 'signed') AS signed_on
  FROM origination.offer o JOIN origination.application a ON a.tenant_id = o.tenant_id AND a.id = o.application_id
  LEFT JOIN origination.agreement g ON g.tenant_id = o.tenant_id AND g.offer_id = o.id AND g.state = 'signed';
GRANT SELECT ON origination.report_key_facts TO loanwright_app;

CREATE VIEW origination.report_disposition WITH (security_invoker = true) AS
  SELECT a.tenant_id, a.id AS application_id, a.number, a.party_id, a.product_code, a.channel, a.currency, a.amount_minor, a.term_months, a.state, a.submitted_on, a.loan_account_id, a.loan_number, a.score,
    a.answers ->> 'purpose' AS purpose, a.answers ->> 'monthlyIncome' AS monthly_income, d.outcome, d.reasons, d.facts ->> 'foir' AS debt_to_income, d.decided_on, o.annual_rate, o.apr, o.amount_minor AS offer_minor, o.term_months AS offer_months, o.made_on AS offered_on,
    (SELECT max(t.business_date) FROM origination.timeline_entry t WHERE t.tenant_id = a.tenant_id AND t.application_id = a.id AND t.to_state = a.state) AS state_since
  FROM origination.application a
  LEFT JOIN origination.decision d ON d.tenant_id = a.tenant_id AND d.id = a.decision_id
  LEFT JOIN origination.offer o ON o.tenant_id = a.tenant_id AND o.id = a.offer_id;
GRANT SELECT ON origination.report_disposition TO loanwright_app;
