-- Scans of many lines compare each with the lender; who that is need be found out once a statement, not once a line.
-- What may be written is still checked line by line.
ALTER POLICY tenant_isolation ON ledger.posting USING (tenant_id = (SELECT kernel.tenant()));
