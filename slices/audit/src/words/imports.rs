//! Words for shops elsewhere, and for imports from them.

use super::{Words, words};
use facts::ImportId;
use facts::imports::{ImportBegun, ImportEnded, ShopConnectionChanged};
use maud::{Markup, html};
use store::Stated;
use web::ui::Meaning;

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated;
        ShopConnectionChanged => connection,
        ImportBegun => begun,
        ImportEnded => ended,
    }
}

fn connection(fact: ShopConnectionChanged) -> Words {
    let what = if fact.connected { "connected" } else { "no longer connected" };
    Words::new(Meaning::Neutral, html! { "Shop " bdi { (fact.shop) } " " (what) })
}

fn import(id: ImportId) -> Markup {
    html! { a href={ "/admin/imports/" (id) } { "Import" } }
}

fn begun(fact: ImportBegun) -> Words {
    let rehearsed = if fact.dry { ", only to see what would change" } else { "" };
    Words::new(Meaning::Information, html! { (import(fact.import_id)) " begun from " bdi { (fact.origin) } (rehearsed) })
}

fn ended(fact: ImportEnded) -> Words {
    let meaning = if fact.state == "done" { Meaning::Good } else { Meaning::Attention };
    let words = Words::new(meaning, html! { (import(fact.import_id)) " " (fact.state) ": " (fact.new) " new, " (fact.changed) " changed" });
    if fact.wrong > 0 { words.note(html! { (fact.wrong) " could not be read" }) } else { words }
}
