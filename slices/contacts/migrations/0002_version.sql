-- Counts the changes, so that whoever changes a person elsewhere can say which version of them was known there.
ALTER TABLE contacts ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
