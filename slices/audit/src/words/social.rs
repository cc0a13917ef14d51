//! Words for what happens to posts, and to the places that they go to.

use super::{Words, words};
use facts::SocialPostId;
use facts::social::{PlaceStep, PostStep, SocialPlaceChanged, SocialPostChanged, SocialPostSent};
use maud::{Markup, html};
use store::Stated;
use web::ui::Meaning;

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated; SocialPlaceChanged => place, SocialPostChanged => post, SocialPostSent => sent }
}

fn place(fact: SocialPlaceChanged) -> Words {
    let (meaning, what) = match fact.step {
        PlaceStep::Made => (Meaning::Neutral, "Place for posts added: "),
        PlaceStep::Changed => (Meaning::Neutral, "Place for posts changed: "),
        PlaceStep::Tested => (Meaning::Neutral, "A test was sent to "),
        PlaceStep::Rotated => (Meaning::Neutral, "New secret for posts to "),
        PlaceStep::Paused => (Meaning::Attention, "Posts go no more to "),
        PlaceStep::Resumed => (Meaning::Good, "Posts go again to "),
        PlaceStep::Removed => (Meaning::Neutral, "Place for posts removed: "),
    };
    let why = if fact.reason.is_some() { "It answered 410: it is gone for good." } else { "" };
    Words::new(meaning, html! { (what) bdi { (fact.name) } }).note(html! { (why) })
}

fn link(id: SocialPostId) -> Markup {
    html! { a href={ "/admin/social/posts/" (id) } { "Post" } }
}

fn post(fact: SocialPostChanged) -> Words {
    let (meaning, what) = match fact.step {
        PostStep::Written => (Meaning::Neutral, "written as a draft"),
        PostStep::Changed => (Meaning::Neutral, "changed"),
        PostStep::Planned => (Meaning::Information, "planned"),
        PostStep::PutBack => (Meaning::Neutral, "a draft once more"),
        PostStep::Cancelled => (Meaning::Neutral, "cancelled"),
        PostStep::Begun => (Meaning::Information, "on its way"),
        PostStep::Retried => (Meaning::Information, "on its way once more to where it did not arrive"),
    };
    Words::new(meaning, html! { (link(fact.post_id)) ": " (what) })
}

fn sent(fact: SocialPostSent) -> Words {
    let all = fact.sent.len() + fact.failed.len() + fact.unknown.len();
    let meaning = if fact.sent.len() == all { Meaning::Good } else { Meaning::Attention };
    let unknown = if fact.unknown.is_empty() { "" } else { "Some may have got it and never said so." };
    Words::new(meaning, html! { (link(fact.post_id)) ": taken by " (fact.sent.len()) " of " (all) " places" }).note(html! { (unknown) })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{id, says};
    use super::*;
    use facts::Time;

    #[test]
    fn posts_and_places() {
        let place = |step, reason: Option<&str>| SocialPlaceChanged {
            place_id: id(),
            name: "Our page".into(),
            step,
            reason: reason.map(str::to_owned),
            changes: Vec::new(),
        };
        says(place(PlaceStep::Made, None), "Place for posts added: Our page");
        says(place(PlaceStep::Paused, Some("gone")), "Posts go no more to Our page");
        says(place(PlaceStep::Rotated, None), "New secret for posts to Our page");
        let post = |step| SocialPostChanged { post_id: id(), step, at: Time(0), changes: Vec::new() };
        says(post(PostStep::Planned), "Post: planned");
        says(post(PostStep::Cancelled), "Post: cancelled");
        let state = "partly".to_owned();
        says(
            SocialPostSent { post_id: id(), state, at: Time(0), sent: vec![id()], failed: vec![id()], unknown: Vec::new() },
            "Post: taken by 1 of 2 places",
        );
    }
}
