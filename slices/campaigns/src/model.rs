//! A campaign, whom it goes to, and what is counted of it.

use contacts::Crowd;
use facts::messages::Channel;
use facts::{CampaignId, ContactId, ListId, MessageId, SegmentId, Time};
use messages::Content;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{Error, Json, Result};
use tracking::Touched;
use utoipa::ToSchema;

facts::words! {
    /// How far a campaign is.
    pub enum State {
        /// It is written.
        Draft = "draft",
        /// Its audience is gone through.
        Freezing = "freezing",
        /// Whom it goes to is known, and stays so.
        Ready = "ready",
        /// It goes out at a later time.
        Scheduled = "scheduled",
        /// It goes out.
        Running = "running",
        /// Somebody stopped it for now.
        Paused = "paused",
        /// All of it is on its way.
        Done = "done",
        /// Somebody stopped it for good. What was sent by then stays sent.
        Cancelled = "cancelled",
    }
}

facts::words! {
    /// On which of its channels a campaign reaches somebody.
    pub enum Way {
        /// On the first that reaches them.
        First = "first",
        /// On each that does.
        Every = "every",
    }
}

facts::words! {
    /// When a message of a campaign leaves that writes to each at the hour at which they read.
    pub enum Timing {
        /// At the campaign's own time: nothing is known of when anybody reads.
        Own = "none",
        /// At the hour at which its reader reads.
        Best = "best",
        /// At the campaign's own time, by lot, to see what the hours bring.
        Control = "control",
    }
}

/// What is said on one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CampaignText)]
pub struct Text {
    /// `whatsapp`, `email`, `sms` or `push`.
    #[schema(value_type = String, example = "whatsapp")]
    pub channel: Channel,
    /// What it says there.
    pub content: Content,
}

/// Who is written to: everybody, or those on a list, those with a tag, or those of a segment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CampaignAudience)]
pub struct Audience {
    /// Those on this list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub list: Option<ListId>,
    /// Those with this tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Those of this segment, as it is when the audience is frozen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub segment: Option<SegmentId>,
}

/// Where the people of an audience are found.
pub enum Whose {
    /// By contacts themselves.
    Crowd(Crowd),
    /// By a segment.
    Segment(SegmentId),
}

impl Audience {
    /// Where its people are found.
    ///
    /// # Errors
    /// A field error where more than one is said.
    pub fn whose(&self) -> Result<Whose> {
        match (self.list, &self.tag, self.segment) {
            (None, None, None) => Ok(Whose::Crowd(Crowd::Everybody)),
            (Some(list), None, None) => Ok(Whose::Crowd(Crowd::List(list))),
            (None, Some(tag), None) => Ok(Whose::Crowd(Crowd::Tag(tag.clone()))),
            (None, None, Some(segment)) => Ok(Whose::Segment(segment)),
            _ => Err(Error::field("audience", "a list, a tag or a segment, and no two of them")),
        }
    }
}

/// One thing that is said to many.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Campaign {
    pub id: CampaignId,
    pub name: String,
    pub state: State,
    pub contents: Json<Vec<Text>>,
    pub way: Way,
    pub audience: Json<Audience>,
    /// When it is quiet, as `21:00`; never where both are the same.
    pub quiet_from: String,
    pub quiet_to: String,
    /// Whether its hours are those of each recipient's own clock.
    pub local: bool,
    /// Messages a second, at most.
    pub per_second: i64,
    /// How long a message of it is worth sending.
    pub worth_hours: i64,
    /// Whether each gets it at the hour at which they read.
    pub best_hour: bool,
    /// Whether it may take several days where WhatsApp takes fewer people in one.
    pub over_days: bool,
    /// How often its audience was frozen.
    pub frozen: i64,
    /// The last person who was looked at while it freezes.
    pub frozen_after: Option<ContactId>,
    /// People of its audience.
    pub people: i64,
    /// Messages that it is to send.
    pub messages: i64,
    /// Messages that it has put on their way.
    pub sent: i64,
    /// Whether it goes out as soon as its audience is known.
    pub go: bool,
    pub starts_at: Option<Time>,
    /// Counts the changes.
    pub version: i64,
    pub created_at: Time,
    pub started_at: Option<Time>,
    pub ended_at: Option<Time>,
}

impl Campaign {
    /// What it says on a channel.
    pub fn text(&self, channel: Channel) -> Option<&Text> {
        self.contents.0.iter().find(|text| text.channel == channel)
    }
}

/// What counts are about that say how messages stand.
pub const STANDS: &str = "stands";
/// What counts are about that say whom it would reach, and who is left out.
pub const AUDIENCE: &str = "audience";
/// What counts are about that say what becomes of some of them as things stand.
pub const FORECAST: &str = "forecast";
/// Of whom it is said that a cap leaves no place for it.
pub const CAPPED: &str = "capped";
/// How somebody stands to whom a message is still to be put on its way.
pub const WAITING: &str = "waiting";
/// How somebody stands whose message is on its way.
pub const QUEUED: &str = "queued";
/// How somebody stands who is left out.
pub const EXCLUDED: &str = "excluded";

facts::words! {
    /// Why somebody is left out, where it is neither consent nor the text.
    pub enum LeftOut {
        /// They have no address on any of its channels.
        NoAddress = "no_address",
    }
}

/// A message to somebody, or why there is none.
#[derive(Debug, Clone, Deserialize)]
pub struct Recipient {
    pub contact_id: ContactId,
    pub channel: Channel,
    pub message_id: MessageId,
    pub address: Option<String>,
    /// [`WAITING`], [`EXCLUDED`], or the state of their message.
    pub state: String,
    pub reason: Option<String>,
    /// The time zone that they live by, where it is known.
    pub zone: Option<String>,
    /// What the texts ask for, as it was when the audience was frozen.
    pub known: Json<Map<String, Value>>,
    pub due_at: Time,
    /// When it leaves, of a campaign that writes to each at their hour; once that is settled.
    pub timing: Option<Timing>,
    /// The moment for which that was settled; once it is on its way, when it was put there.
    pub leaves_at: Option<Time>,
    /// What they did with it; looked up only for lists.
    #[serde(skip)]
    pub touched: Touched,
    /// Which variant of the campaign's experiment they met, where it has one; looked up only for lists.
    #[serde(skip)]
    pub variant: Option<String>,
}

/// A count of a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Count {
    pub channel: Channel,
    pub about: String,
    pub word: String,
    pub number: i64,
}
