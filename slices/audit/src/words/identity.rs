//! Words for what happens to tenants, members and keys.

use super::{Words, words};
use facts::identity::{ApiKeyChanged, MemberChanged, MemberSignedIn, TenantChanged, TenantCreated};
use maud::html;
use store::Stated;
use web::ui::{Meaning, id};

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated;
        TenantCreated => created,
        TenantChanged => changed,
        MemberChanged => member,
        MemberSignedIn => signed_in,
        ApiKeyChanged => key,
    }
}

fn created(fact: TenantCreated) -> Words {
    Words::new(Meaning::Good, html! { "Account opened: " bdi { (fact.name) } })
}

fn changed(fact: TenantChanged) -> Words {
    let fields: Vec<String> = fact.fields.iter().map(|field| field.replace('_', " ")).collect();
    Words::new(Meaning::Neutral, html! { "Account changed: " (fields.join(", ")) })
}

fn member(fact: MemberChanged) -> Words {
    let what = fact.role.map_or_else(|| "Member left".to_owned(), |role| format!("Member is now {role}"));
    Words::new(Meaning::Neutral, html! { (what) }).note(id(fact.user_id))
}

fn signed_in(fact: MemberSignedIn) -> Words {
    Words::new(Meaning::Neutral, html! { "Signed in" }).note(id(fact.user_id))
}

fn key(fact: ApiKeyChanged) -> Words {
    let what = if fact.live { "API key made: " } else { "API key revoked: " };
    Words::new(Meaning::Neutral, html! { (what) bdi { (fact.name) } }).note(id(fact.key_id))
}
