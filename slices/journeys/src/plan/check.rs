//! Whether a plan can be walked.

use super::{Again, LEAVE, Plan, Step, What};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use store::{Error, Result};
use web::Quiet;

/// The most steps of a journey.
const STEPS: usize = 50;
/// The longest that a step waits, in minutes: a year.
const LONGEST: i64 = 366 * 24 * 60;
/// The most shares of a split.
const PARTS: usize = 10;
/// The most attributes that a step sets.
const SET: usize = 10;
/// The longest name of a step, in bytes.
const NAME: usize = 40;

impl Plan {
    /// Whether it can be walked: every step has a name of its own and leads to a later one, so everybody comes out in the end.
    ///
    /// # Errors
    /// A field error that names the step, as `steps.welcome.minutes`.
    pub fn check(&self) -> Result<()> {
        if self.steps.is_empty() || self.steps.len() > STEPS {
            return Err(Error::field("steps", format!("1 to {STEPS} steps")));
        }
        if self.entry.did.is_some() && self.entry.segment.is_some() {
            return Err(Error::field("entry", "something that people do, or a segment, and not both"));
        }
        for (field, did) in [("entry", &self.entry.did), ("goal", &self.goal)] {
            if did.as_deref().is_some_and(|name| !segments::is_deed(name)) {
                return Err(Error::field(field, segments::deed_names()));
            }
        }
        if matches!(self.again, Again::AfterDays(0)) {
            return Err(Error::field("again", "a day at least; or always"));
        }
        Quiet::between(&self.quiet_from, &self.quiet_to)?.leaves_room()?;
        let mut names = BTreeSet::new();
        for (at, step) in self.steps.iter().enumerate() {
            let fits = !step.id.is_empty() && step.id.len() <= NAME && step.id != LEAVE;
            if !fits || !step.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
                return Err(Error::field(format!("steps.{}", at + 1), format!("an id of small letters, digits and _, {NAME} at most")));
            }
            if !names.insert(step.id.as_str()) {
                return Err(wrong(step, "id", "a name that no other step has"));
            }
            self.ways(at, step)?;
            self.what(step)?;
        }
        Ok(())
    }

    /// Forward only.
    fn ways(&self, at: usize, step: &Step) -> Result<()> {
        for exit in step.exits() {
            let Some(to) = exit.to.filter(|to| *to != LEAVE) else { continue };
            if self.place(to).is_none_or(|place| place <= at) {
                return Err(wrong(step, "next", "a step that comes later, or leave"));
            }
        }
        Ok(())
    }

    fn what(&self, step: &Step) -> Result<()> {
        match &step.what {
            What::Send { texts, .. } => said(step, texts),
            What::Wait { minutes, .. } | What::Digest { minutes, .. } => long(step, *minutes),
            What::WaitFor { did, minutes, .. } => {
                if !segments::is_deed(did) {
                    return Err(wrong(step, "did", segments::deed_names()));
                }
                long(step, *minutes)
            }
            What::Branch { filter, .. } => segments::check_filter(&format!("steps.{}.filter", step.id), filter),
            What::Split { parts, .. } => {
                let fits = (2..=PARTS).contains(&parts.len()) && parts.iter().all(|part| (1..=1_000).contains(&part.weight));
                if fits { Ok(()) } else { Err(wrong(step, "parts", format!("2 to {PARTS} shares, each with a weight of 1 to 1000"))) }
            }
            What::Throttle { people, minutes, .. } => {
                if !(1..=1_000_000).contains(people) {
                    return Err(wrong(step, "people", "1 to 1000000"));
                }
                long(step, *minutes)
            }
            What::Update { set, .. } => sets(step, set),
            What::Tag { tag, .. } => contacts::tag(tag).map(drop).map_err(|error| wrong(step, "tag", error.message().to_owned())),
            What::List { .. } | What::Call { .. } | What::Leave { .. } => Ok(()),
        }
    }
}

/// Each channel once, each text as its channel takes it.
fn said(step: &Step, texts: &[campaigns::Text]) -> Result<()> {
    if texts.is_empty() {
        return Err(wrong(step, "texts", "what it says, on one channel at least"));
    }
    let mut seen = BTreeSet::new();
    for text in texts {
        if !seen.insert(text.channel) {
            return Err(wrong(step, "texts", format!("{} once", text.channel.title())));
        }
        text.content.check(text.channel).map_err(|error| {
            let field = error.fields().first();
            let (name, says) = field.map_or(("body", error.message()), |field| (field.field.as_str(), field.message.as_str()));
            wrong(step, &format!("{}.{name}", text.channel), says.to_owned())
        })?;
    }
    Ok(())
}

/// A few attributes, each as contacts keep it.
fn sets(step: &Step, set: &Map<String, Value>) -> Result<()> {
    if set.is_empty() || set.len() > SET {
        return Err(wrong(step, "set", format!("1 to {SET} attributes")));
    }
    contacts::check_attributes(set).map_err(|error| wrong(step, "set", error.message().to_owned()))
}

fn long(step: &Step, minutes: i64) -> Result<()> {
    if (1..=LONGEST).contains(&minutes) { Ok(()) } else { Err(wrong(step, "minutes", "a minute at least, a year at most")) }
}

fn wrong(step: &Step, field: &str, says: impl Into<String>) -> Error {
    Error::field(format!("steps.{}.{field}", step.id), says)
}
