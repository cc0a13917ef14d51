-- Who is not written to is kept by consent. What stood here came from providers: a person who had stopped marketing with theirs,
-- which is a word of theirs, or an address that nothing could be delivered to.
INSERT INTO suppressed_addresses (tenant_id, id, channel, address, scope, reason, detail, who, since)
  SELECT tenant_id, randomblob(16), channel, address, scope,
    CASE WHEN scope = 'marketing' THEN 'provider_opt_out' WHEN channel = 'email' THEN 'bounced' ELSE 'undeliverable' END,
    reason, 'system:messages', created_at
  FROM suppressions;
INSERT INTO standings (tenant_id, channel, address, scope, said, how, at, version)
  SELECT tenant_id, channel, address, scope, 'withdrawn', 'provider', created_at, 1 FROM suppressions WHERE scope = 'marketing';
INSERT INTO consents (tenant_id, id, channel, address, scope, said, how, evidence, who, at, version)
  SELECT tenant_id, randomblob(16), channel, address, scope, 'withdrawn', 'provider', reason, 'system:messages', created_at, 1
  FROM suppressions WHERE scope = 'marketing';
DROP TABLE suppressions;
