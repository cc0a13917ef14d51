//! A shop's call: kept, answered, and worked on afterwards.

use crate::errands::TakeCall;
use crate::model::Origin;
use bytes::Bytes;
use facts::{ErrandId, Id};
use store::{Command, Result, Sending, Tx};

/// Keeps a call that is genuine and sees to it that it is worked on, once.
pub(crate) struct ReceiveCall {
    pub provider: Origin,
    pub event_id: String,
    pub body: Bytes,
}

impl Command for ReceiveCall {
    const NAME: &'static str = "receive_shop_call";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        if let Some(id) = tx.receive(self.provider.as_str(), &self.event_id, &self.body).await? {
            let how = Sending { id: Some(ErrandId::from_uuid(id.uuid())), ..Sending::default() };
            tx.send_with(TakeCall { inbound_id: id }, how).await?;
        }
        Ok(())
    }
}
