-- What a tenant has set, one row a name. A name that is not here has its usual value.
CREATE TABLE settings (
  tenant_id UUID NOT NULL,
  name TEXT NOT NULL,
  value JSONB NOT NULL,
  set_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, name)
);

-- A tenant's own credentials, encrypted. The hint is what may be shown of one: its last four characters.
CREATE TABLE secrets (
  tenant_id UUID NOT NULL,
  name TEXT NOT NULL,
  locked BYTEA NOT NULL,
  hint TEXT,
  set_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, name)
);
