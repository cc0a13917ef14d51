//! Making and changing lists, and putting people on them.

use super::model::{self, List};
use super::{members, rows};
use facts::contacts::ListSaved;
use facts::{Change, ContactId, ListId};
use serde_json::{Value, json};
use store::{Command, Error, Result, Tx};

/// The most people who are put on a list at once.
pub(crate) const AT_ONCE: usize = 1_000;

/// Makes a list, or changes one.
#[derive(Debug, Clone, Default)]
pub(crate) struct SaveList {
    /// Which; a new one where it is none.
    pub id: Option<ListId>,
    /// It stays where nothing is said.
    pub name: Option<String>,
    /// It stays where nothing is said.
    pub description: Option<String>,
}

impl Command for SaveList {
    const NAME: &'static str = "save_list";
    type Out = List;

    async fn run(&self, tx: &mut Tx) -> Result<List> {
        let before = match self.id {
            Some(id) => Some(rows::lock(tx, id).await?.ok_or_else(|| Error::not_found("list"))?),
            None => None,
        };
        let said = |said: &Option<String>, known: fn(&List) -> &String| {
            said.clone().or_else(|| before.as_ref().map(|list| known(list).clone())).unwrap_or_default()
        };
        let name = model::name(&said(&self.name, |list| &list.name))?;
        let description = model::description(&said(&self.description, |list| &list.description))?;
        let after = match &before {
            Some(before) => List { name, description, ..before.clone() },
            None => List { id: tx.id(), name, description, contacts: 0, created_at: tx.now() },
        };
        if before.as_ref() == Some(&after) {
            return Ok(after);
        }
        match &before {
            Some(before) => rename(tx, before, &after).await?,
            None => make(tx, &after).await?,
        }
        let changes = Change::between(&before.as_ref().map_or(Value::Null, told), &told(&after));
        tx.state(ListSaved { list_id: after.id, name: after.name.clone(), live: true, changes }).await?;
        Ok(after)
    }
}

fn told(list: &List) -> Value {
    json!({"name": list.name, "description": list.description})
}

fn taken() -> Error {
    let says = "Another list is called so. Choose another name.";
    Error::conflict("list_exists", says).with_field("name", says)
}

async fn make(tx: &mut Tx, list: &List) -> Result<()> {
    if rows::insert(tx, list).await? { Ok(()) } else { Err(taken()) }
}

/// Writes a changed list. A row that comes and goes keeps its new name from others until the commit.
async fn rename(tx: &mut Tx, before: &List, after: &List) -> Result<()> {
    if model::folded(&before.name) != model::folded(&after.name) {
        let placeholder = List { id: tx.id(), ..after.clone() };
        make(tx, &placeholder).await?;
        rows::delete(tx, placeholder.id).await?;
    }
    rows::update(tx, after).await
}

/// Takes a list away. Who was on it stays known.
pub(crate) struct DeleteList(pub ListId);

impl Command for DeleteList {
    const NAME: &'static str = "delete_list";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let list = rows::lock(tx, self.0).await?.ok_or_else(|| Error::not_found("list"))?;
        rows::delete(tx, list.id).await?;
        let changes = Change::between(&told(&list), &Value::Null);
        tx.state(ListSaved { list_id: list.id, name: list.name, live: false, changes }).await?;
        Ok(())
    }
}

/// Puts people on a list; gives how many were not on it before.
pub(crate) struct PutOnList {
    pub list_id: ListId,
    pub people: Vec<ContactId>,
}

impl Command for PutOnList {
    const NAME: &'static str = "put_on_list";
    type Out = usize;

    async fn run(&self, tx: &mut Tx) -> Result<usize> {
        if self.people.is_empty() || self.people.len() > AT_ONCE {
            return Err(Error::field("contact_ids", format!("1 to {AT_ONCE} contacts")));
        }
        Ok(members::add_to_list(tx, self.list_id, &self.people).await?.len())
    }
}

/// Takes somebody off a list.
pub(crate) struct TakeOffList {
    pub list_id: ListId,
    pub contact_id: ContactId,
}

impl Command for TakeOffList {
    const NAME: &'static str = "take_off_list";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let Self { list_id, contact_id } = *self;
        members::take_off_list(tx, list_id, &[contact_id]).await.map(drop)
    }
}
