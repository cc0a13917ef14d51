-- What was touched of messages, by whomever: `judged` says, a minute later, whether that was a person, and `why` it was none.
-- `visitor` tells one program at one address from another, at this message alone.
CREATE TABLE touches (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  message_id UUID NOT NULL,
  contact_id UUID,
  -- open, click, or trap: the link that no person sees.
  kind TEXT NOT NULL,
  -- Which link, from 1 on, and where it leads without its query.
  link BIGINT,
  url TEXT,
  at BIGINT NOT NULL,
  agent TEXT NOT NULL,
  visitor TEXT NOT NULL,
  -- It only asked whether the link is there, or fetched it before anybody followed it.
  ahead BOOLEAN NOT NULL,
  judged TEXT,
  why TEXT,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX touches_message ON touches (tenant_id, message_id, at, id);
CREATE INDEX touches_unjudged ON touches (tenant_id, at, id) WHERE judged IS NULL;
CREATE INDEX touches_contact ON touches (tenant_id, contact_id) WHERE contact_id IS NOT NULL;

-- How many messages about something, such as a campaign, were touched: by anything at all, and by people.
CREATE TABLE touch_counts (
  tenant_id UUID NOT NULL,
  subject_id UUID NOT NULL,
  kind TEXT NOT NULL,
  whole BIGINT NOT NULL,
  human BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, subject_id, kind)
);
