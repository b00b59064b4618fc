-- Running totals of a closed day need no slots any more: they become one row per account (slot -1), so that a balance over years sums days, not
-- days times connections. A function of the owner, since nobody else may delete; row-level security holds for the owner as well.
-- Rows that somebody is posting to at this moment are left for the next end of day, so neither waits long for the other.
CREATE FUNCTION ledger.merge_day_totals(through date) RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = ledger AS $$
  WITH quiet AS MATERIALIZED (
    SELECT book, account, currency, business_date, slot FROM account_day_total
    WHERE tenant_id = kernel.tenant() AND business_date <= through AND slot >= 0
    ORDER BY book, account, currency, business_date, slot FOR UPDATE SKIP LOCKED
  ), gone AS (
    DELETE FROM account_day_total t USING quiet q
    WHERE t.tenant_id = kernel.tenant() AND t.book = q.book AND t.account = q.account AND t.currency = q.currency AND t.business_date = q.business_date AND t.slot = q.slot
    RETURNING t.book, t.account, t.currency, t.business_date, t.debit_minor, t.credit_minor
  ), merged AS (
    INSERT INTO account_day_total AS t (book, account, currency, business_date, slot, debit_minor, credit_minor)
    SELECT book, account, currency, business_date, -1, sum(debit_minor)::bigint, sum(credit_minor)::bigint
    FROM gone GROUP BY book, account, currency, business_date ORDER BY book, account, currency, business_date
    ON CONFLICT (tenant_id, book, account, currency, business_date, slot)
    DO UPDATE SET debit_minor = t.debit_minor + excluded.debit_minor, credit_minor = t.credit_minor + excluded.credit_minor
  )
  SELECT count(*)::int FROM gone
$$;
REVOKE ALL ON FUNCTION ledger.merge_day_totals FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.merge_day_totals TO loanwright_app;
