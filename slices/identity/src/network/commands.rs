//! Changing the lists: an owner's doing, since who keeps them keeps everybody else out.

use super::{rows, rules};
use crate::rows::lock_tenant;
use facts::Change;
use facts::sign_in::{AddressesChanged, OriginsChanged};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::IpAddr;
use store::{Command, Result, Tx};
use web::{Reach, Role};

/// Only an owner keeps the lists.
///
/// # Errors
/// `role_too_high`.
pub(super) fn may_set(by: &Reach) -> Result<()> {
    crate::rules::may_grant(by, Role::Owner)
}

/// Puts a list of networks in the place of another.
pub(super) struct SetNetworks {
    /// From [`rules::networks`].
    pub networks: BTreeMap<String, String>,
    /// From where it is saved; nothing for the operator, whom no list keeps out.
    pub from: Option<IpAddr>,
    pub by: Reach,
}

impl Command for SetNetworks {
    const NAME: &'static str = "set_allowed_networks";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        may_set(&self.by)?;
        if let Some(from) = self.from {
            rules::keeps_in(&self.networks, from)?;
        }
        put(tx, &self.networks).await
    }
}

async fn put(tx: &mut Tx, networks: &BTreeMap<String, String>) -> Result<()> {
    lock_tenant(tx).await?;
    let said = |list: &[(String, String)]| {
        list.iter().map(|(network, note)| if note.is_empty() { network.clone() } else { format!("{network} {note}") }).collect::<Vec<_>>()
    };
    let before: Vec<_> = rows::networks(tx).await?.into_iter().map(|listed| (listed.network, listed.note)).collect();
    let after: Vec<_> = networks.clone().into_iter().collect();
    let changes = between("networks", &said(&before), &said(&after));
    if changes.is_empty() {
        return Ok(());
    }
    rows::put_networks(tx, networks).await?;
    tx.state(AddressesChanged { networks: networks.keys().cloned().collect(), changes }).await?;
    Ok(())
}

/// A list before and after, as one text each.
fn between(field: &str, before: &[String], after: &[String]) -> Vec<Change> {
    let said = |list: &[String]| if list.is_empty() { Value::Null } else { list.join(", ").into() };
    Change::between(&json!({field: said(before)}), &json!({field: said(after)}))
}

/// Takes every network from the list, so that one may come from anywhere: what whoever runs the platform does for those who
/// have locked themselves out.
pub(super) struct LiftAddresses;

impl Command for LiftAddresses {
    const NAME: &'static str = "lift_addresses";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        put(tx, &BTreeMap::new()).await
    }
}

/// Puts a list of origins in the place of another, and tells which were added or taken away.
pub(super) struct SetOrigins {
    /// From [`rules::origins`].
    pub origins: Vec<String>,
    pub by: Reach,
}

impl Command for SetOrigins {
    const NAME: &'static str = "set_api_origins";
    type Out = Vec<String>;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<String>> {
        may_set(&self.by)?;
        lock_tenant(tx).await?;
        let before = rows::origins(tx).await?;
        let changes = between("origins", &before, &self.origins);
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        rows::put_origins(tx, &self.origins).await?;
        tx.state(OriginsChanged { origins: self.origins.clone(), changes }).await?;
        let gone = before.iter().filter(|origin| !self.origins.contains(origin));
        Ok(gone.chain(self.origins.iter().filter(|origin| !before.contains(origin))).cloned().collect())
    }
}
