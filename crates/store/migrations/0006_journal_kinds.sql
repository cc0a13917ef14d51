-- Who follows some kinds of a tenant's facts reads them in the order of the journal, and none of the others.
CREATE INDEX journal_kind ON journal (tenant_id, kind, xid, seq);
