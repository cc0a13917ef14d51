//! Words for what people do with messages that reached them.

use super::{Words, words};
use facts::MessageId;
use facts::tracking::{MessageClicked, MessageOpened};
use maud::{Markup, html};
use store::Stated;
use web::ui::Meaning;

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated; MessageOpened => opened, MessageClicked => clicked }
}

fn titled(message: MessageId, template: &str, what: &str) -> Markup {
    html! { a href={ "/admin/messages/" (message) } { "E-mail" } " (" (template.replace('_', " ")) ") " (what) }
}

fn opened(fact: MessageOpened) -> Words {
    Words::new(Meaning::Good, titled(fact.message_id, &fact.template, "opened"))
}

fn clicked(fact: MessageClicked) -> Words {
    Words::new(Meaning::Good, titled(fact.message_id, &fact.template, "link followed")).note(html! { bdi { (fact.url) } })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{id, says};
    use super::*;
    use facts::messages::Channel;

    #[test]
    fn tracking() {
        let (channel, template) = (Channel::Email, "campaign".to_owned());
        let opened = MessageOpened { message_id: id(), contact_id: None, about: None, channel, template: template.clone() };
        says(opened, "E-mail (campaign) opened");
        let url = "https://shop.example/mangoes".to_owned();
        says(
            MessageClicked { message_id: id(), contact_id: None, about: None, channel, template, link: 1, url },
            "E-mail (campaign) link followed",
        );
    }
}
