-- From which address the request came that set a fact off; nobody's where Origin acted by itself.
ALTER TABLE journal ADD COLUMN address TEXT;
