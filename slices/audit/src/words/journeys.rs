//! Words for what happens to journeys.

use super::{Words, words};
use facts::journeys::{JourneyCalled, JourneyMoved};
use maud::html;
use store::Stated;
use web::ui::Meaning;

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated; JourneyMoved => moved, JourneyCalled => called }
}

fn moved(fact: JourneyMoved) -> Words {
    let (meaning, said) = match fact.state.as_str() {
        "draft" => (Meaning::Neutral, "written or changed".to_owned()),
        "active" => (Meaning::Good, format!("people walk version {}", fact.live)),
        "paused" => (Meaning::Attention, "paused".to_owned()),
        "brought_over" => (Meaning::Neutral, format!("everybody brought onto version {}", fact.live)),
        "ended" => (Meaning::Neutral, "ended".to_owned()),
        other => (Meaning::Neutral, other.to_owned()),
    };
    Words::new(meaning, html! { a href={ "/admin/journeys/" (fact.journey_id) } { "Journey " bdi { (fact.name) } } ": " (said) })
}

fn called(fact: JourneyCalled) -> Words {
    let said = html! { a href={ "/admin/journeys/" (fact.journey_id) } { "A journey" } ": came to " bdi { (fact.step) } ", and an endpoint is told" };
    Words::new(Meaning::Neutral, said)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{id, says};
    use super::*;

    #[test]
    fn journeys() {
        let moved = |state: &str| JourneyMoved { journey_id: id(), name: "Welcome".into(), state: state.into(), live: 2 };
        says(moved("active"), "Journey Welcome: people walk version 2");
        says(moved("brought_over"), "Journey Welcome: everybody brought onto version 2");
        let called = JourneyCalled { journey_id: id(), run_id: id(), step: "tell".into(), contact_id: id(), endpoint_id: id() };
        says(called, "A journey: came to tell, and an endpoint is told");
        says(moved("paused"), "Journey Welcome: paused");
    }
}
