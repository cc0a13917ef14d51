//! A journey, and somebody's way through it.

use crate::deeds::Deed;
use crate::plan::Plan;
use facts::{ContactId, EnrolmentId, FactId, JourneyId, JourneyRunId, Time};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{Error, Json, Result};

facts::words! {
    /// How a journey stands.
    pub enum State {
        /// It is written, and nobody is in it.
        Draft = "draft",
        /// People enter it and walk it.
        Active = "active",
        /// Everybody stays where they are.
        Paused = "paused",
        /// Nobody enters any more, and whoever was in it was led out.
        Ended = "ended",
    }
}

facts::words! {
    /// How somebody left a journey.
    pub enum How {
        /// They came to its end.
        Done = "done",
        /// They did what it was for.
        Goal = "goal",
        /// They were led out by hand.
        TakenOut = "taken_out",
        /// The journey was ended.
        Ended = "ended",
        /// They were erased.
        Erased = "erased",
        /// They are on their way in it under another id of theirs.
        Merged = "merged",
    }
}

facts::words! {
    /// What people do with a journey.
    pub enum Act {
        /// Its draft becomes the version that people enter.
        Begin = "begin",
        /// Everybody stays where they are.
        Pause = "pause",
        /// They go on.
        Resume = "resume",
        /// It is over.
        End = "end",
    }
}

/// From any of these, by this, to that: the whole table.
const TABLE: &[(&[State], Act, State)] = &[
    (&[State::Draft, State::Active, State::Paused], Act::Begin, State::Active),
    (&[State::Active], Act::Pause, State::Paused),
    (&[State::Paused], Act::Resume, State::Active),
    (&[State::Active, State::Paused], Act::End, State::Ended),
];

impl State {
    /// How it stands after an act.
    ///
    /// # Errors
    /// `journey_state`: this cannot be done with it as it stands.
    pub fn after(self, act: Act) -> Result<Self> {
        let row = TABLE.iter().find(|(from, by, _)| *by == act && from.contains(&self));
        row.map(|(_, _, to)| *to)
            .ok_or_else(|| Error::conflict("journey_state", format!("This journey is {self}: that cannot be done with it ({act}).")))
    }
}

/// A way that people are led along.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Journey {
    pub id: JourneyId,
    pub name: String,
    pub state: State,
    pub draft: Json<Plan>,
    /// Counts the changes of the draft.
    pub version: i64,
    /// The number of the version that people enter; 0 where it was never begun.
    pub live: i64,
    /// By what people enter it by themselves.
    pub enters: Option<String>,
    /// When it was begun first.
    pub begun_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

/// One pass of one person through one version.
#[derive(Debug, Clone, Deserialize)]
pub struct Run {
    pub id: JourneyRunId,
    pub journey_id: JourneyId,
    pub number: i64,
    pub contact_id: ContactId,
    pub step: String,
    pub given: Json<Map<String, Value>>,
    /// How often what a digest gathers has happened.
    pub gathered: i64,
    /// What is gathered, from a digest on until it is said.
    pub gathers: Option<String>,
    /// What they are waited for to do.
    pub hears: Option<String>,
    pub goal: Option<String>,
    /// Whether what they are waited for has happened; at a throttle, whether they have their place in its line; at a message, whether it had to
    /// wait for its hour.
    pub heard: bool,
    /// Whether they have done what the journey is for.
    pub reached: bool,
    pub entered_at: Time,
    /// When they came to this step: what it lasts is counted from then.
    pub since: Time,
    /// From when on what they do counts here: earlier than that, where the steps before this one took no time.
    pub hears_from: Time,
    /// The fact that led them in, or that they were waited for last: it does not count again.
    pub by_fact: Option<FactId>,
    pub wakes_at: Time,
    pub ended_at: Option<Time>,
    pub how: Option<How>,
}

impl Run {
    /// All that they are listened for.
    pub(crate) fn wants(&self) -> impl Iterator<Item = &str> {
        [&self.goal, &self.hears, &self.gathers].into_iter().filter_map(Option::as_deref)
    }

    /// Whether this is what the journey is for.
    pub(crate) fn is_goal(&self, deed: &Deed) -> bool {
        self.goal.as_deref() == Some(deed.name.as_ref()) && deed.at >= self.entered_at
    }

    /// Counts what is gathered; tells whether this is. When it happened does not matter: each fact is read once, and one that was committed
    /// late belongs to those beside it.
    pub(crate) fn gather(&mut self, deed: &Deed) -> bool {
        let is = self.gathers.as_deref() == Some(deed.name.as_ref());
        self.gathered += i64::from(is);
        is
    }

    /// Notes what they are waited for; tells whether this is the first of it. What they do from then on counts at the steps that follow.
    pub(crate) fn hear(&mut self, deed: &Deed) -> bool {
        let is = !self.heard
            && self.hears.as_deref() == Some(deed.name.as_ref())
            && deed.at >= self.hears_from
            && self.by_fact != Some(deed.fact);
        if is {
            (self.heard, self.hears_from, self.by_fact) = (true, deed.at, Some(deed.fact));
        }
        is
    }
}

/// A count of a step.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Count {
    pub number: i64,
    pub step: String,
    /// [`WALKED`], [`STANDS`], [`TOUCHED`], [`LEFT_OUT`] or [`LEFT`].
    pub about: String,
    pub word: String,
    pub count: i64,
}

/// Counts of people: `came` and `went`.
pub const WALKED: &str = "walked";
/// Counts of messages, by how they stand.
pub const STANDS: &str = "stands";
/// Counts of messages that a person `opened` or `clicked`.
pub const TOUCHED: &str = "touched";
/// Counts of whom a step could not write to, by reason.
pub const LEFT_OUT: &str = "left_out";
/// Counts of how people left, by [`How`].
pub const LEFT: &str = "left";
/// The step under which the journey's own counts stand.
pub const OUT: &str = "";

/// An audience that is led in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Enrolment {
    pub id: EnrolmentId,
    pub journey_id: JourneyId,
    pub audience: Json<campaigns::Audience>,
    pub given: Json<Map<String, Value>>,
    pub after_id: Option<ContactId>,
    /// How many people it has looked at.
    pub looked_at: i64,
    /// How many of them entered.
    pub entered: i64,
    pub done_at: Option<Time>,
    pub created_at: Time,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_ended_stays_so() {
        assert!(Act::ALL.iter().all(|act| State::Ended.after(*act).is_err()));
        assert_eq!(State::Active.after(Act::Begin).ok(), Some(State::Active), "a new version");
        assert!(State::Draft.after(Act::End).is_err() && State::Draft.after(Act::Pause).is_err());
    }
}
