-- Addresses that other systems gave us to tell them what happened, and what became of each delivery.

CREATE TABLE kernel.webhook_endpoint (
  tenant_id   text NOT NULL DEFAULT kernel.tenant(),
  id          text NOT NULL,
  url         text NOT NULL,
  event_types text[] NOT NULL,                  -- '*' for all
  secret_key  bytea NOT NULL,                   -- wrapped key and sealed signing secret
  secret      bytea NOT NULL,
  status      text NOT NULL CHECK (status IN ('active', 'paused', 'gone')),
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
SELECT kernel.protect('kernel.webhook_endpoint', 'mutable');

CREATE TABLE kernel.webhook_delivery (
  tenant_id   text NOT NULL DEFAULT kernel.tenant(),
  id          text NOT NULL,
  endpoint_id text NOT NULL,
  event_id    text NOT NULL,
  attempt     int NOT NULL,
  state       text NOT NULL CHECK (state IN ('delivered', 'failed', 'dead')),
  http_status int,
  why         text,
  tried_at    timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX webhook_delivery_endpoint ON kernel.webhook_delivery (tenant_id, endpoint_id, tried_at DESC);
SELECT kernel.protect('kernel.webhook_delivery', 'append');
