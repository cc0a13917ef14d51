-- What a person did with a message, as far as its links and its image tell: each is counted once for its step.
ALTER TABLE journey_messages ADD COLUMN opened BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE journey_messages ADD COLUMN clicked BOOLEAN NOT NULL DEFAULT FALSE;
