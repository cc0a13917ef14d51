-- The list of posts in one state, in the order of their times.
CREATE INDEX social_posts_by_state ON social_posts (tenant_id, state, at, id);
