-- The audit trail and the jobs, newest first.
CREATE INDEX audit_record_recent ON kernel.audit_record (tenant_id, recorded_at DESC NULLS LAST, id);
CREATE INDEX job_run_newest ON kernel.job_run (tenant_id, created_at DESC NULLS LAST, id);
DROP INDEX kernel.job_run_recent;
