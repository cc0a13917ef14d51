//! Freezing an audience: a page of people becomes rows of whom it goes to, and of whom it does not and why, in one commit.

use crate::model::{Audience, Campaign, EXCLUDED, LeftOut, Recipient, WAITING, Way, Whose};
use crate::rows;
use consent::{Class, Why};
use contacts::Contact;
use facts::messages::Channel;
use facts::{ContactId, Time};
use messages::{Reader, Unfit};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::{Json, Look, Result, Tx};

/// People that are looked at in one commit.
const PAGE: i64 = 1_000;

/// Goes through the next page of a locked campaign's audience; tells whether it was the last.
pub(crate) async fn page(tx: &mut Tx, campaign: &mut Campaign) -> Result<bool> {
    let Page { people, last, whole } = people(tx, &campaign.audience.0, campaign.frozen_after).await?;
    let placed = {
        let texts = Texts::of(campaign)?;
        let reach = Reach::of(tx, &texts, &people).await?;
        let mut placed = Vec::with_capacity(people.len());
        for person in &people {
            texts.place(tx, person, &reach, &mut placed);
        }
        placed
    };
    rows::insert_recipients(tx, campaign, &placed).await?;
    rows::count(tx, campaign.id, "audience", &counted(&placed)).await?;
    let count = |number: usize| i64::try_from(number).unwrap_or(0);
    campaign.people += count(people.len());
    campaign.messages += count(placed.iter().filter(|one| one.state == WAITING).count());
    campaign.frozen_after = last;
    Ok(whole)
}

/// Some of an audience: whom is looked at next, and whether nobody follows. Of a segment's members those may be gone who were erased.
struct Page {
    people: Vec<Contact>,
    last: Option<ContactId>,
    whole: bool,
}

async fn people(look: &mut impl Look, audience: &Audience, after: Option<ContactId>) -> Result<Page> {
    let few = |number: usize| i64::try_from(number).unwrap_or(PAGE) < PAGE;
    match audience.whose()? {
        Whose::Crowd(crowd) => {
            let people = contacts::crowd(look, &crowd, after, PAGE).await?;
            Ok(Page { last: people.last().map(|person| person.id), whole: few(people.len()), people })
        }
        Whose::Segment(segment) => {
            let members = segments::members_of(look, segment, after, PAGE).await?;
            let mut people = contacts::those(look, &members).await?;
            people.sort_by_key(|person| person.id);
            Ok(Page { people, last: members.last().copied(), whole: few(members.len()) })
        }
    }
}

/// Whether its people are known yet: a segment may still be going through them.
pub(crate) async fn is_known(look: &mut impl Look, audience: &Audience) -> Result<bool> {
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

/// A campaign's texts, read once for many people.
pub(crate) struct Texts<'c> {
    all: Vec<Text<'c>>,
    way: Way,
}

/// The text of one channel.
struct Text<'c> {
    channel: Channel,
    reader: Reader<'c>,
    /// What it asks for.
    used: BTreeSet<String>,
    /// Whether it goes by a template of the provider's, which needs all of that.
    templated: bool,
}

impl Text<'_> {
    /// What it asks for, as it is known of somebody.
    fn known(&self, person: &Contact) -> Map<String, Value> {
        self.used.iter().filter_map(|name| Some((name.clone(), about(person, name)?))).collect()
    }

    /// Whether somebody may and can be written to.
    fn fits(&self, reach: &Reach, address: &str, known: &Map<String, Value>) -> std::result::Result<(), &'static str> {
        if let Some(why) = reach.why(self.channel, address) {
            return Err(why.as_str());
        }
        if self.templated && known.len() < self.used.len() {
            return Err(Unfit::MissingVariable.as_str());
        }
        self.reader.compose(known).map(drop).map_err(Unfit::as_str)
    }
}

impl<'c> Texts<'c> {
    /// Those of a campaign.
    ///
    /// # Errors
    /// A field error for a text that cannot be read.
    pub(crate) fn of(campaign: &'c Campaign) -> Result<Self> {
        let read = |text: &'c crate::model::Text| {
            let (used, reader) = (text.content.check(text.channel)?, text.content.reader(text.channel)?);
            Ok(Text { channel: text.channel, reader, used, templated: text.content.provider_template.is_some() })
        };
        Ok(Self { all: campaign.contents.0.iter().map(read).collect::<Result<_>>()?, way: campaign.way })
    }

    /// What the text of a channel asks for, as it is known of somebody.
    pub(crate) fn known(&self, channel: Channel, person: &Contact) -> Map<String, Value> {
        self.all.iter().find(|text| text.channel == channel).map(|text| text.known(person)).unwrap_or_default()
    }

    /// What the text of a channel asks for, as nobody in particular has it: an example by each name.
    pub(crate) fn examples(&self, channel: Channel) -> Map<String, Value> {
        let used = self.all.iter().filter(|text| text.channel == channel).flat_map(|text| &text.used);
        used.map(|name| (name.clone(), Value::from(format!("[{name}]")))).collect()
    }

    /// The text of a channel.
    pub(crate) fn reader(&self, channel: Channel) -> Option<&Reader<'c>> {
        self.all.iter().find(|text| text.channel == channel).map(|text| &text.reader)
    }

    /// Adds the messages to somebody, or why there is none.
    fn place(&self, tx: &mut Tx, person: &Contact, reach: &Reach, into: &mut Vec<Recipient>) {
        let mut left_out: Vec<(Channel, Option<String>, String)> = Vec::new();
        let before = into.len();
        for text in &self.all {
            let channel = text.channel;
            if let Some(address) = reach.address(channel, person) {
                let known = text.known(person);
                match text.fits(reach, &address, &known) {
                    Ok(()) => into.push(row(tx, person, channel, Some(address), None, known)),
                    Err(why) => left_out.push((channel, Some(address), why.to_owned())),
                }
            }
            if self.way == Way::First && into.len() > before {
                return;
            }
        }
        if into.len() == before && left_out.is_empty() {
            let first = self.all.first().map_or(Channel::Whatsapp, |text| text.channel);
            left_out.push((first, None, LeftOut::NoAddress.to_string()));
        }
        if self.way == Way::First {
            left_out.truncate(1);
        }
        into.extend(left_out.into_iter().map(|(channel, address, why)| row(tx, person, channel, address, Some(why), Map::new())));
    }
}

fn row(
    tx: &mut Tx,
    person: &Contact,
    channel: Channel,
    address: Option<String>,
    why: Option<String>,
    known: Map<String, Value>,
) -> Recipient {
    Recipient {
        contact_id: person.id,
        channel,
        message_id: tx.id(),
        address,
        state: if why.is_none() { WAITING } else { EXCLUDED }.to_owned(),
        reason: why,
        zone: person.time_zone.clone(),
        known: Json(known),
        due_at: Time(0),
    }
}

/// Something that is known of somebody, by the name that texts use.
fn about(person: &Contact, name: &str) -> Option<Value> {
    let text = |text: &Option<String>| text.as_deref().filter(|text| !text.is_empty()).map(Value::from);
    match name {
        "name" | "customer_name" => text(&person.name),
        "first_name" => person.name.as_deref().and_then(|name| name.split_whitespace().next()).map(Value::from),
        "phone" => text(&person.phone),
        "email" => text(&person.email),
        _ => person.attributes.get(name).filter(|value| value.is_string() || value.is_number() || value.is_boolean()).cloned(),
    }
}

/// Where people can be reached, and where not and why.
pub(crate) struct Reach {
    /// The newest device of each.
    devices: HashMap<ContactId, String>,
    stopped: HashMap<Channel, HashMap<String, Why>>,
}

impl Reach {
    /// That of these people on the channels of these texts.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub(crate) async fn of(look: &mut impl Look, texts: &Texts<'_>, people: &[Contact]) -> Result<Self> {
        let mut reach = Self { devices: HashMap::new(), stopped: HashMap::new() };
        let channels: Vec<Channel> = texts.all.iter().map(|text| text.channel).collect();
        if channels.contains(&Channel::Push) {
            let ids: Vec<ContactId> = people.iter().map(|person| person.id).collect();
            for device in channels::of_contacts(look, &ids).await? {
                if let Some(owner) = device.contact_id {
                    reach.devices.insert(owner, device.id.to_string());
                }
            }
        }
        // Four at the most.
        for channel in channels {
            let all: Vec<String> = people.iter().filter_map(|person| reach.address(channel, person)).collect();
            let all: Vec<&str> = all.iter().map(String::as_str).collect();
            let stopped = consent::why_not(look, channel, &all, Class::Marketing).await?;
            reach.stopped.insert(channel, stopped);
        }
        Ok(reach)
    }

    /// Where somebody is reached on a channel.
    fn address(&self, channel: Channel, person: &Contact) -> Option<String> {
        match channel {
            Channel::Whatsapp | Channel::Sms => person.phone.clone(),
            Channel::Email => person.email.clone(),
            Channel::Push => self.devices.get(&person.id).cloned(),
        }
    }

    fn why(&self, channel: Channel, address: &str) -> Option<Why> {
        self.stopped.get(&channel).and_then(|stopped| stopped.get(address)).copied()
    }
}
