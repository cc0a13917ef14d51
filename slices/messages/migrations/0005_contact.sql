-- What was written to one person is found when they are erased, or ask for it.
CREATE INDEX messages_contact ON messages (tenant_id, contact_id, id) WHERE contact_id IS NOT NULL;
