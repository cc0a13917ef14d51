//! A message that shows whether a channel works: it goes the ordinary way, and what becomes of it can be looked at like any other.

use crate::commands::{Enqueued, SendMessage, To};
use crate::model::address;
use crate::types::MessageType;
use channels::Channels;
use facts::messages::Channel;
use serde_json::{Map, Value};
use store::{Error, Key, Result};
use web::{App, Caller};

/// What made it, as its row says.
const SOURCE: &str = "test";

/// Sends one to an address that is typed; with a key, once.
///
/// # Errors
/// `to` is no address of the channel; `channel_not_set_up`.
pub(crate) async fn send(app: &App, caller: &Caller, channel: Channel, to: &str, key: Option<Key>) -> Result<Enqueued> {
    let to = address(channel, to).map_err(|_| Error::field("to", asks(channel)))?;
    if app.extra::<Channels>()?.set_up(caller.tenant(), channel).await?.is_empty() {
        let message =
            format!("No account is set up that carries {}: PUT /api/v1/settings/credentials/{{provider}} first.", channel.title());
        return Err(Error::conflict("channel_not_set_up", message));
    }
    let text = format!("This is a test of {}. If you can read it, it works.", channel.title());
    let variables = Map::from_iter([("text".to_owned(), Value::String(text))]);
    let command = SendMessage { to: To::Address(channel, to), template: MessageType::Direct, variables, source: SOURCE };
    match key {
        Some(key) => Ok(app.db.run_once(&caller.who, key, command).await?.out),
        None => app.db.run(&caller.who, command).await,
    }
}

/// What an address of a channel looks like.
pub(crate) fn asks(channel: Channel) -> &'static str {
    match channel {
        Channel::Whatsapp | Channel::Sms => "a phone number such as +91 98765 43210",
        Channel::Email => "an e-mail address such as asha@example.com",
        Channel::Push => "the id of a device, as GET /api/v1/push-devices lists it",
    }
}
