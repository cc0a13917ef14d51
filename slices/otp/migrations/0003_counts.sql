-- Requests that were refused because they were too many, and codes that were guessed at too often: counted for the tenant.
ALTER TABLE one_time_code_counts ADD COLUMN refused BIGINT NOT NULL DEFAULT 0;
ALTER TABLE one_time_code_counts ADD COLUMN spent BIGINT NOT NULL DEFAULT 0;
