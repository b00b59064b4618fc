-- Partners who guarantee a pool of loans up to a cap, what was claimed from them, and what partners dispute of their statements.

ALTER TABLE partners.partner DROP CONSTRAINT partner_kind_check;
ALTER TABLE partners.partner ADD CONSTRAINT partner_kind_check CHECK (kind IN ('investor', 'co_lender', 'guarantor'));
ALTER TABLE partners.partner_move DROP CONSTRAINT partner_move_kind_check;
ALTER TABLE partners.partner_move ADD CONSTRAINT partner_move_kind_check
  CHECK (kind IN ('share_bought', 'statement', 'payout', 'payout_refused', 'money_in', 'money_in_undone', 'guarantee_claim', 'adjustment'));

CREATE TABLE partners.guarantee (
  tenant_id        text NOT NULL DEFAULT kernel.tenant(),
  id               text NOT NULL,
  partner_id       text NOT NULL,
  name             text NOT NULL,
  currency         text NOT NULL,
  form             text NOT NULL CHECK (form IN ('cash', 'fixed_deposit', 'bank_guarantee')),
  cap_ppb          bigint NOT NULL CHECK (cap_ppb > 0 AND cap_ppb <= 1000000000),
  disbursed_minor  bigint NOT NULL,              -- what was lent on its loans: the cap is a share of it
  cap_minor        bigint NOT NULL,
  claim_after_days int NOT NULL,
  from_date        date NOT NULL,
  through_date     date NOT NULL,
  loans            int NOT NULL,
  state            text NOT NULL CHECK (state IN ('proposed', 'active', 'rejected')),
  made_by          text NOT NULL,
  made_at          timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, partner_id) REFERENCES partners.partner (tenant_id, id)
);
CREATE INDEX guarantee_partner ON partners.guarantee (tenant_id, partner_id);
SELECT kernel.protect('partners.guarantee', 'mutable');

CREATE TABLE partners.guarantee_loan (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  guarantee_id    text NOT NULL,
  loan_account_id text NOT NULL,
  number          text NOT NULL,
  borrower_name   text NOT NULL,
  product_code    text NOT NULL,
  branch_id       text,
  disbursed_minor bigint NOT NULL,
  covered         boolean NOT NULL DEFAULT false, -- once two people agreed
  PRIMARY KEY (tenant_id, guarantee_id, loan_account_id),
  FOREIGN KEY (tenant_id, guarantee_id) REFERENCES partners.guarantee (tenant_id, id)
);
-- No loan is guaranteed twice.
CREATE UNIQUE INDEX guarantee_loan_covered ON partners.guarantee_loan (tenant_id, loan_account_id) WHERE covered;
SELECT kernel.protect('partners.guarantee_loan', 'mutable');

CREATE TABLE partners.guarantee_claim (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  id              text NOT NULL,                 -- of the claim; one claim may be of many loans
  guarantee_id    text NOT NULL,
  loan_account_id text NOT NULL,
  days_past_due   int NOT NULL,
  owed_minor      bigint NOT NULL,               -- what the borrower owed on the day
  amount_minor    bigint NOT NULL CHECK (amount_minor > 0),
  state           text NOT NULL CHECK (state IN ('proposed', 'claimed', 'rejected')),
  entry_id        text,
  business_date   date NOT NULL,
  made_by         text NOT NULL,
  made_at         timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id, loan_account_id),
  FOREIGN KEY (tenant_id, guarantee_id, loan_account_id) REFERENCES partners.guarantee_loan (tenant_id, guarantee_id, loan_account_id)
);
-- Claimed once, and waiting once.
CREATE UNIQUE INDEX guarantee_claim_loan ON partners.guarantee_claim (tenant_id, guarantee_id, loan_account_id) WHERE state <> 'rejected';
SELECT kernel.protect('partners.guarantee_claim', 'mutable');

CREATE TABLE partners.dispute (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  id              text NOT NULL,
  statement_id    text NOT NULL,
  loan_account_id text,                          -- null: of the whole statement
  claim_minor     bigint NOT NULL,               -- what the partner says is missing; below zero: too much
  reason          text NOT NULL,
  state           text NOT NULL CHECK (state IN ('open', 'proposed', 'refused', 'corrected', 'adjusted')),
  adjust_minor    bigint,                        -- what it is to be owed on top
  answer          text,
  entry_id        text,
  raised_by       text NOT NULL,
  raised_at       timestamptz NOT NULL,
  answered_by     text,
  answered_at     timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, statement_id) REFERENCES partners.statement (tenant_id, id)
);
CREATE INDEX dispute_statement ON partners.dispute (tenant_id, statement_id);
SELECT kernel.protect('partners.dispute', 'mutable');
