-- Few postings count from another day than the one they were made on; a balance by value date looks for those alone.
CREATE INDEX posting_other_value_date ON ledger.posting (tenant_id, business_date, value_date) WHERE value_date <> business_date;
