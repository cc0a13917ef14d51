-- Links that are long over, to be forgotten.
CREATE INDEX tickets_over ON tickets (expires_at);
