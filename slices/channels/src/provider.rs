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

    /// Whether it calls us: with what became of messages, and with what people write.
    pub fn calls_us(self) -> bool {
        matches!(self, Self::Meta | Self::Myoperator | Self::Twilio | Self::Gateway)
    }

    /// Whether files go by it as well as words.
    pub fn carries_files(self) -> bool {
        self == Self::Meta
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
