-- What each loan earned on each day, a row per loan and day, written in order and never looked up row by row: a table per
-- month, and a block-range index in place of a tree, which would cost more than the row.

CREATE TABLE servicing.loan_accrual (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  business_date   date NOT NULL,
  loan_account_id text NOT NULL,
  interest_minor  bigint NOT NULL               -- of this day; below zero where a backdated change took income back by itself
) PARTITION BY RANGE (business_date);
CREATE INDEX loan_accrual_loan ON servicing.loan_accrual USING brin (loan_account_id, business_date) WITH (pages_per_range = 32);
SELECT kernel.protect('servicing.loan_accrual', 'append');

-- Whatever no month was made for yet lands in the default, so an accrual never fails for want of one.
CREATE FUNCTION servicing.make_months(first_day date, months int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = servicing AS $$
DECLARE
  part text; starts date; made int := 0;
BEGIN
  FOR i IN 0 .. months - 1 LOOP
    starts := (date_trunc('month', first_day) + make_interval(months => i))::date;
    part := 'loan_accrual_' || to_char(starts, 'YYYY_MM');
    CONTINUE WHEN to_regclass('servicing.' || part) IS NOT NULL;
    BEGIN
      EXECUTE format('CREATE TABLE servicing.%I PARTITION OF servicing.loan_accrual FOR VALUES FROM (%L) TO (%L)', part, starts, (starts + interval '1 month')::date);
    EXCEPTION
      WHEN check_violation THEN CONTINUE; -- the default holds rows of that month already: they stay there
      WHEN duplicate_table OR unique_violation THEN CONTINUE; -- another lender's end of day made it just now
    END;
    PERFORM kernel.protect(format('servicing.%I', part)::regclass, 'append');
    made := made + 1;
  END LOOP;
  RETURN made;
END $$;
CREATE TABLE servicing.loan_accrual_other PARTITION OF servicing.loan_accrual DEFAULT;
SELECT kernel.protect('servicing.loan_accrual_other', 'append');
SELECT servicing.make_months('2026-01-01', 36);

-- Loans that are reminded before their next due date, by the day it falls on.
CREATE INDEX loan_state_next_due ON servicing.loan_state (tenant_id, next_due_date) WHERE status = 'active' AND oldest_due_date IS NULL;
