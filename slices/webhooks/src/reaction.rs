//! Each fact becomes a delivery to every endpoint that wants it.

use crate::deliver::DeliverWebhook;
use crate::model::State;
use crate::{kinds, line, rows};
use async_trait::async_trait;
use facts::journeys::JourneyCalled;
use facts::{Fact, FactId, Id, TenantId, WebhookEndpointId};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Json, Look, Reaction, Result, Sending, Stated, Tx, Value, params, sql};

/// Tenants that are asked about at once.
const AT_ONCE: usize = 16;

/// Puts facts on their way to the endpoints of their tenants.
pub(crate) struct SendWebhooks;

#[derive(Deserialize)]
struct Want {
    id: WebhookEndpointId,
    kinds: Option<Json<Vec<String>>>,
    ordered: bool,
}

impl Want {
    /// Whether it is to hear of this: of what it wants, and of whoever came to a step of a journey that calls it.
    fn takes(&self, fact: &Stated, called: Option<WebhookEndpointId>) -> bool {
        match called {
            Some(endpoint) => self.id == endpoint,
            None => kinds::published(&fact.kind).is_some() && self.kinds.as_ref().is_none_or(|kinds| kinds.0.contains(&fact.kind)),
        }
    }
}

#[async_trait]
impl Reaction for SendWebhooks {
    fn name(&self) -> &'static str {
        "send_webhooks"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[]
    }

    fn wants(&self, kind: &str) -> bool {
        kinds::published(kind).is_some() || kind == JourneyCalled::KIND
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        for endpoint in put(tx, fact).await? {
            line::grown(tx, endpoint).await?;
        }
        Ok(())
    }

    /// Most tenants have no endpoint: for them a page of facts costs one look. A line to which a page added is moved on once, after all of it
    /// stands there.
    async fn react_all(&self, tx: &mut Tx, facts: &[Arc<Stated>]) -> Result<()> {
        let tenants: BTreeSet<TenantId> = facts.iter().map(|fact| fact.tenant_id).collect();
        let listening = listening(tx, &tenants.into_iter().collect::<Vec<_>>()).await?;
        let heard: Vec<Arc<Stated>> = facts.iter().filter(|fact| listening.contains(&fact.tenant_id)).cloned().collect();
        let mut grown: BTreeMap<(TenantId, WebhookEndpointId), Arc<Stated>> = BTreeMap::new();
        for fact in heard {
            tx.go_on_because_of(self.name(), &fact);
            for endpoint in put(tx, &fact).await? {
                grown.entry((fact.tenant_id, endpoint)).or_insert_with(|| fact.clone());
            }
        }
        for ((_, endpoint), first) in grown {
            tx.go_on_because_of(self.name(), &first);
            line::grown(tx, endpoint).await?;
        }
        Ok(())
    }
}

/// Makes the deliveries of a fact, and tells to whose lines that added.
///
/// They go to those that were enabled when it happened: an endpoint that is new is told nothing old. Facts are met in the order of the journal,
/// so whatever is queued for an endpoint that hears in order stands behind all that came before it. A step of a journey that calls an
/// endpoint without an order has put its call on its way itself.
async fn put(tx: &mut Tx, fact: &Stated) -> Result<Vec<WebhookEndpointId>> {
    let wants: Vec<Want> = tx
        .all(
            sql!("SELECT id, kinds, ordered FROM webhook_endpoints WHERE tenant_id = $1 AND state = 'enabled' AND enabled_at <= $2"),
            params![tx.tenant(), fact.at],
        )
        .await?;
    let called = fact.read::<JourneyCalled>()?.map(|called| called.endpoint_id);
    let of = |ordered: bool| -> Vec<(FactId, WebhookEndpointId)> {
        wants.iter().filter(|want| want.ordered == ordered && want.takes(fact, called)).map(|want| (fact.id, want.id)).collect()
    };
    let made = rows::insert_deliveries(tx, &fact.kind, fact.place(), State::Waiting, of(false).into_iter()).await?;
    tx.send_all(made.into_iter().map(|started| (DeliverWebhook::from(started), Sending::default()))).await?;
    let queued = rows::insert_deliveries(tx, &fact.kind, fact.place(), State::Queued, of(true).into_iter()).await?;
    Ok(queued.into_iter().map(|one| one.endpoint_id).collect())
}

/// Which of these tenants have an endpoint that events go to.
async fn listening(tx: &mut Tx, tenants: &[TenantId]) -> Result<BTreeSet<TenantId>> {
    let nobody = TenantId::from_uuid(uuid::Uuid::nil());
    let mut found = BTreeSet::new();
    for some in tenants.chunks(AT_ONCE) {
        let wanted: Vec<Value> = (0..AT_ONCE).map(|at| some.get(at).copied().unwrap_or(nobody).into()).collect();
        let those: Vec<TenantId> = tx
            .all(
                sql!(global
                    "SELECT DISTINCT tenant_id FROM webhook_endpoints WHERE state = 'enabled'
                     AND tenant_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
                ),
                &wanted,
            )
            .await?;
        found.extend(those);
    }
    Ok(found)
}
