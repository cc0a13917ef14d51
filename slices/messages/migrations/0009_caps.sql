-- What somebody got lately of what is said to many, from whatever it came. Its row is held while one more takes its place.
CREATE TABLE capped_people (
  tenant_id UUID NOT NULL,
  contact_id UUID NOT NULL,
  -- [{"message_id", "channel", "class", "at"}], those of the last month.
  lately JSONB NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, contact_id)
);
