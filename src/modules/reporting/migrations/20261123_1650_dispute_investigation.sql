-- A dispute is looked into by somebody before it is resolved; what they found on the way is kept.

ALTER TABLE reporting.credit_dispute DROP CONSTRAINT credit_dispute_state_check,
  ADD CONSTRAINT credit_dispute_state_check CHECK (state IN ('open', 'investigating', 'resolved')),
  ADD COLUMN investigation text, ADD COLUMN investigated_by text, ADD COLUMN investigated_at timestamptz;
DROP INDEX reporting.credit_dispute_one_open;
CREATE UNIQUE INDEX credit_dispute_one_open ON reporting.credit_dispute (tenant_id, loan_account_id) WHERE state <> 'resolved';
