-- Merchants. The first is the one that the shop at / and the variables without a tenant in their name belong to.
CREATE TABLE tenants (
  tenant_id UUID NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  currency TEXT NOT NULL,
  state TEXT NOT NULL,
  is_first BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX tenants_slug ON tenants (slug);
CREATE UNIQUE INDEX tenants_first ON tenants (is_first) WHERE is_first;

-- People who sign in. One person may be a member of several tenants.
CREATE TABLE users (
  id UUID NOT NULL PRIMARY KEY,
  email TEXT,
  username TEXT NOT NULL,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX users_email ON users (email) WHERE email IS NOT NULL;
CREATE UNIQUE INDEX users_username ON users (username);

CREATE TABLE members (
  tenant_id UUID NOT NULL,
  user_id UUID NOT NULL,
  role TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX members_created ON members (tenant_id, created_at, user_id);
CREATE INDEX members_user ON members (user_id);

-- Keys of programs: only the hash, and as much of the key as tells it from the others.
CREATE TABLE api_keys (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  prefix TEXT NOT NULL,
  role TEXT NOT NULL,
  per_hour BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  last_used_at BIGINT,
  revoked_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX api_keys_hash ON api_keys (hash);
CREATE INDEX api_keys_created ON api_keys (tenant_id, created_at, id);

-- Signed-in browsers.
CREATE TABLE sessions (
  tenant_id UUID NOT NULL,
  token_hash TEXT NOT NULL,
  user_id UUID NOT NULL,
  csrf TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, token_hash)
);
CREATE UNIQUE INDEX sessions_token ON sessions (token_hash);
CREATE INDEX sessions_user ON sessions (tenant_id, user_id);
