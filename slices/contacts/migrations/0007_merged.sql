-- Of whom somebody turned out to be another record: theirs is empty then, as after an erasure.
ALTER TABLE contacts ADD COLUMN merged_into UUID;
CREATE INDEX contacts_merged ON contacts (tenant_id, merged_into, id) WHERE merged_into IS NOT NULL;
-- By what two names are the same: in small letters, one space between its words. What was there before is written so as well as the
-- engine can; each further change of a person writes it right.
ALTER TABLE contacts ADD COLUMN name_key TEXT;
UPDATE contacts SET name_key = LOWER(REPLACE(REPLACE(TRIM(name), '   ', ' '), '  ', ' ')) WHERE name IS NOT NULL;
CREATE INDEX contacts_name_key ON contacts (tenant_id, name_key, id) WHERE name_key IS NOT NULL;
