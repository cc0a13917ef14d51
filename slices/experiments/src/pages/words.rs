//! Experiments as people say them.

use crate::model::{Experiment, State, Subject, Verdict};
use maud::{Markup, Render};
use web::ui::{Badge, Meaning};

/// An experiment's state.
pub(super) fn badge(state: State) -> Markup {
    let (meaning, words) = state_words(state);
    Badge::new(meaning, words).render()
}

/// What it means that an experiment stands so, and how people say it.
pub(super) fn state_words(state: State) -> (Meaning, &'static str) {
    match state {
        State::Draft => (Meaning::Neutral, "Draft"),
        State::Running => (Meaning::Good, "Running"),
        State::Stopped => (Meaning::Neutral, "Stopped"),
    }
}

/// A verdict, in a word or two.
pub(super) fn verdict(verdict: Verdict) -> Markup {
    let (meaning, words) = match verdict {
        Verdict::TooFew => (Meaning::Neutral, "Too early"),
        Verdict::RatioOff => (Meaning::Bad, "Counted wrongly"),
        Verdict::NoWinnerYet => (Meaning::Information, "No winner yet"),
        Verdict::NoDifference => (Meaning::Information, "No difference"),
        Verdict::Winner => (Meaning::Good, "Winner"),
    };
    Badge::new(meaning, words).render()
}

/// What is compared.
pub(super) fn subject(subject: Subject) -> &'static str {
    match subject {
        Subject::Campaign => "A campaign",
        Subject::Journey => "A journey",
        Subject::Shop => "The shop",
        Subject::Other => "Something else",
    }
}

/// What people are to do, and within how many days.
pub(super) fn goal(experiment: &Experiment) -> String {
    let days = if experiment.within_days == 1 { "day" } else { "days" };
    format!("{} within {} {days}", capital(&segments::deed_words(&experiment.goal)), experiment.within_days)
}

/// With a capital at its beginning.
pub(super) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A number of things, for people.
pub(super) fn number(count: i64) -> String {
    web::ui::count(u64::try_from(count).unwrap_or(0))
}
