-- Months are made by kernel.make_months.
DROP FUNCTION servicing.make_months(date, int);
