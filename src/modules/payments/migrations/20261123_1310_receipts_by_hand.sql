-- Money taken in by hand whose line no statement has shown yet: an import looks here by amount before it makes a new receipt.
CREATE INDEX receipt_awaited ON payments.receipt (tenant_id, amount_minor, value_date) WHERE line_id IS NULL AND bank_reference = id AND state <> 'returned';
CREATE INDEX receipt_awaited_reference ON payments.receipt (tenant_id, upper(end_to_end_id)) WHERE end_to_end_id IS NOT NULL AND line_id IS NULL AND bank_reference = id AND state <> 'returned';
