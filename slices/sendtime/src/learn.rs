//! What people read, counted by the hour of their day: each message once, at the hour in which it was first read.

use crate::reads::{Read, moments};
use crate::rows::{self, FirstRead};
use async_trait::async_trait;
use facts::{ContactId, MessageId, TenantId, Time};
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use store::{Reaction, Result, Stated, Tx};

/// Learns when people read. It writes to nobody, so it learns from all that has ever been read.
pub(crate) struct LearnReadHours;

/// Reads by message: the first that is known of each.
type Reads = BTreeMap<MessageId, Read>;

#[async_trait]
impl Reaction for LearnReadHours {
    fn name(&self) -> &'static str {
        "learn_read_hours"
    }

    fn kinds(&self) -> &'static [&'static str] {
        Read::KINDS
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        self.react_all(tx, &[Arc::new(fact.clone())]).await
    }

    async fn react_all(&self, tx: &mut Tx, facts: &[Arc<Stated>]) -> Result<()> {
        let mut tenants: BTreeMap<TenantId, Reads> = BTreeMap::new();
        for fact in facts {
            if let Some(read) = Read::of(fact)? {
                tenants.entry(fact.tenant_id).or_default().entry(read.message_id).or_insert(read);
            }
        }
        for (tenant, reads) in tenants {
            tx.go_on_for(tenant);
            learn(tx, &reads).await?;
        }
        Ok(())
    }
}

async fn learn(tx: &mut Tx, reads: &Reads) -> Result<()> {
    // Of a tenant that was erased meanwhile nothing is learnt.
    let tenant = tx.tenant();
    let Some(shop) = identity::time_zone_of(tx, tenant).await? else { return Ok(()) };
    let messages: Vec<MessageId> = reads.keys().copied().collect();
    let at = moments(tx, &messages).await?;
    let people: Vec<ContactId> = reads.values().filter_map(|read| read.contact_id).collect();
    let zones: HashMap<ContactId, Option<String>> =
        contacts::those(tx, &people).await?.into_iter().map(|person| (person.id, person.time_zone)).collect();
    let first = |read: &Read| {
        // Whoever was erased is nobody.
        let contact_id = read.contact_id.filter(|id| zones.contains_key(id));
        let own = contact_id.and_then(|id| zones.get(&id)).and_then(Option::as_deref);
        let at = at.get(&read.message_id).copied().unwrap_or(read.known_at);
        FirstRead { message_id: read.message_id, contact_id, hour: hour(at, own.unwrap_or(&shop)) }
    };
    let all: Vec<FirstRead> = reads.values().map(first).collect();
    let new = rows::note(tx, &all).await?;
    rows::count(tx, &new).await
}

/// The hour of the day of a moment, by the clock of a zone; UTC's where there is no such zone.
fn hour(at: Time, zone: &str) -> i64 {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    i64::from(at.timestamp().to_zoned(zone).hour())
}

#[cfg(test)]
mod tests {
    use super::hour;

    #[test]
    fn by_whose_clock() {
        let at = "2026-11-20T14:40:00Z".parse().unwrap();
        assert_eq!(["Asia/Kolkata", "America/New_York", "UTC", "Nowhere/Land"].map(|zone| hour(at, zone)), [20, 9, 14, 14]);
    }
}
