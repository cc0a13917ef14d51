//! Somebody of the shop lifts a suppression, and says why.

use super::changed;
use crate::model::{Addressee, Consent};
use crate::{queries, rows, rules};
use facts::SuppressionId;
use facts::consent::How;
use store::{Command, Error, Result, Tx};

/// Lets an address be written to again. Where somebody had wished that it is not, the reason stands in the log as the evidence
/// that they changed their mind.
#[derive(Debug, Clone)]
pub(crate) struct Lift {
    pub id: SuppressionId,
    pub why: String,
}

impl Command for Lift {
    const NAME: &'static str = "lift_suppression";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let why = rules::needed("why", &self.why)?;
        let stop = queries::suppression(tx, self.id).await?.ok_or_else(|| Error::not_found("suppression"))?;
        let to = Addressee { channel: stop.channel, address: stop.address, contact_id: stop.contact_id };
        if stop.reason.is_wish() {
            let saying = rows::Saying { to: &to, scope: stop.scope, said: Consent::Given, how: How::ByHand, evidence: &why };
            rows::say(tx, &saying, true).await?;
        }
        if !rows::remove(tx, stop.id, stop.reason).await? {
            let message = "This address was just stopped for another reason. Look at it again.";
            return Err(Error::conflict("suppression_changed", message));
        }
        changed(tx, &to, stop.scope, false, How::ByHand).await
    }
}
