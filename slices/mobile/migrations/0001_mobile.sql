-- Phones that somebody signed in on. Each is one sign-in, with one family of refresh tokens.
CREATE TABLE mobile_devices (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  user_id UUID NOT NULL,
  name TEXT NOT NULL,
  platform TEXT NOT NULL,
  app_version TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  ended_at BIGINT,
  -- signed_out, revoked, token_reused, password_changed, member_left
  ended_why TEXT,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX mobile_devices_listed ON mobile_devices (tenant_id, created_at, id);
CREATE INDEX mobile_devices_person ON mobile_devices (tenant_id, user_id, created_at, id);
-- A person's devices end together, whichever tenant they are in.
CREATE INDEX mobile_devices_everywhere ON mobile_devices (user_id) WHERE ended_at IS NULL;

-- Refresh tokens, by their hash. Each is used once, and then names the one that came after it.
CREATE TABLE mobile_refresh_tokens (
  tenant_id UUID NOT NULL,
  token_hash TEXT NOT NULL,
  device_id UUID NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT,
  successor_hash TEXT,
  PRIMARY KEY (tenant_id, token_hash)
);
CREATE UNIQUE INDEX mobile_refresh_tokens_hash ON mobile_refresh_tokens (token_hash);
CREATE INDEX mobile_refresh_tokens_device ON mobile_refresh_tokens (tenant_id, device_id, expires_at);

-- Where a device is reached when its app sleeps. Locked; the hash keeps one phone from being two devices.
CREATE TABLE mobile_push_tokens (
  tenant_id UUID NOT NULL,
  device_id UUID NOT NULL,
  kind TEXT NOT NULL,
  token_hash TEXT NOT NULL,
  locked BYTEA NOT NULL,
  registered_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, device_id)
);
CREATE UNIQUE INDEX mobile_push_tokens_hash ON mobile_push_tokens (token_hash);

-- What devices keep and change while they are away. Its id is the device's choice. What is deleted stays as a version
-- without a body.
CREATE TABLE mobile_records (
  tenant_id UUID NOT NULL,
  collection TEXT NOT NULL,
  id UUID NOT NULL,
  version BIGINT NOT NULL,
  body JSONB,
  deleted BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, collection, id)
);
CREATE INDEX mobile_records_listed ON mobile_records (tenant_id, collection, created_at, id) WHERE NOT deleted;

-- What devices sent in, each change once, with the answer that it got.
CREATE TABLE mobile_changes (
  tenant_id UUID NOT NULL,
  change_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  answer JSONB,
  taken_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, change_id)
);

-- Changes that met another one: what the device had, until a person chooses.
CREATE TABLE mobile_conflicts (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  collection TEXT NOT NULL,
  record_id UUID NOT NULL,
  base_version BIGINT NOT NULL,
  body JSONB,
  deleted BOOLEAN NOT NULL,
  -- Who sent it; nobody where it was a key.
  user_id UUID,
  created_at BIGINT NOT NULL,
  settled_at BIGINT,
  taken BOOLEAN,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX mobile_conflicts_open ON mobile_conflicts (tenant_id, created_at, id) WHERE settled_at IS NULL;
