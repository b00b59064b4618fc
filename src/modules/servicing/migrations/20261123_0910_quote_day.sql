-- The business date a quote was made on; quotes of before stand at their payoff date.
ALTER TABLE servicing.payoff_quote ADD COLUMN business_date date;
