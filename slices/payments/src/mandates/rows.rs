//! Rows of mandates, and of who customers are at their provider.

use super::{Kept, Mandate, MandateState, find};
use crate::provider::Provider;
use facts::payments::{MandateEnded, MandateMade};
use facts::{ContactId, MandateId};
use serde::Deserialize;
use store::{Look, Result, Tx, params, sql};

/// A statement that gives whole [`Mandate`]s.
macro_rules! mandates {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT id, contact_id, provider, customer, method, kind, label, most_minor, state, reason, created_at, ended_at FROM mandates ",
            $rest
        ))
    };
}
pub(super) use mandates;

/// Who a customer is, and where.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct ProviderCustomer {
    /// The provider that they stay with.
    pub provider: Provider,
    /// Their id there.
    pub customer: String,
}

/// Who a contact is at the provider that they pay by; nobody yet, where they have never agreed to be charged.
pub(crate) async fn customer(look: &mut impl Look, contact: ContactId) -> Result<Option<ProviderCustomer>> {
    look.maybe(
        sql!("SELECT provider, customer FROM provider_customers WHERE tenant_id = $1 AND contact_id = $2"),
        params![look.tenant(), contact],
    )
    .await
}

/// Keeps who a customer is at a provider. Their row is held then: of two that come at once, the second sees the first.
pub(crate) async fn know(tx: &mut Tx, contact: ContactId, provider: Provider, customer: &str) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO provider_customers (tenant_id, contact_id, provider, customer, created_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant_id, contact_id) DO UPDATE SET provider = excluded.provider, customer = excluded.customer"
        ),
        params![tx.tenant(), contact, provider.as_str(), customer, tx.now()],
    )
    .await?;
    Ok(())
}

/// Holds who two customers are at their providers, in the order of their ids: whoever hears what they agreed to waits.
pub(crate) async fn hold(tx: &mut Tx, one: ContactId, other: ContactId) -> Result<()> {
    let _held: Vec<ContactId> = tx
        .all(
            sql!(
                "SELECT contact_id FROM provider_customers WHERE tenant_id = $1 AND contact_id IN ($2, $3) ORDER BY contact_id FOR UPDATE"
            ),
            params![tx.tenant(), one, other],
        )
        .await?;
    Ok(())
}

/// Keeps what a customer has agreed to be charged by, once: it takes the place of what they had.
pub(crate) async fn keep(tx: &mut Tx, contact: ContactId, provider: Provider, kept: &Kept) -> Result<()> {
    know(tx, contact, provider, &kept.customer).await?;
    if by_method(tx, provider, &kept.method).await?.is_some() {
        return Ok(());
    }
    if let Some(earlier) = super::active(tx, contact).await? {
        ended(tx, earlier.id, "Another one took its place.").await?;
    }
    insert(tx, contact, provider, kept).await
}

async fn insert(tx: &mut Tx, contact: ContactId, provider: Provider, kept: &Kept) -> Result<()> {
    let id = put(tx, contact, provider, kept, MandateState::Active).await?;
    if let Some(id) = id {
        tx.state(MandateMade { mandate_id: id, contact_id: contact, provider: provider.to_string(), label: kept.label.clone() }).await?;
    }
    Ok(())
}

/// Writes a mandate; `None` where what it is over has one already.
pub(super) async fn put(
    tx: &mut Tx,
    contact: ContactId,
    provider: Provider,
    kept: &Kept,
    state: MandateState,
) -> Result<Option<MandateId>> {
    let id: MandateId = tx.id();
    let made = tx
        .exec(
            sql!(
                "INSERT INTO mandates (tenant_id, id, contact_id, provider, customer, method, kind, label, state, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (tenant_id, provider, method) DO NOTHING"
            ),
            params![
                tx.tenant(),
                id,
                contact,
                provider.as_str(),
                kept.customer.as_str(),
                kept.method.as_str(),
                kept.kind.as_str(),
                kept.label.as_str(),
                state.as_str(),
                tx.now()
            ],
        )
        .await?;
    Ok((made == 1).then_some(id))
}

/// Ends a mandate; whoever comes second changes nothing. One that never counted ends unsaid.
pub(crate) async fn ended(tx: &mut Tx, id: MandateId, reason: &str) -> Result<()> {
    if end_from(tx, id, MandateState::Active, reason).await? {
        if let Some(Mandate { contact_id, label, .. }) = find(tx, id).await? {
            tx.state(MandateEnded { mandate_id: id, contact_id, label, reason: reason.to_owned() }).await?;
        }
        return Ok(());
    }
    end_from(tx, id, MandateState::Waiting, reason).await.map(drop)
}

async fn end_from(tx: &mut Tx, id: MandateId, from: MandateState, reason: &str) -> Result<bool> {
    let ended = tx
        .exec(
            sql!("UPDATE mandates SET state = 'ended', reason = $3, ended_at = $4 WHERE tenant_id = $1 AND id = $2 AND state = $5"),
            params![tx.tenant(), id, reason, tx.now(), from.as_str()],
        )
        .await?;
    Ok(ended == 1)
}

/// The mandate over a card or account of a provider's.
pub(crate) async fn by_method(look: &mut impl Look, provider: Provider, method: &str) -> Result<Option<Mandate>> {
    look.maybe(mandates!("WHERE tenant_id = $1 AND provider = $2 AND method = $3"), params![look.tenant(), provider.as_str(), method]).await
}

/// Ends the mandate over a card or account that the provider keeps no more.
pub(crate) async fn end_by_method(tx: &mut Tx, provider: Provider, method: &str, reason: &str) -> Result<bool> {
    match by_method(tx, provider, method).await? {
        Some(mandate) => ended(tx, mandate.id, reason).await.map(|()| true),
        None => Ok(false),
    }
}
