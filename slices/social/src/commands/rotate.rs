//! A new secret for a place, without a moment in which neither is good.

use crate::rows;
use crate::secrets::vaulted;
use crate::timers::EndOldSecret;
use facts::social::PlaceStep;
use facts::{Change, SocialPlaceId};
use store::secret::Vault;
use store::{Command, Result, Tx};

/// Gives a place a new secret. The one that it had signs along for a day; one from before that ends at once, so that never more than two
/// are good.
pub(crate) struct RotateSecret {
    pub id: SocialPlaceId,
    pub vault: Vault,
}

impl Command for RotateSecret {
    const NAME: &'static str = "rotate_place_secret";
    /// The new secret, which is told this once.
    type Out = String;

    async fn run(&self, tx: &mut Tx) -> Result<String> {
        let place = rows::held_place(tx, self.id).await?;
        let secret = webhooks::secret(tx);
        let locked = self.vault.lock(&vaulted(tx.tenant(), self.id), &secret)?;
        let until = tx.now().after(webhooks::OVERLAP);
        rows::rotate(tx, self.id, locked, until).await?;
        tx.at(until, EndOldSecret { place_id: self.id }).await?;
        rows::state_place(tx, &place, PlaceStep::Rotated, vec![Change::secret("secret", true)]).await?;
        Ok(secret)
    }
}
