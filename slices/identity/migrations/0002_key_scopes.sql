-- What of its role's permissions a key has; all of them where it is NULL.
ALTER TABLE api_keys ADD COLUMN scopes JSONB;
