-- Borrowers of several loans, one of them past due, as a run found them: by the oldest due date that any of their loans owes.
CREATE TABLE risk.run_contagion (
  tenant_id         text NOT NULL DEFAULT kernel.tenant(),
  run_id            text NOT NULL,
  borrower_party_id text NOT NULL,
  oldest_due_date   date NOT NULL,
  PRIMARY KEY (tenant_id, run_id, borrower_party_id)
);
SELECT kernel.protect('risk.run_contagion', 'append');

-- The runs that the end of a month drafted.
CREATE TABLE risk.month_end_run (
  tenant_id     text NOT NULL DEFAULT kernel.tenant(),
  business_date date NOT NULL,
  run_id        text NOT NULL,
  policy_id     text NOT NULL,
  PRIMARY KEY (tenant_id, business_date, run_id)
);
SELECT kernel.protect('risk.month_end_run', 'append');

-- A run is reckoned shard by shard, and can be proposed only when all of them are there.
ALTER TABLE risk.provision_run DROP CONSTRAINT provision_run_state_check;
ALTER TABLE risk.provision_run ADD CONSTRAINT provision_run_state_check CHECK (state IN ('reckoning', 'draft', 'proposed', 'posted', 'discarded'));
