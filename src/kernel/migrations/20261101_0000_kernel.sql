-- The kernel's own tables, and the functions that keep every table of the platform inside its tenant.

CREATE SCHEMA kernel;
GRANT USAGE ON SCHEMA kernel TO loanwright_app;

-- The tenant of the running transaction; NULL outside of one, and then no policy lets a row through.
CREATE FUNCTION kernel.tenant() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('loanwright.tenant_id', true), '') $$;

-- Every table calls this once. mode 'mutable' may be read, written and changed by the application;
-- 'append' may only be read and added to (ledger, audit, events). Nobody but the owner may delete, except where 'queue' is said.
CREATE FUNCTION kernel.protect(target regclass, mode text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format('CREATE POLICY tenant_isolation ON %s USING (tenant_id = kernel.tenant()) WITH CHECK (tenant_id = kernel.tenant())', target);
  CASE mode
    WHEN 'append' THEN EXECUTE format('GRANT SELECT, INSERT ON %s TO loanwright_app', target);
    WHEN 'mutable' THEN EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %s TO loanwright_app', target);
    WHEN 'queue' THEN EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO loanwright_app', target);
    ELSE RAISE EXCEPTION 'unknown mode %', mode;
  END CASE;
END $$;

CREATE TABLE kernel.tenant (
  tenant_id   text PRIMARY KEY,
  slug        text NOT NULL UNIQUE,          -- what people type at sign-in: 'bharat', 'prairie'
  name        text NOT NULL,
  country     text NOT NULL,                 -- ISO 3166-1 alpha-2
  currency    text NOT NULL,                 -- ISO 4217, of the statutory book
  time_zone   text NOT NULL,
  locale      text NOT NULL,
  environment text NOT NULL CHECK (environment IN ('sandbox', 'live')),
  settings    jsonb NOT NULL DEFAULT '{}',
  created_at  timestamptz NOT NULL
);
SELECT kernel.protect('kernel.tenant', 'mutable');

CREATE TABLE kernel.business_day (
  tenant_id     text PRIMARY KEY REFERENCES kernel.tenant,
  business_date date NOT NULL,
  -- the newest day whose end-of-day steps are all done; behind business_date - 1 while a day is being closed
  closed_through date NOT NULL,
  -- into how many shards the day being closed was cut; fixed when its closing begins
  closing_shards int NOT NULL DEFAULT 1,
  changed_at    timestamptz NOT NULL
);
SELECT kernel.protect('kernel.business_day', 'mutable');

-- The two functions below run as the owner, who may list tenants and nothing else across them.
CREATE POLICY owner_lists_tenants ON kernel.tenant FOR SELECT
  USING (current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'kernel.tenant'::regclass));

-- Workers must know which tenants exist, and a sign-in page which tenant a short name means. Neither learns more.
CREATE FUNCTION kernel.tenant_ids() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = kernel AS $$ SELECT tenant_id FROM kernel.tenant ORDER BY tenant_id $$;
CREATE FUNCTION kernel.tenant_by_slug(short_name text)
  RETURNS TABLE (tenant_id text, name text, country text, locale text, environment text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = kernel
  AS $$ SELECT t.tenant_id, t.name, t.country, t.locale, t.environment FROM kernel.tenant t WHERE t.slug = short_name $$;

CREATE TABLE kernel.idempotency_key (
  tenant_id    text NOT NULL DEFAULT kernel.tenant(),
  scope        text NOT NULL,                -- who may repeat it: the actor's subject
  key          text NOT NULL,
  command      text NOT NULL,
  request_hash text NOT NULL,
  result       text,                         -- the command's result, written in the command's own transaction
  created_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, scope, key)
);
SELECT kernel.protect('kernel.idempotency_key', 'mutable');

CREATE TABLE kernel.audit_record (
  tenant_id     text NOT NULL DEFAULT kernel.tenant(),
  id            text NOT NULL,
  recorded_at   timestamptz NOT NULL,
  business_date date NOT NULL,
  actor_kind    text NOT NULL,
  actor_id      text NOT NULL,
  on_behalf_of  text,
  action        text NOT NULL,
  subject       text NOT NULL,
  reason        text,
  request_id    text NOT NULL,
  before        text,
  after         text,
  mac           bytea NOT NULL,              -- keyed hash of all of the above; the key is not in the database
  xact          xid8 NOT NULL DEFAULT pg_current_xact_id(),
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX audit_record_subject ON kernel.audit_record (tenant_id, subject, id);
CREATE INDEX audit_record_xact ON kernel.audit_record (tenant_id, xact, id);
SELECT kernel.protect('kernel.audit_record', 'append');

-- The chain. Writers never touch it: a sealer appends committed records in order, so it serialises nobody.
CREATE TABLE kernel.audit_seal (
  tenant_id  text NOT NULL DEFAULT kernel.tenant(),
  seq        bigint NOT NULL,
  record_id  text NOT NULL,
  record_mac bytea NOT NULL,
  chain_hash bytea NOT NULL,
  PRIMARY KEY (tenant_id, seq),
  UNIQUE (tenant_id, record_id)
);
SELECT kernel.protect('kernel.audit_seal', 'append');
CREATE TABLE kernel.audit_head (
  tenant_id  text PRIMARY KEY DEFAULT kernel.tenant(),
  seq        bigint NOT NULL,
  chain_hash bytea NOT NULL,
  sealed_xact xid8 NOT NULL
);
SELECT kernel.protect('kernel.audit_head', 'mutable');

CREATE TABLE kernel.outbox_event (
  tenant_id     text NOT NULL DEFAULT kernel.tenant(),
  id            text NOT NULL,
  type          text NOT NULL,               -- 'servicing.repayment_recorded'
  subject       text NOT NULL,               -- the object it is about
  sequence      bigint GENERATED ALWAYS AS IDENTITY,
  payload       text NOT NULL,
  business_date date NOT NULL,
  recorded_at   timestamptz NOT NULL,
  relayed_at    timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX outbox_event_waiting ON kernel.outbox_event (tenant_id, sequence) WHERE relayed_at IS NULL;
CREATE INDEX outbox_event_subject ON kernel.outbox_event (tenant_id, subject, sequence);
SELECT kernel.protect('kernel.outbox_event', 'mutable');

CREATE TABLE kernel.approval_request (
  tenant_id    text NOT NULL DEFAULT kernel.tenant(),
  id           text NOT NULL,
  action       text NOT NULL,
  subject      text NOT NULL,
  summary      text NOT NULL,
  amount_minor bigint,
  currency     text,
  branch_id    text,
  payload      text NOT NULL,
  payload_hash text NOT NULL,
  maker_id     text NOT NULL,
  made_at      timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  state        text NOT NULL CHECK (state IN ('waiting', 'approved', 'rejected', 'withdrawn')),
  checker_id   text,
  decided_at   timestamptz,
  reason       text,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX approval_request_waiting ON kernel.approval_request (tenant_id, made_at) WHERE state = 'waiting';
CREATE UNIQUE INDEX approval_request_one_open ON kernel.approval_request (tenant_id, action, subject) WHERE state = 'waiting';
SELECT kernel.protect('kernel.approval_request', 'mutable');

CREATE TABLE kernel.job_run (
  tenant_id   text NOT NULL DEFAULT kernel.tenant(),
  id          text NOT NULL,
  kind        text NOT NULL,
  title       text NOT NULL,
  state       text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  done_count  bigint NOT NULL DEFAULT 0,
  total_count bigint,
  failed_count bigint NOT NULL DEFAULT 0,
  detail      text,
  result_ref  text,
  started_by  text NOT NULL,
  created_at  timestamptz NOT NULL,
  changed_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX job_run_recent ON kernel.job_run (tenant_id, created_at DESC);
SELECT kernel.protect('kernel.job_run', 'mutable');

CREATE TABLE kernel.eod_checkpoint (
  tenant_id     text NOT NULL DEFAULT kernel.tenant(),
  business_date date NOT NULL,
  step          text NOT NULL,
  shard         int NOT NULL,
  done_at       timestamptz NOT NULL,
  touched_count bigint NOT NULL,
  failed_count  bigint NOT NULL,
  milliseconds  int NOT NULL,
  PRIMARY KEY (tenant_id, business_date, step, shard)
);
SELECT kernel.protect('kernel.eod_checkpoint', 'append');

CREATE TABLE kernel.eod_quarantine (
  tenant_id     text NOT NULL DEFAULT kernel.tenant(),
  id            text NOT NULL,
  business_date date NOT NULL,
  step          text NOT NULL,
  subject       text NOT NULL,
  reason        text NOT NULL,
  raised_at     timestamptz NOT NULL,
  cleared_at    timestamptz,
  PRIMARY KEY (tenant_id, id)
);
SELECT kernel.protect('kernel.eod_quarantine', 'mutable');
