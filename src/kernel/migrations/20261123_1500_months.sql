-- Tables kept by month of business date. Whatever no month was made for yet lands in the default, so a row never fails for want of one.
CREATE FUNCTION kernel.make_months(parents regclass[], first_day date, months int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  parent regclass; home text; part text; starts date; made int := 0;
BEGIN
  FOREACH parent IN ARRAY parents LOOP
    SELECT n.nspname INTO STRICT home FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = parent AND c.relkind = 'p';
    FOR i IN 0 .. months - 1 LOOP
      starts := (date_trunc('month', first_day) + make_interval(months => i))::date;
      part := (SELECT relname FROM pg_class WHERE oid = parent) || '_' || to_char(starts, 'YYYY_MM');
      CONTINUE WHEN to_regclass(format('%I.%I', home, part)) IS NOT NULL;
      BEGIN
        EXECUTE format('CREATE TABLE %I.%I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)', home, part, parent, starts, (starts + interval '1 month')::date);
      EXCEPTION
        WHEN check_violation THEN CONTINUE; -- the default holds rows of that month already: they stay there
        WHEN duplicate_table OR unique_violation THEN CONTINUE; -- another lender's end of day made it just now
      END;
      PERFORM kernel.protect(format('%I.%I', home, part)::regclass, 'append');
      made := made + 1;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;
