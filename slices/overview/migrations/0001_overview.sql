-- What happened on each day of the tenant's own calendar, kept by a reaction so that no page sums over history.
CREATE TABLE daily_numbers (
  tenant_id UUID NOT NULL,
  day TEXT NOT NULL,
  currency TEXT NOT NULL,
  orders BIGINT NOT NULL,
  paid_orders BIGINT NOT NULL,
  paid_minor BIGINT NOT NULL,
  refunded_minor BIGINT NOT NULL,
  messages_sent BIGINT NOT NULL,
  messages_dead BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, day, currency)
);
