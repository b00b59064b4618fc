-- Day snapshots of the portfolio: what was true when the day was closed, so that a past month's figures are read, not rebuilt.

CREATE SCHEMA reporting;
GRANT USAGE ON SCHEMA reporting TO loanwright_app;

CREATE TABLE reporting.portfolio_day (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  business_date   date NOT NULL,
  product_code    text NOT NULL,
  branch_id       text NOT NULL,                -- '' where a loan has none
  currency        text NOT NULL,
  active_count    int NOT NULL,
  principal_minor bigint NOT NULL,
  overdue_minor   bigint NOT NULL,
  -- principal of loans more than so many days past due
  par1_minor      bigint NOT NULL,
  par30_minor     bigint NOT NULL,
  par60_minor     bigint NOT NULL,
  par90_minor     bigint NOT NULL,
  charged_off_minor bigint NOT NULL,
  PRIMARY KEY (tenant_id, business_date, product_code, branch_id, currency)
);
SELECT kernel.protect('reporting.portfolio_day', 'append');
