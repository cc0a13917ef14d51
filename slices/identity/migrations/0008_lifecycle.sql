-- When a tenant that its owner closed is erased.
ALTER TABLE tenants ADD COLUMN closes_at BIGINT;
-- What the tenant has paid the platform for; it decides about limits.
ALTER TABLE tenants ADD COLUMN plan TEXT NOT NULL DEFAULT 'free';
