-- How many calls a second an endpoint takes, and whether they come one after the other in the order of the journal.
ALTER TABLE webhook_endpoints ADD COLUMN per_second BIGINT NOT NULL DEFAULT 50;
ALTER TABLE webhook_endpoints ADD COLUMN ordered BOOLEAN NOT NULL DEFAULT FALSE;

-- Where the fact stands in the journal. Nothing (0) for a test, which stands in no order, and for what was made before or beside an order; a
-- replay looks it up.
ALTER TABLE webhook_deliveries ADD COLUMN xid BIGINT NOT NULL DEFAULT 0;
ALTER TABLE webhook_deliveries ADD COLUMN seq BIGINT NOT NULL DEFAULT 0;
CREATE INDEX webhook_deliveries_line ON webhook_deliveries (tenant_id, endpoint_id, xid, seq, id) WHERE state = 'queued';
