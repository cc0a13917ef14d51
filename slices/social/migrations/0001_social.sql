-- Where posts go: an address that takes them signed. Its secret is locked. A removed place keeps its row, without address and secret, for
-- the posts that name it. What came of its last test is kept beside it.
CREATE TABLE social_places (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  address TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  locked BYTEA,
  tested TEXT,
  tested_said TEXT,
  tested_at BIGINT,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX social_places_listed ON social_places (tenant_id, created_at, id);

-- Something to be said in public at a time.
CREATE TABLE social_posts (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  body TEXT NOT NULL,
  link TEXT,
  picture TEXT,
  at BIGINT NOT NULL,
  state TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX social_posts_by_time ON social_posts (tenant_id, at, id);

-- One post at one place. Whoever writes here holds the post's row. Asking once more is a further round; errands of earlier rounds do
-- nothing. `doubt`: some try may have been received and nobody said so.
CREATE TABLE social_deliveries (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  post_id UUID NOT NULL,
  place_id UUID NOT NULL,
  state TEXT NOT NULL,
  round BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  doubt BOOLEAN NOT NULL,
  status BIGINT,
  said TEXT NOT NULL,
  next_at BIGINT,
  tried_at BIGINT,
  sent_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);
-- A post goes to each of its places once.
CREATE UNIQUE INDEX social_deliveries_once ON social_deliveries (tenant_id, post_id, place_id);
