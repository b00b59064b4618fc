-- Products and their versions. A version is edited while it is a draft; once published nothing in it changes any more.

CREATE SCHEMA products;
GRANT USAGE ON SCHEMA products TO loanwright_app;

CREATE TABLE products.product (
  tenant_id  text NOT NULL DEFAULT kernel.tenant(),
  id         text NOT NULL,
  code       text NOT NULL,
  name       text NOT NULL,
  currency   text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, code)
);
SELECT kernel.protect('products.product', 'mutable');

CREATE TABLE products.product_version (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  id              text NOT NULL,
  product_id      text NOT NULL,
  number          int NOT NULL,
  state           text NOT NULL CHECK (state IN ('draft', 'published', 'retired')),
  definition      jsonb NOT NULL,
  definition_hash text NOT NULL,
  note            text NOT NULL DEFAULT '',
  based_on        text,
  effective_from  date,
  made_by         text NOT NULL,
  made_at         timestamptz NOT NULL,
  published_by    text,
  published_at    timestamptz,
  retired_at      timestamptz,
  row_version     bigint NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, product_id, number),
  FOREIGN KEY (tenant_id, product_id) REFERENCES products.product (tenant_id, id),
  CHECK (state = 'draft' OR (effective_from IS NOT NULL AND published_by IS NOT NULL AND published_by <> made_by))
);
CREATE INDEX product_version_current ON products.product_version (tenant_id, product_id, effective_from DESC, number DESC) WHERE state = 'published';
SELECT kernel.protect('products.product_version', 'mutable');

-- Applications, offers and loans point at published versions; what they were made with must stay what it was.
CREATE FUNCTION products.keep_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'draft' AND (NEW.state = 'draft' OR (OLD.state = 'retired' AND NEW.state <> 'retired')
     OR (NEW.id, NEW.product_id, NEW.number, NEW.definition, NEW.definition_hash, NEW.effective_from, NEW.made_by, NEW.published_by, NEW.published_at)
        IS DISTINCT FROM (OLD.id, OLD.product_id, OLD.number, OLD.definition, OLD.definition_hash, OLD.effective_from, OLD.made_by, OLD.published_by, OLD.published_at)) THEN
    RAISE EXCEPTION 'product version % is %, it can only be retired', OLD.id, OLD.state USING ERRCODE = 'LW001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_published BEFORE UPDATE ON products.product_version FOR EACH ROW EXECUTE FUNCTION products.keep_published();
