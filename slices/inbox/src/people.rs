//! Who works in the inbox, by name.

use facts::UserId;
use std::collections::HashMap;
use store::{Actor, Error, Result};
use web::{App, Caller};

/// A member of the caller's account, with their name.
///
/// # Errors
/// The field `assignee` where they are none.
pub(crate) async fn member(app: &App, caller: &Caller, user: UserId) -> Result<(UserId, String)> {
    let found = Colleagues::of(app, caller, None).await?.members.into_iter().find(|(known, _)| *known == user);
    found.ok_or_else(|| Error::field("assignee", "a member of this account"))
}

/// Who works for the caller's account.
pub(crate) struct Colleagues {
    /// Every member.
    pub members: Vec<(UserId, String)>,
    /// What whoever acts is called, by how the journal writes them.
    names: HashMap<String, String>,
}

impl Colleagues {
    /// Looks at all of them, and at one who may have left.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn of(app: &App, caller: &Caller, also: Option<UserId>) -> Result<Self> {
        let people = app.identity.people(&mut caller.read(app), also.as_slice()).await?;
        let mut members: Vec<(UserId, String)> = people
            .iter()
            .filter_map(|(actor, name)| if let Actor::Member(user) = actor { Some((*user, name.clone())) } else { None })
            .collect();
        // Whoever is asked for by name comes once besides.
        if let Some(at) = members.iter().rposition(|(user, _)| Some(*user) == also) {
            members.remove(at);
        }
        Ok(Self { members, names: people.into_iter().map(|(actor, name)| (actor.to_string(), name)).collect() })
    }

    /// What somebody is called whom the journal writes so.
    pub fn name(&self, actor: &str) -> Option<&str> {
        self.names.get(actor).map(String::as_str)
    }
}
