-- Files that came with what somebody wrote, and those that go with messages. The bytes lie in the store of files, under the same id.
CREATE TABLE attachments (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  -- What it came with, or the message that carries it: one of both.
  received_id UUID,
  message_id UUID,
  -- Which of several.
  place BIGINT NOT NULL,
  -- Where it is had from: the provider, and its id or address there; empty where it was attached here.
  provider TEXT NOT NULL,
  reference TEXT NOT NULL,
  -- Empty where it has none.
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  -- In hex: what the provider told, and that of the bytes once they are here; empty where nothing is known.
  told_sha256 TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  size BIGINT NOT NULL,
  state TEXT NOT NULL,
  -- Why it could not be fetched.
  reason TEXT,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX attachments_received ON attachments (tenant_id, received_id, place) WHERE received_id IS NOT NULL;
CREATE UNIQUE INDEX attachments_message ON attachments (tenant_id, message_id, place) WHERE message_id IS NOT NULL;
