//! What is sent because an order is packed: once for each order, by itself or because somebody asked for it.

use crate::commands::Enqueued;
use crate::deliveries::day;
use crate::reactions::{Told, queue};
use crate::types::MessageType;
use async_trait::async_trait;
use facts::orders::OrderPacked;
use facts::{Fact, OrderId};
use serde_json::{Map, json};
use store::{Command, Error, Reaction, Result, Stated, Tx};

/// Tells a customer that all of their order is packed. Packed once more after something was taken out, it says nothing again.
pub(crate) struct TellOfPacking;

#[async_trait]
impl Reaction for TellOfPacking {
    fn name(&self) -> &'static str {
        "tell_of_packing"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[OrderPacked::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        let Some(packed) = fact.read::<OrderPacked>()? else { return Ok(()) };
        match orders::whole(tx, packed.order_id).await? {
            Some(whole) => say(tx, &whole).await.map(drop),
            None => Ok(()),
        }
    }
}

/// The same message whoever asks for it: its source, reference and step are one.
async fn say(tx: &mut Tx, whole: &orders::Whole) -> Result<Vec<Enqueued>> {
    let orders::Whole { order, lines } = whole;
    let items: i64 = lines.iter().map(|line| line.quantity).sum();
    let mut variables = Map::from_iter([("order".to_owned(), json!(order.title())), ("items".to_owned(), json!(items.to_string()))]);
    if let Some(date) = &order.delivery_date {
        variables.insert("delivery_date".to_owned(), json!(day(date)));
    }
    queue(tx, Told::of_order("tell_of_packing", MessageType::OrderPacked, order.id, order.contact_id), variables, None).await
}

/// Tells a customer that their order is packed, where nobody did yet; gives the messages, of earlier too.
pub(crate) struct SendPackingMessages(pub OrderId);

impl Command for SendPackingMessages {
    const NAME: &'static str = "send_packing_messages";
    type Out = Vec<Enqueued>;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<Enqueued>> {
        let whole = orders::whole(tx, self.0).await?.ok_or_else(|| Error::not_found("order"))?;
        if whole.order.packed_at.is_none() {
            let left = whole.lines.iter().filter(|line| line.packed_at.is_none()).count();
            let message = format!("Pack all of it first: {left} of {} items are not packed.", whole.lines.len());
            return Err(Error::conflict("order_not_packed", message));
        }
        let told = say(tx, &whole).await?;
        if told.is_empty() {
            return Err(Error::conflict(
                "nobody_to_tell",
                "Nobody is known who could be told: the order has no phone number and no e-mail address.",
            ));
        }
        Ok(told)
    }
}
