-- The language that a person is written to in (BCP 47), and the time zone that they live by (IANA).
ALTER TABLE contacts ADD COLUMN locale TEXT;
ALTER TABLE contacts ADD COLUMN time_zone TEXT;

-- People who were put together by hand. Its name is its own, however it is written.
CREATE TABLE lists (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  folded TEXT NOT NULL,
  description TEXT NOT NULL,
  contacts BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX lists_name ON lists (tenant_id, folded);

CREATE TABLE list_members (
  tenant_id UUID NOT NULL,
  list_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  added_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, list_id, contact_id)
);
CREATE INDEX list_members_contact ON list_members (tenant_id, contact_id, list_id);

-- Free marks, and how many have each.
CREATE TABLE tags (
  tenant_id UUID NOT NULL,
  tag TEXT NOT NULL,
  contacts BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, tag)
);

CREATE TABLE contact_tags (
  tenant_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  tag TEXT NOT NULL,
  PRIMARY KEY (tenant_id, contact_id, tag)
);
CREATE INDEX contact_tags_tag ON contact_tags (tenant_id, tag, contact_id);

-- The attributes that people have, and of what kind the first value was.
CREATE TABLE attribute_names (
  tenant_id UUID NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  PRIMARY KEY (tenant_id, name)
);
