//! Words for what people say about being written to.

use super::{Words, words};
use facts::consent::{ConsentChanged, ConsentImported, How, Scope};
use maud::{Markup, html};
use store::Stated;
use web::ui::Meaning;

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated; ConsentChanged => changed, ConsentImported => imported }
}

fn changed(fact: ConsentChanged) -> Words {
    let what = match fact.scope {
        Scope::All => "Messages",
        Scope::Marketing => "Offers",
    };
    let whose: Markup = html! {
        @match fact.contact_id {
            Some(id) => { a href={ "/admin/contacts/" (id) "/consent" } { "a contact" } }
            None => { "an address" }
        }
    };
    let channel = fact.channel;
    let (meaning, stand) = if fact.stopped { (Meaning::Attention, "stopped") } else { (Meaning::Good, "wanted again") };
    Words::new(meaning, html! { (what) " to " (whose) " on " (channel) " are " (stand) ": " (how(fact.how)) })
}

fn imported(fact: ConsentImported) -> Words {
    let file = html! { a href={ "/admin/contacts/imports/" (fact.import_id) } { "A file" } };
    Words::new(Meaning::Good, html! { (file) " brought consent to offers for " (fact.contacts.len()) " contacts" })
}

fn how(how: How) -> &'static str {
    match how {
        How::Api => "a program said so",
        How::Import => "it came with a list",
        How::Form => "they filled in a form",
        How::PreferencePage => "they chose it",
        How::OneClick => "they pressed their mail program's button",
        How::StopWord | How::StartWord => "they wrote so",
        How::ByHand => "noted by hand",
        How::Provider => "the provider said so",
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{id, says};
    use super::*;
    use facts::consent::{How, Scope};
    use facts::messages::Channel;

    #[test]
    fn who_is_written_to() {
        says(
            ConsentChanged { contact_id: Some(id()), channel: Channel::Email, scope: Scope::Marketing, stopped: true, how: How::OneClick },
            "Offers to a contact on email are stopped: they pressed their mail program's button",
        );
    }
}
