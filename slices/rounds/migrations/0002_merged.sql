-- The bills of one customer are found when they are merged with another.
CREATE INDEX month_bills_contact ON month_bills (tenant_id, contact_id, month, currency);
