//! Words for what happens to the ways in which people sign in.

use super::{Words, words};
use facts::sign_in::{AddressesChanged, MemberLinked, OriginsChanged, PasskeyChanged, SsoConnectionChanged};
use maud::html;
use store::Stated;
use web::ui::{Meaning, id};

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated;
        SsoConnectionChanged => connection,
        MemberLinked => linked,
        PasskeyChanged => passkey,
        AddressesChanged => addresses,
        OriginsChanged => origins,
    }
}

fn connection(fact: SsoConnectionChanged) -> Words {
    let what = match (&fact.issuer, fact.enabled, fact.required) {
        (None, ..) => "Single sign-on removed",
        (Some(_), false, _) => "Single sign-on set up, and off",
        (Some(_), true, false) => "Single sign-on turned on",
        (Some(_), true, true) => "Single sign-on turned on, and required",
    };
    let words = Words::new(Meaning::Attention, html! { (what) });
    match fact.issuer {
        Some(issuer) => words.note(html! { bdi { (issuer) } }),
        None => words,
    }
}

fn linked(fact: MemberLinked) -> Words {
    Words::new(Meaning::Neutral, html! { "Known by single sign-on from now on" }).note(id(fact.user_id))
}

fn passkey(fact: PasskeyChanged) -> Words {
    let what = if fact.live { "Passkey added: " } else { "Passkey removed: " };
    Words::new(Meaning::Neutral, html! { (what) bdi { (fact.name) } }).note(id(fact.user_id))
}

fn addresses(fact: AddressesChanged) -> Words {
    let what = match fact.networks.len() {
        0 => "May be used from any address".to_owned(),
        1 => "May be used from one network alone".to_owned(),
        many => format!("May be used from {many} networks alone"),
    };
    Words::new(Meaning::Attention, html! { (what) }).note(html! { (fact.networks.join(", ")) })
}

fn origins(fact: OriginsChanged) -> Words {
    let what = match fact.origins.len() {
        0 => "No other site may call the API from a browser".to_owned(),
        1 => "One site may call the API from a browser".to_owned(),
        many => format!("{many} sites may call the API from a browser"),
    };
    Words::new(Meaning::Attention, html! { (what) }).note(html! { (fact.origins.join(", ")) })
}
