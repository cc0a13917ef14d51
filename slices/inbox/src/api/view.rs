//! Conversations, as they leave the house.

use crate::model::{Canned, Conversation, Entry, Kind, Stage, State};
use crate::rules::{Window, window};
use facts::messages::Channel;
use facts::{CannedReplyId, ContactId, ConversationEntryId, ConversationId, FileId, MessageId, Money, Time, UserId};
use messages::{Attachment, Fetched};
use serde::Serialize;
use utoipa::ToSchema;

/// A customer who may buy.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ConversationLead)]
pub(super) struct LeadView {
    /// `new`, `contacted`, `won` or `lost`.
    #[schema(value_type = String, example = "new")]
    pub stage: Stage,
    /// What it is worth; null where nobody said so.
    #[schema(value_type = Option<web::MoneyShape>)]
    pub value: Option<Money>,
}

/// What is written back and forth with one address on one channel.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Conversation)]
pub(super) struct ConversationView {
    #[schema(value_type = String, example = "cnv_01h2xcejqtf2nbrexx3vqjhp41")]
    pub id: ConversationId,
    /// Send it along with a change: one that was done to an older version is refused.
    pub version: i64,
    #[schema(value_type = String, example = "whatsapp")]
    pub channel: Channel,
    /// The phone; empty once the customer was erased, or once somebody else has the number.
    #[schema(example = "+919876543210")]
    pub address: String,
    #[schema(value_type = Option<String>)]
    pub contact_id: Option<ContactId>,
    #[schema(example = "Asha Rao")]
    pub customer: String,
    /// `open`, `snoozed` or `resolved`.
    #[schema(value_type = String, example = "open")]
    pub state: State,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub snoozed_until: Option<Time>,
    /// Who answers it; null where nobody in particular does.
    #[schema(value_type = Option<String>)]
    pub assignee: Option<UserId>,
    pub labels: Vec<String>,
    pub lead: Option<LeadView>,
    /// How much of what the customer wrote nobody has seen.
    pub unread: i64,
    /// How the last thing that was said begins.
    pub last_text: String,
    #[schema(value_type = String, format = DateTime)]
    pub last_at: Time,
    /// Whether free words reach the customer now. Where they do not, a reply goes inside the approved template.
    pub can_reply_freely: bool,
    /// Until when they do; null where there is no such limit, or it is over.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub window_ends_at: Option<Time>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

impl ConversationView {
    pub fn of(it: Conversation, now: Time) -> Self {
        let window = window(it.channel, it.last_in_at, now);
        Self {
            labels: it.labels().into_iter().map(str::to_owned).collect(),
            lead: it.lead().map(|lead| LeadView { stage: lead.stage, value: lead.value }),
            can_reply_freely: window != Window::Closed && !it.address.is_empty(),
            window_ends_at: if let Window::Until(end) = window { Some(end) } else { None },
            id: it.id,
            version: it.version,
            channel: it.channel,
            address: it.address,
            contact_id: it.contact_id,
            customer: it.customer,
            state: it.state,
            snoozed_until: it.snoozed_until,
            assignee: it.assignee,
            unread: it.unread,
            last_text: it.last_text,
            last_at: it.last_at,
            created_at: it.created_at,
        }
    }
}

/// A file that a customer has sent. It lies with the provider.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ConversationFile)]
pub(super) struct FileView {
    /// The provider's id or address of it.
    pub reference: String,
    /// Its kind, such as `image/jpeg`.
    pub kind: String,
}

/// A file that came with what a customer wrote, or that goes with an answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ConversationAttachment)]
pub(super) struct AttachmentView {
    #[schema(value_type = String, example = "file_01h2xcejqtf2nbrexx3vqjhp41")]
    pub id: FileId,
    #[schema(example = "price-list.pdf")]
    pub name: String,
    #[schema(example = "application/pdf")]
    pub content_type: String,
    /// How many; null until they are here.
    pub bytes: Option<i64>,
    /// `waiting` (it is fetched from the provider), `kept` (it is here) or `failed` (it could not be had: ask again with `POST
    /// /api/v1/attachments/{id}/fetch`).
    #[schema(value_type = String, example = "kept")]
    pub state: Fetched,
    /// Why it could not be had.
    pub reason: Option<String>,
    /// Where its bytes are, once they are here.
    #[schema(example = "/api/v1/attachments/file_01h2xcejqtf2nbrexx3vqjhp41")]
    pub url: Option<String>,
}

impl From<Attachment> for AttachmentView {
    fn from(it: Attachment) -> Self {
        let here = it.state == Fetched::Kept;
        Self {
            id: it.id,
            name: it.file_name(),
            bytes: here.then_some(it.size),
            url: here.then(|| format!("/api/v1/attachments/{}", it.id)),
            content_type: it.kind,
            state: it.state,
            reason: it.reason,
        }
    }
}

/// One thing that was said, noted or done in a conversation.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ConversationEntry)]
pub(super) struct EntryView {
    #[schema(value_type = String, example = "cve_01h2xcejqtf2nbrexx3vqjhp41")]
    pub id: ConversationEntryId,
    /// `in` (from the customer), `out` (to them), `note` (never sent) or `event` (something was done).
    #[schema(value_type = String, example = "in")]
    pub kind: Kind,
    pub text: String,
    /// What the provider said that the customer sent along: see `attachments` for the files themselves.
    pub files: Vec<FileView>,
    /// The files that came with it, or that go with it.
    pub attachments: Vec<AttachmentView>,
    /// Who said or did it; null for the customer.
    pub actor: Option<String>,
    /// The message that carries it, where it was written to the customer.
    #[schema(value_type = Option<String>)]
    pub message_id: Option<MessageId>,
    /// How far that message is: `queued`, `sent`, `delivered`, `read`, `failed` and the other states of messages.
    #[schema(value_type = Option<String>)]
    pub delivery: Option<messages::State>,
    /// Why, where that asks for a reason.
    pub reason: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
}

impl From<Entry> for EntryView {
    fn from(entry: Entry) -> Self {
        let files = entry.files.0.into_iter().map(|(reference, kind)| FileView { reference, kind });
        Self {
            id: entry.id,
            kind: entry.kind,
            text: entry.body,
            files: files.collect(),
            attachments: entry.attachments.into_iter().map(AttachmentView::from).collect(),
            actor: Some(entry.actor).filter(|actor| !actor.is_empty()),
            message_id: entry.message_id,
            delivery: entry.delivery,
            reason: entry.reason,
            at: entry.at,
        }
    }
}

/// A reply that is kept ready.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CannedReply)]
pub(super) struct CannedView {
    #[schema(value_type = String, example = "can_01h2xcejqtf2nbrexx3vqjhp41")]
    pub id: CannedReplyId,
    #[schema(example = "opening-hours")]
    pub shortcut: String,
    #[schema(example = "Hello {{ first_name }}, we are open from nine to six.")]
    pub text: String,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
}

impl From<Canned> for CannedView {
    fn from(canned: Canned) -> Self {
        Self { id: canned.id, shortcut: canned.shortcut, text: canned.body, updated_at: canned.updated_at }
    }
}
