-- What the link in a mail of ours opens, once: an invitation, another password, another address, a tenant of one's own.
CREATE TABLE tickets (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  purpose TEXT NOT NULL,
  -- Where the link goes, and so whose address it proves.
  email TEXT NOT NULL,
  -- Whose account it changes.
  user_id UUID,
  -- What an invitation gives.
  role TEXT,
  -- Who invited; what the tenant to be opened is called.
  name TEXT,
  -- SHA-256 of the token in the link.
  hash TEXT NOT NULL,
  -- The token itself, encrypted, for the mail that is still to be written. NULL once it opens nothing any more.
  locked BYTEA,
  state TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX tickets_hash ON tickets (hash);
CREATE UNIQUE INDEX tickets_invited ON tickets (tenant_id, email) WHERE purpose = 'invitation' AND state = 'open';
CREATE INDEX tickets_open ON tickets (tenant_id, purpose, created_at, id) WHERE state = 'open';
CREATE INDEX tickets_person ON tickets (user_id) WHERE user_id IS NOT NULL AND state = 'open';

-- When somebody has shown that mail to their address reaches them. An address that nobody has proved belongs to nobody.
ALTER TABLE users ADD COLUMN email_proved_at BIGINT;

-- Hashes of passwords that were given up, the newest few, so that none is chosen again.
CREATE TABLE old_passwords (
  user_id UUID NOT NULL,
  given_up_at BIGINT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (user_id, given_up_at)
);
