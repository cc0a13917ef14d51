-- Answers are forgotten by their age, whosever they are.
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
