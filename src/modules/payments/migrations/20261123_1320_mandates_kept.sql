-- A mandate ends when it is cancelled, and another may be given for the loan. A debit that came back may be presented again.
ALTER TABLE payments.mandate DROP CONSTRAINT mandate_tenant_id_subject_key;
CREATE UNIQUE INDEX mandate_one_active ON payments.mandate (tenant_id, subject) WHERE state = 'active';
CREATE INDEX mandate_of ON payments.mandate (tenant_id, subject);
ALTER TABLE payments.mandate ADD COLUMN ended_date date, ADD COLUMN ended_by text, ADD COLUMN end_reason text;

ALTER TABLE payments.collection ADD COLUMN attempt int NOT NULL DEFAULT 1, ADD COLUMN collect_date date;
UPDATE payments.collection SET collect_date = due_date;
ALTER TABLE payments.collection ALTER COLUMN collect_date SET NOT NULL;
-- A due date is collected once for each time it is presented, however often end of day runs.
ALTER TABLE payments.collection DROP CONSTRAINT collection_tenant_id_mandate_id_due_date_key;
CREATE UNIQUE INDEX collection_once ON payments.collection (tenant_id, mandate_id, due_date, attempt);
CREATE INDEX collection_failed ON payments.collection (tenant_id, collect_date) WHERE state IN ('rejected', 'returned');
CREATE INDEX collection_recent ON payments.collection (tenant_id, subject, collect_date);
