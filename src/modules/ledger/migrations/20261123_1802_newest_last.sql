-- The same order read backwards: what is newest is added at the end, where pages are filled, instead of at the front, where each is cut in half.
DROP INDEX ledger.journal_entry_recent;
CREATE INDEX journal_entry_recent ON ledger.journal_entry (tenant_id, recorded_at NULLS FIRST, id DESC);
-- Postings by business date are found by their primary key: every posting was an entry of a second index of the same order.
DROP INDEX ledger.posting_recent;
