-- Who is next on each channel: one that stands still keeps no other waiting.
CREATE INDEX campaign_recipients_line ON campaign_recipients (tenant_id, campaign_id, frozen, channel, due_at, message_id) WHERE state = 'waiting';
-- What is counted of messages says how they stand, no longer what they once were.
DELETE FROM campaign_counts WHERE about = 'moved';
INSERT INTO campaign_counts (tenant_id, campaign_id, channel, about, word, number)
  SELECT r.tenant_id, r.campaign_id, r.channel, 'stands', r.state, COUNT(*) FROM campaign_recipients r
  JOIN campaigns c ON c.tenant_id = r.tenant_id AND c.id = r.campaign_id AND c.frozen = r.frozen
  WHERE r.state NOT IN ('waiting', 'excluded') GROUP BY r.tenant_id, r.campaign_id, r.channel, r.state;
