//! Saying where customers are sent who want more.

use crate::queries::{self, UPGRADE_URL};
use facts::Change;
use facts::settings::SettingsChanged;
use store::{Command, Error, Result, Tx};

/// Puts the address; empty is the shop's. It is only told, and never gone to from here.
#[derive(Debug, Clone)]
pub(crate) struct PutUpgradeUrl(pub String);

impl Command for PutUpgradeUrl {
    const NAME: &'static str = "put_upgrade_url";
    type Out = Option<String>;

    async fn run(&self, tx: &mut Tx) -> Result<Option<String>> {
        let typed = self.0.trim();
        let fits = typed.len() <= 500 && typed.bytes().all(|byte| (0x21..0x7f).contains(&byte));
        let after = match typed {
            "" => None,
            url if fits && (url.starts_with("https://") || url.starts_with("http://")) => Some(url.to_owned()),
            _ => return Err(Error::field("upgrade_url", "an address that begins with https://, at most 500 characters")),
        };
        let before = queries::upgrade_url(tx).await?;
        settings::put(tx, UPGRADE_URL, &after).await?;
        if before != after {
            let changes = vec![Change::new(UPGRADE_URL, before, after.clone())];
            tx.state(SettingsChanged { names: vec![UPGRADE_URL.to_owned()], changes }).await?;
        }
        Ok(after)
    }
}
