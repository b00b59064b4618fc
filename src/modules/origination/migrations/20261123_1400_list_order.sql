-- The list of applications in its own order.
CREATE INDEX application_recent ON origination.application (tenant_id, created_at DESC NULLS LAST, id);
