-- Published values of the indexes that floating rates follow. Each becomes a fact of every loan of its index at the end of the day.
CREATE TABLE servicing.index_fixing (
  tenant_id     text NOT NULL DEFAULT kernel.tenant(),
  id            text NOT NULL,
  index_code    text NOT NULL,
  fixing_date   date NOT NULL,                    -- from this day on, until the next one
  rate_ppb      bigint NOT NULL,                  -- parts per billion a year; may be below zero
  source        text NOT NULL,                    -- where it was published
  maker_id      text NOT NULL,
  approver_id   text NOT NULL,
  recorded_date date NOT NULL,
  recorded_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, index_code, fixing_date)
);
CREATE INDEX index_fixing_recent ON servicing.index_fixing (tenant_id, fixing_date DESC, id DESC);
SELECT kernel.protect('servicing.index_fixing', 'append');

-- Loans that follow an index, and no others: what a day without such loans costs is one look into an empty index.
CREATE INDEX loan_account_floating ON servicing.loan_account (tenant_id, (terms #>> '{ratePlan,floating,index}')) WHERE terms #>> '{ratePlan,floating,index}' IS NOT NULL;
