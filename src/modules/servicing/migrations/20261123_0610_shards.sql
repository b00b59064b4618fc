-- A shard is a run of loans that lie together, so that end of day of one reads its own pages and no others; and what end of day sums
-- by stands beside the balance, so that a day reads no account.

ALTER TABLE servicing.loan_state ADD COLUMN product_version_id text, ADD COLUMN branch_id text, ADD COLUMN currency text;
UPDATE servicing.loan_state s SET product_version_id = a.product_version_id, branch_id = a.branch_id, currency = a.currency
  FROM servicing.loan_account a WHERE a.tenant_id = s.tenant_id AND a.id = s.loan_account_id;
ALTER TABLE servicing.loan_state ALTER COLUMN product_version_id SET NOT NULL, ALTER COLUMN currency SET NOT NULL;
CREATE INDEX loan_state_shard ON servicing.loan_state (tenant_id, shard);
DROP INDEX servicing.loan_account_kind;
