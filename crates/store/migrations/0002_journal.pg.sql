-- What happened, append-only. Commits land out of order, so readers go by (xid, seq) and stop below the oldest
-- transaction that is still open.
CREATE TABLE journal (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  xid BIGINT NOT NULL DEFAULT (CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT)),
  seq BIGINT GENERATED ALWAYS AS IDENTITY,
  kind TEXT NOT NULL,
  version BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  request_id TEXT,
  about UUID,
  contact_id UUID,
  body JSONB NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX journal_order ON journal (xid, seq);
CREATE INDEX journal_about ON journal (tenant_id, about, at) WHERE about IS NOT NULL;
CREATE INDEX journal_contact ON journal (tenant_id, contact_id, at) WHERE contact_id IS NOT NULL;
CREATE INDEX journal_tenant ON journal (tenant_id, at, id);
