-- A proof is of one book: others than the statutory one carry control accounts too.
ALTER TABLE ledger.proof ADD COLUMN book text NOT NULL DEFAULT 'statutory';
