-- What went to one address is found when whoever had it is erased.
CREATE INDEX one_time_codes_address ON one_time_codes (tenant_id, address, created_at, id);
