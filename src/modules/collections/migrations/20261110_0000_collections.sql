-- Collections: who is behind, who works on it, what was said, what was promised.
-- What is owed is servicing's; here are the figures that came with its events, so that the queue is sorted by one index-backed read.

CREATE SCHEMA collections;
GRANT USAGE ON SCHEMA collections TO loanwright_app;

CREATE TABLE collections.collection_case (
  tenant_id         text NOT NULL DEFAULT kernel.tenant(),
  id                text NOT NULL,
  loan_account_id   text NOT NULL,
  loan_number       text,
  party_id          text,
  borrower_name     text,
  product_code      text,
  state             text NOT NULL CHECK (state IN ('watching', 'open', 'closed')),
  stage             text NOT NULL CHECK (stage IN ('collections', 'recovery')),
  opens_on          date NOT NULL,               -- watching until this day: the product says from how many days a case is opened
  bucket            text,
  dpd               int NOT NULL,                -- on dpd_date; grows by a day each day until servicing says otherwise
  dpd_date          date NOT NULL,
  overdue_minor     bigint NOT NULL CHECK (overdue_minor >= 0),
  currency          text NOT NULL,
  broken_promise    boolean NOT NULL DEFAULT false,
  next_contact_date date NOT NULL,
  last_contact_at   timestamptz,
  last_outcome      text,
  claimed_by        text,
  claimed_until     timestamptz,
  opened_at         timestamptz NOT NULL,
  closed_at         timestamptz,
  close_reason      text,
  version           bigint NOT NULL DEFAULT 1,
  changed_at        timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX collection_case_live ON collections.collection_case (tenant_id, loan_account_id) WHERE state <> 'closed';
CREATE INDEX collection_case_queue ON collections.collection_case (tenant_id, next_contact_date) WHERE state = 'open';
SELECT kernel.protect('collections.collection_case', 'mutable');

-- The newest event of each loan that was heard: an older one that arrives late changes nothing.
CREATE TABLE collections.loan_heard (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  loan_account_id text NOT NULL,
  sequence        bigint NOT NULL,
  PRIMARY KEY (tenant_id, loan_account_id)
);
SELECT kernel.protect('collections.loan_heard', 'mutable');

CREATE TABLE collections.contact (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  id              text NOT NULL,
  case_id         text NOT NULL,
  loan_account_id text NOT NULL,
  channel         text NOT NULL CHECK (channel IN ('call', 'sms', 'email', 'visit')),
  outcome         text NOT NULL,
  note            text,
  contacted_at    timestamptz NOT NULL,
  business_date   date NOT NULL,
  actor_id        text NOT NULL,
  overridden_rule text,                          -- contact rule that was set aside, and why
  override_reason text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, case_id) REFERENCES collections.collection_case,
  CHECK ((overridden_rule IS NULL) = (override_reason IS NULL))
);
CREATE INDEX contact_of_loan ON collections.contact (tenant_id, loan_account_id, contacted_at);
CREATE INDEX contact_of_case ON collections.contact (tenant_id, case_id, id);
SELECT kernel.protect('collections.contact', 'append');

CREATE TABLE collections.promise (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  id              text NOT NULL,
  case_id         text NOT NULL,
  loan_account_id text NOT NULL,
  amount_minor    bigint NOT NULL CHECK (amount_minor > 0),
  currency        text NOT NULL,
  due_date        date NOT NULL,
  state           text NOT NULL CHECK (state IN ('open', 'kept', 'broken', 'withdrawn')),
  made_on         date NOT NULL,
  made_at         timestamptz NOT NULL,
  made_by         text NOT NULL,
  settled_on      date,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, case_id) REFERENCES collections.collection_case
);
CREATE UNIQUE INDEX promise_open ON collections.promise (tenant_id, case_id) WHERE state = 'open';
CREATE INDEX promise_due ON collections.promise (tenant_id, due_date) WHERE state = 'open';
CREATE INDEX promise_of_loan ON collections.promise (tenant_id, loan_account_id, id);
SELECT kernel.protect('collections.promise', 'mutable');

-- Repayments as they were published, each once, and those taken back: what promises are measured by.
CREATE TABLE collections.money_in (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  payment_id      text NOT NULL,                 -- servicing's event
  event_id        text NOT NULL,                 -- the published fact; its id sorts by time
  loan_account_id text NOT NULL,
  amount_minor    bigint NOT NULL,
  value_date      date NOT NULL,
  PRIMARY KEY (tenant_id, payment_id)
);
CREATE INDEX money_in_of_loan ON collections.money_in (tenant_id, loan_account_id, value_date);
SELECT kernel.protect('collections.money_in', 'append');

CREATE TABLE collections.money_back (
  tenant_id  text NOT NULL DEFAULT kernel.tenant(),
  payment_id text NOT NULL,                      -- may be heard before its payment
  PRIMARY KEY (tenant_id, payment_id)
);
SELECT kernel.protect('collections.money_back', 'append');
