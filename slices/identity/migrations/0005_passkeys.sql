-- Passkeys: keys that a person's device holds, of which only the public part is here.
CREATE TABLE passkeys (
  -- SHA-256 of the credential's own id, which may be a kilobyte.
  id TEXT NOT NULL PRIMARY KEY,
  user_id UUID NOT NULL,
  name TEXT NOT NULL,
  -- Public key, signature counter, whether it is backed up.
  credential JSONB NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT
);
CREATE INDEX passkeys_person ON passkeys (user_id);

-- What a device was asked to sign and has not signed yet: each once.
CREATE TABLE passkey_challenges (
  token_hash TEXT NOT NULL PRIMARY KEY,
  -- Whose passkey is being added; NULL while somebody signs in.
  user_id UUID,
  state JSONB NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX passkey_challenges_over ON passkey_challenges (expires_at);
