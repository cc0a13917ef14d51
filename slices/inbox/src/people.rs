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
    let found = members(app, caller).await?.into_iter().find(|(known, _)| *known == user);
    found.ok_or_else(|| Error::field("assignee", "a member of this account"))
}

/// Every member of the caller's account.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn members(app: &App, caller: &Caller) -> Result<Vec<(UserId, String)>> {
    let people = app.identity.people(&mut caller.read(app), &[]).await?;
    let member = |(actor, name)| if let Actor::Member(user) = actor { Some((user, name)) } else { None };
    Ok(people.into_iter().filter_map(member).collect())
}

/// The names of whoever acts for the account, as the journal writes them, those of former members among `also` too.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn names(app: &App, caller: &Caller, also: &[UserId]) -> Result<HashMap<String, String>> {
    let people = app.identity.people(&mut caller.read(app), also).await?;
    Ok(people.into_iter().map(|(actor, name)| (actor.to_string(), name)).collect())
}
