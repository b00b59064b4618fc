-- People and programs that sign in: who they are, what they may do, and which sessions are open.

CREATE SCHEMA identity;
GRANT USAGE ON SCHEMA identity TO loanwright_app;

CREATE TABLE identity.branch (
  tenant_id text NOT NULL DEFAULT kernel.tenant(),
  id        text NOT NULL,
  code      text NOT NULL,
  name      text NOT NULL,
  region    text NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, code)
);
SELECT kernel.protect('identity.branch', 'mutable');

CREATE TABLE identity.staff_user (
  tenant_id     text NOT NULL DEFAULT kernel.tenant(),
  id            text NOT NULL,
  email         text NOT NULL,
  name          text NOT NULL,
  branch_id     text,
  roles         text[] NOT NULL,
  amount_limits jsonb NOT NULL DEFAULT '{}',     -- currency → minor units as text
  password_hash text,                            -- argon2id; absent: signs in by OpenID Connect only
  oidc_subject  text,
  totp_key      bytea,                           -- wrapped key and sealed secret; absent: not enrolled
  totp_secret   bytea,
  totp_last_step bigint NOT NULL DEFAULT 0,      -- a code is good once
  failed_count  int NOT NULL DEFAULT 0,
  locked_until  timestamptz,
  status        text NOT NULL CHECK (status IN ('active', 'disabled')),
  version       bigint NOT NULL DEFAULT 1,
  created_at    timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX staff_user_email ON identity.staff_user (tenant_id, lower(email));
CREATE UNIQUE INDEX staff_user_oidc ON identity.staff_user (tenant_id, oidc_subject) WHERE oidc_subject IS NOT NULL;
SELECT kernel.protect('identity.staff_user', 'mutable');

CREATE TABLE identity.borrower_login (
  tenant_id     text NOT NULL DEFAULT kernel.tenant(),
  address_index bytea NOT NULL,                  -- blind index of the phone number or e-mail address
  party_id      text NOT NULL,
  created_at    timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, address_index)
);
SELECT kernel.protect('identity.borrower_login', 'mutable');

CREATE TABLE identity.sign_in_code (
  tenant_id     text NOT NULL DEFAULT kernel.tenant(),
  id            text NOT NULL,
  address_index bytea NOT NULL,
  code_hash     bytea NOT NULL,
  attempts      int NOT NULL DEFAULT 0,
  used_at       timestamptz,
  expires_at    timestamptz NOT NULL,
  created_at    timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX sign_in_code_recent ON identity.sign_in_code (tenant_id, address_index, created_at DESC);
SELECT kernel.protect('identity.sign_in_code', 'mutable');

CREATE TABLE identity.api_client (
  tenant_id   text NOT NULL DEFAULT kernel.tenant(),
  id          text NOT NULL,
  name        text NOT NULL,
  secret_hash bytea NOT NULL,
  roles       text[] NOT NULL,
  status      text NOT NULL CHECK (status IN ('active', 'disabled')),
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
SELECT kernel.protect('identity.api_client', 'mutable');

CREATE TABLE identity.session (
  tenant_id  text NOT NULL DEFAULT kernel.tenant(),
  token_hash bytea NOT NULL,
  id         text NOT NULL,
  kind       text NOT NULL CHECK (kind IN ('staff', 'borrower', 'client')),
  subject_id text NOT NULL,                      -- user, party or API client
  opened_at  timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  PRIMARY KEY (tenant_id, token_hash)
);
CREATE INDEX session_subject ON identity.session (tenant_id, subject_id) WHERE revoked_at IS NULL;
SELECT kernel.protect('identity.session', 'mutable');

CREATE TABLE identity.saved_view (
  tenant_id  text NOT NULL DEFAULT kernel.tenant(),
  id         text NOT NULL,
  owner_id   text NOT NULL,
  shared     text NOT NULL CHECK (shared IN ('private', 'everyone')),
  list       text NOT NULL,
  name       text NOT NULL,
  query      text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
SELECT kernel.protect('identity.saved_view', 'queue');
