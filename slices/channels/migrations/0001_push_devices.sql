-- Who gets push messages: an app on a phone, or a browser. The endpoint is Firebase's token of the app, or the address that the browser gave.
CREATE TABLE push_devices (
  tenant_id UUID NOT NULL,
  id UUID NOT NULL,
  contact_id UUID,
  kind TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  p256dh TEXT,
  auth TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX push_devices_endpoint ON push_devices (tenant_id, kind, endpoint);
CREATE INDEX push_devices_contact ON push_devices (tenant_id, contact_id, created_at, id);
CREATE INDEX push_devices_listed ON push_devices (tenant_id, created_at, id);
