//! Words for what happens to devices, and to what they keep.

use super::{Words, words};
use facts::mobile::{ConflictKept, ConflictSettled, DeviceEnded, DeviceSignedIn, RecordChanged};
use maud::html;
use store::Stated;
use web::ui::{Meaning, id};

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated;
        DeviceSignedIn => signed_in,
        DeviceEnded => ended,
        RecordChanged => changed,
        ConflictKept => kept,
        ConflictSettled => settled,
    }
}

fn signed_in(fact: DeviceSignedIn) -> Words {
    Words::new(Meaning::Neutral, html! { "Signed in on a device: " bdi { (fact.name) } }).note(id(fact.user_id))
}

fn ended(fact: DeviceEnded) -> Words {
    let (meaning, what) = match fact.why.as_str() {
        "token_reused" => (Meaning::Bad, "Device shut out, its token was used twice: "),
        "revoked" => (Meaning::Neutral, "Device shut out: "),
        "password_changed" => (Meaning::Neutral, "Device signed out with the password: "),
        "member_left" => (Meaning::Neutral, "Device signed out with its owner: "),
        _ => (Meaning::Neutral, "Device signed out: "),
    };
    Words::new(meaning, html! { (what) bdi { (fact.name) } }).note(id(fact.user_id))
}

/// One thing of a collection.
fn thing(collection: &str) -> &str {
    match collection {
        "prompts" => "Prompt",
        "contacts" => "Contact",
        other => other,
    }
}

fn changed(fact: RecordChanged) -> Words {
    let what = match (fact.deleted, fact.version) {
        (true, _) => "deleted",
        (false, 1) => "saved",
        (false, _) => "changed",
    };
    Words::new(Meaning::Neutral, html! { (thing(&fact.collection)) " " (what) })
}

fn kept(fact: ConflictKept) -> Words {
    let title = html! { a href="/admin/mobile-api" { (thing(&fact.collection)) " changed in two places" } };
    Words::new(Meaning::Attention, title).note(html! { "A phone's version is kept until somebody chooses." })
}

fn settled(fact: ConflictSettled) -> Words {
    let which = if fact.taken { "the phone's version taken" } else { "ours kept" };
    Words::new(Meaning::Good, html! { (thing(&fact.collection)) " settled: " (which) })
}
