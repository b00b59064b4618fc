-- What the close desk asks of risk: for each policy in force, the newest day whose provisions were posted in its book.
CREATE VIEW risk.ledger_provision WITH (security_invoker = true) AS
  SELECT p.tenant_id, p.code AS policy_code, p.name, p.book,
    (SELECT max(r.business_date) FROM risk.provision_run r WHERE r.tenant_id = p.tenant_id AND r.policy_code = p.code AND r.state = 'posted') AS posted_date
  FROM risk.provision_policy p WHERE p.state = 'in_force';
GRANT SELECT ON risk.ledger_provision TO loanwright_app;
