-- Money in and out: our bank accounts, payouts, statements with their lines, receipts and what they were matched to.

CREATE SCHEMA payments;
GRANT USAGE ON SCHEMA payments TO loanwright_app;

CREATE TABLE payments.bank_account (
  tenant_id    text NOT NULL DEFAULT kernel.tenant(),
  id           text NOT NULL,
  name         text NOT NULL,
  holder_name  text NOT NULL,
  currency     text NOT NULL,
  scheme       text NOT NULL CHECK (scheme IN ('iban', 'in', 'us')),
  bank_code    text,
  account      text NOT NULL,
  channel_id   text NOT NULL,                 -- what the bank's own interface calls this account
  files_seen   bigint NOT NULL DEFAULT 0,     -- sequence of the newest file fetched from the bank
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, account)
);
SELECT kernel.protect('payments.bank_account', 'mutable');

-- Which loan a reference on a bank line means; the owner of the loan registers it.
CREATE TABLE payments.reference (
  tenant_id text NOT NULL DEFAULT kernel.tenant(),
  reference text NOT NULL,
  subject   text NOT NULL,
  party_ids text[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, reference)
);
SELECT kernel.protect('payments.reference', 'mutable');

CREATE TABLE payments.payout_batch (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  id              text NOT NULL,
  message_id      text NOT NULL,
  bank_account_id text NOT NULL,
  -- ready: written, may be handed over · sending: being handed over · in_doubt: only the bank knows · sent · rejected
  state           text NOT NULL CHECK (state IN ('ready', 'sending', 'in_doubt', 'sent', 'rejected')),
  payout_count    int NOT NULL,
  total_minor     bigint NOT NULL,
  currency        text NOT NULL,
  wrapped_key     bytea NOT NULL,
  file            bytea NOT NULL,             -- the very bytes handed over, sealed
  submission_id   text,
  detail          text,
  created_at      timestamptz NOT NULL,
  changed_at      timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, message_id)
);
CREATE INDEX payout_batch_open ON payments.payout_batch (tenant_id, state) WHERE state IN ('ready', 'sending', 'in_doubt');
SELECT kernel.protect('payments.payout_batch', 'mutable');

CREATE TABLE payments.payout (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  id              text NOT NULL,
  reference       text NOT NULL,              -- the caller's: one payout per reference for ever
  subject         text NOT NULL,
  purpose         text NOT NULL,
  amount_minor    bigint NOT NULL CHECK (amount_minor > 0),
  currency        text NOT NULL,
  payee_name      text NOT NULL,
  payee_scheme    text NOT NULL,
  payee_masked    text NOT NULL,
  wrapped_key     bytea NOT NULL,
  payee_account   bytea NOT NULL,             -- sealed
  state           text NOT NULL CHECK (state IN ('created', 'sending', 'sent', 'accepted', 'settled', 'rejected', 'in_doubt', 'returned')),
  batch_id        text,
  reason          text,
  created_at      timestamptz NOT NULL,
  changed_at      timestamptz NOT NULL,
  settled_date    date,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, reference)
);
CREATE INDEX payout_waiting ON payments.payout (tenant_id, currency) WHERE state = 'created';
CREATE INDEX payout_batch_of ON payments.payout (tenant_id, batch_id);
CREATE INDEX payout_recent ON payments.payout (tenant_id, created_at DESC);
SELECT kernel.protect('payments.payout', 'mutable');

CREATE TABLE payments.statement (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  id              text NOT NULL,
  bank_account_id text NOT NULL,
  statement_ref   text NOT NULL,              -- the bank's id of it
  content_hash    text NOT NULL,
  from_date       date,
  to_date         date,
  currency        text NOT NULL,
  opening_minor   bigint,
  closing_minor   bigint,
  line_count      int NOT NULL,
  imported_at     timestamptz NOT NULL,
  imported_by     text NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, bank_account_id, statement_ref)
);
CREATE INDEX statement_recent ON payments.statement (tenant_id, imported_at DESC);
SELECT kernel.protect('payments.statement', 'append');

CREATE TABLE payments.receipt (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  id              text NOT NULL,
  bank_account_id text NOT NULL,
  bank_reference  text NOT NULL,
  channel         text NOT NULL,              -- 'bank_transfer', 'pay_now', 'cash' …
  amount_minor    bigint NOT NULL CHECK (amount_minor > 0),
  currency        text NOT NULL,
  value_date      date NOT NULL,
  end_to_end_id   text,
  payer_name      text,
  payer_masked    text,
  payer_index     bytea,
  remittance      text NOT NULL,
  state           text NOT NULL CHECK (state IN ('suspense', 'matched', 'returned')),
  line_id         text,
  received_at     timestamptz NOT NULL,
  return_reason   text,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, bank_account_id, bank_reference)
);
CREATE INDEX receipt_suspense ON payments.receipt (tenant_id, received_at) WHERE state = 'suspense';
CREATE INDEX receipt_end_to_end ON payments.receipt (tenant_id, end_to_end_id) WHERE end_to_end_id IS NOT NULL;
CREATE INDEX receipt_payer ON payments.receipt (tenant_id, payer_index) WHERE payer_index IS NOT NULL;
SELECT kernel.protect('payments.receipt', 'mutable');

CREATE TABLE payments.statement_line (
  tenant_id        text NOT NULL DEFAULT kernel.tenant(),
  id               text NOT NULL,
  statement_id     text NOT NULL,
  bank_account_id  text NOT NULL,
  line_number      int NOT NULL,
  bank_reference   text NOT NULL,
  amount_minor     bigint NOT NULL,           -- positive: money in
  currency         text NOT NULL,
  booking_date     date NOT NULL,
  value_date       date NOT NULL,
  code             text NOT NULL,
  end_to_end_id    text,
  remittance       text NOT NULL,
  party_name       text,
  party_masked     text,
  return_reason    text,
  kind             text NOT NULL CHECK (kind IN ('receipt', 'payout', 'payout_return', 'receipt_return', 'other', 'repeated')),
  receipt_id       text,
  payout_id        text,
  note             text,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX statement_line_of ON payments.statement_line (tenant_id, statement_id, line_number);
CREATE UNIQUE INDEX statement_line_once ON payments.statement_line (tenant_id, bank_account_id, bank_reference, booking_date, amount_minor) WHERE kind <> 'repeated';
SELECT kernel.protect('payments.statement_line', 'append');

CREATE TABLE payments.receipt_match (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  id              text NOT NULL,
  receipt_id      text NOT NULL,
  loan_account_id text NOT NULL,
  amount_minor    bigint NOT NULL CHECK (amount_minor > 0),
  how             text NOT NULL CHECK (how IN ('loan_number', 'end_to_end_id', 'person')),
  matched_by      text NOT NULL,
  matched_at      timestamptz NOT NULL,
  taken_at        timestamptz,                -- when servicing took it to apply it
  undone_at       timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX receipt_match_of ON payments.receipt_match (tenant_id, receipt_id);
CREATE INDEX receipt_match_waiting ON payments.receipt_match (tenant_id, id) WHERE taken_at IS NULL AND undone_at IS NULL;
SELECT kernel.protect('payments.receipt_match', 'mutable');

CREATE TABLE payments.checkout (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  id              text NOT NULL,              -- also the bank's reference and the payment's EndToEndId
  bank_account_id text NOT NULL,
  loan_account_id text NOT NULL,
  party_id        text,
  amount_minor    bigint NOT NULL CHECK (amount_minor > 0),
  currency        text NOT NULL,
  description     text NOT NULL,
  return_url      text NOT NULL,
  session_id      text,
  url             text,
  state           text NOT NULL CHECK (state IN ('created', 'open', 'paid', 'failed')),
  receipt_id      text,
  created_at      timestamptz NOT NULL,
  changed_at      timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX checkout_open ON payments.checkout (tenant_id, changed_at) WHERE state IN ('created', 'open');
CREATE UNIQUE INDEX checkout_session ON payments.checkout (tenant_id, session_id) WHERE session_id IS NOT NULL;
SELECT kernel.protect('payments.checkout', 'mutable');
