//! The things that this slice is about.

use facts::{MessageId, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

facts::words! {
    /// What was touched of a message.
    pub enum Kind {
        /// Its image was fetched.
        Open = "open",
        /// A link was followed.
        Click = "click",
        /// The link was followed that no person sees.
        Trap = "trap",
    }
}

facts::words! {
    /// Why a touch is a machine's.
    pub enum Why {
        /// It only asked whether the link is there, or fetched it ahead.
        Ahead = "head",
        /// The link that no person sees was followed, by the same visitor or in the same moment.
        Trap = "trap",
        /// A mail provider fetched the image, whether anybody looked or not.
        MailProxy = "mail_proxy",
        /// Its name is a program's.
        KnownScanner = "known_scanner",
        /// It came before the message had arrived.
        BeforeDelivery = "before_delivery",
        /// It came so soon after the message that nobody can have read it.
        AtOnce = "at_once",
        /// Several links were followed faster than people can.
        ManyLinks = "many_links",
    }
}

/// Whose a touch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// A person's, as far as can be told.
    Human,
    /// A machine's.
    Machine(Why),
}

/// What stands on the row of a touch that is a person's.
pub(crate) const HUMAN: &str = "human";
/// And on that of a machine's.
pub(crate) const MACHINE: &str = "machine";

impl Verdict {
    /// What stands on the row.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Human => HUMAN,
            Self::Machine(_) => MACHINE,
        }
    }

    /// Why it is a machine's.
    pub(crate) fn why(self) -> Option<Why> {
        match self {
            Self::Human => None,
            Self::Machine(why) => Some(why),
        }
    }
}

/// One touch, as its row keeps it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Touch {
    pub id: Uuid,
    pub message_id: MessageId,
    pub kind: Kind,
    /// Which link, from 1 on.
    pub link: Option<i64>,
    pub url: Option<String>,
    pub at: Time,
    /// What the program calls itself.
    pub agent: String,
    /// Tells one program at one address from another, at this message alone.
    pub visitor: String,
    /// It only asked whether the link is there, or fetched it ahead.
    pub ahead: bool,
    /// `human` or `machine`, once that is decided.
    pub judged: Option<String>,
}

impl Touch {
    /// Whether it was decided that it is a person's.
    pub(crate) fn is_human(&self) -> bool {
        self.judged.as_deref() == Some(HUMAN)
    }
}

/// How many messages were touched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TrackedFigure)]
pub struct Figure {
    /// By anything at all: people, scanners, and providers that fetch images by themselves.
    #[schema(example = 410)]
    pub raw: i64,
    /// By people, as far as can be told.
    #[schema(example = 132)]
    pub human: i64,
}

/// How many messages about something were touched, in which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Messages that were opened.
    pub opens: Figure,
    /// Messages of which a link was followed.
    pub clicks: Figure,
}

/// What a person did with one message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Touched {
    /// Opened it.
    pub opened: bool,
    /// Followed a link of it.
    pub clicked: bool,
}
