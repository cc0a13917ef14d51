//! What may follow what, and what an experiment may ask.

use crate::model::State;
use store::{Error, Result};

facts::words! {
    /// What people do with an experiment.
    pub enum Act {
        /// It is written otherwise, or taken away.
        Change = "change",
        /// People meet its variants.
        Start = "start",
        /// Nobody meets them any more; what people do still counts.
        Stop = "stop",
        /// Everybody gets one of its variants from now on.
        Decide = "decide",
    }
}

/// From this, by this, to that: the whole table.
const TABLE: &[(State, Act, State)] = &[
    (State::Draft, Act::Change, State::Draft),
    (State::Draft, Act::Start, State::Running),
    (State::Running, Act::Stop, State::Stopped),
    (State::Running, Act::Decide, State::Stopped),
    (State::Stopped, Act::Decide, State::Stopped),
];

/// How an experiment stands after an act.
///
/// # Errors
/// `experiment_state`.
pub fn after(state: State, act: Act) -> Result<State> {
    let row = TABLE.iter().find(|(from, by, _)| *from == state && *by == act);
    row.map(|(.., to)| *to).ok_or_else(|| {
        let says = match (state, act) {
            (_, Act::Change) => "Only a draft can be changed or deleted: people have met this one's variants as they are. Make a new one.",
            (State::Draft, Act::Stop | Act::Decide) => "This experiment has not begun: start it first.",
            (State::Running, _) => "This experiment runs already.",
            _ => "This experiment is stopped, and does not begin again. Make a new one.",
        };
        Error::conflict("experiment_state", says)
    })
}

/// The fewest and the most variants.
pub const VARIANTS: std::ops::RangeInclusive<usize> = 2..=6;
/// How heavy a variant may be.
pub const WEIGHT: std::ops::RangeInclusive<u32> = 1..=1_000;
/// Within how many days what people do may count.
pub const DAYS: std::ops::RangeInclusive<i64> = 1..=90;
/// How many must meet each variant before anything is said. Of fewer than twenty nothing can be said.
pub const MINIMUM: std::ops::RangeInclusive<i64> = 20..=10_000_000;
/// The smallest difference that matters, in basis points of all people.
pub const MATTERS: std::ops::RangeInclusive<i64> = 0..=5_000;

/// A number that lies within.
///
/// # Errors
/// The field.
pub fn within<T: PartialOrd + Copy + std::fmt::Display>(field: &str, number: T, range: &std::ops::RangeInclusive<T>) -> Result<T> {
    if range.contains(&number) { Ok(number) } else { Err(Error::field(field, format!("{} to {}", range.start(), range.end()))) }
}

/// A name on one line, of an experiment or a variant.
///
/// # Errors
/// The field.
pub fn name(field: &str, text: &str, most: usize) -> Result<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > most || text.chars().any(char::is_control) {
        return Err(Error::field(field, format!("1 to {most} characters, on one line")));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pair_stands_once_and_the_rest_is_refused() {
        for (at, (from, act, _)) in TABLE.iter().enumerate() {
            assert!(!TABLE[..at].iter().any(|(f, a, _)| f == from && a == act), "{from} {act}");
        }
        let allowed = State::ALL.iter().flat_map(|state| Act::ALL.iter().map(|act| after(*state, *act))).filter(Result::is_ok);
        assert_eq!(allowed.count(), TABLE.len());
        assert!(after(State::Stopped, Act::Start).unwrap_err().message().contains("new one"));
        assert!(after(State::Draft, Act::Decide).unwrap_err().message().contains("start it first"));
    }

    #[test]
    fn numbers_and_names() {
        assert_eq!(within("days", 7, &DAYS).ok(), Some(7));
        assert!(within("days", 0, &DAYS).is_err() && within("weight", 1_001, &WEIGHT).is_err());
        assert_eq!(name("name", " Subject line ", 20).ok().as_deref(), Some("Subject line"));
        assert!(name("name", "\n", 20).is_err() && name("name", "abc", 2).is_err());
    }
}
