-- Who owns shares of loans beside the lender: partners, what they took over, what they are owed, and what was stated to them.

CREATE SCHEMA partners;
GRANT USAGE ON SCHEMA partners TO loanwright_app;

CREATE TABLE partners.partner (
  tenant_id     text NOT NULL DEFAULT kernel.tenant(),
  id            text NOT NULL,
  code          text NOT NULL,
  name          text NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('investor', 'co_lender')),
  payee_scheme  text NOT NULL,
  payee_masked  text NOT NULL,
  wrapped_key   bytea NOT NULL,
  payee_account bytea NOT NULL,
  state         text NOT NULL CHECK (state IN ('proposed', 'active', 'rejected')),
  made_by       text NOT NULL,
  made_at       timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX partner_code ON partners.partner (tenant_id, code) WHERE state <> 'rejected';
SELECT kernel.protect('partners.partner', 'mutable');

CREATE TABLE partners.participation (
  tenant_id  text NOT NULL DEFAULT kernel.tenant(),
  id         text NOT NULL,
  partner_id text NOT NULL,
  name       text NOT NULL,
  currency   text NOT NULL,
  share_ppb  bigint NOT NULL CHECK (share_ppb > 0 AND share_ppb <= 1000000000),
  from_date  date NOT NULL,
  fee_basis  text NOT NULL CHECK (fee_basis IN ('none', 'interest', 'balance')),
  fee_ppb    bigint NOT NULL,
  charges    text NOT NULL CHECK (charges IN ('kept', 'shared')),
  loans      int NOT NULL,
  state      text NOT NULL CHECK (state IN ('proposed', 'active', 'rejected')),
  made_by    text NOT NULL,
  made_at    timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, partner_id) REFERENCES partners.partner (tenant_id, id)
);
CREATE INDEX participation_partner ON partners.participation (tenant_id, partner_id);
SELECT kernel.protect('partners.participation', 'mutable');

CREATE TABLE partners.participation_loan (
  tenant_id        text NOT NULL DEFAULT kernel.tenant(),
  participation_id text NOT NULL,
  loan_account_id  text NOT NULL,
  number           text NOT NULL,
  borrower_name    text NOT NULL,
  product_code     text NOT NULL,
  branch_id        text,
  offset_ppb       bigint,                       -- where its stretch of the loan begins; null until two people agreed
  PRIMARY KEY (tenant_id, participation_id, loan_account_id),
  FOREIGN KEY (tenant_id, participation_id) REFERENCES partners.participation (tenant_id, id)
);
CREATE INDEX participation_loan_loan ON partners.participation_loan (tenant_id, loan_account_id) WHERE offset_ppb IS NOT NULL;
SELECT kernel.protect('partners.participation_loan', 'mutable');

CREATE TABLE partners.statement (
  tenant_id    text NOT NULL DEFAULT kernel.tenant(),
  id           text NOT NULL,
  partner_id   text NOT NULL,
  currency     text NOT NULL,
  from_date    date NOT NULL,
  through_date date NOT NULL,
  state        text NOT NULL CHECK (state IN ('draft', 'proposed', 'settled', 'discarded')),
  net_minor    bigint NOT NULL,
  lines        int NOT NULL,
  entry_id     text,
  payment      text NOT NULL DEFAULT 'none' CHECK (payment IN ('none', 'ordered', 'paid', 'refused')),
  paid_minor   bigint NOT NULL DEFAULT 0,        -- ordered or paid
  attempts     int NOT NULL DEFAULT 0,
  reason       text,                             -- why the bank refused
  made_by      text NOT NULL,
  made_at      timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, partner_id) REFERENCES partners.partner (tenant_id, id)
);
-- One at a time, so that nothing is stated twice; and no two of the same period.
CREATE UNIQUE INDEX statement_open ON partners.statement (tenant_id, partner_id, currency) WHERE state IN ('draft', 'proposed');
CREATE UNIQUE INDEX statement_period ON partners.statement (tenant_id, partner_id, currency, through_date) WHERE state = 'settled';
SELECT kernel.protect('partners.statement', 'mutable');

CREATE TABLE partners.share_line (
  tenant_id           text NOT NULL DEFAULT kernel.tenant(),
  source_id           text NOT NULL,             -- the statement, or the participation that it was bought with
  participation_id    text NOT NULL,
  loan_account_id     text NOT NULL,
  key                 text NOT NULL,             -- the loan's event, or what else it is of
  kind                text NOT NULL,
  value_date          date NOT NULL,
  correction          boolean NOT NULL,
  received_minor      bigint NOT NULL,           -- the whole of it, whoever owns it
  principal_minor     bigint NOT NULL,
  interest_minor      bigint NOT NULL,
  fee_minor           bigint NOT NULL,
  penalty_minor       bigint NOT NULL,
  recovery_minor      bigint NOT NULL,
  loss_minor          bigint NOT NULL,
  servicing_fee_minor bigint NOT NULL,
  PRIMARY KEY (tenant_id, source_id, participation_id, loan_account_id, key)
);
CREATE INDEX share_line_loan ON partners.share_line (tenant_id, participation_id, loan_account_id);
SELECT kernel.protect('partners.share_line', 'append');

CREATE TABLE partners.partner_move (
  tenant_id     text NOT NULL DEFAULT kernel.tenant(),
  id            text NOT NULL,
  partner_id    text NOT NULL,
  currency      text NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('share_bought', 'statement', 'payout', 'payout_refused', 'money_in', 'money_in_undone')),
  subject_id    text NOT NULL,
  amount_minor  bigint NOT NULL,                 -- above zero: owed to the partner
  business_date date NOT NULL,
  recorded_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX partner_move_partner ON partners.partner_move (tenant_id, partner_id, currency);
SELECT kernel.protect('partners.partner_move', 'append');

-- What counts as stated: what was bought, and what settled statements say.
CREATE VIEW partners.stated_line WITH (security_invoker = true) AS
  SELECT l.* FROM partners.share_line l JOIN partners.statement s ON s.tenant_id = l.tenant_id AND s.id = l.source_id AND s.state = 'settled'
  UNION ALL SELECT l.* FROM partners.share_line l WHERE l.source_id = l.participation_id;
GRANT SELECT ON partners.stated_line TO loanwright_app;

-- For the ledger's proof of control accounts, debits positive.
CREATE VIEW partners.ledger_control WITH (security_invoker = true) AS
  SELECT currency, 'investor_payable'::text AS account, -sum(amount_minor)::bigint AS amount_minor, 'statutory'::text AS book FROM partners.partner_move GROUP BY currency
  UNION ALL
  SELECT p.currency, 'participation_sold', sum(l.principal_minor + l.loss_minor)::bigint, 'statutory'
  FROM partners.stated_line l JOIN partners.participation p ON p.tenant_id = l.tenant_id AND p.id = l.participation_id GROUP BY p.currency;
GRANT SELECT ON partners.ledger_control TO loanwright_app;
