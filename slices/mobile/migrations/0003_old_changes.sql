-- Changes that no phone will send again, to be forgotten.
CREATE INDEX mobile_changes_taken ON mobile_changes (tenant_id, taken_at);
