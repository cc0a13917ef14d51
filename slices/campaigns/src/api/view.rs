//! A campaign as the API shows it, and as it is asked for.

use crate::commands::SaveCampaign;
use crate::cost::Cost;
use crate::model::{Audience, Campaign, Count, Recipient, State, Text, Timing, Way};
use facts::messages::Channel;
use facts::{CampaignId, ContactId, MessageId, Time};
use serde::{Deserialize, Serialize};
use tracking::{Figure, Touched};
use utoipa::ToSchema;

/// A campaign.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Campaign)]
pub(super) struct CampaignView {
    #[schema(value_type = String, example = "camp_01h2xcejqtf2nbrexx3vqjhp41")]
    pub id: CampaignId,
    pub name: String,
    /// `draft`, `freezing`, `ready`, `scheduled`, `running`, `paused`, `done` or `cancelled`.
    #[schema(value_type = String, example = "ready")]
    pub state: State,
    /// What it says, by channel, in the order in which they are tried.
    pub contents: Vec<Text>,
    /// `first`: each person on the first channel that reaches them; `every`: on each that does.
    #[schema(value_type = String, example = "first")]
    pub way: Way,
    pub audience: Audience,
    #[schema(example = "21:00")]
    pub quiet_from: String,
    #[schema(example = "09:00")]
    pub quiet_to: String,
    /// Whether its quiet hours are by each recipient's own clock.
    pub local: bool,
    /// Messages a second, at most.
    pub per_second: i64,
    /// Hours that a message of it is worth sending.
    pub worth_hours: i64,
    /// Whether each gets it at the hour at which they read: `GET …/timing` says what that brings.
    pub best_hour: bool,
    /// Whether it may take several days where it is to more people than WhatsApp lets the shop begin with in one (`messages.whatsapp_people`).
    pub over_days: bool,
    /// People of its audience; 0 until it is frozen.
    pub people: i64,
    /// Messages that it is to send.
    pub messages: i64,
    /// Messages that it has put on their way.
    pub sent: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub starts_at: Option<Time>,
    /// Counts the changes: say it with a change, and nobody's is lost.
    pub version: i64,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub started_at: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Time>,
    /// Of the audience, by channel: who waits, and who is left out for which reason; of messages, how many stand how. Left
    /// out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts: Option<Vec<CountView>>,
    /// Messages by e-mail that were opened. Left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opens: Option<Figure>,
    /// Messages by e-mail of which a link was followed. Left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clicks: Option<Figure>,
    /// What it costs on WhatsApp, once its audience is frozen: where it goes by a template that is known, and the price of its kind is said
    /// (`channels.whatsapp_prices`). Left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
    /// About how many days it takes, where it is to more people on WhatsApp than a day has room for: while it is `ready`. Left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 2)]
    pub days: Option<i64>,
}

/// A count of a campaign.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CampaignCount)]
pub(super) struct CountView {
    #[schema(value_type = String, example = "whatsapp")]
    channel: Channel,
    /// `audience`, `forecast` or `stands`.
    about: String,
    /// `waiting` or the reason; of a forecast, `capped`: those of them for whom, when they were counted, no place was left under the caps on
    /// offers; or how messages stand, such as `delivered`.
    word: String,
    number: i64,
}

impl From<Count> for CountView {
    fn from(count: Count) -> Self {
        Self { channel: count.channel, about: count.about, word: count.word, number: count.number }
    }
}

impl From<Campaign> for CampaignView {
    fn from(campaign: Campaign) -> Self {
        Self {
            id: campaign.id,
            name: campaign.name,
            state: campaign.state,
            contents: campaign.contents.0,
            way: campaign.way,
            audience: campaign.audience.0,
            quiet_from: campaign.quiet_from,
            quiet_to: campaign.quiet_to,
            local: campaign.local,
            per_second: campaign.per_second,
            worth_hours: campaign.worth_hours,
            best_hour: campaign.best_hour,
            over_days: campaign.over_days,
            people: campaign.people,
            messages: campaign.messages,
            sent: campaign.sent,
            starts_at: campaign.starts_at,
            version: campaign.version,
            created_at: campaign.created_at,
            started_at: campaign.started_at,
            ended_at: campaign.ended_at,
            counts: None,
            opens: None,
            clicks: None,
            cost: None,
            days: None,
        }
    }
}

/// A campaign as it is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCampaign)]
pub(super) struct Asked {
    /// What it is called, 1 to 80 characters; nobody else sees it.
    #[schema(example = "Mangoes are in")]
    name: String,
    /// What it says, by channel, in the order in which they are tried.
    contents: Vec<Text>,
    /// `first` (the usual): each person on the first channel that reaches them; `every`: on each that does.
    #[serde(default = "first")]
    #[schema(value_type = Option<String>, example = "first")]
    way: Way,
    /// Who is written to: everybody where nothing is said.
    #[serde(default)]
    audience: Audience,
    /// Nobody is written to from this time of day on; 21:00 where it is not said.
    #[serde(default = "evening")]
    #[schema(value_type = Option<String>, example = "21:00")]
    quiet_from: String,
    /// Until this one; 09:00 where it is not said.
    #[serde(default = "morning")]
    #[schema(value_type = Option<String>, example = "09:00")]
    quiet_to: String,
    /// Whether these are by each recipient's own clock, where their time zone is known; else by the shop's.
    #[serde(default = "yes")]
    #[schema(value_type = Option<bool>)]
    local: bool,
    /// Messages a second, at most; 20 where it is not said.
    #[serde(default = "pace")]
    #[schema(value_type = Option<i64>, example = 20)]
    per_second: i64,
    /// Hours that a message of it is worth sending, 1 to 168; 24 where it is not said.
    #[serde(default = "day")]
    #[schema(value_type = Option<i64>, example = 24)]
    worth_hours: i64,
    /// Whether each gets it at the hour at which they read, as far as what they read before tells it: within the 24 hours after the campaign begins,
    /// or within `worth_hours` where that is less, and never in their quiet hours. One in five, chosen by lot, gets it at the campaign's own time.
    #[serde(default)]
    best_hour: bool,
    /// Whether it may take several days where it is to more people than WhatsApp lets the shop begin with in one (`messages.whatsapp_people`). One that
    /// may not is not sent: it stays `ready`.
    #[serde(default)]
    over_days: bool,
    /// When it is to go out, once it is sent; at once where it is not said.
    #[schema(value_type = Option<String>, format = DateTime)]
    starts_at: Option<Time>,
    /// The version that is changed; a change of another one is refused. Left out for a new one.
    version: Option<i64>,
}

fn first() -> Way {
    Way::First
}
fn evening() -> String {
    "21:00".to_owned()
}
fn morning() -> String {
    "09:00".to_owned()
}
fn yes() -> bool {
    true
}
fn pace() -> i64 {
    20
}
fn day() -> i64 {
    24
}

impl Asked {
    /// The command that saves it.
    pub(super) fn save(self, id: Option<CampaignId>) -> SaveCampaign {
        let Self { name, contents, way, audience, quiet_from, quiet_to, local, .. } = self;
        let Self { per_second, worth_hours, best_hour, over_days, starts_at, version, .. } = self;
        SaveCampaign {
            id,
            version,
            name,
            contents,
            way,
            audience,
            quiet_from,
            quiet_to,
            local,
            per_second,
            worth_hours,
            best_hour,
            over_days,
            starts_at,
        }
    }
}

/// A message of a campaign to somebody, or why there is none.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CampaignRecipient)]
pub(super) struct RecipientView {
    #[schema(value_type = String)]
    contact_id: ContactId,
    #[schema(value_type = String, example = "whatsapp")]
    channel: Channel,
    /// The message's id, once it is on its way.
    #[schema(value_type = String)]
    message_id: MessageId,
    address: Option<String>,
    /// `waiting`, `excluded`, or the state of the message.
    state: String,
    /// Why they are left out, or why their message stands so.
    reason: Option<String>,
    /// Whether a person opened it, as far as an e-mail's image tells.
    opened: bool,
    /// Whether a person followed a link of it.
    clicked: bool,
    /// Of a campaign that writes to each at their hour: `best` at theirs, `control` at the campaign's own time by lot, `none` at that because nothing is
    /// known.
    #[schema(value_type = Option<String>, example = "best")]
    timing: Option<Timing>,
    /// When it is to leave by that; once it is on its way, when it was put there.
    #[schema(value_type = Option<String>, format = DateTime)]
    leaves_at: Option<Time>,
    /// Of a campaign whose people an experiment shares out: which variant they met.
    variant: Option<String>,
}

impl From<Recipient> for RecipientView {
    fn from(one: Recipient) -> Self {
        let Recipient { contact_id, channel, message_id, address, state, reason, timing, leaves_at, touched, variant, .. } = one;
        let Touched { opened, clicked } = touched;
        Self { contact_id, channel, message_id, address, state, reason, opened, clicked, timing, leaves_at, variant }
    }
}
