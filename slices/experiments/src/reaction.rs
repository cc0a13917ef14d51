//! What people do: where it is what a variant that they met is for, and in time, it counts, once for each.

use crate::model::Exposure;
use crate::rows::Growth;
use crate::{queries, rows};
use async_trait::async_trait;
use facts::{ContactId, TenantId, Time};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use store::{Reaction, Result, Stated, Tx};

/// Counts who did what the variant that they met is for.
pub(crate) struct CountConversions;

/// What people did, and when.
type Deeds = BTreeMap<ContactId, Vec<(&'static str, Time)>>;

#[async_trait]
impl Reaction for CountConversions {
    fn name(&self) -> &'static str {
        "count_conversions"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[]
    }

    fn wants(&self, kind: &str) -> bool {
        segments::counts(kind)
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        self.react_all(tx, &[Arc::new(fact.clone())]).await
    }

    async fn react_all(&self, tx: &mut Tx, facts: &[Arc<Stated>]) -> Result<()> {
        let mut tenants: HashMap<TenantId, Deeds> = HashMap::new();
        for fact in facts {
            if let (Some(person), Some(deed)) = (fact.contact_id, segments::deed_of(&fact.kind, &fact.body.0)) {
                tenants.entry(fact.tenant_id).or_default().entry(person).or_default().push((deed, fact.at));
            }
        }
        for (tenant, deeds) in tenants {
            tx.go_on_for(tenant);
            convert(tx, &deeds).await?;
        }
        Ok(())
    }
}

async fn convert(tx: &mut Tx, deeds: &Deeds) -> Result<()> {
    let people: Vec<ContactId> = deeds.keys().copied().collect();
    let mut done = Vec::new();
    let mut growth = Growth::new();
    for exposure in queries::open(tx, &people).await? {
        let did = exposure.contact_id.and_then(|person| deeds.get(&person)).map(Vec::as_slice).unwrap_or_default();
        if is_for(&exposure, did) {
            growth.entry((exposure.experiment_id, exposure.place)).or_default().1 += 1;
            done.push(exposure.id);
        }
    }
    rows::convert(tx, &done).await?;
    rows::count(tx, &growth).await
}

/// Whether one of these deeds is what the variant is for, done after it was met and in time.
fn is_for(exposure: &Exposure, did: &[(&str, Time)]) -> bool {
    did.iter().any(|(deed, at)| *deed == exposure.goal && exposure.at <= *at && *at <= exposure.counts_until)
}
