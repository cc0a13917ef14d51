-- The secret that a place had before its last one; locked too, it signs along until its time is over.
ALTER TABLE social_places ADD COLUMN locked_before BYTEA;
ALTER TABLE social_places ADD COLUMN before_until BIGINT;
