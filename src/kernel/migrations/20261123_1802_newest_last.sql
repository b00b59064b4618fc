-- The same order read backwards: what is newest is added at the end, where pages are filled, instead of at the front, where each is cut in half.
DROP INDEX kernel.audit_record_recent;
CREATE INDEX audit_record_recent ON kernel.audit_record (tenant_id, recorded_at NULLS FIRST, id DESC);
