-- Networks that a tenant's members, phones and keys may come from; from anywhere where it has none.
CREATE TABLE allowed_networks (
  tenant_id UUID NOT NULL,
  -- In its one spelling, such as 203.0.113.0/24.
  network TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (tenant_id, network)
);

-- Origins whose pages may call a tenant's API in a browser.
CREATE TABLE api_origins (
  tenant_id UUID NOT NULL,
  origin TEXT NOT NULL,
  PRIMARY KEY (tenant_id, origin)
);
CREATE INDEX api_origins_origin ON api_origins (origin);
