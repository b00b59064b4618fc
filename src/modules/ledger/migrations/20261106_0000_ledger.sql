-- Books: the chart, journal entries with their postings, running totals, closes and proofs.

CREATE SCHEMA ledger;
GRANT USAGE ON SCHEMA ledger TO loanwright_app;

CREATE TABLE ledger.ledger_account (
  tenant_id text NOT NULL DEFAULT kernel.tenant(),
  code      text NOT NULL CHECK (code ~ '^[a-z][a-z0-9_]{1,60}$'),
  name      text NOT NULL,
  kind      text NOT NULL CHECK (kind IN ('asset', 'liability', 'equity', 'income', 'expense', 'memo')),
  -- its balance must equal the sum of a sub-ledger, so nobody posts to it by hand
  control   boolean NOT NULL DEFAULT false,
  active    boolean NOT NULL DEFAULT true,
  PRIMARY KEY (tenant_id, code)
);
SELECT kernel.protect('ledger.ledger_account', 'mutable');

CREATE TABLE ledger.journal_entry (
  tenant_id     text NOT NULL DEFAULT kernel.tenant(),
  business_date date NOT NULL,
  id            text NOT NULL,
  book          text NOT NULL,
  value_date    date NOT NULL,
  currency      text NOT NULL,
  cause_kind    text NOT NULL,                -- what brought it about: 'loan_event', 'receipt', 'manual_entry' …
  cause_id      text NOT NULL,
  memo          text NOT NULL,
  amount_minor  bigint NOT NULL,              -- sum of its debits
  reverses_id   text,                         -- the entry it undoes
  actor_id      text NOT NULL,
  recorded_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, business_date, id)
) PARTITION BY RANGE (business_date);
CREATE INDEX journal_entry_id ON ledger.journal_entry (tenant_id, id);
CREATE INDEX journal_entry_cause ON ledger.journal_entry (tenant_id, cause_id);
SELECT kernel.protect('ledger.journal_entry', 'append');

CREATE TABLE ledger.posting (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  business_date   date NOT NULL,
  entry_id        text NOT NULL,
  line            int NOT NULL,
  book            text NOT NULL,
  account         text NOT NULL,
  currency        text NOT NULL,
  debit_minor     bigint NOT NULL CHECK (debit_minor >= 0),
  credit_minor    bigint NOT NULL CHECK (credit_minor >= 0),
  value_date      date NOT NULL,
  loan_account_id text,
  product_code    text,
  branch_id       text,
  PRIMARY KEY (tenant_id, business_date, entry_id, line),
  CHECK ((debit_minor = 0) <> (credit_minor = 0))
) PARTITION BY RANGE (business_date);
CREATE INDEX posting_account ON ledger.posting (tenant_id, account, business_date);
CREATE INDEX posting_loan ON ledger.posting (tenant_id, loan_account_id, business_date) WHERE loan_account_id IS NOT NULL;
SELECT kernel.protect('ledger.posting', 'append');

-- A table per month. Whatever no month was made for yet lands in the default, so a posting never fails for want of one.
CREATE FUNCTION ledger.make_months(first_day date, months int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = ledger AS $$
DECLARE
  parent text; part text; starts date; made int := 0;
BEGIN
  FOR i IN 0 .. months - 1 LOOP
    starts := (date_trunc('month', first_day) + make_interval(months => i))::date;
    FOREACH parent IN ARRAY ARRAY['journal_entry', 'posting'] LOOP
      part := parent || '_' || to_char(starts, 'YYYY_MM');
      CONTINUE WHEN to_regclass('ledger.' || part) IS NOT NULL;
      BEGIN
        EXECUTE format('CREATE TABLE ledger.%I PARTITION OF ledger.%I FOR VALUES FROM (%L) TO (%L)', part, parent, starts, (starts + interval '1 month')::date);
      EXCEPTION
        WHEN check_violation THEN CONTINUE; -- the default holds rows of that month already: they stay there
        WHEN duplicate_table OR unique_violation THEN CONTINUE; -- another lender's end of day made it just now
      END;
      PERFORM kernel.protect(format('ledger.%I', part)::regclass, 'append');
      made := made + 1;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;
CREATE TABLE ledger.journal_entry_other PARTITION OF ledger.journal_entry DEFAULT;
SELECT kernel.protect('ledger.journal_entry_other', 'append');
CREATE TABLE ledger.posting_other PARTITION OF ledger.posting DEFAULT;
SELECT kernel.protect('ledger.posting_other', 'append');
SELECT ledger.make_months('2026-01-01', 36);

-- Running totals. `slot` is the writing connection: each has rows of its own, so that writers of the same account on the
-- same day do not wait for one another; a balance is the sum over slots.
CREATE TABLE ledger.account_day_total (
  tenant_id     text NOT NULL DEFAULT kernel.tenant(),
  book          text NOT NULL,
  account       text NOT NULL,
  currency      text NOT NULL,
  business_date date NOT NULL,
  slot          int NOT NULL,
  debit_minor   bigint NOT NULL,
  credit_minor  bigint NOT NULL,
  PRIMARY KEY (tenant_id, book, account, currency, business_date, slot)
) WITH (fillfactor = 60);
SELECT kernel.protect('ledger.account_day_total', 'mutable');

CREATE TABLE ledger.period_close (
  tenant_id      text NOT NULL DEFAULT kernel.tenant(),
  book           text NOT NULL,
  closed_through date NOT NULL,
  changed_at     timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, book)
);
SELECT kernel.protect('ledger.period_close', 'mutable');

CREATE TABLE ledger.proof (
  tenant_id        text NOT NULL DEFAULT kernel.tenant(),
  id               text NOT NULL,
  business_date    date NOT NULL,
  check_name       text NOT NULL,             -- 'trial_balance', 'day_totals', 'control'
  account          text,
  currency         text NOT NULL,
  ledger_minor     bigint NOT NULL,
  expected_minor   bigint NOT NULL,
  proved_at        timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX proof_day ON ledger.proof (tenant_id, business_date DESC);
SELECT kernel.protect('ledger.proof', 'append');
