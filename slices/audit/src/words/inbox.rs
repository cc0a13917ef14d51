//! Words for what happens to conversations.

use super::{Words, words};
use facts::ConversationId;
use facts::inbox::{
    CannedReplySaved, ConversationAssigned, ConversationChanged, ConversationDeed, ConversationOpened, ConversationResolved,
};
use maud::{Markup, html};
use store::Stated;
use web::ui::Meaning;

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated;
        ConversationOpened => opened,
        ConversationAssigned => assigned,
        ConversationResolved => resolved,
        ConversationChanged => changed,
        CannedReplySaved => canned,
    }
}

fn link(id: ConversationId) -> Markup {
    html! { a href={ "/admin/inbox/" (id) } { "Conversation" } }
}

fn opened(fact: ConversationOpened) -> Words {
    let words = if fact.again { "opened again" } else { "begun" };
    Words::new(Meaning::Information, html! { (link(fact.conversation_id)) " on " (fact.channel.title()) " " (words) })
}

fn assigned(fact: ConversationAssigned) -> Words {
    let words = if fact.assignee.is_some() { "assigned" } else { "assigned to nobody" };
    Words::new(Meaning::Neutral, html! { (link(fact.conversation_id)) " " (words) })
}

fn resolved(fact: ConversationResolved) -> Words {
    Words::new(Meaning::Good, html! { (link(fact.conversation_id)) " resolved" })
}

fn changed(fact: ConversationChanged) -> Words {
    let words = match fact.deed {
        ConversationDeed::Replied => "answered",
        ConversationDeed::Noted => "noted in",
        ConversationDeed::Snoozed => "snoozed",
        ConversationDeed::Woken => "no longer snoozed",
        ConversationDeed::Reopened => "reopened",
        ConversationDeed::Labelled => "has other labels",
        ConversationDeed::Lead => "stands otherwise as a lead",
    };
    Words::new(Meaning::Neutral, html! { (link(fact.conversation_id)) " " (words) })
}

fn canned(fact: CannedReplySaved) -> Words {
    let words = if fact.deleted { "deleted" } else { "saved" };
    Words::new(Meaning::Neutral, html! { "Canned reply " bdi { (fact.shortcut) } " " (words) })
}
