//! Which names there have been: counted from the facts, a page at a time, so that no two who tell of the same wait for each other.

use async_trait::async_trait;
use facts::events::EventHappened;
use facts::{Fact, TenantId, Time};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Reaction, Result, Stated, Tx, rows};

/// Counts events by name.
pub(crate) struct LearnEventNames;

#[async_trait]
impl Reaction for LearnEventNames {
    fn name(&self) -> &'static str {
        "learn_event_names"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[EventHappened::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        self.react_all(tx, &[Arc::new(fact.clone())]).await
    }

    async fn react_all(&self, tx: &mut Tx, facts: &[Arc<Stated>]) -> Result<()> {
        // How often, when first and when last. In the order of keys: two nodes that write the same rows wait, and do not block each other.
        let mut counts: BTreeMap<(TenantId, String), (i64, Time, Time)> = BTreeMap::new();
        for fact in facts {
            if let Some(event) = fact.read::<EventHappened>()? {
                let (count, first, last) = counts.entry((fact.tenant_id, event.name)).or_insert((0, fact.at, fact.at));
                (*count, *first, *last) = (*count + 1, fact.at.min(*first), fact.at.max(*last));
            }
        }
        let event_names = rows!(global
            "INSERT INTO event_names (tenant_id, name, count, first_at, last_at) VALUES ",
            5,
            " ON CONFLICT (tenant_id, name) DO UPDATE SET count = event_names.count + excluded.count,
                last_at = CASE WHEN excluded.last_at > event_names.last_at THEN excluded.last_at ELSE event_names.last_at END"
        );
        let mut values = Vec::new();
        for ((tenant, name), (count, first, last)) in counts {
            values.extend([tenant.into(), name.into(), count.into(), first.into(), last.into()]);
        }
        tx.put_rows(event_names, &values).await
    }
}
