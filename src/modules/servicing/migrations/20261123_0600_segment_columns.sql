-- How a loan's interest grows until its next event, as whole numbers that SQL reckons with as the engine does: see domain/segment.ts.
-- Loans that were booked before have none until their next event; until then the engine is asked each day.

ALTER TABLE servicing.loan_state DROP COLUMN IF EXISTS segment,
  ADD COLUMN segment_kind     text CHECK (segment_kind IN ('once', 'carried')),
  ADD COLUMN segment_from     date,
  ADD COLUMN segment_until    date,
  ADD COLUMN segment_slope    bigint,
  ADD COLUMN segment_divisor  bigint,
  ADD COLUMN segment_carry    bigint,
  ADD COLUMN segment_base     bigint,
  ADD COLUMN segment_rounding text;

-- A quotient of whole numbers that are not negative, rounded once, as divideRounded of the engine does it.
CREATE FUNCTION servicing.divide_rounded(n bigint, d bigint, rounding text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT n / d + CASE
    WHEN n % d = 0 THEN 0
    WHEN rounding IN ('up', 'ceiling') THEN 1
    WHEN rounding IN ('down', 'floor') THEN 0
    WHEN n % d > d - n % d THEN 1
    WHEN n % d < d - n % d THEN 0
    WHEN rounding = 'half-up' THEN 1
    WHEN rounding = 'half-even' THEN (n / d) % 2
    ELSE 0 END
$$;

-- Interest earned and unpaid after so many days of a segment, minor units: interestOf in SQL.
CREATE FUNCTION servicing.interest_of(kind text, days int, slope bigint, divisor bigint, carry bigint, base bigint, rounding text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE kind
    WHEN 'once' THEN base + greatest(0, servicing.divide_rounded(slope * days, divisor, rounding) - carry)
    ELSE base + servicing.divide_rounded(carry + servicing.divide_rounded(slope * days, divisor, 'half-even'), 1000000, rounding) END
$$;

-- End of day sums by these without reading the agreed terms.
CREATE INDEX loan_account_kind ON servicing.loan_account (tenant_id, id) INCLUDE (product_version_id, product_code, branch_id, currency);
