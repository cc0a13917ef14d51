-- The hours in which it does not leave: {"from", "to", "zone"}. None for what may leave at any.
ALTER TABLE messages ADD COLUMN hours JSONB;
-- How much of what is said to many still stands in line is asked by channel.
DROP INDEX messages_bulk;
CREATE INDEX messages_bulk ON messages (tenant_id, about, channel, id) WHERE urgency = 'bulk' AND state = 'queued';
