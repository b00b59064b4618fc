-- Fees and costs of making loans that are taken into income by effective interest need accounts to wait on: lenders who are here already get them too.
INSERT INTO ledger.ledger_account (tenant_id, code, name, kind, control)
SELECT t.tenant_id, a.code, a.name, a.kind, a.control
FROM (SELECT DISTINCT tenant_id FROM ledger.ledger_account) t
CROSS JOIN (VALUES
  ('deferred_costs', 'Costs of making loans, deferred over their life', 'asset', true),
  ('deferred_fee_income', 'Fees deferred over the life of loans', 'liability', true),
  ('costs_payable', 'Costs of making loans, payable', 'liability', false),
  ('effective_interest_income', 'Fees less costs of making loans, by effective interest', 'income', false),
  ('origination_expense', 'Costs of making loans', 'expense', false)
) AS a (code, name, kind, control)
ON CONFLICT DO NOTHING;
