-- The same order read backwards: what is newest is added at the end, where pages are filled, instead of at the front, where each is cut in half.
DROP INDEX payments.receipt_recent;
CREATE INDEX receipt_recent ON payments.receipt (tenant_id, received_at NULLS FIRST, id DESC);
