-- The list of loans in its own order, so that its first page reads one page and not the table.
CREATE INDEX loan_account_recent ON servicing.loan_account (tenant_id, booked_date DESC NULLS LAST, id);
