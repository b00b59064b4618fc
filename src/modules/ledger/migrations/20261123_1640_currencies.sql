-- Rates of exchange and the revaluation of what stands in foreign currencies.

-- One unit of `currency` in the lender's own, in parts per billion. What a day's rate was before is in the audit chain.
CREATE TABLE ledger.fx_rate (
  tenant_id   text NOT NULL DEFAULT kernel.tenant(),
  currency    text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  day         date NOT NULL,
  rate_ppb    bigint NOT NULL CHECK (rate_ppb > 0),
  source      text NOT NULL,
  maker_id    text NOT NULL,
  approver_id text NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, currency, day)
);
CREATE INDEX fx_rate_recent ON ledger.fx_rate (tenant_id, day DESC NULLS LAST, currency);
SELECT kernel.protect('ledger.fx_rate', 'mutable');

CREATE TABLE ledger.fx_revaluation (
  tenant_id        text NOT NULL DEFAULT kernel.tenant(),
  id               text NOT NULL,
  book             text NOT NULL,
  day              date NOT NULL,
  currency         text NOT NULL,             -- the lender's own, in which it is posted
  adjustment_minor bigint NOT NULL,           -- gain above zero, loss below
  state            text NOT NULL CHECK (state IN ('proposed', 'posted', 'rejected', 'reversed')),
  made_by          text NOT NULL,
  made_at          timestamptz NOT NULL,
  journal_entry_id text,                      -- none when there was nothing to adjust
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX fx_revaluation_recent ON ledger.fx_revaluation (tenant_id, made_at DESC NULLS LAST, id);
SELECT kernel.protect('ledger.fx_revaluation', 'mutable');

CREATE TABLE ledger.fx_revaluation_line (
  tenant_id        text NOT NULL DEFAULT kernel.tenant(),
  revaluation_id   text NOT NULL,
  account          text NOT NULL,
  currency         text NOT NULL,
  balance_minor    bigint NOT NULL,           -- debits minus credits, in the foreign currency
  rate_ppb         bigint NOT NULL,           -- of the day
  carrying_minor   bigint NOT NULL,           -- at the rates of the days it moved, in the lender's own currency
  closing_minor    bigint NOT NULL,           -- at the rate of the day
  adjustment_minor bigint NOT NULL,           -- what this revaluation adds to those posted before
  PRIMARY KEY (tenant_id, revaluation_id, account, currency)
);
SELECT kernel.protect('ledger.fx_revaluation_line', 'append');
