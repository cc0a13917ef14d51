//! Texts that are no template of the merchant's: what a campaign says, written once and filled in for each person.

use crate::render::{self, Part, Values};
use crate::template::{Composed, Texts, fits, fits_template};
use crate::unsubscribe;
use facts::messages::Channel;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use store::Result;
use utoipa::ToSchema;

/// What stands as the template's name of a message that a campaign sends. It goes to many, so it may need consent beforehand.
pub const CAMPAIGN: &str = "campaign";

/// What stands as the template's name of a message that a journey sends.
pub const JOURNEY: &str = "journey";

/// What is said on a channel, with variables in it: `{{ name }}`, or any attribute that people have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MessageContent)]
pub struct Content {
    /// The e-mail's subject or the notification's title; empty for the others.
    #[serde(default)]
    #[schema(example = "")]
    pub subject: String,
    /// The text.
    #[schema(example = "Hello {{ name|default(\"there\") }}, fresh mangoes are in.")]
    pub body: String,
    /// The e-mail's HTML, where the text is not enough.
    #[serde(default)]
    #[schema(example = "")]
    pub html: String,
    /// The approved WhatsApp template that is sent in place of the text: its name, its language after a slash where that is not `en`, and where it
    /// numbers its variables those of the text in brackets, in that order.
    #[schema(example = "mangoes_are_in/en_US(name, city)")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_template: Option<String>,
}

facts::words! {
    /// Why a text cannot be written to somebody.
    pub enum Unfit {
        /// It needs to know something of them that is not known.
        MissingVariable = "missing_variable",
        /// What is known of them makes it longer than the channel takes.
        TooLong = "too_long",
    }
}

impl Content {
    /// Checks it for a channel; gives the variables that it uses.
    ///
    /// # Errors
    /// A field error that names `subject`, `body`, `html` or `provider_template`.
    pub fn check(&self, channel: Channel) -> Result<BTreeSet<String>> {
        fits(channel, &self.subject, &self.body, &self.html)?;
        let mut used = BTreeSet::new();
        for (part, source) in [(Part::Subject, &self.subject), (Part::Body, &self.body), (Part::Html, &self.html)] {
            used.extend(render::read(part, source)?.variables());
        }
        used.remove(unsubscribe::VARIABLE);
        fits_template(channel, self.provider_template.as_deref(), &used)?;
        self.can_be_written(channel, &used)?;
        Ok(used)
    }

    /// What is wrong with it whoever it is written to: a filter that there is not, or that it is too long by itself.
    fn can_be_written(&self, channel: Channel, used: &BTreeSet<String>) -> Result<()> {
        let texts = Texts::read(channel, &self.subject, &self.body, &self.html)?;
        let link = || (unsubscribe::VARIABLE.to_owned(), Value::from(unsubscribe::LINK));
        let most: Map<String, Value> = used.iter().map(|name| (name.clone(), Value::from("x"))).chain([link()]).collect();
        for known in [most, Map::from_iter([link()])] {
            match texts.compose(&Values::known(&known)?) {
                Err(error) if error.code() != render::NO_VALUE => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// Reads it once, to be filled in as often as there are people to write to.
    ///
    /// # Errors
    /// A field error that names the part that cannot be read.
    pub fn reader(&self, channel: Channel) -> Result<Reader<'_>> {
        Ok(Reader { channel, texts: Texts::read(channel, &self.subject, &self.body, &self.html)? })
    }
}

/// A text that is read.
pub struct Reader<'t> {
    channel: Channel,
    texts: Texts<'t>,
}

impl Reader<'_> {
    /// What it says to somebody of whom this is known. A mail ends with the way out of such mails, where it does not say it itself.
    ///
    /// # Errors
    /// Why it cannot be written to them.
    pub fn compose(&self, known: &Map<String, Value>) -> std::result::Result<Composed, Unfit> {
        let mut known = known.clone();
        known.insert(unsubscribe::VARIABLE.to_owned(), unsubscribe::LINK.into());
        let values = Values::known(&known).map_err(|_| Unfit::TooLong)?;
        let unfit = |error: store::Error| if error.code() == render::NO_VALUE { Unfit::MissingVariable } else { Unfit::TooLong };
        let mut composed = self.texts.compose(&values).map_err(unfit)?;
        if self.channel == Channel::Email {
            unsubscribe::end(&mut composed);
        }
        Ok(composed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(body: &str) -> Content {
        Content { body: body.to_owned(), ..Content::default() }
    }

    fn said(content: &Content, channel: Channel, known: Value) -> std::result::Result<String, Unfit> {
        content.reader(channel).unwrap().compose(known.as_object().unwrap()).map(|composed| composed.body)
    }

    #[test]
    fn what_is_not_known_of_somebody_leaves_them_out_unless_the_text_can_do_without() {
        let bare = text("Hello {{ name }}");
        assert_eq!(bare.check(Channel::Sms).unwrap(), BTreeSet::from(["name".to_owned()]));
        assert_eq!(said(&bare, Channel::Sms, json!({"name": "Asha"})), Ok("Hello Asha".to_owned()));
        assert_eq!(said(&bare, Channel::Sms, json!({"name": null})), Err(Unfit::MissingVariable));
        let kind = text("Hello {{ name|default('there') }}{% if city %} in {{ city }}{% endif %}");
        assert_eq!(said(&kind, Channel::Sms, json!({})), Ok("Hello there".to_owned()));
        assert_eq!(said(&kind, Channel::Sms, json!({"city": "Pune"})), Ok("Hello there in Pune".to_owned()));
        assert_eq!(said(&text("{{ name }}{{ name }}"), Channel::Sms, json!({"name": "x".repeat(1_000)})), Err(Unfit::TooLong));
    }

    #[test]
    fn a_mail_says_the_way_out_once() {
        let mail = |body: &str| Content { subject: "Mangoes".to_owned(), ..text(body) };
        let known = json!({});
        assert_eq!(said(&mail("Fresh"), Channel::Email, known.clone()).unwrap(), "Fresh\n\nUnsubscribe: [unsubscribe]");
        assert_eq!(said(&mail("Out: {{ unsubscribe_url }}"), Channel::Email, known).unwrap(), "Out: [unsubscribe]");
        assert!(mail("x").check(Channel::Sms).is_err(), "an SMS has no subject");
        assert!(text("x").check(Channel::Email).is_err(), "a mail has one");
        assert!(text("{% for x in y %}{% endfor %}").check(Channel::Sms).is_err());
        assert!(text("{{ name|capitalise }}").check(Channel::Sms).is_err(), "there is no such filter");
        assert!(text(&"x".repeat(1_601)).check(Channel::Sms).is_err(), "too long for everybody");
    }
}
