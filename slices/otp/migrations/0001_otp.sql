-- A code that was sent to show that an address is somebody's. The code itself is kept nowhere: it is derived from the id.
CREATE TABLE one_time_codes (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  purpose TEXT NOT NULL,
  address TEXT NOT NULL,
  -- The channels that it goes by, one after the other, and how many of them have been used.
  channels TEXT NOT NULL,
  sends BIGINT NOT NULL,
  state TEXT NOT NULL,
  tries BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);
-- One at a time for an address and a purpose.
CREATE UNIQUE INDEX one_time_codes_live ON one_time_codes (tenant_id, address, purpose) WHERE state = 'sent';
CREATE INDEX one_time_codes_listed ON one_time_codes (tenant_id, created_at, id);

-- How many were sent and found right within an hour, by number, by whoever asked, by the beginning of numbers, and in all.
CREATE TABLE one_time_code_counts (
  tenant_id UUID NOT NULL,
  scope TEXT NOT NULL,
  what TEXT NOT NULL,
  hour BIGINT NOT NULL,
  sends BIGINT NOT NULL,
  verified BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, scope, what, hour)
);
