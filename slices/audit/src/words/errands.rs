//! Words for what people do about errands that were given up.

use super::{Words, words};
use facts::errands::ErrandDropped;
use maud::html;
use store::Stated;
use web::ui::Meaning;

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated; ErrandDropped => dropped }
}

fn dropped(fact: ErrandDropped) -> Words {
    Words::new(Meaning::Attention, html! { "Given up and dropped: " (fact.name.replace('_', " ")) })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{id, says};
    use super::*;

    #[test]
    fn errands() {
        let fact = ErrandDropped { errand_id: id(), name: "deliver_webhook".to_owned(), key: None };
        says(fact, "Given up and dropped: deliver webhook");
    }
}
