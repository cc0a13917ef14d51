//! The badge of a state: a mark and words.

use super::Meaning;
use maud::{Markup, Render, html};

/// A state in words of the page's own, with its meaning.
pub struct Badge {
    meaning: Meaning,
    words: String,
}

impl Badge {
    /// A badge that says `words`.
    pub fn new(meaning: Meaning, words: impl Into<String>) -> Self {
        Self { meaning, words: words.into() }
    }

    /// The badge of a state as the database names it. A state nobody described is shown neutral, in its own words.
    pub fn of(state: &str) -> Self {
        Self::new(meaning_of(state), words_of(state))
    }
}

impl Render for Badge {
    fn render(&self) -> Markup {
        html! {
            span class={ "badge " (self.meaning.class()) } { (mark(self.meaning)) (self.words) }
        }
    }
}

/// The badge of a state as the database names it, such as `paid` or `past_due`.
pub fn badge(state: &str) -> Markup {
    Badge::of(state).render()
}

/// Each meaning has a shape of its own, so that it can be told without colour.
fn mark(meaning: Meaning) -> Markup {
    html! {
        svg class="mark" viewBox="0 0 8 8" aria-hidden="true" {
            @match meaning {
                Meaning::Neutral => circle cx="4" cy="4" r="3" fill="none" stroke="currentColor" stroke-width="1.5" {},
                Meaning::Good => circle cx="4" cy="4" r="3.5" {},
                Meaning::Attention => path d="M4 .4 7.8 7.4H.2z" {},
                Meaning::Bad => rect x=".8" y=".8" width="6.4" height="6.4" rx="1" {},
                Meaning::Information => g {
                    path d="M4 .5a3.5 3.5 0 0 1 0 7z" {}
                    circle cx="4" cy="4" r="3" fill="none" stroke="currentColor" {}
                },
            }
        }
    }
}

fn meaning_of(state: &str) -> Meaning {
    match state {
        "active" | "accepted" | "balanced" | "captured" | "connected" | "converted" | "delivered" | "done" | "fulfilled" | "matched"
        | "opted_in" | "packed" | "paid" | "published" | "read" | "recovered" | "settled" | "succeeded" | "verified" | "won" => {
            Meaning::Good
        }
        "attention" | "abandoned" | "awaiting_payment" | "delayed" | "disputed" | "due" | "expiring" | "halted" | "incomplete"
        | "parked" | "partially_paid" | "partially_refunded" | "past_due" | "review" | "snoozed" | "unanswered" | "uncertain"
        | "unknown" | "unmatched" | "unpaid" => Meaning::Attention,
        "bad" | "blocked" | "bounced" | "buried" | "churned" | "declined" | "dropped" | "failed" | "lost" | "overdue" | "rejected"
        | "revoked" | "unbalanced" | "undelivered" => Meaning::Bad,
        "authorized" | "created" | "open" | "pending" | "placed" | "processing" | "queued" | "retrying" | "running" | "scheduled"
        | "sending" | "sent" | "shipped" | "trialing" => Meaning::Information,
        _ => Meaning::Neutral,
    }
}

/// `past_due` as a person says it.
fn words_of(state: &str) -> String {
    let words = match state {
        "authorized" => "Authorised",
        "buried" => "Gave up",
        "created" => "Not paid yet",
        "opted_in" => "May write",
        "opted_out" => "Do not write",
        "pending" => "Under way",
        "past_due" => "Payment late",
        "trialing" => "On trial",
        "unknown" => "Outcome unknown",
        _ => "",
    };
    if !words.is_empty() {
        return words.to_owned();
    }
    let plain = state.replace(['_', '-'], " ");
    let mut letters = plain.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "Not set".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_has_a_meaning_and_words() {
        for (state, meaning, words) in [
            ("paid", Meaning::Good, "Paid"),
            ("past_due", Meaning::Attention, "Payment late"),
            ("failed", Meaning::Bad, "Failed"),
            ("queued", Meaning::Information, "Queued"),
            ("some_new_state", Meaning::Neutral, "Some new state"),
            ("", Meaning::Neutral, "Not set"),
        ] {
            assert_eq!((meaning_of(state), words_of(state).as_str()), (meaning, words));
        }
    }
}
