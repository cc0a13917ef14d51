//! A journey as the API shows it, and as it is asked for.

use crate::commands::SaveJourney;
use crate::model::{Count, Enrolment, How, Journey, OUT, Run, State};
use crate::plan::Plan;
use facts::{ContactId, EnrolmentId, JourneyId, JourneyRunId, Time};
use serde::{Deserialize, Serialize};
use tracking::Figure;
use utoipa::ToSchema;

/// A journey.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Journey)]
pub(super) struct JourneyView {
    #[schema(value_type = String, example = "jrn_01h2xcejqtf2nbrexx3vqjhp41")]
    pub id: JourneyId,
    pub name: String,
    /// `draft`, `active`, `paused` or `ended`.
    #[schema(value_type = String, example = "active")]
    pub state: State,
    /// What is being written. Whoever enters walks the version that was begun last.
    pub plan: Plan,
    /// Counts the changes: say it with a change, and nobody's is lost.
    pub version: i64,
    /// The number of the version that people enter; 0 where it was never begun.
    pub live: i64,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    /// What is counted of the version that people enter. Left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts: Option<Vec<CountView>>,
    /// Its e-mails that were opened, of all versions. Left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opens: Option<Figure>,
    /// Its e-mails of which a link was followed, of all versions. Left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clicks: Option<Figure>,
}

/// A count of a journey.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JourneyCount)]
pub(super) struct CountView {
    /// The step; nothing for the journey as a whole.
    step: Option<String>,
    /// `walked` (people who `came` and `went`), `stands` (messages, by state), `touched` (messages that a person `opened` or
    /// `clicked`), `left_out` (people for whom a step could not do its part, by reason) or
    /// `left` (people, by how).
    about: String,
    word: String,
    count: i64,
}

impl From<Count> for CountView {
    fn from(count: Count) -> Self {
        Self { step: Some(count.step).filter(|step| step != OUT), about: count.about, word: count.word, count: count.count }
    }
}

impl From<Journey> for JourneyView {
    fn from(journey: Journey) -> Self {
        Self {
            id: journey.id,
            name: journey.name,
            state: journey.state,
            plan: journey.draft.0,
            version: journey.version,
            live: journey.live,
            created_at: journey.created_at,
            updated_at: journey.updated_at,
            counts: None,
            opens: None,
            clicks: None,
        }
    }
}

/// A journey that is written.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewJourney)]
pub(super) struct Asked {
    #[schema(example = "Welcome")]
    name: String,
    plan: Plan,
    /// The version that is changed: a change of an older one is refused.
    #[serde(default)]
    version: Option<i64>,
}

impl Asked {
    pub(super) fn save(self, id: Option<JourneyId>) -> SaveJourney {
        SaveJourney { id, version: self.version, name: self.name, plan: self.plan }
    }
}

/// One pass of one person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JourneyRun)]
pub(super) struct RunView {
    #[schema(value_type = String, example = "jrun_01h2xcejqtf2nbrexx3vqjhp41")]
    id: JourneyRunId,
    #[schema(value_type = String)]
    journey_id: JourneyId,
    #[schema(value_type = String)]
    contact_id: ContactId,
    /// The version that they walk.
    number: i64,
    /// The step that they are at, or were at last.
    step: String,
    #[schema(value_type = String, format = DateTime)]
    entered_at: Time,
    /// When they came to this step.
    #[schema(value_type = String, format = DateTime)]
    since: Time,
    /// When they go on at the latest; nothing for whoever has left.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime)]
    left_at: Option<Time>,
    /// How they left: `done`, `goal`, `taken_out`, `ended` or `erased`.
    #[schema(value_type = Option<String>)]
    how: Option<How>,
}

impl From<Run> for RunView {
    fn from(run: Run) -> Self {
        Self {
            id: run.id,
            journey_id: run.journey_id,
            contact_id: run.contact_id,
            number: run.number,
            step: run.step,
            entered_at: run.entered_at,
            since: run.since,
            until: Some(run.wakes_at).filter(|_| run.ended_at.is_none()),
            left_at: run.ended_at,
            how: run.how,
        }
    }
}

/// An audience that is led in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JourneyEnrolment)]
pub(super) struct EnrolmentView {
    #[schema(value_type = String)]
    id: EnrolmentId,
    /// How many people it has looked at so far.
    looked_at: i64,
    /// How many of them entered; the others are in it, or have been.
    entered: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    done_at: Option<Time>,
}

impl From<Enrolment> for EnrolmentView {
    fn from(one: Enrolment) -> Self {
        Self { id: one.id, looked_at: one.looked_at, entered: one.entered, done_at: one.done_at }
    }
}
