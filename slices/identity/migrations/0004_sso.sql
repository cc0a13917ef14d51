-- A tenant's connection to its own provider of sign-ins (OpenID Connect).
CREATE TABLE sso_connections (
  tenant_id UUID NOT NULL PRIMARY KEY,
  issuer TEXT NOT NULL,
  client_id TEXT NOT NULL,
  -- The client's secret, encrypted; NULL where the provider asks for none.
  locked BYTEA,
  -- What somebody becomes who signs in for the first time.
  role TEXT NOT NULL,
  enabled BOOLEAN NOT NULL,
  -- Whether members other than owners sign in this way alone.
  required BOOLEAN NOT NULL,
  changed_at BIGINT NOT NULL
);

-- Whose e-mail addresses the provider may vouch for.
CREATE TABLE sso_domains (
  tenant_id UUID NOT NULL,
  domain TEXT NOT NULL,
  PRIMARY KEY (tenant_id, domain)
);
CREATE INDEX sso_domains_domain ON sso_domains (domain);

-- Sign-ins that wait for the browser to come back from the provider: each once, for the browser that began it.
CREATE TABLE sso_sign_ins (
  tenant_id UUID NOT NULL,
  state_hash TEXT NOT NULL,
  browser_hash TEXT NOT NULL,
  issuer TEXT NOT NULL,
  client_id TEXT NOT NULL,
  nonce TEXT NOT NULL,
  -- What proves to the provider that we began it (PKCE), encrypted.
  verifier BYTEA NOT NULL,
  next TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, state_hash)
);
CREATE UNIQUE INDEX sso_sign_ins_state ON sso_sign_ins (state_hash);
CREATE INDEX sso_sign_ins_over ON sso_sign_ins (tenant_id, expires_at);

-- Who somebody is at the provider. It stays when they stop being a member, so that they do not come back by themselves.
CREATE TABLE sso_identities (
  tenant_id UUID NOT NULL,
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  user_id UUID NOT NULL,
  linked_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, issuer, subject)
);
CREATE UNIQUE INDEX sso_identities_user ON sso_identities (tenant_id, issuer, user_id);

-- Whether a tenant's provider vouched for whoever sits there: it speaks for this tenant, not for the person's account.
ALTER TABLE sessions ADD COLUMN sso BOOLEAN NOT NULL DEFAULT FALSE;
