//! Words for what happens to contacts.

use super::{Words, words};
use facts::contacts::{
    ContactErased, ContactImportMoved, ContactListed, ContactMergeSettled, ContactMerged, ContactSaved, ContactTagged, ContactsAgreed,
    ContactsImported, ListSaved,
};
use facts::{ContactId, ContactImportId, ListId};
use maud::{Markup, html};
use store::Stated;
use web::ui::Meaning;

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated;
        ContactSaved => saved,
        ContactErased => erased,
        ContactMerged => merged,
        ContactMergeSettled => merge_settled,
        ContactListed => listed,
        ContactTagged => tagged,
        ContactsImported => taken,
        ContactsAgreed => agreed,
        ContactImportMoved => moved,
        ListSaved => list_saved,
    }
}

fn saved(fact: ContactSaved) -> Words {
    let what = if fact.new { " became known" } else { " changed" };
    Words::new(Meaning::Neutral, html! { (contact(fact.contact_id)) (what) })
}

fn contact(id: ContactId) -> Markup {
    html! { a href={ "/admin/contacts/" (id) } { "Contact" } }
}

fn list(id: ListId, words: &str) -> Markup {
    html! { a href={ "/admin/contacts?list=" (id) } { (words) } }
}

fn import(id: ContactImportId) -> Markup {
    html! { a href={ "/admin/contacts/imports/" (id) } { "Import of contacts" } }
}

fn erased(fact: ContactErased) -> Words {
    let words = Words::new(Meaning::Attention, html! { (contact(fact.contact_id)) " erased" });
    words.note(html! { bdi { (fact.reason) } })
}

fn merged(fact: ContactMerged) -> Words {
    let words = html! { (contact(fact.contact_id)) " merged with another record of the same person" };
    Words::new(Meaning::Attention, words).note(html! { (fact.merged_id) })
}

fn merge_settled(fact: ContactMergeSettled) -> Words {
    let words = html! { (contact(fact.contact_id)) " has all that was kept under another record" };
    Words::new(Meaning::Neutral, words).note(html! { (fact.merged_id) })
}

fn listed(fact: ContactListed) -> Words {
    let what = if fact.listed { " put on " } else { " taken off " };
    Words::new(Meaning::Neutral, html! { (contact(fact.contact_id)) (what) (list(fact.list_id, "a list")) })
}

fn tagged(fact: ContactTagged) -> Words {
    let what = if fact.tagged { " tagged " } else { " no longer tagged " };
    Words::new(Meaning::Neutral, html! { (contact(fact.contact_id)) (what) bdi { (fact.tag) } })
}

fn taken(fact: ContactsImported) -> Words {
    let (new, changed) = (fact.new.len(), fact.changed.len());
    Words::new(Meaning::Neutral, html! { (import(fact.import_id)) ": " (new) " became known, " (changed) " changed" })
}

fn agreed(fact: ContactsAgreed) -> Words {
    let words = Words::new(
        Meaning::Neutral,
        html! { (import(fact.import_id)) ": " (fact.contacts.len()) " people are said to have agreed to offers" },
    );
    words.note(html! { "Consent: " bdi { (fact.source) } })
}

fn moved(fact: ContactImportMoved) -> Words {
    let meaning = if fact.state == "done" { Meaning::Good } else { Meaning::Information };
    let words =
        html! { (import(fact.import_id)) " " bdi { (fact.name) } " " (fact.state) ": " (fact.new) " new, " (fact.changed) " changed" };
    match fact.consent {
        Some(source) => Words::new(meaning, words).note(html! { "Consent: " bdi { (source) } }),
        None => Words::new(meaning, words),
    }
}

fn list_saved(fact: ListSaved) -> Words {
    let what = if fact.live { " saved" } else { " deleted" };
    Words::new(Meaning::Neutral, html! { "List " bdi { (list(fact.list_id, &fact.name)) } (what) })
}
