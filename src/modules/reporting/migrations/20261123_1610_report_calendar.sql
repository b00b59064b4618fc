-- The calendar of what must be reported: definitions as data, an instance for each period, each making of its file, and what was filed.

CREATE TABLE reporting.report_definition (
  tenant_id  text NOT NULL DEFAULT kernel.tenant(),
  code       text NOT NULL,
  version    int NOT NULL,
  name       text NOT NULL,
  kind       text NOT NULL,                       -- which file it is: see kinds/
  owner_role text NOT NULL,
  period     text NOT NULL CHECK (period IN ('month', 'quarter', 'year')),
  due        jsonb NOT NULL,                      -- {"rule": "days_after", "days": 10} or {"rule": "on", "month": 1, "day": 31}
  settings   jsonb NOT NULL,                      -- what the kind needs to know of the lender
  state      text NOT NULL CHECK (state IN ('in_force', 'replaced')),
  made_by    text NOT NULL,
  made_at    timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, code, version)
);
SELECT kernel.protect('reporting.report_definition', 'mutable');

CREATE TABLE reporting.report_instance (
  tenant_id    text NOT NULL DEFAULT kernel.tenant(),
  id           text NOT NULL,
  code         text NOT NULL,
  version      int NOT NULL,
  period_start date NOT NULL,
  period_end   date NOT NULL,
  due_date     date NOT NULL,
  state        text NOT NULL CHECK (state IN ('due', 'generated', 'checked', 'filed')),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, code, period_end)
);
CREATE INDEX report_instance_due ON reporting.report_instance (tenant_id, due_date, id);
SELECT kernel.protect('reporting.report_instance', 'mutable');

CREATE TABLE reporting.report_run (
  tenant_id     text NOT NULL DEFAULT kernel.tenant(),
  id            text NOT NULL,
  instance_id   text NOT NULL,
  number        int NOT NULL,
  purpose       text NOT NULL CHECK (purpose IN ('original', 'correction')),
  version       int NOT NULL,                     -- of the definition
  state         text NOT NULL CHECK (state IN ('making', 'generated', 'checked', 'filed', 'replaced')),
  business_date date NOT NULL,
  generated_by  text NOT NULL,
  generated_at  timestamptz,
  file_name     text,
  content_type  text,
  byte_count    bigint,
  sha256        text,
  row_count     int,
  totals        jsonb,
  faults        jsonb,                            -- what reading the file back found
  data_key      bytea,
  checked_by    text,
  checked_at    timestamptz,
  check_note    text,
  filed_by      text,
  filed_at      timestamptz,
  filed_date    date,
  reference     text,                             -- of whoever received it
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, instance_id, number)
);
SELECT kernel.protect('reporting.report_run', 'mutable');

-- The file in parts, sealed under the run's own key: it holds people's identifiers in clear once opened.
CREATE TABLE reporting.report_file_part (
  tenant_id text NOT NULL DEFAULT kernel.tenant(),
  run_id    text NOT NULL,
  part      int NOT NULL,
  sealed    bytea NOT NULL,
  PRIMARY KEY (tenant_id, run_id, part)
);
SELECT kernel.protect('reporting.report_file_part', 'append');

-- What a file says of each account, application or movement, without personal data, so that two files can be compared.
CREATE TABLE reporting.report_row (
  tenant_id   text NOT NULL DEFAULT kernel.tenant(),
  run_id      text NOT NULL,
  key         text NOT NULL,
  fingerprint bytea NOT NULL,                     -- keyed hash of the whole record
  facts       jsonb NOT NULL,
  PRIMARY KEY (tenant_id, run_id, key)
);
SELECT kernel.protect('reporting.report_row', 'append');

-- A consumer's dispute of what a bureau was told of an account.
CREATE TABLE reporting.credit_dispute (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  id              text NOT NULL,
  loan_account_id text NOT NULL,
  number          text NOT NULL,
  state           text NOT NULL CHECK (state IN ('open', 'resolved')),
  source          text NOT NULL CHECK (source IN ('consumer', 'bureau')),
  claim           text NOT NULL,
  raised_date     date NOT NULL,
  due_date        date NOT NULL,                  -- 30 days after it came
  raised_by       text NOT NULL,
  raised_at       timestamptz NOT NULL,
  outcome         text CHECK (outcome IN ('verified', 'corrected', 'deleted')),
  consumer_agrees boolean,
  finding         text,
  resolved_date   date,
  resolved_by     text,
  resolved_at     timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX credit_dispute_one_open ON reporting.credit_dispute (tenant_id, loan_account_id) WHERE state = 'open';
CREATE INDEX credit_dispute_due ON reporting.credit_dispute (tenant_id, due_date, id);
SELECT kernel.protect('reporting.credit_dispute', 'mutable');
