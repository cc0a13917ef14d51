-- What is kept of one person is found when they are erased.
CREATE INDEX suppressed_addresses_contact ON suppressed_addresses (tenant_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX preference_links_contact ON preference_links (tenant_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX suppressed_addresses_address ON suppressed_addresses (tenant_id, address, since);
