-- Fees and costs of a loan that are income and expense over its life: what was deferred, what was taken so far, and what is to be left at each month's end.
CREATE TABLE servicing.deferral (
  tenant_id            text NOT NULL DEFAULT kernel.tenant(),
  loan_account_id      text NOT NULL,
  shard                int NOT NULL,
  product_version_id   text NOT NULL,
  branch_id            text,
  currency             text NOT NULL,
  fee_minor            bigint NOT NULL,          -- deferred at the payout
  cost_minor           bigint NOT NULL,
  fee_amortised_minor  bigint NOT NULL,          -- taken into income so far; below zero where longer flows are worth less
  cost_amortised_minor bigint NOT NULL,
  fee_lost_minor       bigint NOT NULL,          -- gone with a loan that was lost
  cost_lost_minor      bigint NOT NULL,
  basis_minor          bigint NOT NULL,          -- net fee that the spread was found for
  spread               double precision NOT NULL,-- a year, on top of the contract's interest
  effective_rate       double precision,         -- a year, compounded yearly
  PRIMARY KEY (tenant_id, loan_account_id)
) WITH (fillfactor = 80);
CREATE INDEX deferral_shard ON servicing.deferral (tenant_id, shard);
SELECT kernel.protect('servicing.deferral', 'mutable');

-- Beside it, because it is written when the loan changes and read once a month: shares of what was deferred, in billionths, that are left at the end of
-- each month from `from_month` (year × 12 + month) on; nothing is left beyond the last.
CREATE TABLE servicing.deferral_plan (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  loan_account_id text NOT NULL,
  from_month      int NOT NULL,
  left_share      bigint[] NOT NULL,
  PRIMARY KEY (tenant_id, loan_account_id)
);
SELECT kernel.protect('servicing.deferral_plan', 'mutable');

-- What each day did, so that any day can be looked at later.
CREATE TABLE servicing.deferral_move (
  tenant_id            text NOT NULL DEFAULT kernel.tenant(),
  business_date        date NOT NULL,
  loan_account_id      text NOT NULL,
  fee_minor            bigint NOT NULL DEFAULT 0,
  cost_minor           bigint NOT NULL DEFAULT 0,
  fee_amortised_minor  bigint NOT NULL DEFAULT 0,
  cost_amortised_minor bigint NOT NULL DEFAULT 0,
  fee_lost_minor       bigint NOT NULL DEFAULT 0,
  cost_lost_minor      bigint NOT NULL DEFAULT 0
) PARTITION BY RANGE (business_date);
CREATE INDEX deferral_move_loan ON servicing.deferral_move (tenant_id, loan_account_id, business_date);
SELECT kernel.protect('servicing.deferral_move', 'append');
CREATE TABLE servicing.deferral_move_other PARTITION OF servicing.deferral_move DEFAULT;
SELECT kernel.protect('servicing.deferral_move_other', 'append');
SELECT kernel.make_months(ARRAY['servicing.deferral_move']::regclass[], '2026-01-01'::date, 36);

-- On which accounts a version's deferred fees and costs stand, in each book that defers them; from the first loan booked.
CREATE TABLE servicing.deferral_book (
  tenant_id          text NOT NULL DEFAULT kernel.tenant(),
  product_version_id text NOT NULL,
  book               text NOT NULL,
  fee_account        text,
  cost_account       text,
  PRIMARY KEY (tenant_id, product_version_id, book)
);
SELECT kernel.protect('servicing.deferral_book', 'append');

-- Control accounts of each book, with what is deferred.
CREATE OR REPLACE VIEW servicing.ledger_control WITH (security_invoker = true) AS
  SELECT t.currency, v.account, v.minor AS amount_minor, 'statutory'::text AS book
  FROM (
    SELECT currency, sum(principal_minor)::bigint AS principal, sum(interest_minor)::bigint AS interest, sum(fee_minor)::bigint AS fee, sum(penalty_minor)::bigint AS penalty, -sum(suspense_minor)::bigint AS suspense
    FROM servicing.loan_state GROUP BY currency
  ) t CROSS JOIN LATERAL (VALUES ('principal_receivable', t.principal), ('interest_receivable', t.interest), ('fee_receivable', t.fee), ('penalty_receivable', t.penalty), ('interest_suspense', t.suspense)) AS v (account, minor)
  UNION ALL
  SELECT s.currency, v.account, v.minor, k.book
  FROM (
    SELECT product_version_id, currency, sum(principal_minor)::bigint AS principal, sum(interest_minor)::bigint AS interest, sum(fee_minor)::bigint AS fee, sum(penalty_minor)::bigint AS penalty, -sum(suspense_minor)::bigint AS suspense
    FROM servicing.loan_state WHERE product_version_id IN (SELECT product_version_id FROM servicing.kept_book) GROUP BY product_version_id, currency
  ) s JOIN servicing.kept_book k ON k.product_version_id = s.product_version_id
  CROSS JOIN LATERAL (VALUES (k.principal_account, s.principal), (k.interest_account, s.interest), (k.fee_account, s.fee), (k.penalty_account, s.penalty), (k.suspense_account, s.suspense)) AS v (account, minor)
  WHERE v.account IS NOT NULL
  UNION ALL
  SELECT d.currency, v.account, v.minor, k.book
  FROM (
    SELECT product_version_id, currency, sum(fee_amortised_minor + fee_lost_minor - fee_minor)::bigint AS fee, sum(cost_minor - cost_amortised_minor - cost_lost_minor)::bigint AS cost
    FROM servicing.deferral GROUP BY product_version_id, currency
  ) d JOIN servicing.deferral_book k ON k.product_version_id = d.product_version_id
  CROSS JOIN LATERAL (VALUES (k.fee_account, d.fee), (k.cost_account, d.cost)) AS v (account, minor)
  WHERE v.account IS NOT NULL;
