//! In which order a channel's providers are asked, and with which of them the tenant has an account.

use crate::provider::Provider;
use crate::world::Channels;
use facts::TenantId;
use facts::messages::Channel;
use serde_json::Value;
use store::{Command, Error, Look, Result, Tx};

/// The settings' name of the order of WhatsApp's providers.
const WHATSAPP: &str = "channels.whatsapp";
/// The code of the refusal to open credentials whose master key is not there.
const LOCKED: &str = "secret_locked";

impl Channels {
    /// A channel's providers in the order in which they are asked, those alone that can carry something for this tenant. One whose
    /// credentials cannot be opened is among them: when it is asked it says so, and the next has its turn.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn set_up(&self, tenant: TenantId, channel: Channel) -> Result<Vec<Provider>> {
        let mut found = Vec::new();
        for provider in Provider::of(channel).iter().copied() {
            // Looked up once in a few seconds.
            let there = match self.credentials.find::<Value>(tenant, provider.as_str()).await {
                Err(error) if error.code() == LOCKED => true,
                account => carries(provider, channel, account?.as_ref()),
            };
            if there {
                found.push(provider);
            }
        }
        // Of WhatsApp alone there are several to choose from. Most have one, and then nobody is asked which comes first.
        if channel == Channel::Whatsapp && found.len() > 1 {
            let order: Vec<Provider> = chosen(&mut self.db.read_main(tenant)).await?.iter().filter_map(|name| name.parse().ok()).collect();
            found.sort_by_key(|provider| order.iter().position(|one| one == provider).unwrap_or(order.len()));
        }
        Ok(found)
    }
}

async fn chosen(look: &mut impl Look) -> Result<Vec<String>> {
    Ok(settings::get(look, WHATSAPP).await?.unwrap_or_default())
}

/// Whether a provider carries this channel with this account. Browsers' push services ask for none, and Twilio's has a sender for each
/// channel.
fn carries(provider: Provider, channel: Channel, account: Option<&Value>) -> bool {
    let has = |names: &[&str]| account.is_some_and(|account| names.iter().any(|name| account.get(name).is_some_and(Value::is_string)));
    match (provider, channel) {
        (Provider::Webpush, _) => true,
        (Provider::Twilio, Channel::Whatsapp) => has(&["whatsapp_from"]),
        (Provider::Twilio, _) => has(&["from", "messaging_service_sid", "dlt_header"]),
        _ => account.is_some(),
    }
}

/// Says in which order WhatsApp's providers are asked; those that are not named come after, in the usual order.
#[derive(Debug, Clone)]
pub struct OrderProviders(pub Vec<Provider>);

impl Command for OrderProviders {
    const NAME: &'static str = "order_providers";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let mut wanted: Vec<&str> = Vec::new();
        for provider in &self.0 {
            if !Provider::of(Channel::Whatsapp).contains(provider) {
                return Err(Error::field("order", format!("{} does not carry WhatsApp", provider.title())));
            }
            if wanted.contains(&provider.as_str()) {
                return Err(Error::field("order", format!("{} stands there twice: name each once", provider.title())));
            }
            wanted.push(provider.as_str());
        }
        let before = chosen(tx).await?;
        settings::replace(tx, WHATSAPP, &before, &wanted).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_an_account_carries() {
        let twilio = json!({"account_sid": "AC1", "auth_token": "t", "from": "+1", "whatsapp_from": null});
        let india_alone = json!({"account_sid": "AC1", "auth_token": "t", "dlt_header": "SHOPIN"});
        let table = [
            (Provider::Meta, Channel::Whatsapp, None, false),
            (Provider::Meta, Channel::Whatsapp, Some(json!({})), true),
            (Provider::Twilio, Channel::Sms, Some(twilio.clone()), true),
            (Provider::Twilio, Channel::Whatsapp, Some(twilio), false),
            (Provider::Twilio, Channel::Sms, Some(india_alone), true),
            (Provider::Webpush, Channel::Push, None, true),
            (Provider::Fcm, Channel::Push, None, false),
        ];
        for (provider, channel, account, carried) in table {
            assert_eq!(carries(provider, channel, account.as_ref()), carried, "{provider} {channel}");
        }
    }
}
