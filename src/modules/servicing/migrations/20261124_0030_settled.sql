-- A loan for which a lower amount was agreed and paid is settled, not written off.
ALTER TABLE servicing.loan_state DROP CONSTRAINT loan_state_status_check;
ALTER TABLE servicing.loan_state ADD CONSTRAINT loan_state_status_check CHECK (status IN ('active', 'overpaid', 'closed', 'charged_off', 'written_off', 'settled', 'cancelled')) NOT VALID;
ALTER TABLE servicing.loan_state VALIDATE CONSTRAINT loan_state_status_check;
UPDATE servicing.loan_state s SET status = 'settled'
WHERE s.status = 'written_off' AND EXISTS (SELECT FROM servicing.loan_event e WHERE e.tenant_id = s.tenant_id AND e.loan_account_id = s.loan_account_id AND e.type = 'settled');
