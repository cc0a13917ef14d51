-- WhatsApp messages that are said by SMS where they are not delivered by then. A row goes when it has been looked at.
CREATE TABLE sms_instead (
  tenant_id UUID NOT NULL,
  message_id UUID NOT NULL,
  due_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, message_id)
);
CREATE INDEX sms_instead_due ON sms_instead (tenant_id, due_at, message_id);
