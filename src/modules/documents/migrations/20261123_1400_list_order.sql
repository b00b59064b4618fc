-- Documents, newest first.
CREATE INDEX document_newest ON documents.document (tenant_id, stored_at DESC NULLS LAST, id);
DROP INDEX documents.document_recent;
