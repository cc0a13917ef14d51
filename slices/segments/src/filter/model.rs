//! The tree of a filter.

use consent::Class;
use facts::ListId;
use facts::messages::Channel;
use jiff::civil::Date;
use serde_json::Value;

/// Who is meant.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Filter {
    /// Whoever fits all of these.
    All(Vec<Filter>),
    /// Whoever fits one of these.
    Any(Vec<Filter>),
    /// Whoever does not fit this.
    Not(Box<Filter>),
    /// Whose attribute, by its name, passes a test.
    Attribute(String, Test),
    /// Who did something.
    Did(Did),
    /// Who is on a list.
    List(ListId),
    /// Who has a tag, in small letters.
    Tag(String),
    /// Who may be written to, and has an address there.
    May(Class, Channel),
}

/// How often somebody did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Did {
    /// What, as [`super::kinds`] names it.
    pub kind: String,
    /// At least so often, from 1.
    pub at_least: i64,
    /// Within so many days, today among them; ever, where nothing is said.
    pub days: Option<i64>,
}

/// What an attribute must be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    /// It says this, in small or large letters; numbers are held against each other as such.
    Is(Value),
    /// It says something else, or nothing.
    IsNot(Value),
    /// This stands somewhere in it.
    Contains(String),
    /// It begins with this.
    BeginsWith(String),
    /// It is a larger number.
    MoreThan(serde_json::Number),
    /// It is a smaller number.
    LessThan(serde_json::Number),
    /// It is this day, or one after it.
    OnOrAfter(Date),
    /// It is a day before this one.
    Before(Date),
    /// It says something; or nothing, where this is false.
    IsSet(bool),
}

impl Filter {
    /// This one and all within it.
    pub(crate) fn each<'a>(&'a self, see: &mut impl FnMut(&'a Filter)) {
        see(self);
        match self {
            Filter::All(parts) | Filter::Any(parts) => parts.iter().for_each(|part| part.each(see)),
            Filter::Not(part) => part.each(see),
            _ => {}
        }
    }
}
