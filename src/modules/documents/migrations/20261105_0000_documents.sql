-- Files people gave us or we wrote: what they are, whose they are, and where the sealed bytes lie.

CREATE SCHEMA documents;
GRANT USAGE ON SCHEMA documents TO loanwright_app;

-- Who may see the files of an owner (an application, a loan) beside staff of the whole lender; the module that owns it says so.
CREATE TABLE documents.file_owner (
  tenant_id  text NOT NULL DEFAULT kernel.tenant(),
  owner_kind text NOT NULL,
  owner_id   text NOT NULL,
  viewer_ids text[] NOT NULL,                 -- party ids of borrowers, user ids of sales agents
  branch_id  text,
  PRIMARY KEY (tenant_id, owner_kind, owner_id)
);
SELECT kernel.protect('documents.file_owner', 'mutable');

CREATE TABLE documents.document (
  tenant_id     text NOT NULL DEFAULT kernel.tenant(),
  id            text NOT NULL,
  owner_kind    text NOT NULL,
  owner_id      text NOT NULL,
  purpose       text NOT NULL,                -- 'identity', 'income', 'agreement' …
  file_name     text NOT NULL,                -- as the sender called it; for people, never a path
  content_type  text NOT NULL,
  byte_count    bigint NOT NULL,
  sha256        text NOT NULL,                -- of the stored, unsealed bytes
  original_type text,                         -- when it was converted: what it came as
  original_sha256 text,
  address       text NOT NULL,                -- hash of the sealed bytes, which is their file's name
  wrapped_key   bytea,                        -- without it nobody can read the file: that is how it is erased
  state         text NOT NULL CHECK (state IN ('received', 'accepted', 'refused')),
  reason        text,
  viewer_id     text,                         -- the borrower it is from, for their own list
  stored_by     text NOT NULL,
  stored_at     timestamptz NOT NULL,
  reviewed_by   text,
  reviewed_at   timestamptz,
  version       int NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX document_owner ON documents.document (tenant_id, owner_kind, owner_id, stored_at);
CREATE INDEX document_recent ON documents.document (tenant_id, stored_at DESC);
SELECT kernel.protect('documents.document', 'mutable');
