-- Permission to debit somebody's account for a loan, and what was debited under it.
CREATE TABLE payments.mandate (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  id              text NOT NULL,
  subject         text NOT NULL,              -- the loan
  payer_name      text NOT NULL,
  payer_scheme    text NOT NULL,
  payer_masked    text NOT NULL,
  wrapped_key     bytea NOT NULL,
  payer_account   bytea NOT NULL,             -- sealed
  cap_minor       bigint NOT NULL CHECK (cap_minor > 0),
  currency        text NOT NULL,
  signed_date     date NOT NULL,
  agreement_sha256 text NOT NULL,             -- the paper it was given with
  state           text NOT NULL CHECK (state IN ('active', 'ended')),
  created_at      timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, subject)
);
SELECT kernel.protect('payments.mandate', 'mutable');

CREATE TABLE payments.collection (
  tenant_id    text NOT NULL DEFAULT kernel.tenant(),
  id           text NOT NULL,
  mandate_id   text NOT NULL,
  subject      text NOT NULL,
  due_date     date NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  currency     text NOT NULL,
  state        text NOT NULL CHECK (state IN ('created', 'sending', 'in_doubt', 'sent', 'accepted', 'paid', 'rejected', 'returned')),
  batch_id     text,
  reason       text,
  created_at   timestamptz NOT NULL,
  changed_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  -- A due date is collected once, however often end of day runs.
  UNIQUE (tenant_id, mandate_id, due_date)
);
CREATE INDEX collection_waiting ON payments.collection (tenant_id, currency) WHERE state = 'created';
CREATE INDEX collection_batch_of ON payments.collection (tenant_id, batch_id);
SELECT kernel.protect('payments.collection', 'mutable');
