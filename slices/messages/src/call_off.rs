//! Messages that do not go any more, because what they say has gone another way.

use crate::life::{self, Event};
use crate::model::{Message, State};
use crate::queries;
use crate::rows::{self, Change};
use facts::messages::Channel;
use facts::{ErrandId, Id, MessageId};
use store::{Look, Result, Tx, params, sql, texts};

/// Why a message was called off.
const ANOTHER_WAY: &str = "went_another_way";

/// Calls off the messages of a cause on some channels: those that wait for their turn, or for another try after nobody took them. What a
/// provider has or may have, and what is leaving right now, stays as it is.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn call_off(tx: &mut Tx, source: &str, reference: &str, channels: &[Channel]) -> Result<()> {
    if channels.is_empty() {
        return Ok(());
    }
    let names = texts(channels.iter().map(|channel| channel.as_str()));
    let found: Vec<MessageId> = tx
        .all(
            sql!(
                "SELECT id FROM messages
                 WHERE tenant_id = $1 AND source = $2 AND source_ref = $3 AND channel IN (SELECT key FROM json_each($4))"
            ),
            params![tx.tenant(), source, reference, names],
        )
        .await?;
    let mut held = queries::hold_all(tx, &found).await?;
    held.retain(waits);
    for message in &held {
        take_back(tx, message, ANOTHER_WAY).await?;
    }
    Ok(())
}

/// Whether it is to go, and surely has not.
fn waits(message: &Message) -> bool {
    match message.state {
        State::Scheduled | State::Queued => true,
        State::Failed => !message.provider_has_it(),
        _ => false,
    }
}

/// Takes a message that is held off its lane; false where it is leaving right now.
pub(crate) async fn take_back(tx: &mut Tx, message: &Message, reason: &str) -> Result<bool> {
    if !tx.recall(ErrandId::from_uuid(message.id.uuid())).await? {
        return Ok(false);
    }
    let to = life::next(message.state, Event::Expired).unwrap_or(message.state);
    let change = Change { reason: Some(reason.to_owned()), ..Change::default() };
    rows::shift(tx, message.id, message.state, to, &change).await?;
    tx.state(message.moved(to, Some(reason))).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::message;
    use facts::Time;

    #[test]
    fn what_may_be_anywhere_is_not_called_off() {
        for state in State::ALL {
            let waiting = matches!(state, State::Scheduled | State::Queued);
            assert_eq!(waits(&message(*state)), waiting, "{state}");
        }
        assert!(waits(&Message { retry_at: Some(Time(0)), ..message(State::Failed) }), "another try follows");
    }
}
