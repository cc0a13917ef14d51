-- What happened, append-only. One writer, so the order of rows is the order of commits and xid stays 0.
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id BLOB NOT NULL,
  id BLOB NOT NULL,
  xid BIGINT NOT NULL DEFAULT 0,
  kind TEXT NOT NULL,
  version BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  request_id TEXT,
  about BLOB,
  contact_id BLOB,
  body TEXT NOT NULL
);
CREATE UNIQUE INDEX journal_id ON journal (tenant_id, id);
CREATE INDEX journal_about ON journal (tenant_id, about, at) WHERE about IS NOT NULL;
CREATE INDEX journal_contact ON journal (tenant_id, contact_id, at) WHERE contact_id IS NOT NULL;
CREATE INDEX journal_tenant ON journal (tenant_id, at, id);
