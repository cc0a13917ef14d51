//! Reaching people: on which channel somebody gets a text, what it is filled in with, or why they get none.

use crate::model::{LeftOut, Text, Way};
use consent::{Class, Why, address_of};
use contacts::Contact;
use facts::ContactId;
use facts::messages::Channel;
use messages::{Reader, Unfit};
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};
use store::{Look, Result};

/// Texts by channel, read once for many people.
pub struct Texts<'c> {
    all: Vec<Read<'c>>,
    way: Way,
}

/// The text of one channel.
struct Read<'c> {
    text: &'c Text,
    reader: Reader<'c>,
    /// What it asks for.
    used: BTreeSet<String>,
}

/// Where somebody gets a text, or why not.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// On which channel.
    pub channel: Channel,
    /// Where they are reached there.
    pub address: Option<String>,
    /// What the text is filled in with; or the reason why it is not written to them, in a word.
    pub fits: std::result::Result<Map<String, Value>, String>,
}

impl Read<'_> {
    /// What it asks for, as it is known of somebody.
    fn known(&self, person: &Contact) -> Map<String, Value> {
        self.used.iter().filter_map(|name| Some((name.clone(), about(person, name)?))).collect()
    }

    /// What it is filled in with, where somebody may and can be written to.
    fn fits(&self, reach: &Reach, address: &str, known: Map<String, Value>) -> std::result::Result<Map<String, Value>, String> {
        if let Some(why) = reach.why(self.text.channel, address) {
            return Err(why.as_str().to_owned());
        }
        // A template of the provider's needs all that it asks for.
        if self.text.content.provider_template.is_some() && known.len() < self.used.len() {
            return Err(Unfit::MissingVariable.to_string());
        }
        self.reader.compose(&known).map_err(|unfit| unfit.to_string())?;
        Ok(known)
    }
}

impl<'c> Texts<'c> {
    /// Reads texts, which are tried in this order.
    ///
    /// # Errors
    /// A field error for a text that cannot be read.
    pub fn of(texts: &'c [Text], way: Way) -> Result<Self> {
        let read = |text: &'c Text| Ok(Read { used: text.content.check(text.channel)?, reader: text.content.reader(text.channel)?, text });
        Ok(Self { all: texts.iter().map(read).collect::<Result<_>>()?, way })
    }

    /// What the text of a channel asks for, as it is known of somebody.
    pub(crate) fn known(&self, channel: Channel, person: &Contact) -> Map<String, Value> {
        self.of_channel(channel).map(|text| text.known(person)).unwrap_or_default()
    }

    /// What the text of a channel asks for, as nobody in particular has it: an example by each name.
    pub(crate) fn examples(&self, channel: Channel) -> Map<String, Value> {
        let used = self.of_channel(channel).into_iter().flat_map(|text| &text.used);
        used.map(|name| (name.clone(), Value::from(format!("[{name}]")))).collect()
    }

    /// The text of a channel.
    pub fn reader(&self, channel: Channel) -> Option<&Reader<'c>> {
        self.of_channel(channel).map(|text| &text.reader)
    }

    /// The name of the approved template that the text of a channel goes by.
    pub fn template(&self, channel: Channel) -> Option<&str> {
        self.of_channel(channel).and_then(|read| read.text.content.provider_template.as_deref())
    }

    fn of_channel(&self, channel: Channel) -> Option<&Read<'c>> {
        self.all.iter().find(|read| read.text.channel == channel)
    }

    /// Where somebody gets them, or why they do not: at least one answer. `given` goes before what is known of them.
    pub fn place(&self, person: &Contact, reach: &Reach, given: &Map<String, Value>) -> Vec<Placed> {
        let (mut reached, mut left_out) = (Vec::new(), Vec::new());
        for read in &self.all {
            let channel = read.text.channel;
            let Some(address) = reach.address(channel, person) else { continue };
            let mut known = read.known(person);
            known.extend(given.iter().filter(|(name, _)| read.used.contains(*name)).map(|(name, value)| (name.clone(), value.clone())));
            let fits = read.fits(reach, &address, known);
            let is_reached = fits.is_ok();
            if is_reached { &mut reached } else { &mut left_out }.push(Placed { channel, address: Some(address), fits });
            if is_reached && self.way == Way::First {
                return reached;
            }
        }
        if reached.is_empty() && left_out.is_empty() {
            let channel = self.all.first().map_or(Channel::Whatsapp, |read| read.text.channel);
            left_out.push(Placed { channel, address: None, fits: Err(LeftOut::NoAddress.to_string()) });
        }
        if self.way == Way::First {
            left_out.truncate(1);
        }
        reached.extend(left_out);
        reached
    }
}

/// What texts call the person themselves, beside the attributes that a shop gives them.
pub const THEIRS: [&str; 5] = ["name", "customer_name", "first_name", "phone", "email"];

/// Something that is known of somebody, by the name that texts use: one of [`THEIRS`], or an attribute.
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
pub struct Reach {
    /// The newest device of each.
    devices: HashMap<ContactId, String>,
    stopped: HashMap<Channel, HashMap<String, Why>>,
}

impl Reach {
    /// That of these people on the channels of these texts, for what is of this class to them.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn of(look: &mut impl Look, texts: &Texts<'_>, people: &[Contact], class: Class) -> Result<Self> {
        let mut reach = Self { devices: HashMap::new(), stopped: HashMap::new() };
        let channels: Vec<Channel> = texts.all.iter().map(|read| read.text.channel).collect();
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
            let stopped = consent::why_not(look, channel, &all, class).await?;
            reach.stopped.insert(channel, stopped);
        }
        Ok(reach)
    }

    /// Where somebody is reached on a channel.
    fn address(&self, channel: Channel, person: &Contact) -> Option<String> {
        match channel {
            Channel::Push => self.devices.get(&person.id).cloned(),
            _ => address_of(channel, person).map(str::to_owned),
        }
    }

    fn why(&self, channel: Channel, address: &str) -> Option<Why> {
        self.stopped.get(&channel).and_then(|stopped| stopped.get(address)).copied()
    }
}
