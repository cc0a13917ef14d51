//! Words for what happens to settings and credentials.

use super::{Words, words};
use crate::moment::provider;
use facts::settings::{CredentialsChanged, SettingsChanged};
use maud::html;
use store::Stated;
use web::ui::Meaning;

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated;
        SettingsChanged => changed,
        CredentialsChanged => credentials,
    }
}

fn changed(fact: SettingsChanged) -> Words {
    let names: Vec<String> = fact.names.iter().map(|name| name.replace('_', " ")).collect();
    Words::new(Meaning::Neutral, html! { "Settings changed: " (names.join(", ")) })
}

fn credentials(fact: CredentialsChanged) -> Words {
    Words::new(Meaning::Neutral, html! { "New credentials for " (provider(&fact.provider)) })
}
