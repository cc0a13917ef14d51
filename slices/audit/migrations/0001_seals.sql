-- The chain over each tenant's journal. A seal covers the facts that a reaction took at once; its hash goes over its own
-- entries and the hash before it. Which of the journal's rows it is about is a hint for reading both side by side.
CREATE TABLE journal_seals (
  tenant_id UUID NOT NULL,
  number BIGINT NOT NULL,
  first_xid BIGINT NOT NULL,
  first_seq BIGINT NOT NULL,
  last_xid BIGINT NOT NULL,
  last_seq BIGINT NOT NULL,
  entries BYTEA NOT NULL,
  since BIGINT NOT NULL,
  sealed_at BIGINT NOT NULL,
  prev BYTEA NOT NULL,
  hash BYTEA NOT NULL,
  PRIMARY KEY (tenant_id, number)
);
CREATE INDEX journal_seals_place ON journal_seals (first_xid, first_seq);
-- The last seal of each, so that one that is taken off the end is missed.
CREATE TABLE journal_heads (
  tenant_id UUID NOT NULL PRIMARY KEY,
  number BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  sealed_at BIGINT NOT NULL,
  latest BIGINT NOT NULL,
  proof BYTEA NOT NULL
);
