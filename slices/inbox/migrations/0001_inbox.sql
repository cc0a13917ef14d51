-- What is written back and forth with one address on one channel.
-- `version` counts what agents and the customer did, and is what a change is checked against; `beat` counts all that a page shows of it.
CREATE TABLE conversations (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  channel TEXT NOT NULL,
  -- Empty once the person was erased.
  address TEXT NOT NULL,
  contact_id UUID,
  -- What the contact is called now.
  customer TEXT NOT NULL,
  state TEXT NOT NULL,
  snoozed_until BIGINT,
  assignee UUID,
  -- A line for each, with a line's end before the first as well, so that a whole one can be looked for.
  labels TEXT NOT NULL,
  lead_stage TEXT,
  lead_minor BIGINT,
  lead_currency TEXT,
  unread BIGINT NOT NULL,
  -- How the last thing that was said begins.
  last_text TEXT NOT NULL,
  last_at BIGINT NOT NULL,
  -- When the customer wrote last: WhatsApp's 24 hours count from there.
  last_in_at BIGINT,
  version BIGINT NOT NULL,
  beat BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX conversations_address ON conversations (tenant_id, channel, address) WHERE address <> '';
CREATE INDEX conversations_latest ON conversations (tenant_id, last_at, id);
CREATE INDEX conversations_contact ON conversations (tenant_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX conversations_leads ON conversations (tenant_id, last_at, id) WHERE lead_stage IS NOT NULL;
-- What open pages are told of, in every tenant at once.
CREATE INDEX conversations_changed ON conversations (changed_at);

-- What was said, noted and done. What a customer wrote has the id that it was received under, so it stands here once.
CREATE TABLE conversation_entries (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  conversation_id UUID NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  files JSONB NOT NULL,
  -- The message that carries a reply.
  message_id UUID,
  actor TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX conversation_entries_list ON conversation_entries (tenant_id, conversation_id, at, id);
CREATE INDEX conversation_entries_message ON conversation_entries (tenant_id, message_id) WHERE message_id IS NOT NULL;

-- Replies that are kept ready.
CREATE TABLE canned_replies (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  shortcut TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX canned_replies_shortcut ON canned_replies (tenant_id, shortcut);
