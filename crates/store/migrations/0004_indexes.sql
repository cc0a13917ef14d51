-- Timelines are read in the order of (at, id).
DROP INDEX journal_about;
CREATE INDEX journal_about ON journal (tenant_id, about, at, id) WHERE about IS NOT NULL;
DROP INDEX journal_contact;
CREATE INDEX journal_contact ON journal (tenant_id, contact_id, at, id) WHERE contact_id IS NOT NULL;
