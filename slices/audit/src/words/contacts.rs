//! Words for what happens to contacts.

use super::{Words, words};
use facts::contacts::ContactSaved;
use maud::html;
use store::Stated;
use web::ui::Meaning;

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated; ContactSaved => saved }
}

fn saved(fact: ContactSaved) -> Words {
    let what = if fact.new { " became known" } else { " changed" };
    Words::new(Meaning::Neutral, html! { a href={ "/admin/contacts/" (fact.contact_id) } { "Contact" } (what) })
}
