-- Shares of loans that partners own need accounts: lenders who are here already get them too.
INSERT INTO ledger.ledger_account (tenant_id, code, name, kind, control)
SELECT t.tenant_id, a.code, a.name, a.kind, a.control
FROM (SELECT DISTINCT tenant_id FROM ledger.ledger_account) t
CROSS JOIN (VALUES
  ('participation_sold', 'Loan shares owned by others', 'asset', true),
  ('investor_payable', 'Owed to owners of loan shares', 'liability', true),
  ('income_passed_on', 'Income passed on to owners of loan shares', 'income', false),
  ('servicing_fee_income', 'Fees for servicing shares of others', 'income', false)
) AS a (code, name, kind, control)
ON CONFLICT DO NOTHING;
