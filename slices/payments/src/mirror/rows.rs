//! Rows of subscriptions that a provider runs.

use super::{Person, Standing};
use crate::provider::Provider;
use contacts::NewContact;
use facts::{ContactId, SubscriptionId, Time};
use serde::Deserialize;
use serde_json::json;
use store::{Json, Look, Result, Tx, params, sql};

/// Payments of one subscription that are compared with what its provider lists: it lists a hundred invoices.
const KNOWN: i64 = 400;

/// A subscription that a provider runs, as we have it.
#[derive(Debug, Deserialize)]
pub(super) struct Row {
    pub id: SubscriptionId,
    pub contact_id: Option<ContactId>,
    /// How many of the provider's answers said something new.
    pub version: i64,
    /// The last of them.
    pub told: Option<Json<Standing>>,
    pub created_at: Time,
}

/// A statement that gives whole [`Row`]s.
macro_rules! rows {
    ($rest:literal) => {
        sql!(concat!("SELECT id, contact_id, version, told, created_at FROM provider_subscriptions ", $rest))
    };
}

/// A subscription by its provider's id of it.
pub(super) async fn find(look: &mut impl Look, provider: Provider, theirs: &str) -> Result<Option<Row>> {
    look.maybe(
        rows!("WHERE tenant_id = $1 AND provider = $2 AND provider_subscription_id = $3"),
        params![look.tenant(), provider.as_str(), theirs],
    )
    .await
}

/// The same, made known where it is not, its row taken for this transaction.
pub(super) async fn hold(tx: &mut Tx, provider: Provider, theirs: &str) -> Result<Row> {
    let id: SubscriptionId = tx.id();
    tx.exec(
        sql!(
            "INSERT INTO provider_subscriptions (tenant_id, id, provider, provider_subscription_id, version, created_at)
             VALUES ($1, $2, $3, $4, 0, $5) ON CONFLICT DO NOTHING"
        ),
        params![tx.tenant(), id, provider.as_str(), theirs, tx.now()],
    )
    .await?;
    tx.one(
        rows!("WHERE tenant_id = $1 AND provider = $2 AND provider_subscription_id = $3 FOR UPDATE"),
        params![tx.tenant(), provider.as_str(), theirs],
    )
    .await
}

/// Writes what the provider says of a held subscription now.
pub(super) async fn write(tx: &mut Tx, id: SubscriptionId, contact: ContactId, version: i64, standing: &Standing) -> Result<()> {
    tx.put(
        sql!("UPDATE provider_subscriptions SET contact_id = $3, version = $4, told = $5 WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), id, contact, version, json!(standing)],
    )
    .await
}

/// By what the payments of a subscription are known that we have.
pub(super) async fn orders_of(look: &mut impl Look, id: SubscriptionId) -> Result<Vec<String>> {
    look.all(
        sql!("SELECT provider_order_id FROM intents WHERE tenant_id = $1 AND payable_id = $2 ORDER BY id DESC LIMIT $3"),
        params![look.tenant(), id, KNOWN],
    )
    .await
}

/// Whose it is: whoever the provider's customer is known to be, else whoever has their phone number or e-mail address, made known where
/// nobody has. Nobody where the provider knows neither.
pub(super) async fn contact(tx: &mut Tx, provider: Provider, person: &Person) -> Result<Option<ContactId>> {
    if let Some(customer) = &person.customer {
        let known: Option<ContactId> = tx
            .maybe(
                sql!("SELECT contact_id FROM provider_customers WHERE tenant_id = $1 AND provider = $2 AND customer = $3 LIMIT 1"),
                params![tx.tenant(), provider.as_str(), customer.as_str()],
            )
            .await?;
        if let Some(known) = known {
            return contacts::now_known_as(tx, known).await.map(Some);
        }
    }
    let Person { name, email, phone, .. } = person.clone();
    let met = contacts::meet(tx, &[NewContact { name, email, phone, ..NewContact::default() }]).await?.into_iter().next().flatten();
    if let (Some(contact), Some(customer)) = (met, &person.customer) {
        tx.put(
            sql!(
                "INSERT INTO provider_customers (tenant_id, contact_id, provider, customer, created_at) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (tenant_id, contact_id) DO NOTHING"
            ),
            params![tx.tenant(), contact, provider.as_str(), customer.as_str(), tx.now()],
        )
        .await?;
    }
    Ok(met)
}
