-- Provisions: policies as data, runs that reckon a loss for each loan, and what was posted of them.

CREATE SCHEMA risk;
GRANT USAGE ON SCHEMA risk TO loanwright_app;

CREATE TABLE risk.provision_policy (
  tenant_id      text NOT NULL DEFAULT kernel.tenant(),
  id             text NOT NULL,
  code           text NOT NULL,
  number         int NOT NULL,                -- version within the code
  name           text NOT NULL,
  method         text NOT NULL CHECK (method IN ('irac', 'ifrs9', 'cecl')),
  book           text NOT NULL,               -- where its runs are posted
  definition     jsonb NOT NULL,
  state          text NOT NULL CHECK (state IN ('proposed', 'in_force', 'replaced', 'rejected')),
  made_by        text NOT NULL,
  made_at        timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, code, number)
);
SELECT kernel.protect('risk.provision_policy', 'mutable');

CREATE TABLE risk.provision_run (
  tenant_id     text NOT NULL DEFAULT kernel.tenant(),
  id            text NOT NULL,
  policy_id     text NOT NULL,
  policy_code   text NOT NULL,
  method        text NOT NULL,
  book          text NOT NULL,
  business_date date NOT NULL,
  state         text NOT NULL CHECK (state IN ('draft', 'proposed', 'posted', 'discarded')),
  previous_id   text,                         -- the run of this policy that was posted last
  loans         int NOT NULL,
  made_by       text NOT NULL,
  made_at       timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX provision_run_policy ON risk.provision_run (tenant_id, policy_code, business_date);
SELECT kernel.protect('risk.provision_run', 'mutable');

CREATE TABLE risk.provision_line (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  run_id          text NOT NULL,
  loan_account_id text NOT NULL,
  number          text NOT NULL,
  borrower_name   text NOT NULL,
  product_code    text NOT NULL,
  branch_id       text,
  currency        text NOT NULL,
  stage           text NOT NULL,              -- class, stage or pool
  dpd             int NOT NULL,
  exposure_minor  bigint NOT NULL,
  rate_ppb        bigint NOT NULL,            -- loss as a share of the exposure
  pd_ppb          bigint,
  lgd_ppb         bigint,
  loss_minor      bigint NOT NULL,
  reason          text NOT NULL,
  PRIMARY KEY (tenant_id, run_id, loan_account_id)
);
SELECT kernel.protect('risk.provision_line', 'append');
