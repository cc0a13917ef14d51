-- Whose test data this tenant holds: it has no members of its own, and its providers are played.
ALTER TABLE tenants ADD COLUMN test_of UUID;
CREATE UNIQUE INDEX tenants_test_of ON tenants (test_of) WHERE test_of IS NOT NULL;
-- Whether a key works on the tenant itself, `live`, or on its test data, `test`.
ALTER TABLE api_keys ADD COLUMN mode TEXT NOT NULL DEFAULT 'live';
