-- When a person was erased: nothing that tells who they were is left in the row.
ALTER TABLE contacts ADD COLUMN erased_at BIGINT;
CREATE INDEX contact_import_differences_contact ON contact_import_differences (tenant_id, contact_id);
