//! What is sent because of standing orders: that one is active or paused, and what is brought, was brought, or is late.

use crate::reactions::{Told, tell};
use crate::types::MessageType;
use async_trait::async_trait;
use facts::rounds::{DeliveryAnnounced, DeliveryMarked, DeliveryState, StandingOrderBegun, StandingOrderPaused};
use facts::{ContactId, Fact, Id, StandingOrderId};
use jiff::civil::{Date, Time};
use serde_json::{Map, Value};
use store::{Reaction, Result, Stated, Tx};

/// Tells customers of their standing orders and deliveries. The facts say whether somebody is to be told at all.
pub(crate) struct TellOfDelivery;

#[async_trait]
impl Reaction for TellOfDelivery {
    fn name(&self) -> &'static str {
        "tell_of_delivery"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[StandingOrderBegun::KIND, StandingOrderPaused::KIND, DeliveryAnnounced::KIND, DeliveryMarked::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        if let Some(begun) = fact.read::<StandingOrderBegun>()? {
            let values = [("product", begun.product), ("start_date", day(&begun.starts_on))];
            let of = Of { id: begun.standing_order_id, contact: begun.contact_id, reference: begun.standing_order_id.to_string() };
            return say(tx, of, MessageType::SubscriptionConfirmation, values).await;
        }
        if let Some(paused) = fact.read::<StandingOrderPaused>()? {
            let until = paused.resumes_on.as_deref().map_or_else(|| "further notice".to_owned(), day);
            // Each pause is told of, also one that gives an earlier one other days.
            let of = Of { id: paused.standing_order_id, contact: paused.contact_id, reference: fact.id.to_string() };
            return say(tx, of, MessageType::PauseConfirmation, [("resume_date", until)]).await;
        }
        if let Some(announced) = fact.read::<DeliveryAnnounced>()? {
            let reference = format!("{}/{}", announced.contact_id, announced.on_day);
            let of = Of { id: announced.standing_order_id, contact: announced.contact_id, reference };
            return say(tx, of, MessageType::DeliveryReminder, [("delivery_date", day(&announced.on_day))]).await;
        }
        match fact.read::<DeliveryMarked>()?.filter(|marked| marked.tell) {
            Some(marked) => of_mark(tx, marked).await,
            None => Ok(()),
        }
    }
}

/// Whoever gets several things on a day hears once that they were brought, and once of each time at which they come late.
async fn of_mark(tx: &mut Tx, marked: DeliveryMarked) -> Result<()> {
    let DeliveryMarked { standing_order_id: id, contact_id: contact, on_day, state, eta, .. } = marked;
    let reference = format!("{contact}/{on_day}");
    match state {
        DeliveryState::Delivered => {
            say(tx, Of { id, contact, reference }, MessageType::DeliveryConfirmed, [("delivery_date", day(&on_day))]).await
        }
        DeliveryState::Delayed => {
            let eta = eta.unwrap_or_default();
            let reference = format!("{reference}/{eta}");
            say(tx, Of { id, contact, reference }, MessageType::DeliveryDelayed, [("eta_time", hour(&eta))]).await
        }
        DeliveryState::Planned | DeliveryState::Missed | DeliveryState::Skipped => Ok(()),
    }
}

/// Which standing order, whose, and what makes the message the same one.
struct Of {
    id: StandingOrderId,
    contact: ContactId,
    reference: String,
}

async fn say<const N: usize>(tx: &mut Tx, of: Of, template: MessageType, values: [(&str, String); N]) -> Result<()> {
    let variables: Map<String, Value> = values.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value))).collect();
    let Of { id, contact, reference } = of;
    let told = Told { source: "tell_of_delivery", reference, about: id.uuid(), template, contact: Some(contact) };
    tell(tx, told, variables).await
}

/// A day as people write it, `22 Nov 2026`.
pub(crate) fn day(text: &str) -> String {
    text.parse().map_or_else(|_| text.to_owned(), |day: Date| day.strftime("%-d %b %Y").to_string())
}

/// An hour as people write it, `7:30 am`.
fn hour(text: &str) -> String {
    text.parse().map_or_else(|_| text.to_owned(), |hour: Time| hour.strftime("%-I:%M %P").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_people_write_it() {
        assert_eq!(day("2026-11-02"), "2 Nov 2026");
        assert_eq!((hour("07:30"), hour("19:05"), hour("00:00")), ("7:30 am".into(), "7:05 pm".into(), "12:00 am".into()));
    }
}
