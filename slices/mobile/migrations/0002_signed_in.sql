-- Devices that are signed in, which a tenant's plan limits.
CREATE INDEX mobile_devices_signed_in ON mobile_devices (tenant_id, last_seen_at) WHERE ended_at IS NULL;
