-- The master keys that have locked here, by their ids; the keys themselves are in the environment or in a file, never here.
CREATE TABLE master_keys (
  id TEXT NOT NULL PRIMARY KEY,
  -- Since when it locks.
  first_at BIGINT NOT NULL,
  -- Since when nothing hangs on those before it; NULL while that is still being seen to.
  settled_at BIGINT
);

-- What the keys that last are derived with, locked by a master key: it outlives them.
CREATE TABLE vault_roots (
  name TEXT NOT NULL PRIMARY KEY,
  locked BYTEA NOT NULL,
  made_at BIGINT NOT NULL
);
