//! What the tests of this crate share.

use crate::model::{Message, State, Urgency};
use facts::messages::Channel;
use facts::{Id, MessageId, Time};
use serde_json::Map;
use store::Json;
use uuid::Uuid;

/// A message in some state.
pub(crate) fn message(state: State) -> Message {
    Message {
        id: MessageId::from_uuid(Uuid::from_u128(7)),
        contact_id: None,
        about: None,
        channel: Channel::Whatsapp,
        address: "+919876543210".to_owned(),
        template: "payment_confirmation".to_owned(),
        version: 0,
        provider_template: None,
        variables: Json(Map::new()),
        subject: String::new(),
        body: "Hello".to_owned(),
        html: String::new(),
        urgency: Urgency::Transactional,
        state,
        source: "api".to_owned(),
        source_ref: "1".to_owned(),
        provider: None,
        provider_id: None,
        error_class: None,
        reason: None,
        retry_at: None,
        hours: None,
        expires_at: Time(i64::MAX),
        created_at: Time(0),
        updated_at: Time(0),
        sent_at: None,
        closed_at: None,
        stopped: None,
        heard_by: None,
        heard_at: None,
        link: None,
        unsubscribe_url: None,
    }
}
