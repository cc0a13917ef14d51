//! Connecting a shop elsewhere, and letting it go.

use super::PollShop;
use crate::connections;
use crate::model::Origin;
use crate::shop::{Secrets, Shop};
use facts::Change;
use facts::imports::ShopConnectionChanged;
use store::secret::Vault;
use store::{Command, Error, Result, Timer, Tx};

/// Connects a shop, in place of the one of the same system; from then on it is asked every hour.
pub(crate) struct ConnectShop {
    pub shop: Shop,
    pub vault: Vault,
}

impl Command for ConnectShop {
    const NAME: &'static str = "connect_shop";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let provider = self.shop.provider;
        connections::lock(tx, provider).await?;
        let before = connections::shop(tx, &self.vault, provider).await?;
        // Calls that are on their way were signed with the secret before.
        let old = before.as_ref().map(|before| before.secrets.webhook_secret.clone());
        let webhook_secret_old = old.filter(|old| !old.is_empty() && *old != self.shop.secrets.webhook_secret);
        let shop = Shop { secrets: Secrets { webhook_secret_old, ..self.shop.secrets.clone() }, ..self.shop.clone() };
        connections::put(tx, &self.vault, &shop).await?;
        tx.at(tx.now(), PollShop { provider }).await?;
        let changes = vec![
            Change::new("address", before.as_ref().map(|before| before.address.to_string()), shop.address.to_string()),
            Change::secret("secret", before.is_some()),
        ];
        let name = shop.address.host_str().unwrap_or_default().to_owned();
        tx.state(ShopConnectionChanged { provider: provider.to_string(), shop: name, connected: true, changes }).await?;
        Ok(())
    }
}

/// Lets a shop go. Its orders stay.
pub(crate) struct DisconnectShop(pub Origin);

impl Command for DisconnectShop {
    const NAME: &'static str = "disconnect_shop";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let before = connections::lock(tx, self.0).await?.ok_or_else(|| Error::not_found("shop"))?;
        connections::delete(tx, self.0).await?;
        tx.stop(PollShop::NAME, &PollShop { provider: self.0 }.key()).await?;
        let shop = url::Url::parse(&before.address).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        tx.state(ShopConnectionChanged { provider: self.0.to_string(), shop, connected: false, changes: Vec::new() }).await?;
        Ok(())
    }
}
