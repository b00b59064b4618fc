-- Receipts, payouts and statement lines in the order their lists have; receipts are also looked for by the day they arrived.
CREATE INDEX receipt_recent ON payments.receipt (tenant_id, received_at DESC NULLS LAST, id);
CREATE INDEX payout_newest ON payments.payout (tenant_id, created_at DESC NULLS LAST, id);
DROP INDEX payments.payout_recent;
CREATE INDEX statement_line_recent ON payments.statement_line (tenant_id, booking_date DESC NULLS LAST, line_number NULLS FIRST, id);
