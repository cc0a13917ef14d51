//! Flags are put as a whole, and taken away.

use super::feature::code;
use crate::flags::{self, Flag, WHOLE};
use facts::entitlements::FlagSaved;
use facts::{Change, ContactId, FlagId};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::{Command, Error, Look, Result, Tx, Value as Bound, params, rows, sql};
use web::text;

/// The most flags of a tenant.
const MOST: i64 = 200;
/// The most customers that a flag names.
const MOST_NAMED: usize = 100;

/// Makes a flag, or changes it; what it had before is gone.
#[derive(Debug, Clone)]
pub(crate) struct PutFlag {
    pub name: String,
    pub description: String,
    pub on: bool,
    /// The share of customers who get it, in basis points.
    pub share_bps: i64,
    /// Who gets it besides.
    pub contacts: Vec<ContactId>,
}

/// Takes a flag away: it is off for everybody.
#[derive(Debug, Clone)]
pub(crate) struct RemoveFlag(pub String);

fn told(flag: &Flag, contacts: &BTreeSet<ContactId>) -> Value {
    json!({"description": flag.description, "on": flag.is_on, "share_bps": flag.share_bps, "contacts": contacts})
}

impl Command for PutFlag {
    const NAME: &'static str = "put_flag";
    type Out = Flag;

    async fn run(&self, tx: &mut Tx) -> Result<Flag> {
        let name = code("name", &self.name)?;
        if name == "new" {
            return Err(Error::field("name", "another name: new is the page of new flags"));
        }
        if !(0..=WHOLE).contains(&self.share_bps) {
            return Err(Error::field("share_bps", "0 to 10000: hundredths of a percent of all customers"));
        }
        let contacts: BTreeSet<ContactId> = self.contacts.iter().copied().collect();
        if contacts.len() > MOST_NAMED {
            return Err(Error::field("contacts", format!("at most {MOST_NAMED}: use a share for more")));
        }
        let known = contacts::known(tx, &contacts.iter().copied().collect::<Vec<_>>()).await?;
        if let Some(stranger) = contacts.iter().find(|contact| !known.contains_key(*contact)) {
            return Err(Error::field("contacts", format!("There is no contact {stranger}.")));
        }
        let before = locked(tx, &name).await?;
        let flag = Flag {
            id: before.as_ref().map_or_else(|| tx.id(), |(flag, _)| flag.id),
            name,
            description: text("description", &self.description, 500)?,
            is_on: self.on,
            share_bps: self.share_bps,
            created_at: before.as_ref().map_or(tx.now(), |(flag, _)| flag.created_at),
        };
        put(tx, &flag, &contacts).await?;
        let was = before.map_or(Value::Null, |(flag, contacts)| told(&flag, &contacts));
        let changes = Change::between(&was, &told(&flag, &contacts));
        if !changes.is_empty() {
            tx.state(FlagSaved { flag_id: flag.id, name: flag.name.clone(), live: true, changes }).await?;
        }
        Ok(flag)
    }
}

impl Command for RemoveFlag {
    const NAME: &'static str = "remove_flag";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let (flag, contacts) = locked(tx, &self.0).await?.ok_or_else(|| Error::not_found("flag"))?;
        tx.put(sql!("DELETE FROM flag_subjects WHERE tenant_id = $1 AND flag_id = $2"), params![tx.tenant(), flag.id]).await?;
        tx.put(sql!("DELETE FROM flags WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), flag.id]).await?;
        let changes = Change::between(&told(&flag, &contacts), &Value::Null);
        tx.state(FlagSaved { flag_id: flag.id, name: flag.name, live: false, changes }).await.map(drop)
    }
}

/// The flag and whom it names, which nobody else changes until the commit.
async fn locked(tx: &mut Tx, name: &str) -> Result<Option<(Flag, BTreeSet<ContactId>)>> {
    let id: Option<FlagId> =
        tx.maybe(sql!("SELECT id FROM flags WHERE tenant_id = $1 AND name = $2 FOR UPDATE"), params![tx.tenant(), name]).await?;
    if id.is_none() {
        return Ok(None);
    }
    let flag = flags::flag(tx, name).await?.ok_or_else(|| Error::not_found("flag"))?;
    let contacts: Vec<ContactId> =
        tx.all(sql!("SELECT contact_id FROM flag_subjects WHERE tenant_id = $1 AND flag_id = $2"), params![tx.tenant(), flag.id]).await?;
    Ok(Some((flag, contacts.into_iter().collect())))
}

async fn put(tx: &mut Tx, flag: &Flag, contacts: &BTreeSet<ContactId>) -> Result<()> {
    let put: Option<FlagId> = tx
        .maybe(
            sql!(
                "INSERT INTO flags (tenant_id, id, name, description, is_on, share_bps, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
                 ON CONFLICT (tenant_id, name)
                    DO UPDATE SET description = excluded.description, is_on = excluded.is_on, share_bps = excluded.share_bps
                 RETURNING id"
            ),
            params![tx.tenant(), flag.id, &flag.name, &flag.description, flag.is_on, flag.share_bps, flag.created_at],
        )
        .await?;
    if put != Some(flag.id) {
        return Err(Error::conflict("flag_changed", "Somebody else made this flag just now: look at it, and change it."));
    }
    let all: i64 = tx.one(sql!("SELECT COUNT(*) FROM flags WHERE tenant_id = $1"), params![tx.tenant()]).await?;
    if all > MOST {
        return Err(Error::conflict("too_many_flags", format!("There are {MOST} flags: take one away that is not needed any more.")));
    }
    tx.put(sql!("DELETE FROM flag_subjects WHERE tenant_id = $1 AND flag_id = $2"), params![tx.tenant(), flag.id]).await?;
    let values: Vec<Bound> = contacts.iter().flat_map(|contact| [tx.tenant().into(), flag.id.into(), (*contact).into()]).collect();
    tx.put_rows(rows!("INSERT INTO flag_subjects (tenant_id, flag_id, contact_id) VALUES ", 3, ""), &values).await
}
