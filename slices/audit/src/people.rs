//! Those who act, by name.

use crate::moment;
use std::collections::HashMap;
use store::{Read, Result, Stated};
use web::App;

/// The names of those who act for a tenant, by how the journal names them: `member:usr_…`, `key:key_…`.
pub(crate) struct People(HashMap<String, String>);

impl People {
    /// Those who are there now, and of those who have left whoever stated one of these facts.
    pub(crate) async fn of(app: &App, read: &mut Read, facts: &[Stated]) -> Result<Self> {
        let mut also: Vec<_> = facts.iter().filter_map(|fact| fact.actor.strip_prefix("member:")?.parse().ok()).collect();
        also.sort_unstable();
        also.dedup();
        let named = app.identity.people(read, &also).await?;
        Ok(Self(named.into_iter().map(|(actor, name)| (actor.to_string(), name)).collect()))
    }

    /// Those whose names have a text in them, as the journal names them.
    pub(crate) fn named(&self, text: &str) -> Vec<String> {
        let text = text.to_lowercase();
        self.0.iter().filter(|(_, name)| name.to_lowercase().contains(&text)).map(|(actor, _)| actor.clone()).collect()
    }

    /// Who stated a fact, in words.
    pub(crate) fn name(&self, actor: &str) -> String {
        self.0.get(actor).cloned().unwrap_or_else(|| moment::actor(actor))
    }

    /// All of them and those who have no name, to choose from; whoever is chosen `now` is among them.
    pub(crate) fn choices(&self, now: Option<&str>) -> Vec<(String, String)> {
        let words = |actor: &str, name: &str| if actor.starts_with("key:") { format!("{name} (API key)") } else { name.to_owned() };
        let mut all: Vec<(String, String)> = self.0.iter().map(|(actor, name)| (actor.clone(), words(actor, name))).collect();
        all.sort_by(|a, b| a.1.to_lowercase().cmp(&b.1.to_lowercase()).then_with(|| a.0.cmp(&b.0)));
        let others = [("", "Anybody"), ("visitor", "The buyer"), ("provider:", "Providers"), ("system:", "Origin")];
        let others = others.iter().map(|(actor, words)| ((*actor).to_owned(), (*words).to_owned()));
        let mut choices: Vec<(String, String)> = others.chain(all).collect();
        if let Some(now) = now.filter(|now| choices.iter().all(|(actor, _)| actor != now)) {
            choices.push((now.to_owned(), self.name(now)));
        }
        choices
    }
}
