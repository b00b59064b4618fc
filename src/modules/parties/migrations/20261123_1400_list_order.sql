-- People in the order of their names.
CREATE INDEX party_by_name ON parties.party (tenant_id, display_name NULLS FIRST, id);
