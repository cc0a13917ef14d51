-- Which mails a report of a mail server tells of: what it says names their addresses, and is forgotten with whoever has these.
CREATE TABLE mail_reports (
  tenant_id UUID NOT NULL,
  message_id UUID NOT NULL,
  inbound_id UUID NOT NULL,
  PRIMARY KEY (tenant_id, message_id, inbound_id)
);
