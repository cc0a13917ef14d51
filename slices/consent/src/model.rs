//! The things that this slice is about.

use facts::consent::{How, Scope};
use facts::messages::Channel;
use facts::{ConsentId, ContactId, SuppressionId, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

facts::words! {
    /// What was said on being written to.
    pub enum Consent {
        /// It is wanted.
        Given = "given",
        /// It is not, or no more.
        Withdrawn = "withdrawn",
    }
}

facts::words! {
    /// Why an address is not written to.
    pub enum Reason {
        /// The person chose so.
        Unsubscribed = "unsubscribed",
        /// The person wrote a word such as STOP.
        StopWord = "stop_word",
        /// The mailbox is closed, or never was.
        Bounced = "bounced",
        /// The person called it spam.
        Complained = "complained",
        /// Nothing can be delivered there.
        Undeliverable = "undeliverable",
        /// Somebody of the shop noted it.
        ByHand = "by_hand",
        /// The person told the provider of the channel.
        ProviderOptOut = "provider_opt_out",
    }
}

impl Reason {
    /// Whether somebody wished it. Else nothing arrives there, whoever wishes what.
    pub fn is_wish(self) -> bool {
        !matches!(self, Self::Bounced | Self::Undeliverable)
    }

    /// The same for people.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Unsubscribed => "Unsubscribed",
            Self::StopWord => "Wrote STOP",
            Self::Bounced => "No such mailbox",
            Self::Complained => "Called it spam",
            Self::Undeliverable => "Not deliverable",
            Self::ByHand => "Noted by the shop",
            Self::ProviderOptOut => "Told the provider",
        }
    }
}

facts::words! {
    /// What a message is to the person, which decides what keeps it from them.
    pub enum Class {
        /// They ask for it themselves: a code, an answer. Only what cannot be delivered is kept back.
        Asked = "asked",
        /// It follows from what they did: a confirmation, a bill.
        Service = "service",
        /// It sells something, to this one person because of them: a reminder of what they left.
        Personal = "personal",
        /// It sells something and goes to many: it may need their consent beforehand.
        Marketing = "marketing",
    }
}

/// Why a message does not go to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// The address is stopped.
    Stopped(Reason),
    /// The shop sells on this channel to those alone who agreed to it, and they did not.
    NoConsent,
}

impl Why {
    /// The word, as messages keep it and lists count it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stopped(reason) => reason.as_str(),
            Self::NoConsent => "no_consent",
        }
    }
}

facts::words! {
    /// What somebody gets on a channel.
    pub enum Choice {
        /// Everything, offers too.
        Everything = "everything",
        /// What concerns their orders.
        NoMarketing = "no_marketing",
        /// Nothing but what they ask for.
        Nothing = "nothing",
    }
}

facts::words! {
    /// Who may be sold to on a channel, where they said nothing.
    pub enum Rule {
        /// Whoever agreed to it.
        OptIn = "opt_in",
        /// Whoever did not object.
        OptOut = "opt_out",
    }
}

impl Rule {
    /// What holds where a shop has not chosen. Whoever is sold to by phone in India has to have agreed to it; by mail, whoever
    /// gave the shop an address has to be able to object.
    pub(crate) fn usual(channel: Channel) -> Self {
        if channel == Channel::Email { Self::OptOut } else { Self::OptIn }
    }
}

/// Somebody's address on a channel, in its one spelling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressee {
    /// The channel.
    pub channel: Channel,
    /// E-mail address, or phone in E.164.
    pub address: String,
    /// Whose it is, where that is known.
    pub contact_id: Option<ContactId>,
}

/// An address that is to be written to no more.
#[derive(Debug, Clone)]
pub struct Stop {
    /// Which messages.
    pub scope: Scope,
    /// Why.
    pub reason: Reason,
    /// How that became known.
    pub how: How,
    /// What else is known of it: a provider's words, what the person said.
    pub detail: String,
}

/// An address that is not written to.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Suppression {
    pub id: SuppressionId,
    pub contact_id: Option<ContactId>,
    pub channel: Channel,
    pub address: String,
    pub scope: Scope,
    pub reason: Reason,
    pub detail: String,
    pub who: String,
    pub since: Time,
}

/// One word, as the log keeps it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Entry {
    pub id: ConsentId,
    pub contact_id: Option<ContactId>,
    pub channel: Channel,
    pub address: String,
    pub scope: Scope,
    pub said: Consent,
    pub how: How,
    pub evidence: String,
    pub ip: Option<String>,
    pub who: String,
    pub at: Time,
}

/// The last word on an address.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Standing {
    pub channel: Channel,
    pub address: String,
    pub scope: Scope,
    pub said: Consent,
    pub at: Time,
}

/// What a shop has chosen about consent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ConsentSettings {
    /// By channel, `opt_in` or `opt_out`: whether campaigns go to those alone who agreed to it. Where a channel is not named,
    /// `opt_out` for e-mail and `opt_in` for every other.
    #[schema(value_type = Object, example = json!({"email": "opt_out", "whatsapp": "opt_in"}))]
    pub marketing: BTreeMap<String, Rule>,
    /// Words beside those that are known in eleven languages.
    pub words: OwnWords,
}

impl ConsentSettings {
    /// What holds on a channel.
    pub(crate) fn rule(&self, channel: Channel) -> Rule {
        self.marketing.get(channel.as_str()).copied().unwrap_or_else(|| Rule::usual(channel))
    }
}

/// A shop's own words, each a whole message.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct OwnWords {
    /// They end offers.
    #[schema(example = json!(["no more"]))]
    pub stop: Vec<String>,
    /// They begin them again.
    pub start: Vec<String>,
    /// They ask for help.
    pub help: Vec<String>,
}
