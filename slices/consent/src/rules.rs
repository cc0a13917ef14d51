//! What reaches whom: no database, no clock.

use crate::model::{Choice, Class, ConsentSettings, Reason, Rule, Why};
use crate::words::fold;
use contacts::Contact;
use facts::consent::{How, Scope};
use facts::messages::Channel;
use store::{Error, Result};

/// The longest evidence of a word, in characters.
const EVIDENCE: usize = 500;
/// The longest address of a channel that nothing else is known of, in bytes.
const ADDRESS: usize = 512;
/// The most words of a kind that a shop may add, and the longest of them, in characters.
const WORDS: usize = 20;
const WORD: usize = 40;

/// Whether a stop keeps a message of a class back.
pub(crate) fn reaches(scope: Scope, reason: Reason, class: Class) -> bool {
    match scope {
        Scope::All => class != Class::Asked || !reason.is_wish(),
        Scope::Marketing => matches!(class, Class::Personal | Class::Marketing),
    }
}

/// Why a message of a class does not go to an address that has these stops; nothing where it may.
pub(crate) fn why_not(stops: &[(Scope, Reason)], given: bool, rule: Rule, class: Class) -> Option<Why> {
    let mut stopping: Vec<(Scope, Reason)> = stops.iter().copied().filter(|(scope, reason)| reaches(*scope, *reason, class)).collect();
    stopping.sort_unstable();
    match stopping.first() {
        Some((_, reason)) => Some(Why::Stopped(*reason)),
        None if class == Class::Marketing && rule == Rule::OptIn && !given => Some(Why::NoConsent),
        None => None,
    }
}

/// What somebody gets whose address has these stops.
pub(crate) fn choice(stops: &[(Scope, Reason)], given: bool, rule: Rule) -> Choice {
    let may = |class| why_not(stops, given, rule, class).is_none();
    match (may(Class::Service), may(Class::Marketing)) {
        (false, _) => Choice::Nothing,
        (true, false) => Choice::NoMarketing,
        (true, true) => Choice::Everything,
    }
}

/// Whether a word is the person's own. Only that takes back what they said before.
pub(crate) fn is_theirs(how: How) -> bool {
    match how {
        How::Form | How::PreferencePage | How::OneClick | How::StopWord | How::StartWord | How::Provider => true,
        How::Api | How::Import | How::ByHand => false,
    }
}

/// An address of a channel in its one spelling. By name, so that a channel which is added finds its way here.
///
/// # Errors
/// `address`.
pub(crate) fn address(channel: Channel, text: &str) -> Result<String> {
    let named = |_: Error| Error::field("address", format!("an address that {channel} reaches"));
    match channel.as_str() {
        "email" => contacts::email(text).map_err(named),
        "whatsapp" | "sms" => contacts::phone(text).map_err(named),
        _ => {
            let text = text.trim();
            let fits = !text.is_empty() && text.len() <= ADDRESS && !text.chars().any(char::is_control);
            if fits { Ok(text.to_owned()) } else { Err(Error::field("address", format!("1 to {ADDRESS} bytes"))) }
        }
    }
}

/// Somebody's address on a channel, where they are known to have one.
pub fn address_of(channel: Channel, contact: &Contact) -> Option<&str> {
    match channel.as_str() {
        "email" => contact.email.as_deref(),
        "whatsapp" | "sms" => contact.phone.as_deref(),
        _ => None,
    }
}

/// As much of an address as tells its owner which one it is, and nobody else.
pub(crate) fn masked(address: &str) -> String {
    match address.split_once('@') {
        Some((local, domain)) => {
            let first: String = local.chars().take(1).collect();
            format!("{first}•••@{domain}")
        }
        None => {
            let letters: Vec<char> = address.chars().collect();
            let last: String = letters.iter().skip(letters.len().saturating_sub(4)).collect();
            format!("•••{last}")
        }
    }
}

/// A text that tells how something became known, without the spaces around it.
///
/// # Errors
/// The field.
pub(crate) fn evidence(field: &str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > EVIDENCE { Err(Error::field(field, format!("at most {EVIDENCE} characters"))) } else { Ok(text.to_owned()) }
}

/// The same where it must be said.
///
/// # Errors
/// The field.
pub(crate) fn needed(field: &str, text: &str) -> Result<String> {
    let text = evidence(field, text)?;
    if text.is_empty() { Err(Error::field(field, "how that is known, in a few words")) } else { Ok(text) }
}

/// What a shop may choose.
///
/// # Errors
/// The field that does not fit.
pub(crate) fn checked(settings: ConsentSettings) -> Result<ConsentSettings> {
    if let Some(unknown) = settings.marketing.keys().find(|name| name.parse::<Channel>().is_err()) {
        return Err(Error::field("marketing", format!("{unknown} is no channel")));
    }
    let mut seen = Vec::new();
    for (field, words) in [("stop", &settings.words.stop), ("start", &settings.words.start), ("help", &settings.words.help)] {
        let field = format!("words.{field}");
        if words.len() > WORDS {
            return Err(Error::field(field, format!("at most {WORDS} of them")));
        }
        for word in words {
            let folded = fold(word);
            if folded.is_empty() || word.chars().count() > WORD {
                return Err(Error::field(field, format!("words of 1 to {WORD} characters, with a letter or digit in each")));
            }
            if seen.contains(&folded) {
                return Err(Error::field(field, format!("{word} is there already: a word means one thing")));
            }
            seen.push(folded);
        }
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::OwnWords;

    #[test]
    fn what_keeps_which_message_back() {
        use Class::{Asked, Marketing, Personal, Service};
        for (scope, reason, kept) in [
            (Scope::All, Reason::Bounced, &[Asked, Service, Personal, Marketing][..]),
            (Scope::All, Reason::Unsubscribed, &[Service, Personal, Marketing]),
            (Scope::Marketing, Reason::Unsubscribed, &[Personal, Marketing]),
            (Scope::Marketing, Reason::ProviderOptOut, &[Personal, Marketing]),
        ] {
            for class in Class::ALL {
                assert_eq!(reaches(scope, reason, *class), kept.contains(class), "{scope} {reason} {class}");
            }
        }
    }

    #[test]
    fn consent_is_asked_for_where_it_must_be() {
        for (given, rule, class, why) in [
            (false, Rule::OptIn, Class::Marketing, Some(Why::NoConsent)),
            (true, Rule::OptIn, Class::Marketing, None),
            (false, Rule::OptOut, Class::Marketing, None),
            (false, Rule::OptIn, Class::Personal, None),
            (false, Rule::OptIn, Class::Service, None),
        ] {
            assert_eq!(why_not(&[], given, rule, class), why, "{given} {rule} {class}");
        }
        let both = [(Scope::Marketing, Reason::StopWord), (Scope::All, Reason::Bounced)];
        assert_eq!(why_not(&both, true, Rule::OptIn, Class::Marketing), Some(Why::Stopped(Reason::Bounced)));
        assert_eq!(choice(&both[..1], true, Rule::OptIn), Choice::NoMarketing);
        assert_eq!((choice(&both, true, Rule::OptIn), choice(&[], false, Rule::OptOut)), (Choice::Nothing, Choice::Everything));
    }

    #[test]
    fn an_address_is_told_to_its_owner_alone() {
        for (address, shown) in [("asha@example.com", "a•••@example.com"), ("+919876543210", "•••3210"), ("12", "•••12"), ("", "•••")]
        {
            assert_eq!(masked(address), shown);
        }
    }

    #[test]
    fn addresses_have_one_spelling() {
        assert_eq!(address(Channel::Email, " Asha@Example.com ").unwrap(), "asha@example.com");
        assert_eq!(address(Channel::Whatsapp, "98765 43210").unwrap(), "+919876543210");
        assert_eq!(address(Channel::Whatsapp, "x").unwrap_err().fields()[0].field, "address");
    }

    #[test]
    fn a_word_means_one_thing() {
        let words = |stop: &[&str], start: &[&str]| ConsentSettings {
            words: OwnWords {
                stop: stop.iter().map(|word| (*word).to_owned()).collect(),
                start: start.iter().map(|word| (*word).to_owned()).collect(),
                help: Vec::new(),
            },
            ..ConsentSettings::default()
        };
        assert!(checked(words(&["no more"], &["more"])).is_ok());
        assert!(checked(words(&["no more"], &["No, more!"])).is_err());
        assert!(checked(words(&["!!"], &[])).is_err());
        assert!(checked(words(&["x"; 21], &[])).is_err());
    }
}
