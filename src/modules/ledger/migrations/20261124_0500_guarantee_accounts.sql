-- Guarantees and adjustments agreed with partners need accounts: lenders who are here already get them too.
INSERT INTO ledger.ledger_account (tenant_id, code, name, kind, control)
SELECT t.tenant_id, a.code, a.name, a.kind, false
FROM (SELECT DISTINCT tenant_id FROM ledger.ledger_account) t
CROSS JOIN (VALUES
  ('guarantee_income', 'Claimed from guarantors of loans', 'income'),
  ('partner_adjustments', 'Adjustments agreed with partners', 'expense')
) AS a (code, name, kind)
ON CONFLICT DO NOTHING;
