-- Applications for credit, from the first answer to the payout.

CREATE SCHEMA origination;
GRANT USAGE ON SCHEMA origination TO loanwright_app;

-- One sequence for all lenders: a counter per lender would make their applications wait for each other. Numbers have gaps.
CREATE SEQUENCE origination.application_number;
GRANT USAGE ON SEQUENCE origination.application_number TO loanwright_app;

CREATE TABLE origination.application (
  tenant_id          text NOT NULL DEFAULT kernel.tenant(),
  id                 text NOT NULL,
  number             text NOT NULL,
  product_version_id text NOT NULL,
  product_code       text NOT NULL,
  product_name       text NOT NULL,
  channel            text NOT NULL CHECK (channel IN ('portal', 'staff', 'api', 'import', 'agent')),
  branch_id          text,
  party_id           text,
  owner_id           text NOT NULL,              -- whose "own" it is: the borrower's party, or the sales agent
  applicant_name     text NOT NULL DEFAULT '',
  locale             text NOT NULL DEFAULT 'en',
  currency           text NOT NULL,
  amount_minor       bigint NOT NULL,
  term_months        int NOT NULL,
  state              text NOT NULL CHECK (state IN ('draft', 'submitted', 'verifying', 'referred', 'approved', 'declined', 'offered', 'accepted', 'signed', 'funding', 'disbursed', 'withdrawn', 'expired')),
  waiting_on         text NOT NULL,              -- applicant | system | a role
  stage_entered_at   timestamptz NOT NULL,
  stage_due_at       timestamptz,
  answers            jsonb NOT NULL DEFAULT '{}', -- what was told, apart from personal data
  wrapped_key        bytea NOT NULL,
  sealed_person      bytea,                      -- names, contacts, identifiers and the payout account, under the application's own key
  score              int,
  policy_outcome     text,
  decision_id        text,
  offer_id           text,
  loan_account_id    text,
  loan_number        text,
  approved_until     date,
  claimed_by         text,
  claimed_at         timestamptz,
  closed_reason      text,
  created_by         text NOT NULL,
  created_at         timestamptz NOT NULL,
  submitted_at       timestamptz,
  submitted_on       date,
  changed_at         timestamptz NOT NULL,
  row_version        bigint NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, number)
);
CREATE INDEX application_state ON origination.application (tenant_id, state, stage_due_at);
CREATE INDEX application_owner ON origination.application (tenant_id, owner_id);
CREATE INDEX application_party ON origination.application (tenant_id, party_id);
CREATE INDEX application_loan ON origination.application (tenant_id, loan_account_id) WHERE loan_account_id IS NOT NULL;
SELECT kernel.protect('origination.application', 'mutable');

CREATE TABLE origination.timeline_entry (
  tenant_id      text NOT NULL DEFAULT kernel.tenant(),
  id             text NOT NULL,
  application_id text NOT NULL,
  at             timestamptz NOT NULL,
  business_date  date NOT NULL,
  kind           text NOT NULL,
  summary        text NOT NULL,
  from_state     text,
  to_state       text,
  actor_id       text NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX timeline_entry_application ON origination.timeline_entry (tenant_id, application_id, id);
SELECT kernel.protect('origination.timeline_entry', 'append');

CREATE TABLE origination.consent (
  tenant_id      text NOT NULL DEFAULT kernel.tenant(),
  id             text NOT NULL,
  application_id text NOT NULL,
  purpose        text NOT NULL,
  version        text NOT NULL,
  text_hash      text NOT NULL,                  -- SHA-256 of exactly the words that were shown
  locale         text NOT NULL,
  given          boolean NOT NULL,
  channel        text NOT NULL,
  given_at       timestamptz NOT NULL,
  actor_id       text NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX consent_application ON origination.consent (tenant_id, application_id, purpose);
SELECT kernel.protect('origination.consent', 'append');

-- A question to the outside. The row stands before the call is made, so that a call whose answer was lost is known.
CREATE TABLE origination.check_request (
  tenant_id      text NOT NULL DEFAULT kernel.tenant(),
  id             text NOT NULL,
  application_id text NOT NULL,
  party_id       text NOT NULL,
  kind           text NOT NULL,
  reference      text NOT NULL,
  state          text NOT NULL CHECK (state IN ('asked', 'answered', 'in_doubt', 'outage', 'given_up')),
  outcome        text,                           -- hit clear no_record mismatch pending wrong_person refused
  attempts       int NOT NULL DEFAULT 0,
  result         jsonb,
  reused_from    text,
  asked_on       date NOT NULL,
  asked_at       timestamptz NOT NULL,
  answered_at    timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, reference)
);
CREATE INDEX check_request_application ON origination.check_request (tenant_id, application_id);
CREATE INDEX check_request_party ON origination.check_request (tenant_id, party_id, kind, asked_on);
SELECT kernel.protect('origination.check_request', 'mutable');

CREATE TABLE origination.decision (
  tenant_id          text NOT NULL DEFAULT kernel.tenant(),
  id                 text NOT NULL,
  application_id     text NOT NULL,
  made_by            text NOT NULL,              -- 'policy' or the person
  outcome            text NOT NULL CHECK (outcome IN ('approve', 'decline', 'refer')),
  reasons            jsonb NOT NULL,
  amount_minor       bigint,
  term_months        int,
  annual_rate        text,
  score              int,
  override           boolean NOT NULL DEFAULT false,
  deviation          numeric NOT NULL DEFAULT 0,
  reason             text,
  expires_on         date,
  product_version_id text NOT NULL,
  policy_hash        text NOT NULL,
  scorecard_version  text NOT NULL,
  facts              jsonb NOT NULL,
  trace              jsonb NOT NULL,
  decided_at         timestamptz NOT NULL,
  decided_on         date NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX decision_application ON origination.decision (tenant_id, application_id, id);
SELECT kernel.protect('origination.decision', 'append');

-- Papers owed and conditions set; both must be met or waived before their stage.
CREATE TABLE origination.requirement (
  tenant_id      text NOT NULL DEFAULT kernel.tenant(),
  id             text NOT NULL,
  application_id text NOT NULL,
  kind           text NOT NULL CHECK (kind IN ('paper', 'condition')),
  code           text NOT NULL,
  label          jsonb NOT NULL,
  any_of         text[] NOT NULL DEFAULT '{}',
  stage          text NOT NULL CHECK (stage IN ('documents', 'funding')),
  state          text NOT NULL CHECK (state IN ('owed', 'in_review', 'met', 'refused', 'waived')),
  document_id    text,
  document_type  text,
  note           text,
  changed_by     text NOT NULL,
  changed_at     timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, application_id, code)
);
SELECT kernel.protect('origination.requirement', 'mutable');

CREATE TABLE origination.offer (
  tenant_id      text NOT NULL DEFAULT kernel.tenant(),
  id             text NOT NULL,
  application_id text NOT NULL,
  decision_id    text NOT NULL,
  state          text NOT NULL CHECK (state IN ('open', 'accepted', 'declined', 'expired', 'replaced')),
  currency       text NOT NULL,
  amount_minor   bigint NOT NULL,
  term_months    int NOT NULL,
  annual_rate    text NOT NULL,
  installment_minor bigint NOT NULL,
  apr            text NOT NULL,
  quote          jsonb NOT NULL,
  schedule_hash  text NOT NULL,
  made_on        date NOT NULL,
  expires_on     date NOT NULL,
  decided_at     timestamptz,
  reason         text,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX offer_application ON origination.offer (tenant_id, application_id);
CREATE INDEX offer_open ON origination.offer (tenant_id, expires_on) WHERE state = 'open';
SELECT kernel.protect('origination.offer', 'mutable');

CREATE TABLE origination.agreement (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  id              text NOT NULL,
  application_id  text NOT NULL,
  offer_id        text NOT NULL,
  state           text NOT NULL CHECK (state IN ('ready', 'signed', 'void')),
  quote           jsonb NOT NULL,
  schedule_hash   text NOT NULL,
  document_id     text NOT NULL,
  document_sha256 text NOT NULL,
  code_hash       bytea,
  code_sent_to    text,
  code_expires_at timestamptz,
  code_attempts   int NOT NULL DEFAULT 0,
  evidence        jsonb,
  made_at         timestamptz NOT NULL,
  signed_at       timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX agreement_live ON origination.agreement (tenant_id, application_id) WHERE state <> 'void';
SELECT kernel.protect('origination.agreement', 'mutable');

CREATE TABLE origination.funding (
  tenant_id           text NOT NULL DEFAULT kernel.tenant(),
  id                  text NOT NULL,
  application_id      text NOT NULL,
  state               text NOT NULL CHECK (state IN ('proposed', 'released', 'rejected', 'payout_rejected', 'paid')),
  approval_request_id text,
  currency            text NOT NULL,
  amount_minor        bigint NOT NULL,
  net_minor           bigint NOT NULL,
  value_date          date NOT NULL,
  schedule_hash       text NOT NULL,
  proposed_by         text NOT NULL,
  proposed_at         timestamptz NOT NULL,
  released_by         text,
  released_at         timestamptz,
  closing_event       text,                      -- the fact that ended it, so that its repeat ends nothing else
  note                text,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX funding_application ON origination.funding (tenant_id, application_id, id);
SELECT kernel.protect('origination.funding', 'mutable');

-- What must be told to an applicant by law, with its last day.
CREATE TABLE origination.notice (
  tenant_id      text NOT NULL DEFAULT kernel.tenant(),
  id             text NOT NULL,
  application_id text NOT NULL,
  kind           text NOT NULL CHECK (kind IN ('adverse_action')),
  reasons        jsonb NOT NULL,
  due_on         date NOT NULL,
  state          text NOT NULL CHECK (state IN ('owed', 'sent', 'cancelled')),
  document_id    text,
  made_at        timestamptz NOT NULL,
  sent_at        timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX notice_owed ON origination.notice (tenant_id, due_on) WHERE state = 'owed';
SELECT kernel.protect('origination.notice', 'mutable');

CREATE TABLE origination.message (
  tenant_id      text NOT NULL DEFAULT kernel.tenant(),
  reference      text NOT NULL,
  application_id text NOT NULL,
  letter         text NOT NULL,
  channel        text NOT NULL,
  state          text NOT NULL CHECK (state IN ('sending', 'sent', 'failed')),
  subject        text NOT NULL,
  at             timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, reference)
);
CREATE INDEX message_application ON origination.message (tenant_id, application_id);
SELECT kernel.protect('origination.message', 'mutable');

CREATE TABLE origination.funded_loan_file (
  tenant_id      text NOT NULL DEFAULT kernel.tenant(),
  id             text NOT NULL,
  application_id text NOT NULL,
  sha256         text NOT NULL,
  wrapped_key    bytea NOT NULL,
  sealed         bytea NOT NULL,                 -- the file names people, so it is kept sealed
  made_at        timestamptz NOT NULL,
  made_on        date NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
SELECT kernel.protect('origination.funded_loan_file', 'append');

-- Lines of imported tables, so that a file that is sent twice makes nothing twice.
CREATE TABLE origination.imported_line (
  tenant_id text NOT NULL DEFAULT kernel.tenant(),
  line_key  text NOT NULL,
  taken_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, line_key)
);
SELECT kernel.protect('origination.imported_line', 'append');
