-- The journal and the general ledger in the order their lists have.
CREATE INDEX journal_entry_recent ON ledger.journal_entry (tenant_id, recorded_at DESC NULLS LAST, id);
CREATE INDEX posting_recent ON ledger.posting (tenant_id, business_date DESC NULLS LAST);
