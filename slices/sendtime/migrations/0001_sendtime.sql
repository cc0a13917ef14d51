-- Each message of a campaign or a journey that was read, once, with the hour of its reader's day at which it first was. Whoever was erased is nobody
-- here, and stays counted.
CREATE TABLE first_reads (
  tenant_id UUID NOT NULL,
  message_id UUID NOT NULL,
  contact_id UUID,
  hour BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, message_id)
);
CREATE INDEX first_reads_contact ON first_reads (tenant_id, contact_id) WHERE contact_id IS NOT NULL;

-- How many messages somebody first read at an hour of their day.
CREATE TABLE read_hours (
  tenant_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  hour BIGINT NOT NULL,
  reads BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, contact_id, hour)
);

-- The same of everybody together: 24 rows a tenant at the most.
CREATE TABLE read_hours_shared (
  tenant_id UUID NOT NULL,
  hour BIGINT NOT NULL,
  reads BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, hour)
);
