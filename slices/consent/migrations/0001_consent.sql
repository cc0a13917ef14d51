-- Every word that was said on being written to. Rows are added and never changed.
CREATE TABLE consents (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  contact_id UUID,
  channel TEXT NOT NULL,
  address TEXT NOT NULL,
  scope TEXT NOT NULL,
  said TEXT NOT NULL,
  how TEXT NOT NULL,
  evidence TEXT NOT NULL,
  ip TEXT,
  who TEXT NOT NULL,
  at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX consents_version ON consents (tenant_id, channel, address, scope, version);
CREATE INDEX consents_newest ON consents (tenant_id, at, id);
CREATE INDEX consents_address ON consents (tenant_id, address, at, id);
CREATE INDEX consents_contact ON consents (tenant_id, contact_id, at, id) WHERE contact_id IS NOT NULL;

-- The last of these words on each address, so that asking is one look. Its version counts them.
CREATE TABLE standings (
  tenant_id UUID NOT NULL,
  channel TEXT NOT NULL,
  address TEXT NOT NULL,
  scope TEXT NOT NULL,
  said TEXT NOT NULL,
  how TEXT NOT NULL,
  at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, channel, address, scope)
);

-- Addresses that are not written to, and why: because somebody wished it, or because nothing arrives there.
CREATE TABLE suppressed_addresses (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  contact_id UUID,
  channel TEXT NOT NULL,
  address TEXT NOT NULL,
  scope TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  who TEXT NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, channel, address, scope)
);
CREATE UNIQUE INDEX suppressed_addresses_id ON suppressed_addresses (tenant_id, id);
CREATE INDEX suppressed_addresses_newest ON suppressed_addresses (tenant_id, since, id);

-- What the links in messages stand for: no address can be read in one.
CREATE TABLE preference_links (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  contact_id UUID,
  channel TEXT NOT NULL,
  address TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX preference_links_address ON preference_links (tenant_id, channel, address);
