//! What people do: where it is what a variant that they met is for, and in time, it counts, once for each.

use crate::model::Exposure;
use crate::rows::Growth;
use crate::{queries, rows};
use async_trait::async_trait;
use facts::orders::{OrderPaid, OrderPlaced};
use facts::{ContactId, Fact, OrderId, TenantId, Time, VisitorId};
use segments::DeedName;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use store::{Reaction, Result, Stated, Tx};

/// Counts who did what the variant that they met is for.
pub(crate) struct CountConversions;

/// What people did, and when.
type Deeds = BTreeMap<ContactId, Did>;

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

/// Counts whose browser bought what it was asked a price for.
pub(crate) struct CountBuyers;

#[async_trait]
impl Reaction for CountBuyers {
    fn name(&self) -> &'static str {
        "count_buyers"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[OrderPlaced::KIND, OrderPaid::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        self.react_all(tx, &[Arc::new(fact.clone())]).await
    }

    async fn react_all(&self, tx: &mut Tx, facts: &[Arc<Stated>]) -> Result<()> {
        let mut tenants: HashMap<TenantId, Vec<(OrderId, DeedName, Time)>> = HashMap::new();
        for fact in facts {
            let paid = fact.read::<OrderPaid>()?.map(|paid| (paid.order_id, DeedName::from(OrderPaid::KIND)));
            let placed = fact.read::<OrderPlaced>()?.map(|placed| (placed.order_id, DeedName::from(OrderPlaced::KIND)));
            if let Some((order, kind)) = paid.or(placed) {
                tenants.entry(fact.tenant_id).or_default().push((order, kind, fact.at));
            }
        }
        for (tenant, orders) in tenants {
            tx.go_on_for(tenant);
            bought(tx, &orders).await?;
        }
        Ok(())
    }
}

/// What was bought by browsers because of these: orders, what became of each, and when.
async fn bought(tx: &mut Tx, moved: &[(OrderId, DeedName, Time)]) -> Result<()> {
    let ids: Vec<OrderId> = moved.iter().map(|(order, ..)| *order).collect();
    let visited = orders::visited(tx, &ids).await?;
    let visitors: BTreeSet<VisitorId> = visited.iter().map(|one| one.visitor_id).collect();
    let open = queries::open_of_visitors(tx, &visitors.into_iter().collect::<Vec<_>>()).await?;
    count(tx, open, |exposure| {
        // Whoever was asked a price for one thing may have bought another.
        let theirs =
            visited.iter().filter(|one| Some(one.visitor_id) == exposure.visitor_id && Some(&one.product) == exposure.about.as_ref());
        theirs.flat_map(|one| moved.iter().filter(|(order, ..)| *order == one.order_id)).map(|(_, deed, at)| (deed.clone(), *at)).collect()
    })
    .await
}

async fn convert(tx: &mut Tx, deeds: &Deeds) -> Result<()> {
    let people: Vec<ContactId> = deeds.keys().copied().collect();
    let open = queries::open(tx, &people).await?;
    count(tx, open, |exposure| exposure.contact_id.and_then(|person| deeds.get(&person)).cloned().unwrap_or_default()).await
}

/// What somebody did, and when.
type Did = Vec<(DeedName, Time)>;

/// Counts those of these meetings that were followed by what they are for.
async fn count(tx: &mut Tx, open: Vec<Exposure>, did: impl Fn(&Exposure) -> Did) -> Result<()> {
    let mut done = Vec::new();
    let mut growth = Growth::new();
    for exposure in open {
        if is_for(&exposure, &did(&exposure)) {
            growth.entry((exposure.experiment_id, exposure.place)).or_default().1 += 1;
            done.push(exposure.id);
        }
    }
    rows::convert(tx, &done).await?;
    rows::count(tx, &growth).await
}

/// Whether one of these deeds is what the variant is for, done after it was met and in time.
fn is_for(exposure: &Exposure, did: &[(DeedName, Time)]) -> bool {
    did.iter().any(|(deed, at)| *deed == exposure.goal && exposure.at <= *at && *at <= exposure.counts_until)
}
