//! Words for what happens to how a shop looks.

use super::{Words, words};
use facts::branding::BrandingChanged;
use maud::html;
use store::Stated;
use web::ui::Meaning;

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated; BrandingChanged => changed }
}

fn changed(fact: BrandingChanged) -> Words {
    let fields: Vec<String> = fact.changes.iter().map(|change| change.field.replace('_', " ")).collect();
    Words::new(Meaning::Neutral, html! { "Branding changed: " (fields.join(", ")) })
}
