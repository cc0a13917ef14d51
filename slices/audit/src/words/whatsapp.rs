//! Words for what happens to WhatsApp's templates.

use super::{Words, words};
use facts::whatsapp::WhatsappTemplateMoved;
use maud::html;
use store::Stated;
use web::ui::Meaning;

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated; WhatsappTemplateMoved => moved }
}

fn moved(fact: WhatsappTemplateMoved) -> Words {
    let (meaning, said) = match fact.to.as_str() {
        "approved" => (Meaning::Good, "WhatsApp approved of the template"),
        "pending" => (Meaning::Information, "WhatsApp looks at the template"),
        "rejected" => (Meaning::Bad, "WhatsApp rejected the template"),
        "paused" => (Meaning::Attention, "WhatsApp paused the template"),
        "disabled" => (Meaning::Bad, "WhatsApp disabled the template"),
        "gone" => (Meaning::Attention, "WhatsApp has no longer the template"),
        _ => (Meaning::Neutral, "WhatsApp thinks otherwise of the template"),
    };
    let words = Words::new(meaning, html! { (said) " " bdi { (fact.name) } " (" (fact.language) ")" });
    match fact.reason {
        Some(reason) => words.note(html! { bdi { (reason) } }),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{id, says};
    use super::*;

    #[test]
    fn what_whatsapp_thinks_of_a_template() {
        let moved = |to: &str| WhatsappTemplateMoved {
            whatsapp_template_id: id(),
            name: "mangoes".into(),
            language: "en".into(),
            from: "approved".into(),
            to: to.into(),
            reason: None,
        };
        says(moved("paused"), "WhatsApp paused the template mangoes (en)");
        says(moved("gone"), "WhatsApp has no longer the template mangoes (en)");
    }
}
