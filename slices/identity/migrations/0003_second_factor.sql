-- A second factor: a secret that a person's authenticator app holds too. Encrypted.
CREATE TABLE second_factors (
  user_id UUID NOT NULL PRIMARY KEY,
  locked BYTEA NOT NULL,
  -- The newest step whose code was taken, so that no code is taken twice.
  used_step BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  -- NULL until its owner has shown that the app has it.
  confirmed_at BIGINT
);

-- What opens when the app is lost: each once, only its hash.
CREATE TABLE recovery_codes (
  user_id UUID NOT NULL,
  hash TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, hash)
);

-- Sign-ins whose password was right and whose code is still asked for.
CREATE TABLE half_sign_ins (
  tenant_id UUID NOT NULL,
  token_hash TEXT NOT NULL,
  user_id UUID NOT NULL,
  tries BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, token_hash)
);
CREATE UNIQUE INDEX half_sign_ins_token ON half_sign_ins (token_hash);

-- Where a session was begun, so that its owner can tell it from the others.
ALTER TABLE sessions ADD COLUMN address TEXT;
ALTER TABLE sessions ADD COLUMN browser TEXT;

-- A person's sessions end together, whichever tenant they are in.
CREATE INDEX sessions_person ON sessions (user_id);
CREATE INDEX half_sign_ins_person ON half_sign_ins (user_id);
