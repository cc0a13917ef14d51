//! What is sent because of orders that were left unpaid.

use crate::hours::Hours;
use crate::reactions::{Told, queue};
use crate::types::MessageType;
use async_trait::async_trait;
use facts::recovery::RecoveryReminderDue;
use facts::{Fact, Id};
use serde_json::{Map, Value};
use store::{Reaction, Result, Stated, Tx};

/// Reminds a customer of an order. The fact is stated in daylight; a message that does not leave before the night is not sent.
pub(crate) struct RemindOfLeftOrder {
    /// Where the world reaches this.
    pub public_url: String,
}

#[async_trait]
impl Reaction for RemindOfLeftOrder {
    fn name(&self) -> &'static str {
        "remind_of_left_order"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[RecoveryReminderDue::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        let Some(due) = fact.read::<RecoveryReminderDue>()?.filter(|due| due.until > tx.now()) else { return Ok(()) };
        let link = identity::shop_link(tx, &self.public_url, &due.path).await?;
        let mut variables: Map<String, Value> = [
            ("product", due.product),
            ("amount", due.total.to_string()),
            ("stop_url", format!("{link}/stop")),
            ("seen_url", format!("{link}/seen.gif")),
            ("order_url", link),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), Value::String(value)))
        .collect();
        if let Some(bps) = due.discount_bps {
            variables.insert("discount".to_owned(), Value::String(catalogue::tax::percent(bps)));
        }
        let (reference, about) = (due.reminder_id.to_string(), due.order_id.uuid());
        let told = Told { source: self.name(), reference, about, template: MessageType::OrderReminder, contact: Some(due.contact_id) };
        // The shop's own quiet hours for reminders are what `until` says.
        queue(tx, told, variables, Some((due.until.since(tx.now()), Hours::of_the_law()))).await.map(drop)
    }
}
