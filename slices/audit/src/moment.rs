//! A fact as a person reads it.

use crate::words;
use maud::{Markup, html};
use store::Stated;
use web::ui::{Meaning, Moment};

/// What is said of a fact.
pub(crate) struct Words {
    pub meaning: Meaning,
    pub title: Markup,
    pub note: Markup,
}

impl Words {
    pub(crate) fn new(meaning: Meaning, title: Markup) -> Self {
        Self { meaning, title, note: Markup::default() }
    }

    pub(crate) fn note(mut self, note: Markup) -> Self {
        self.note = note;
        self
    }
}

/// A fact of the journal for a timeline: words, meaning, links to what it touched, and who did it.
pub fn moment(stated: &Stated) -> Moment {
    let words = words::of(stated).unwrap_or_else(|| plain(stated));
    Moment::new(stated.at, words.meaning, words.title).note(words.note).by(actor(&stated.actor))
}

/// A fact of a kind or version that nobody has put into words yet still shows, in its own.
fn plain(stated: &Stated) -> Words {
    Words::new(Meaning::Neutral, html! { (sentence(&stated.kind)) })
}

/// `order.placed` as `Order placed`.
pub(crate) fn sentence(kind: &str) -> String {
    let spaced = kind.replace(['.', '_'], " ");
    let mut letters = spaced.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Who acted, as the journal names them, in words: `member:usr_…`, `visitor`, `provider:razorpay`.
pub(crate) fn actor(actor: &str) -> String {
    match actor.split_once(':') {
        Some(("member", id)) => format!("Member {}", tail(id)),
        Some(("key", id)) => format!("API key {}", tail(id)),
        Some(("provider", name)) => provider(name).to_owned(),
        Some(("system", "operator")) => "The operator".to_owned(),
        Some(("system", _)) => "Origin".to_owned(),
        _ if actor == "visitor" => "The buyer".to_owned(),
        _ => actor.to_owned(),
    }
}

/// The end of an id is what tells two of one minute apart.
fn tail(id: &str) -> String {
    format!("…{}", id.get(id.len().saturating_sub(6)..).unwrap_or(id))
}

/// A provider by the name it goes by.
pub(crate) fn provider(name: &str) -> &str {
    match name {
        "razorpay" => "Razorpay",
        "myoperator" => "MyOperator",
        "smtp" => "The mail server",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actors_have_words() {
        let table = [
            ("member:usr_01h2xcejqtf2nbrexx3vqjhp41", "Member …qjhp41"),
            ("key:key_01h2xcejqtf2nbrexx3vqjhp41", "API key …qjhp41"),
            ("visitor", "The buyer"),
            ("provider:razorpay", "Razorpay"),
            ("provider:acme", "acme"),
            ("system:confirm_paid_order", "Origin"),
            ("system:operator", "The operator"),
            ("strange", "strange"),
        ];
        for (text, words) in table {
            assert_eq!(actor(text), words);
        }
        assert_eq!(sentence("message.moved"), "Message moved");
    }
}
