//! Writing a campaign.

use super::{state, state_as};
use crate::model::{Audience, Campaign, State, Text, Way};
use crate::states::{Act, after};
use crate::timers::SweepAudience;
use crate::{rows, variants};
use facts::messages::Channel;
use facts::{CampaignId, Time};
use std::collections::BTreeSet;
use store::{Command, Error, Json, Result, Tx};
use web::Quiet;

/// The longest name, in characters.
const NAME: usize = 80;
/// The most messages a second that may be asked for.
const FASTEST: i64 = 10_000;
/// The longest that a message may be worth sending, in hours.
const LONGEST: i64 = 7 * 24;

/// Makes a campaign, or changes one that has not begun. One that is changed has its audience frozen anew.
#[derive(Debug, Clone)]
pub(crate) struct SaveCampaign {
    /// Which; a new one where it is none.
    pub id: Option<CampaignId>,
    /// The version that is changed, where whoever changes it says so.
    pub version: Option<i64>,
    pub name: String,
    pub contents: Vec<Text>,
    pub way: Way,
    pub audience: Audience,
    pub quiet_from: String,
    pub quiet_to: String,
    pub local: bool,
    pub per_second: i64,
    pub worth_hours: i64,
    /// Whether each gets it at the hour at which they read.
    pub best_hour: bool,
    /// Whether it may take several days where WhatsApp takes fewer people in one.
    pub over_days: bool,
    /// When it is to go out, once it is sent; at once where nothing is said.
    pub starts_at: Option<Time>,
}

impl Command for SaveCampaign {
    const NAME: &'static str = "save_campaign";
    type Out = Campaign;

    async fn run(&self, tx: &mut Tx) -> Result<Campaign> {
        let mut said = self.read()?;
        said.audience = Json(known_audience(tx, said.audience.0).await?);
        let Some(id) = self.id else {
            let campaign = Campaign { id: tx.id(), created_at: tx.now(), ..said };
            rows::insert(tx, &campaign).await?;
            state(tx, &campaign).await?;
            return Ok(campaign);
        };
        let before = rows::held(tx, id).await?;
        if self.version.is_some_and(|version| version != before.version) {
            return Err(Error::conflict("version", "Somebody else has changed this campaign. Look at it again, and change it then."));
        }
        let next = after(before.state, Act::Edit)?;
        let campaign =
            Campaign { id, state: next, frozen: before.frozen, version: before.version + 1, created_at: before.created_at, ..said };
        rows::update(tx, &campaign).await?;
        if before.state != State::Draft {
            rows::uncount(tx, id).await?;
            state(tx, &campaign).await?;
        }
        Ok(campaign)
    }
}

impl SaveCampaign {
    /// A draft of what was said.
    ///
    /// # Errors
    /// Field errors.
    fn read(&self) -> Result<Campaign> {
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > NAME || name.contains('\0') {
            return Err(Error::field("name", format!("1 to {NAME} characters")));
        }
        self.texts()?;
        self.audience.whose()?;
        Quiet::between(&self.quiet_from, &self.quiet_to)?.leaves_room()?;
        if !(1..=FASTEST).contains(&self.per_second) {
            return Err(Error::field("per_second", format!("1 to {FASTEST} messages a second")));
        }
        if !(1..=LONGEST).contains(&self.worth_hours) {
            return Err(Error::field("worth_hours", format!("1 to {LONGEST} hours")));
        }
        Ok(Campaign {
            id: facts::Id::from_uuid(uuid::Uuid::nil()),
            name: name.to_owned(),
            state: State::Draft,
            contents: Json(self.contents.clone()),
            way: self.way,
            audience: Json(self.audience.clone()),
            quiet_from: self.quiet_from.trim().to_owned(),
            quiet_to: self.quiet_to.trim().to_owned(),
            local: self.local,
            per_second: self.per_second,
            worth_hours: self.worth_hours,
            best_hour: self.best_hour,
            over_days: self.over_days,
            frozen: 0,
            frozen_after: None,
            people: 0,
            messages: 0,
            sent: 0,
            go: false,
            starts_at: self.starts_at,
            version: 1,
            created_at: Time(0),
            started_at: None,
            ended_at: None,
        })
    }

    /// Each channel once, and each text as its channel takes it.
    fn texts(&self) -> Result<()> {
        if self.contents.is_empty() {
            return Err(Error::field("contents", "what it says, on one channel at least"));
        }
        let mut seen: BTreeSet<Channel> = BTreeSet::new();
        for text in &self.contents {
            if !seen.insert(text.channel) {
                return Err(Error::field("contents", format!("{} once", text.channel.title())));
            }
            text.content.check(text.channel).map_err(|error| beneath(text.channel, &error))?;
        }
        Ok(())
    }
}

/// An audience whose list or segment is there, and whose tag is in its one spelling.
///
/// # Errors
/// A field error on `audience`; `tag` that cannot be one.
pub async fn known_audience(tx: &mut Tx, audience: Audience) -> Result<Audience> {
    let gone = || Error::field("audience", "a list or a segment that there is");
    if let Some(list) = audience.list {
        contacts::list(tx, list).await?.ok_or_else(gone)?;
    }
    if let Some(segment) = audience.segment {
        segments::segment(tx, segment).await?.ok_or_else(gone)?;
    }
    let tag = audience.tag.as_deref().map(contacts::tag).transpose()?;
    Ok(Audience { tag, ..audience })
}

/// A field error of one of the texts, under the name that the field has in the whole.
fn beneath(channel: Channel, error: &Error) -> Error {
    let field = error.fields().first();
    let (name, says) = field.map_or(("body", error.message()), |field| (field.field.as_str(), field.message.as_str()));
    Error::field(format!("contents.{channel}.{name}"), says)
}

/// Takes a draft away.
pub(crate) struct DeleteCampaign(pub CampaignId);

impl Command for DeleteCampaign {
    const NAME: &'static str = "delete_campaign";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let campaign = rows::held(tx, self.0).await?;
        after(campaign.state, Act::Edit)?;
        rows::uncount(tx, campaign.id).await?;
        variants::delete(tx, campaign.id).await?;
        rows::delete(tx, campaign.id).await?;
        state_as(tx, &campaign, "deleted").await?;
        tx.at(tx.now(), SweepAudience { campaign_id: campaign.id }).await
    }
}
