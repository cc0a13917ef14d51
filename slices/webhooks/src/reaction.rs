//! Each fact becomes a delivery to every endpoint that wants it.

use crate::deliver::DeliverWebhook;
use crate::{kinds, rows};
use async_trait::async_trait;
use facts::{Id, TenantId, WebhookEndpointId};
use serde::Deserialize;
use std::collections::BTreeSet;
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
        kinds::published(kind).is_some()
    }

    /// To those that were enabled when it happened: an endpoint that is new is told nothing old.
    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        let wants: Vec<Want> = tx
            .all(
                sql!("SELECT id, kinds FROM webhook_endpoints WHERE tenant_id = $1 AND state = 'enabled' AND enabled_at <= $2"),
                params![tx.tenant(), fact.at],
            )
            .await?;
        let takes = |want: &&Want| want.kinds.as_ref().is_none_or(|kinds| kinds.0.contains(&fact.kind));
        let made = rows::insert_deliveries(tx, &fact.kind, wants.iter().filter(takes).map(|want| (fact.id, want.id))).await?;
        tx.send_all(made.into_iter().map(|started| (DeliverWebhook::from(started), Sending::default()))).await
    }

    /// Most tenants have no endpoint: for them a page of facts costs one look.
    async fn react_all(&self, tx: &mut Tx, facts: &[Arc<Stated>]) -> Result<()> {
        let tenants: BTreeSet<TenantId> = facts.iter().map(|fact| fact.tenant_id).collect();
        let listening = listening(tx, &tenants.into_iter().collect::<Vec<_>>()).await?;
        let heard: Vec<Arc<Stated>> = facts.iter().filter(|fact| listening.contains(&fact.tenant_id)).cloned().collect();
        store::react_to_each(self, tx, &heard).await
    }
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
