-- Months are made by kernel.make_months.
DROP FUNCTION ledger.make_months(date, int);
