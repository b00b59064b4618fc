-- One record for each person and organisation. What identifies or reaches a person is sealed under a key of their own
-- and found again by keyed hashes; names stay readable, because people are looked for by name.

CREATE SCHEMA parties;
GRANT USAGE ON SCHEMA parties TO loanwright_app;

CREATE TABLE parties.party (
  tenant_id    text NOT NULL DEFAULT kernel.tenant(),
  id           text NOT NULL,
  kind         text NOT NULL CHECK (kind IN ('person', 'organisation')),
  given_name   text,
  family_name  text,
  display_name text NOT NULL,
  wrapped_key  bytea NOT NULL,                   -- erasing it erases the person
  sealed       bytea NOT NULL,                   -- birth date, phone, e-mail, address
  name_index   bytea NOT NULL,                   -- of name and birth date, for duplicates
  branch_id    text,
  version      bigint NOT NULL DEFAULT 1,
  created_at   timestamptz NOT NULL,
  changed_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX party_name ON parties.party (tenant_id, lower(display_name));
CREATE INDEX party_name_index ON parties.party (tenant_id, name_index);
SELECT kernel.protect('parties.party', 'mutable');

CREATE TABLE parties.identifier (
  tenant_id   text NOT NULL DEFAULT kernel.tenant(),
  party_id    text NOT NULL,
  scheme      text NOT NULL,                     -- PAN, AADHAAR, SSN, …
  value_index bytea NOT NULL,
  sealed      bytea NOT NULL,
  masked      text NOT NULL,                     -- what may be shown: last four characters
  PRIMARY KEY (tenant_id, party_id, scheme),
  FOREIGN KEY (tenant_id, party_id) REFERENCES parties.party
);
CREATE UNIQUE INDEX identifier_value ON parties.identifier (tenant_id, scheme, value_index);
SELECT kernel.protect('parties.identifier', 'mutable');

CREATE TABLE parties.contact (
  tenant_id     text NOT NULL DEFAULT kernel.tenant(),
  party_id      text NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('phone', 'email')),
  address_index bytea NOT NULL,
  PRIMARY KEY (tenant_id, party_id, kind),
  FOREIGN KEY (tenant_id, party_id) REFERENCES parties.party
);
CREATE INDEX contact_address ON parties.contact (tenant_id, address_index);
SELECT kernel.protect('parties.contact', 'mutable');
