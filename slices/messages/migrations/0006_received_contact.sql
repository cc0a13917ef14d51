-- What one person wrote is found when they are erased, or ask for it.
CREATE INDEX received_contact ON received (tenant_id, contact_id, id) WHERE contact_id IS NOT NULL;
