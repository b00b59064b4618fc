-- Long work that people can see: how far it is, how to stop it, what failed and what came out.

ALTER TABLE kernel.job_run
  ADD COLUMN started_at       timestamptz,
  ADD COLUMN finished_at      timestamptz,
  ADD COLUMN cancellable      boolean NOT NULL DEFAULT false,
  ADD COLUMN cancel_asked_by  text,
  ADD COLUMN retry_of         text,
  -- What to do and on whose behalf, sealed under a key of the run's own: an export's filter may name people.
  ADD COLUMN data_key         bytea,
  ADD COLUMN payload          bytea,
  -- What one must hold, besides seeing the run, to fetch what came out.
  ADD COLUMN result_permission text,
  ADD COLUMN result_name      text,
  ADD COLUMN result_type      text,
  ADD COLUMN result_bytes     bigint,
  ADD COLUMN result_sha256    text;
CREATE INDEX job_run_mine ON kernel.job_run (tenant_id, started_by, created_at DESC);
CREATE INDEX job_run_open ON kernel.job_run (tenant_id, changed_at) WHERE state IN ('queued', 'running');

-- Lines that could not be done, each with its reason; a run keeps the first thousand.
CREATE TABLE kernel.job_failure (
  tenant_id text NOT NULL DEFAULT kernel.tenant(),
  run_id    text NOT NULL,
  position  int NOT NULL,
  subject   text NOT NULL,
  reason    text NOT NULL,
  PRIMARY KEY (tenant_id, run_id, position)
);
SELECT kernel.protect('kernel.job_failure', 'append');

-- Result files in sealed parts of a megabyte; deleted a week after the run ended.
CREATE TABLE kernel.job_result_part (
  tenant_id text NOT NULL DEFAULT kernel.tenant(),
  run_id    text NOT NULL,
  part      int NOT NULL,
  sealed    bytea NOT NULL,
  PRIMARY KEY (tenant_id, run_id, part)
);
SELECT kernel.protect('kernel.job_result_part', 'queue');
