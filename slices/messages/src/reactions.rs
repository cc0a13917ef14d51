//! What is sent because of what happened to orders, and the counts of what became of it.

use crate::commands::{Enqueued, enqueue_all};
use crate::hours::Hours;
use crate::model::{Cause, NewMessage, State};
use crate::rows;
use crate::silence;
use crate::types::MessageType;
use async_trait::async_trait;
use facts::messages::{Channel, MessageMoved};
use facts::orders::{OrderPaid, OrderPlaced, PayWhen};
use facts::{ContactId, Id, OrderId, TenantId, Time};
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use store::{Reaction, Result, Stated, Tx};
use uuid::Uuid;

/// Confirms an order that is paid later. One to be paid first says nothing until it is paid.
pub(crate) struct ConfirmPlacedOrder;

#[async_trait]
impl Reaction for ConfirmPlacedOrder {
    fn name(&self) -> &'static str {
        "confirm_placed_order"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["order.placed"]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        let Some(order) = fact.read::<OrderPlaced>()?.filter(|order| order.pay == PayWhen::Later) else { return Ok(()) };
        let mut variables = Map::new();
        variables.insert("order_id".to_owned(), json!(order.order_id));
        variables.insert("total_amount".to_owned(), json!(order.total.to_string()));
        if let Some(date) = &order.delivery_date {
            variables.insert("delivery_date".to_owned(), json!(date));
        }
        let told = Told::of_order(self.name(), MessageType::OrderConfirmation, order.order_id, order.contact_id);
        tell(tx, told, variables).await
    }
}

/// Confirms a payment on WhatsApp, and the order with its tracking link by e-mail.
pub(crate) struct ConfirmPaidOrder {
    /// Where the world reaches this.
    pub public_url: String,
}

#[async_trait]
impl Reaction for ConfirmPaidOrder {
    fn name(&self) -> &'static str {
        "confirm_paid_order"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["order.paid"]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        let Some(order) = fact.read::<OrderPaid>()? else { return Ok(()) };
        let zone = identity::tenant(tx).await?.time_zone;
        let values = [
            ("amount", order.total.to_string()),
            ("month", month(fact.at, &zone)),
            ("payment_method", method(&order.method)),
            ("order_id", order.order_id.to_string()),
            ("product", order.product.clone()),
            ("tracking_url", identity::shop_link(tx, &self.public_url, &order.path).await?),
        ];
        let variables = values.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value))).collect();
        let told = Told::of_order(self.name(), MessageType::PaymentConfirmation, order.order_id, order.contact_id);
        tell(tx, told, variables).await
    }
}

/// What a customer is told, and because of what: the same is told once.
pub(crate) struct Told {
    /// The reaction.
    pub source: &'static str,
    /// What it is told about, in a text of its own for each time.
    pub reference: String,
    /// Whose timeline it stands on.
    pub about: Uuid,
    pub template: MessageType,
    /// Whom.
    pub contact: Option<ContactId>,
}

impl Told {
    pub(crate) fn of_order(source: &'static str, template: MessageType, order: OrderId, contact: Option<ContactId>) -> Self {
        Self { source, reference: order.to_string(), about: order.uuid(), template, contact }
    }
}

/// Tells the customer on every channel that they have; nobody where nobody is known.
pub(crate) async fn tell(tx: &mut Tx, told: Told, variables: Map<String, Value>) -> Result<()> {
    queue(tx, told, variables, None).await.map(drop)
}

/// The same, worth nothing after so long and kept in at some hours, where that is said; gives what became of the message on each channel.
pub(crate) async fn queue(
    tx: &mut Tx,
    told: Told,
    mut variables: Map<String, Value>,
    bounds: Option<(Duration, Hours)>,
) -> Result<Vec<Enqueued>> {
    let (worth, hours) = bounds.unzip();
    let Told { source, reference, about, template, contact } = told;
    let Some(contact_id) = contact else { return Ok(Vec::new()) };
    let Some(contact) = contacts::find(tx, contact_id).await? else { return Ok(Vec::new()) };
    let contact_id = contact.id;
    if let Some(name) = contact.name {
        variables.insert("customer_name".to_owned(), Value::String(name));
    }
    let addresses = [(Channel::Whatsapp, contact.phone), (Channel::Email, contact.email)];
    let all = addresses.into_iter().filter_map(|(channel, address)| {
        Some(NewMessage {
            template,
            channel,
            address: address?,
            contact_id: Some(contact_id),
            about: Some(about),
            variables: variables.clone(),
            urgency: template.urgency(),
            cause: Cause { source, reference: reference.clone(), step: template.to_string() },
            due: None,
            hours: hours.clone(),
            worth,
        })
    });
    enqueue_all(tx, all.collect()).await
}

/// The month of a moment on the tenant's calendar, such as `November 2026`.
pub(crate) fn month(at: Time, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    at.timestamp().to_zoned(zone).strftime("%B %Y").to_string()
}

/// A way of paying, as people write it.
pub(crate) fn method(word: &str) -> String {
    match word {
        "upi" => "UPI".to_owned(),
        "emi" => "EMI".to_owned(),
        "netbanking" => "net banking".to_owned(),
        "" | "online" => "online payment".to_owned(),
        word => word.replace('_', " "),
    }
}

/// Counts how many messages reach which state on which day.
pub(crate) struct CountMessages;

#[async_trait]
impl Reaction for CountMessages {
    fn name(&self) -> &'static str {
        "count_messages"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["message.moved"]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        self.react_all(tx, &[Arc::new(fact.clone())]).await
    }

    async fn react_all(&self, tx: &mut Tx, facts: &[Arc<Stated>]) -> Result<()> {
        let mut tenants: BTreeMap<TenantId, Moves> = BTreeMap::new();
        for fact in facts {
            let Some(moved) = fact.read::<MessageMoved>()? else { continue };
            let moves = tenants.entry(fact.tenant_id).or_default();
            if moved.state == State::Sent.as_str() {
                moves.sent_by.insert(moved.channel);
            }
            *moves.counts.entry((day(fact.at), moved.channel, moved.state)).or_default() += 1;
        }
        for (tenant, moves) in tenants {
            tx.go_on_for(tenant);
            for channel in moves.sent_by {
                silence::listen(tx, channel).await?;
            }
            rows::count(tx, &moves.counts).await?;
        }
        Ok(())
    }
}

/// How one tenant's messages moved in a page of facts.
#[derive(Default)]
struct Moves {
    /// By which channels some were taken.
    sent_by: BTreeSet<Channel>,
    /// How many reached a state on a day.
    counts: rows::Counts,
}

/// The day of a moment, UTC.
pub(crate) fn day(at: Time) -> String {
    at.timestamp().to_zoned(TimeZone::UTC).date().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        let at: Time = "2026-10-31T20:00:00Z".parse().unwrap();
        assert_eq!(month(at, "Asia/Kolkata"), "November 2026");
        assert_eq!(month(at, "Nowhere/Land"), "October 2026");
        assert_eq!(day(at), "2026-10-31");
        assert_eq!((method("upi"), method("card"), method("")), ("UPI".into(), "card".into(), "online payment".into()));
    }
}
