//! What a provider needs to know of a message.

use crate::provider::Provider;
use crate::templates::Chosen;
use bytes::Bytes;
use facts::messages::Channel;
use facts::{MessageId, Time};
use serde_json::{Map, Value};
use std::time::Duration;

/// A message on its way out: rendered, and for one address.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Our id of it: whatever can carry it back to us does.
    pub id: MessageId,
    /// How it goes.
    pub channel: Channel,
    /// A phone in E.164, an e-mail address, or the id of a device for push.
    pub address: String,
    /// The e-mail's subject, or a push message's title.
    pub subject: String,
    /// The text.
    pub body: String,
    /// The e-mail's HTML; empty for the others.
    pub html: String,
    /// The approved template that it goes by, where it does.
    pub template: Option<ProviderTemplate>,
    /// The file that it carries, with the text under it. Providers that carry none are not asked.
    pub file: Option<File>,
    /// Where its reader ends offers, where it is one.
    pub unsubscribe: Option<String>,
    /// When it was made.
    pub made_at: Time,
    /// Somebody waits for it and may get it twice: a second provider is tried at once, also where the first may have it.
    pub hasty: bool,
    /// Who is asked before the others, whatever the tenant's order: the one by whom the person wrote whom this answers, since they know
    /// that number, and since WhatsApp's 24 hours are those of a number. One that does not carry the channel is not asked.
    pub first: Option<Provider>,
    /// By whom the person wrote within [`WINDOW`]: to the shop's number there it may answer in free words.
    pub open: Option<Provider>,
}

/// For how long after a person wrote WhatsApp takes free words to them, by the number that they wrote to. Source: WhatsApp Business Platform,
/// customer service windows.
pub const WINDOW: Duration = Duration::from_secs(24 * 3_600);

/// A template that was approved at the provider, and what is filled in.
#[derive(Debug, Clone)]
pub struct ProviderTemplate {
    /// Its name there.
    pub name: String,
    /// The locale that it was approved for.
    pub language: String,
    /// The values of its variables, by name, or by number where it numbers them.
    pub variables: Map<String, Value>,
}

impl ProviderTemplate {
    /// The template that a text names (see [`Chosen`]), filled in with what is known.
    pub fn of(said: &str, known: &Map<String, Value>) -> Self {
        let chosen = Chosen::of(said);
        let variables = chosen.filled(known);
        Self { name: chosen.name, language: chosen.language, variables }
    }
}

/// A file that goes out.
#[derive(Debug, Clone)]
pub struct File {
    /// What it is called.
    pub name: String,
    /// What it is, such as `application/pdf`.
    pub kind: String,
    /// What it consists of.
    pub bytes: Bytes,
    /// Where it is had by whoever is told this, for an hour: for providers that fetch it themselves.
    pub link: String,
}

impl Letter {
    /// Whether a provider would surely not bring it there: free words to somebody who has not written to the number lately. It may take them
    /// all the same, and say so only in a receipt.
    pub(crate) fn is_outside_window(&self, provider: Provider) -> bool {
        let free = self.channel == Channel::Whatsapp && self.template.is_none();
        free && provider.keeps_window() && self.open != Some(provider)
    }

    /// The words under its file; nothing where they are its name alone, which stands in for words where there are none.
    pub(crate) fn caption(&self) -> Option<&str> {
        let file = self.file.as_ref()?;
        Some(self.body.as_str()).filter(|words| !words.is_empty() && *words != file.name)
    }
}

#[cfg(test)]
pub(crate) fn letter(channel: Channel, address: &str) -> Letter {
    use facts::Id;
    Letter {
        id: MessageId::from_uuid(uuid::Uuid::from_u128(7)),
        channel,
        address: address.to_owned(),
        subject: String::new(),
        body: "Hello".to_owned(),
        html: String::new(),
        template: None,
        file: None,
        unsubscribe: None,
        made_at: Time(0),
        hasty: false,
        first: None,
        open: None,
    }
}
