//! Journeys as people say them.

use crate::model::State;
use crate::plan::{Again, Plan, Step, What};
use maud::{Markup, Render};
use serde_json::{Map, Value};
use web::ui::{Badge, Meaning};

/// A journey's state.
pub(super) fn badge(state: State) -> Markup {
    let (meaning, words) = state_words(state);
    Badge::new(meaning, words).render()
}

/// What it means that a journey stands so, and how people say it.
pub(super) fn state_words(state: State) -> (Meaning, &'static str) {
    match state {
        State::Draft => (Meaning::Neutral, "Draft"),
        State::Active => (Meaning::Good, "Active"),
        State::Paused => (Meaning::Attention, "Paused"),
        State::Ended => (Meaning::Neutral, "Ended"),
    }
}

/// A stretch of minutes: `3 days`.
pub(super) fn span(minutes: i64) -> String {
    let (number, unit) = parted(minutes);
    format!("{number} {}", if number == 1 { unit.trim_end_matches('s') } else { unit })
}

/// A stretch of minutes in its largest unit.
pub(super) fn parted(minutes: i64) -> (i64, &'static str) {
    match minutes {
        days if days % 1_440 == 0 => (days / 1_440, "days"),
        hours if hours % 60 == 0 => (hours / 60, "hours"),
        minutes => (minutes, "minutes"),
    }
}

/// What a step is called by its kind.
pub(super) fn kind(what: &What) -> &'static str {
    match what {
        What::Send { .. } => "Send",
        What::Wait { .. } => "Wait",
        What::WaitFor { .. } => "Wait for",
        What::Branch { .. } => "Fork",
        What::Split { .. } => "Split",
        What::Digest { .. } => "Gather",
        What::Throttle { .. } => "Slow down",
        What::Update { .. } => "Note",
        What::Tag { .. } => "Tag",
        What::List { .. } => "List",
        What::Call { .. } => "Tell a program",
        What::Leave { .. } => "Leave",
    }
}

/// What a step does, in a line.
pub(super) fn does(step: &Step) -> String {
    match &step.what {
        What::Send { texts, .. } => {
            let channels: Vec<&str> = texts.iter().map(|text| text.channel.title()).collect();
            let says = texts.first().map(|text| text.content.body.lines().next().unwrap_or_default()).unwrap_or_default();
            format!("{}: {says}", channels.join(", "))
        }
        What::Wait { minutes, .. } => format!("Waits {}", span(*minutes)),
        What::WaitFor { did, minutes, .. } => format!("Waits {} until they {}", span(*minutes), segments::deed_words(did)),
        What::Branch { filter, .. } => format!("Whether {}", segments::filter_words(filter)),
        What::Split { experiment: Some(_), .. } => "By an experiment".to_owned(),
        What::Split { parts, .. } => {
            let weights: Vec<String> = parts.iter().map(|part| part.weight.to_string()).collect();
            format!("By chance, {}", weights.join(" to "))
        }
        What::Digest { minutes, .. } => format!("Gathers for {} how often it happens", span(*minutes)),
        What::Throttle { people, minutes, .. } => format!("{people} people in {}", span(*minutes)),
        What::Update { set, .. } => sets(set),
        What::Tag { tag, off: false, .. } => format!("Gives the tag {tag}"),
        What::Tag { tag, off: true, .. } => format!("Takes the tag {tag} away"),
        What::List { off: false, .. } => "Puts them on a list".to_owned(),
        What::List { off: true, .. } => "Takes them off a list".to_owned(),
        What::Call { .. } => "Tells a webhook endpoint that they are here".to_owned(),
        What::Leave { goal: true } => "Reached what it was for".to_owned(),
        What::Leave { goal: false } => "The end".to_owned(),
    }
}

/// What is set: `Sets tier to gold, trial to nothing`.
fn sets(set: &Map<String, Value>) -> String {
    let one = |(name, value): (&String, &Value)| match value {
        Value::Null => format!("{name} to nothing"),
        Value::String(text) => format!("{name} to {text}"),
        other => format!("{name} to {other}"),
    };
    format!("Sets {}", set.iter().map(one).collect::<Vec<_>>().join(", "))
}

/// Who enters, and whether again.
pub(super) fn entry(plan: &Plan, segment: Option<&str>) -> String {
    let who = match (&plan.entry.did, plan.entry.segment) {
        (Some(did), _) => format!("Whoever {} enters", segments::deed_words(did)),
        (None, Some(_)) => format!("Whoever comes into the segment {} enters", segment.unwrap_or("that was deleted")),
        (None, None) => "People are led in by hand or by a program".to_owned(),
    };
    let again = match plan.again {
        Again::Never => "once in a lifetime".to_owned(),
        Again::Always => "as often as they like".to_owned(),
        Again::AfterDays(days) => format!("again after {days} days"),
    };
    format!("{who}, {again}.")
}
