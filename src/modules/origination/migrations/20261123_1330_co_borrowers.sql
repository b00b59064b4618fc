-- A second person who owes the loan like the first: their answers, their consents, their signature.
CREATE TABLE origination.co_borrower (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  application_id  text NOT NULL,
  party_id        text NOT NULL,
  name            text NOT NULL,
  sealed_person   bytea NOT NULL,             -- under the application's own key
  added_by        text NOT NULL,
  added_at        timestamptz NOT NULL,
  code_hash       bytea,
  code_sent_to    text,
  code_expires_at timestamptz,
  code_attempts   int NOT NULL DEFAULT 0,
  signed_sha256   text,                       -- the agreement they signed
  signed_at       timestamptz,
  evidence        jsonb,
  PRIMARY KEY (tenant_id, application_id)
);
CREATE INDEX co_borrower_party ON origination.co_borrower (tenant_id, party_id);
SELECT kernel.protect('origination.co_borrower', 'queue');

ALTER TABLE origination.application ADD COLUMN co_party_id text;
-- Whose consent it is; none: the applicant's.
ALTER TABLE origination.consent ADD COLUMN party_id text;
