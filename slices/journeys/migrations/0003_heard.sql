-- What a digest gathers stands by itself: it goes on until what it gathers for is said, whatever is waited for meanwhile.
ALTER TABLE journey_runs ADD COLUMN gathers TEXT;
-- From when on what somebody does counts at their step, which is earlier than when they came to it where the steps before it took no time.
ALTER TABLE journey_runs ADD COLUMN hears_from BIGINT NOT NULL DEFAULT 0;
-- The fact that led them in, or that they were waited for last: it is not heard a second time.
ALTER TABLE journey_runs ADD COLUMN by_fact UUID;
UPDATE journey_runs SET hears_from = since WHERE ended_at IS NULL;
UPDATE journey_runs SET gathers = SUBSTR(hears, 2), hears = NULL WHERE ended_at IS NULL AND hears LIKE '+%';
