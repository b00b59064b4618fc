-- What was closed and reopened, by whom, why, and what the checklist said then.

CREATE TABLE ledger.period_event (
  tenant_id      text NOT NULL DEFAULT kernel.tenant(),
  id             text NOT NULL,
  book           text NOT NULL,
  act            text NOT NULL CHECK (act IN ('closed', 'reopened')),
  closed_through date NOT NULL,               -- after the act
  closed_before  date,                        -- before it; none while no period was closed
  reason         text,                        -- why it was closed in spite of a red check, or reopened
  checks         jsonb NOT NULL DEFAULT '[]', -- the checklist as it stood
  maker_id       text NOT NULL,
  actor_id       text NOT NULL,               -- who carried it out; of a reopening, the second person
  recorded_at    timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX period_event_recent ON ledger.period_event (tenant_id, recorded_at DESC NULLS LAST, id);
SELECT kernel.protect('ledger.period_event', 'append');
