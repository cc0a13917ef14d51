-- How much of what is said to many still stands in line is asked before more is put there.
CREATE INDEX messages_bulk ON messages (tenant_id, about, id) WHERE urgency = 'bulk' AND state = 'queued';
