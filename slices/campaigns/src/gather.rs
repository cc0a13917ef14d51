//! Freezing an audience: a page of people becomes rows of whom it goes to, and of whom it does not and why, in one commit.

use crate::model::{AUDIENCE, Audience, CAPPED, Campaign, EXCLUDED, FORECAST, Recipient, WAITING, Whose};
use crate::outreach::{Placed, Reach, Texts};
use crate::timing::UNSETTLED;
use crate::variants::Said;
use crate::{rows, variants};
use consent::Class;
use contacts::Contact;
use facts::ContactId;
use facts::messages::Channel;
use serde_json::Map;
use std::collections::BTreeMap;
use store::{Json, Look, Result, Tx};
use tracking::Touched;

/// People that are looked at in one commit.
const PAGE: i64 = 1_000;

/// Goes through the next page of a locked campaign's audience; tells whether it was the last.
pub(crate) async fn page(tx: &mut Tx, campaign: &mut Campaign) -> Result<bool> {
    let Page { people, last, whole } = people(tx, &campaign.audience.0, campaign.frozen_after, PAGE).await?;
    let compared = variants::of(tx, campaign.id).await?;
    let placed = {
        let texts = Texts::of(&campaign.contents.0, campaign.way)?;
        let said = Said::of(tx, campaign, compared.as_ref()).await?;
        // Each variant says something on the same channels.
        let reach = Reach::of(tx, &texts, &people, Class::Marketing).await?;
        let mut placed = Vec::with_capacity(people.len());
        for person in &people {
            placed.extend(said.place(person, &reach)?.into_iter().map(|one| row(tx, person, one)));
        }
        placed
    };
    rows::insert_recipients(tx, campaign, &placed).await?;
    rows::count(tx, campaign.id, AUDIENCE, &counted(&placed)).await?;
    let forecast = capped(tx, campaign, &placed).await?;
    rows::count(tx, campaign.id, FORECAST, &forecast).await?;
    let count = |number: usize| i64::try_from(number).unwrap_or(0);
    campaign.people += count(people.len());
    campaign.messages += count(placed.iter().filter(|one| one.state == WAITING).count());
    campaign.frozen_after = last;
    Ok(whole)
}

/// Some of an audience: whom is looked at next, and whether nobody follows. Of a segment's members those may be gone who were erased.
pub struct Page {
    /// The people.
    pub people: Vec<Contact>,
    /// After whom it goes on.
    pub last: Option<ContactId>,
    /// Whether nobody follows.
    pub whole: bool,
}

/// The people of an audience after somebody, in the order of their ids.
///
/// # Errors
/// A field error for an audience that is none; whatever the engine refuses.
pub async fn people(look: &mut impl Look, audience: &Audience, after: Option<ContactId>, most: i64) -> Result<Page> {
    let few = |number: usize| i64::try_from(number).unwrap_or(most) < most;
    match audience.whose()? {
        Whose::Crowd(crowd) => {
            let people = contacts::crowd(look, &crowd, after, most).await?;
            Ok(Page { last: people.last().map(|person| person.id), whole: few(people.len()), people })
        }
        Whose::Segment(segment) => {
            let members = segments::members_of(look, segment, after, most).await?;
            let mut people = contacts::those(look, &members).await?;
            people.sort_by_key(|person| person.id);
            Ok(Page { people, last: members.last().copied(), whole: few(members.len()) })
        }
    }
}

/// Whether its people are known yet: a segment may still be going through them.
///
/// # Errors
/// A field error for an audience that is none; whatever the engine refuses.
pub async fn is_known(look: &mut impl Look, audience: &Audience) -> Result<bool> {
    let Whose::Segment(id) = audience.whose()? else { return Ok(true) };
    Ok(segments::segment(look, id).await?.is_none_or(|segment| segment.is_ready()))
}

/// How many of these wait on each channel, and are left out for each reason.
fn counted(placed: &[Recipient]) -> BTreeMap<(Channel, String), i64> {
    let mut counts = BTreeMap::new();
    for one in placed {
        let word = one.reason.clone().unwrap_or_else(|| one.state.clone());
        *counts.entry((one.channel, word)).or_default() += 1;
    }
    counts
}

/// How many of these a cap leaves no place for as things stand, if it leaves when it is meant to. They stay in: until it leaves, and by the
/// hours of each, a place may become free or be taken.
async fn capped(tx: &mut Tx, campaign: &Campaign, placed: &[Recipient]) -> Result<BTreeMap<(Channel, String), i64>> {
    let people: Vec<(ContactId, Channel)> =
        placed.iter().filter(|one| one.state == WAITING).map(|one| (one.contact_id, one.channel)).collect();
    let now = tx.now();
    let mut counts = BTreeMap::new();
    for (_, channel) in messages::capped(tx, &people, campaign.starts_at.map_or(now, |at| at.max(now))).await? {
        *counts.entry((channel, CAPPED.to_owned())).or_default() += 1;
    }
    Ok(counts)
}

fn row(tx: &mut Tx, person: &Contact, placed: Placed) -> Recipient {
    let (state, reason, known) = match placed.fits {
        Ok(known) => (WAITING, None, known),
        Err(why) => (EXCLUDED, Some(why), Map::new()),
    };
    Recipient {
        contact_id: person.id,
        channel: placed.channel,
        message_id: tx.id(),
        address: placed.address,
        state: state.to_owned(),
        reason,
        zone: person.time_zone.clone(),
        known: Json(known),
        due_at: UNSETTLED,
        timing: None,
        leaves_at: None,
        touched: Touched::default(),
        variant: None,
    }
}
