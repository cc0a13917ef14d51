//! A message as the API shows it.

use crate::commands::Enqueued;
use crate::model::State;
use crate::queries::Line;
use facts::messages::{Channel, Subject};
use facts::{CampaignId, ContactId, Id, JourneyId, MessageId, OrderId, Time};
use serde::Serialize;
use utoipa::ToSchema;

/// A message that was taken.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QueuedMessage)]
pub(super) struct QueuedView {
    #[schema(value_type = String, example = "msg_01h2xcejqtf2nbrexx3vqjhp41")]
    pub id: MessageId,
    /// `queued`; `scheduled` where it sells something and waits for its reader's morning; `suppressed` where the address or the template is switched off.
    #[schema(value_type = String, example = "queued")]
    pub state: State,
    /// Whether it was there before.
    pub repeated: bool,
}

impl From<Enqueued> for QueuedView {
    fn from(done: Enqueued) -> Self {
        Self { id: done.id, state: done.state, repeated: done.repeated }
    }
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Message)]
pub(super) struct MessageView {
    #[schema(value_type = String, example = "msg_01h2xcejqtf2nbrexx3vqjhp41")]
    id: MessageId,
    #[schema(value_type = String, example = "payment_confirmation")]
    r#type: String,
    /// The version of the template; 0 is the one that Origin came with.
    version: i64,
    #[schema(value_type = String, example = "whatsapp")]
    channel: Channel,
    /// Phone or e-mail address.
    #[schema(example = "+919876543210")]
    address: String,
    #[schema(value_type = Option<String>)]
    contact_id: Option<ContactId>,
    /// The order that it is about.
    #[schema(value_type = Option<String>)]
    order_id: Option<OrderId>,
    /// The campaign that it is of.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    campaign_id: Option<CampaignId>,
    /// The journey that it is of.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    journey_id: Option<JourneyId>,
    /// The e-mail's subject; empty for WhatsApp.
    subject: String,
    body: String,
    /// scheduled, queued, sent, delivered, read, failed, unknown, dead, suppressed or expired.
    #[schema(value_type = String, example = "delivered")]
    state: State,
    /// transient, permanent, suppressed or unknown, after a failure.
    error_class: Option<String>,
    /// Why it is in this state, where there is something to say.
    reason: Option<String>,
    provider_message_id: Option<String>,
    /// When it is tried again by itself.
    #[schema(value_type = Option<String>)]
    retry_at: Option<Time>,
    #[schema(value_type = String, example = "2026-11-21T09:30:00.000Z")]
    created_at: Time,
    #[schema(value_type = Option<String>)]
    sent_at: Option<Time>,
    #[schema(value_type = String)]
    updated_at: Time,
}

impl From<Line> for MessageView {
    fn from(line: Line) -> Self {
        let about = |subject: Subject| line.about.filter(|_| Subject::of(&line.template) == subject);
        Self {
            id: line.id,
            r#type: line.template.clone(),
            version: line.version,
            channel: line.channel,
            address: line.address,
            contact_id: line.contact_id,
            order_id: about(Subject::Order).map(OrderId::from_uuid),
            campaign_id: about(Subject::Campaign).map(CampaignId::from_uuid),
            journey_id: about(Subject::Journey).map(JourneyId::from_uuid),
            subject: line.subject,
            body: line.body,
            state: line.state,
            error_class: line.error_class,
            reason: line.reason,
            provider_message_id: line.provider_id,
            retry_at: line.retry_at,
            created_at: line.created_at,
            sent_at: line.sent_at,
            updated_at: line.updated_at,
        }
    }
}
