//! A merchant's change of a sheet that stands.

use super::mark::{not_billed, told};
use super::quantity;
use crate::model::Delivery;
use crate::rows;
use crate::states::{self, Mark};
use facts::DeliveryId;
use facts::rounds::DeliveryState;
use store::{Command, Error, Result, Tx};

/// Brings another quantity, or none, of what nobody marked yet: also after the cut-off.
#[derive(Debug, Clone)]
pub(crate) struct ChangeDelivery {
    pub id: DeliveryId,
    /// `0` calls it off.
    pub quantity: String,
}

impl Command for ChangeDelivery {
    const NAME: &'static str = "change_delivery";
    type Out = Delivery;

    async fn run(&self, tx: &mut Tx) -> Result<Delivery> {
        let before = rows::lock_delivery(tx, self.id).await?.ok_or_else(|| Error::not_found("delivery"))?;
        not_billed(&before)?;
        let state = states::next(before.state, Mark::Change)?;
        let (state, quantity_milli) = match self.quantity.trim() {
            "0" => (DeliveryState::Skipped, 0),
            text => (state, quantity("quantity", text)?),
        };
        let after = Delivery { state, quantity_milli, ..before };
        rows::put_deliveries(tx, std::slice::from_ref(&after)).await?;
        tx.state(told(&after, false)).await?;
        Ok(after)
    }
}
