//! A template: the text of one type on one channel, in one version.

use crate::model::NewMessage;
use crate::render::{self, Part, Text, Values};
use crate::types::MessageType;
use channels::Chosen;
use facts::Time;
use facts::messages::Channel;
use serde::Deserialize;
use std::collections::BTreeSet;
use store::{Error, Result};

/// The language of every template until a second one is asked for.
pub(crate) const LOCALE: &str = "en";

/// The text of one type on one channel, in one version.
#[derive(Debug, Clone, Deserialize)]
pub struct Template {
    /// What it is for.
    #[serde(rename = "type")]
    pub kind: MessageType,
    /// On which channel.
    pub channel: Channel,
    /// 0 for the one that Origin came with, then one more for each change.
    pub version: i64,
    /// Whether it is sent at all.
    pub active: bool,
    /// The e-mail's subject or the notification's title; empty for the others.
    pub subject: String,
    /// The text.
    pub body: String,
    /// The e-mail's HTML; empty for the others, and where the text alone is sent.
    pub html: String,
    /// The approved WhatsApp template that is sent in place of the text, as [`channels::Chosen`] is written.
    pub provider_template: Option<String>,
    /// Who changed it.
    pub updated_by: String,
    /// When.
    pub updated_at: Time,
}

/// What comes of a template and its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// The e-mail's subject or the notification's title; empty for the others.
    pub subject: String,
    /// The text.
    pub body: String,
    /// The e-mail's HTML, or empty.
    pub html: String,
}

impl Template {
    /// The one that Origin came with.
    pub fn original(kind: MessageType, channel: Channel) -> Self {
        let texts = kind.texts();
        // Asterisks are bold on WhatsApp alone.
        let plain = || texts.whatsapp.replace('*', "");
        let (subject, body, html) = match channel {
            Channel::Whatsapp => ("", texts.whatsapp.to_owned(), ""),
            Channel::Email => (texts.subject, texts.email.to_owned(), texts.html),
            Channel::Sms => ("", plain(), ""),
            Channel::Push => (texts.subject, plain(), ""),
        };
        Self {
            kind,
            channel,
            version: 0,
            active: true,
            subject: subject.to_owned(),
            body,
            html: html.to_owned(),
            provider_template: None,
            updated_by: String::new(),
            updated_at: Time(0),
        }
    }

    /// Whether a message is written with it.
    pub(crate) fn is_for(&self, new: &NewMessage) -> bool {
        self.kind == new.template && self.channel == new.channel
    }

    /// Checks all of it before it is saved.
    ///
    /// # Errors
    /// A field error that names `subject`, `body`, `html` or `provider_template`.
    pub(crate) fn check(&self) -> Result<()> {
        fits(self.channel, &self.subject, &self.body, &self.html)?;
        render::check(self.kind, Part::Body, &self.body)?;
        render::check(self.kind, Part::Subject, &self.subject)?;
        render::check(self.kind, Part::Html, &self.html)?;
        fits_template(self.channel, self.provider_template.as_deref(), &render::read(Part::Body, &self.body)?.variables())?;
        self.compose(&Values::samples(self.kind)).map(|_| ())
    }

    /// Reads its texts.
    ///
    /// # Errors
    /// A field error that names the part that cannot be read.
    pub(crate) fn read(&self) -> Result<Texts<'_>> {
        Texts::read(self.channel, &self.subject, &self.body, &self.html)
    }

    /// Fills it in.
    ///
    /// # Errors
    /// As [`Template::read`] and [`Texts::compose`].
    pub(crate) fn compose(&self, values: &Values) -> Result<Composed> {
        self.read()?.compose(values)
    }

    /// What it makes of the examples of its type.
    ///
    /// # Errors
    /// As [`Template::check`].
    pub(crate) fn preview(&self) -> Result<Composed> {
        self.check()?;
        self.compose(&Values::samples(self.kind))
    }
}

/// A template's texts, read once and filled in as often as there are people to write to.
pub(crate) struct Texts<'t> {
    body: Text<'t>,
    /// The subject and the HTML.
    mail: Option<(Text<'t>, Text<'t>)>,
    /// Characters that the channel takes, where it is few of them.
    longest: Option<usize>,
}

/// The most characters of a text that a channel takes: WhatsApp, Twilio, and what fits into a push service's 4,096 bytes in any script.
fn longest(channel: Channel) -> Option<usize> {
    match channel {
        Channel::Whatsapp => Some(render::WHATSAPP),
        Channel::Sms => Some(1_600),
        Channel::Push => Some(900),
        Channel::Email => None,
    }
}

impl<'t> Texts<'t> {
    /// Reads them.
    ///
    /// # Errors
    /// A field error that names the part that cannot be read.
    pub(crate) fn read(channel: Channel, subject: &'t str, body: &'t str, html: &'t str) -> Result<Self> {
        let body = Text::read(Part::Body, body)?;
        let mail = match channel {
            Channel::Whatsapp | Channel::Sms => None,
            Channel::Email | Channel::Push => Some((Text::read(Part::Subject, subject)?, Text::read(Part::Html, html)?)),
        };
        Ok(Self { body, mail, longest: longest(channel) })
    }

    /// Fills them in.
    ///
    /// # Errors
    /// A field error that names the part that became too long or could not be filled in.
    pub(crate) fn compose(&self, values: &Values) -> Result<Composed> {
        let body = self.body.fill(values)?;
        if let Some(longest) = self.longest.filter(|longest| body.chars().count() > *longest) {
            return Err(Error::field("body", format!("This channel takes at most {longest} characters.")));
        }
        let Some((subject, html)) = &self.mail else {
            return Ok(Composed { subject: String::new(), body, html: String::new() });
        };
        Ok(Composed { subject: subject.fill(values)?, body, html: html.fill(values)? })
    }
}

/// Whether a channel has these parts, and needs no other.
///
/// # Errors
/// A field error that names `subject`, `body` or `html`.
pub(crate) fn fits(channel: Channel, subject: &str, body: &str, html: &str) -> Result<()> {
    let titled = matches!(channel, Channel::Email | Channel::Push);
    if body.trim().is_empty() {
        return Err(Error::field("body", "The text is empty."));
    }
    if titled && subject.trim().is_empty() {
        return Err(Error::field("subject", "The subject is empty."));
    }
    if !titled && !subject.is_empty() {
        return Err(Error::field("subject", "Messages on this channel have only a text."));
    }
    if channel != Channel::Email && !html.is_empty() {
        return Err(Error::field("html", "Only mails have HTML."));
    }
    Ok(())
}

/// Whether a text that uses these variables may name this approved template, as far as its name alone says.
///
/// # Errors
/// A field error that names `provider_template`.
pub(crate) fn fits_template(channel: Channel, said: Option<&str>, used: &BTreeSet<String>) -> Result<()> {
    let Some(said) = said else { return Ok(()) };
    if channel != Channel::Whatsapp {
        return Err(Error::field("provider_template", "Only WhatsApp has approved templates."));
    }
    let chosen: Chosen = said.parse().map_err(|how: &'static str| Error::field("provider_template", how))?;
    match chosen.numbered.iter().find(|name| !used.contains(*name)) {
        Some(name) => Err(Error::field("provider_template", format!("The text does not use {name}: put it in, so that it says the same."))),
        None => Ok(()),
    }
}
