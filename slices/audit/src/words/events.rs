//! Words for what the shop's own programs say that people did.

use super::{Words, words};
use facts::events::EventHappened;
use maud::html;
use store::Stated;
use web::ui::Meaning;

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated; EventHappened => happened }
}

fn happened(fact: EventHappened) -> Words {
    let who = html! { a href={ "/admin/contacts/" (fact.contact_id) } { "Contact" } };
    Words::new(Meaning::Neutral, html! { (who) " had the event " bdi { (fact.name) } })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{id, says};
    use super::*;

    #[test]
    fn what_a_program_told() {
        says(EventHappened { event_id: id(), contact_id: id(), name: "service_due".into() }, "Contact had the event service_due");
    }
}
