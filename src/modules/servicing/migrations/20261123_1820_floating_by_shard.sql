-- A shard finds its own loans that follow an index, and no other loan is read for it.
DROP INDEX servicing.loan_account_floating;
CREATE INDEX loan_account_floating ON servicing.loan_account (tenant_id, shard) WHERE terms #>> '{ratePlan,floating,index}' IS NOT NULL;
