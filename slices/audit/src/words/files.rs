//! Words for what happens to files and their downloads.

use super::{Words, order, words};
use facts::files::{DownloadsAllowed, FileDeleted, FileDownloaded, FileUploaded, ProductFileChanged};
use maud::html;
use store::Stated;
use web::ui::{Meaning, id};

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated;
        FileUploaded => uploaded,
        FileDeleted => deleted,
        ProductFileChanged => product,
        FileDownloaded => downloaded,
        DownloadsAllowed => allowed,
    }
}

fn uploaded(fact: FileUploaded) -> Words {
    Words::new(Meaning::Neutral, html! { "File added: " bdi { (fact.name) } }).note(id(fact.file_id))
}

fn deleted(fact: FileDeleted) -> Words {
    Words::new(Meaning::Attention, html! { "File deleted: " bdi { (fact.name) } }).note(id(fact.file_id))
}

fn product(fact: ProductFileChanged) -> Words {
    let what = if fact.file_id.is_some() { "comes with another file" } else { "comes with no file any more" };
    Words::new(Meaning::Neutral, html! { "Product " bdi { (fact.product) } " " (what) })
}

fn downloaded(fact: FileDownloaded) -> Words {
    let times = if fact.used == 1 { "the first time".to_owned() } else { format!("{} times by now", fact.used) };
    Words::new(Meaning::Information, html! { bdi { (fact.name) } " downloaded for an " (order(fact.order_id, "order")) ", " (times) })
}

fn allowed(fact: DownloadsAllowed) -> Words {
    Words::new(Meaning::Neutral, html! { "Downloads of " bdi { (fact.product) } " for an " (order(fact.order_id, "order")) " begin anew" })
        .note(html! { "There had been " (fact.used) "." })
}
