//! Words for what happens to segments.

use super::{Words, words};
use facts::SegmentId;
use facts::segments::{SegmentBuilt, SegmentChanged, SegmentSaved};
use maud::{Markup, html};
use store::Stated;
use web::ui::Meaning;

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated;
        SegmentSaved => saved,
        SegmentBuilt => built,
        SegmentChanged => changed,
    }
}

fn segment(id: SegmentId) -> Markup {
    html! { a href={ "/admin/contacts/segments/" (id) } { "Segment" } }
}

fn saved(fact: SegmentSaved) -> Words {
    let what = if fact.live { " saved" } else { " deleted" };
    let title = html! { @if fact.live { (segment(fact.segment_id)) } @else { "Segment" } " " bdi { (fact.name) } (what) };
    Words::new(Meaning::Neutral, title)
}

fn built(fact: SegmentBuilt) -> Words {
    let title = html! { (segment(fact.segment_id)) " " bdi { (fact.name) } " built: " (fact.contacts) " contacts are in it" };
    Words::new(Meaning::Good, title)
}

fn changed(fact: SegmentChanged) -> Words {
    let title = html! { (segment(fact.segment_id)) ": " (fact.entered.len()) " came in, " (fact.left.len()) " left" };
    Words::new(Meaning::Neutral, title)
}
