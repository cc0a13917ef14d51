//! The providers, and which of them serve a channel.

use facts::messages::Channel;

facts::words! {
    /// Who carries messages. The word is the name of its credentials and of its webhook.
    pub enum Provider {
        /// WhatsApp, by Meta's Cloud API.
        Meta = "meta",
        /// WhatsApp, by MyOperator.
        Myoperator = "myoperator",
        /// SMS and WhatsApp, by Twilio.
        Twilio = "twilio",
        /// WhatsApp, by a gateway of the tenant's own that takes plain calls.
        Gateway = "gateway",
        /// E-mail, by the tenant's mail server.
        Smtp = "smtp",
        /// Push to apps, by Firebase Cloud Messaging.
        Fcm = "fcm",
        /// Push to browsers.
        Webpush = "webpush",
    }
}

/// The documents that Twilio carries.
const TWILIO_DOCUMENTS: &[&str] = &[
    "application/pdf",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
];

/// What of a file does not go by a provider that carries files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Its kind.
    Kind,
    /// The words under it.
    Words,
}

impl Refused {
    /// Why, for whoever sends it.
    pub fn says(self) -> &'static str {
        match self {
            Self::Kind => "This customer is reached by Twilio, which carries JPEG, PNG, PDF, doc, docx, xlsx and pptx alone.",
            Self::Words => {
                "This customer is reached by Twilio, which carries no words under a document: send them as an answer of their own."
            }
        }
    }
}

impl Provider {
    /// Those that serve a channel, in the order in which they are tried where the tenant says none.
    pub fn of(channel: Channel) -> &'static [Provider] {
        match channel {
            Channel::Whatsapp => &[Self::Myoperator, Self::Meta, Self::Twilio, Self::Gateway],
            Channel::Sms => &[Self::Twilio],
            Channel::Email => &[Self::Smtp],
            Channel::Push => &[Self::Fcm, Self::Webpush],
        }
    }

    /// Whether it calls us: with what became of messages, and with what people write. For a mail server, whoever receives its reports does.
    pub fn calls_us(self) -> bool {
        matches!(self, Self::Meta | Self::Myoperator | Self::Twilio | Self::Gateway | Self::Smtp)
    }

    /// Whether it takes free words only to somebody who has written to its number within [`WINDOW`](crate::WINDOW). Of MyOperator and of a
    /// gateway it is not known.
    pub(crate) fn keeps_window(self) -> bool {
        matches!(self, Self::Meta | Self::Twilio)
    }

    /// Whether files go by it on a channel as well as words.
    pub fn carries_files(self, channel: Channel) -> bool {
        channel == Channel::Whatsapp && matches!(self, Self::Meta | Self::Twilio)
    }

    /// Why a file of a kind does not go by it, or not with words under it; nothing where it does. Source: Twilio's guidance on WhatsApp media
    /// messages. What WhatsApp itself carries is asked elsewhere.
    pub fn refuses(self, kind: &str, has_words: bool) -> Option<Refused> {
        if self != Self::Twilio || matches!(kind, "image/jpeg" | "image/png") {
            return None;
        }
        match (TWILIO_DOCUMENTS.contains(&kind), has_words) {
            (false, _) => Some(Refused::Kind),
            (true, true) => Some(Refused::Words),
            (true, false) => None,
        }
    }

    /// Its name as people know it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Meta => "WhatsApp (Meta)",
            Self::Myoperator => "WhatsApp (MyOperator)",
            Self::Twilio => "Twilio",
            Self::Gateway => "WhatsApp gateway",
            Self::Smtp => "the mail server",
            Self::Fcm => "Firebase",
            Self::Webpush => "the browser's push service",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_by_whom() {
        let carry = |channel| Provider::ALL.iter().copied().filter(|provider| provider.carries_files(channel)).collect::<Vec<_>>();
        assert_eq!((carry(Channel::Whatsapp), carry(Channel::Sms)), (vec![Provider::Meta, Provider::Twilio], vec![]));
        for (kind, words, refused) in [
            ("image/png", true, None),
            ("application/pdf", false, None),
            ("application/pdf", true, Some(Refused::Words)),
            ("text/plain", false, Some(Refused::Kind)),
            ("application/vnd.ms-excel", true, Some(Refused::Kind)),
        ] {
            assert_eq!(Provider::Twilio.refuses(kind, words), refused, "{kind}");
            assert_eq!(Provider::Meta.refuses(kind, words), None, "{kind}");
        }
    }
}
