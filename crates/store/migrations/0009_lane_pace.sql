-- How fast a lane may move, where somebody has said so: in place of what its errands say.
ALTER TABLE lanes ADD COLUMN per_second BIGINT;
