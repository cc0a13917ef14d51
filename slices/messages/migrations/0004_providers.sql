-- Who carried a message: several may serve a channel.
ALTER TABLE messages ADD COLUMN provider TEXT;
UPDATE messages SET provider = CASE channel WHEN 'email' THEN 'smtp' ELSE 'myoperator' END WHERE sent_at IS NOT NULL;

-- What people have written, each once by the provider's id of it.
CREATE TABLE received (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  provider TEXT NOT NULL,
  provider_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  address TEXT NOT NULL,
  contact_id UUID,
  body TEXT NOT NULL,
  -- The provider's id or address of each file, and its kind.
  files JSONB NOT NULL,
  -- Which message of ours it answers, by the provider's id.
  answers TEXT,
  written_at BIGINT,
  received_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX received_once ON received (tenant_id, provider, provider_id);
CREATE INDEX received_address ON received (tenant_id, address, received_at, id);
