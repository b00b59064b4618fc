-- Loan accounts: agreed terms that never change, a log of dated facts that only grows, and what the engine makes of both.

CREATE SCHEMA servicing;
GRANT USAGE ON SCHEMA servicing TO loanwright_app;

CREATE SEQUENCE servicing.loan_number START 10000001;
GRANT USAGE ON SEQUENCE servicing.loan_number TO loanwright_app;

CREATE TABLE servicing.loan_account (
  tenant_id          text NOT NULL DEFAULT kernel.tenant(),
  id                 text NOT NULL,
  number             text NOT NULL,               -- LN########, what borrowers write on a transfer
  shard              int NOT NULL,
  product_version_id text NOT NULL,
  product_code       text NOT NULL,
  branch_id          text,
  currency           text NOT NULL,
  borrower_party_id  text,
  borrower_name      text NOT NULL,
  application_id     text,
  terms              jsonb NOT NULL,
  schedule_hash      text NOT NULL,
  principal_minor    bigint NOT NULL,
  booked_date        date NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, number)
);
CREATE INDEX loan_account_borrower ON servicing.loan_account (tenant_id, borrower_party_id);
CREATE INDEX loan_account_application ON servicing.loan_account (tenant_id, application_id);
SELECT kernel.protect('servicing.loan_account', 'append');

CREATE TABLE servicing.loan_party (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  loan_account_id text NOT NULL,
  party_id        text NOT NULL,
  role            text NOT NULL CHECK (role IN ('borrower', 'co_borrower', 'guarantor')),
  PRIMARY KEY (tenant_id, loan_account_id, party_id)
);
CREATE INDEX loan_party_party ON servicing.loan_party (tenant_id, party_id);
SELECT kernel.protect('servicing.loan_party', 'append');

-- What changes, in one narrow row: the position that the control accounts are proved against, and what falls due next.
CREATE TABLE servicing.loan_state (
  tenant_id          text NOT NULL DEFAULT kernel.tenant(),
  loan_account_id    text NOT NULL,
  shard              int NOT NULL,
  status             text NOT NULL CHECK (status IN ('active', 'overpaid', 'closed', 'charged_off', 'written_off', 'cancelled')),
  disbursement       text NOT NULL CHECK (disbursement IN ('under_way', 'settled', 'failed', 'boarded')),
  principal_minor    bigint NOT NULL,             -- outstanding, as the books hold it: 0 after a charge-off
  interest_minor     bigint NOT NULL,             -- earned, posted and not paid
  fee_minor          bigint NOT NULL,
  penalty_minor      bigint NOT NULL,
  overpayment_minor  bigint NOT NULL,
  charged_off_minor  bigint NOT NULL DEFAULT 0,   -- taken to loss, less what was recovered since: still owed
  interest_through   date NOT NULL,               -- interest is posted up to this day, not counting it
  -- how interest grows from here, so that a day's accrual needs no history: see domain/segment.ts
  segment            json,
  attention_date     date,                        -- the next day whose end of day has something to do for this loan
  next_due_date      date,
  next_due_minor     bigint NOT NULL DEFAULT 0,
  oldest_due_date    date,                        -- of the oldest unpaid row that is due; days past due follow from it
  overdue_minor      bigint NOT NULL DEFAULT 0,
  bucket             text,
  class              text,
  disbursed_date     date,
  closed_date        date,
  charged_off_date   date,
  last_sequence      int NOT NULL,
  last_value_date    date NOT NULL,
  version            bigint NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, loan_account_id)
) WITH (fillfactor = 45);
CREATE INDEX loan_state_attention ON servicing.loan_state (tenant_id, attention_date) WHERE attention_date IS NOT NULL;
CREATE INDEX loan_state_past_due ON servicing.loan_state (tenant_id, oldest_due_date) WHERE oldest_due_date IS NOT NULL;
SELECT kernel.protect('servicing.loan_state', 'mutable');

CREATE TABLE servicing.loan_event (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  loan_account_id text NOT NULL,
  sequence        int NOT NULL,
  id              text NOT NULL,
  type            text NOT NULL,
  value_date      date NOT NULL,
  business_date   date NOT NULL,
  recorded_at     timestamptz NOT NULL,
  cause           text NOT NULL,                  -- request, receipt or end-of-day step
  actor_id        text NOT NULL,
  payload         jsonb NOT NULL,                 -- the engine's event
  PRIMARY KEY (tenant_id, loan_account_id, sequence)
);
CREATE UNIQUE INDEX loan_event_id ON servicing.loan_event (tenant_id, id);
SELECT kernel.protect('servicing.loan_event', 'append');

CREATE TABLE servicing.payment_source (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  source          text NOT NULL,                  -- match of a receipt, or the request
  loan_account_id text NOT NULL,
  event_id        text NOT NULL,
  PRIMARY KEY (tenant_id, source)
);
SELECT kernel.protect('servicing.payment_source', 'append');

CREATE TABLE servicing.bucket_entry (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  id              text NOT NULL,
  loan_account_id text NOT NULL,
  business_date   date NOT NULL,
  bucket          text,                           -- null: back to current
  class           text,
  dpd             int NOT NULL,
  overdue_minor   bigint NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX bucket_entry_loan ON servicing.bucket_entry (tenant_id, loan_account_id, business_date);
SELECT kernel.protect('servicing.bucket_entry', 'append');

CREATE TABLE servicing.reminder (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  loan_account_id text NOT NULL,
  due_date        date NOT NULL,
  template        text NOT NULL,
  days_from_due   int NOT NULL,
  business_date   date NOT NULL,
  PRIMARY KEY (tenant_id, loan_account_id, due_date, template, days_from_due)
);
SELECT kernel.protect('servicing.reminder', 'append');

-- Letters that are written once for each time they come true.
CREATE TABLE servicing.loan_letter (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  loan_account_id text NOT NULL,
  purpose         text NOT NULL,
  closed_date     date NOT NULL,
  document_id     text NOT NULL,
  PRIMARY KEY (tenant_id, loan_account_id, purpose, closed_date)
);
SELECT kernel.protect('servicing.loan_letter', 'append');

CREATE TABLE servicing.payoff_quote (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  id              text NOT NULL,
  loan_account_id text NOT NULL,
  payoff_date     date NOT NULL,
  principal_minor bigint NOT NULL,
  interest_minor  bigint NOT NULL,
  fee_minor       bigint NOT NULL,
  penalty_minor   bigint NOT NULL,
  total_minor     bigint NOT NULL,
  per_diem_minor  bigint NOT NULL,
  currency        text NOT NULL,
  expires_date    date NOT NULL,
  made_by         text NOT NULL,
  made_at         timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX payoff_quote_loan ON servicing.payoff_quote (tenant_id, loan_account_id, made_at DESC);
SELECT kernel.protect('servicing.payoff_quote', 'append');

-- What the ledger's control accounts must equal, debits positive.
CREATE VIEW servicing.ledger_control WITH (security_invoker = true) AS
  SELECT a.currency, v.account, sum(v.minor)::bigint AS amount_minor
  FROM servicing.loan_state s JOIN servicing.loan_account a ON a.tenant_id = s.tenant_id AND a.id = s.loan_account_id
  CROSS JOIN LATERAL (VALUES ('principal_receivable', s.principal_minor), ('interest_receivable', s.interest_minor), ('fee_receivable', s.fee_minor), ('penalty_receivable', s.penalty_minor)) AS v (account, minor)
  GROUP BY a.currency, v.account;
GRANT SELECT ON servicing.ledger_control TO loanwright_app;

-- What reporting reads: a row per loan.
CREATE VIEW servicing.report_loan WITH (security_invoker = true) AS
  SELECT a.tenant_id, a.id AS loan_account_id, a.number, a.product_code, a.product_version_id, a.branch_id, a.currency, a.borrower_name, a.borrower_party_id, a.application_id, a.shard,
    a.schedule_hash, a.principal_minor AS original_principal_minor, a.booked_date, s.status, s.disbursement, s.principal_minor, s.interest_minor, s.fee_minor, s.penalty_minor, s.overpayment_minor, s.charged_off_minor,
    s.next_due_date, s.next_due_minor, s.oldest_due_date, s.overdue_minor, s.bucket, s.class, s.disbursed_date, s.closed_date, s.charged_off_date
  FROM servicing.loan_account a JOIN servicing.loan_state s ON s.tenant_id = a.tenant_id AND s.loan_account_id = a.id;
GRANT SELECT ON servicing.report_loan TO loanwright_app;
CREATE VIEW servicing.report_bucket WITH (security_invoker = true) AS SELECT tenant_id, loan_account_id, business_date, bucket, class, dpd, overdue_minor FROM servicing.bucket_entry;
GRANT SELECT ON servicing.report_bucket TO loanwright_app;
