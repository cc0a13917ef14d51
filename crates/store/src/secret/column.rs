//! Columns that hold locked texts: each slice names its own, so that all of them can be locked with another key.

use super::{KeyId, Vault};
use crate::{Command, Db, Look, Result, Sql, Tx, Value, Who};
use async_trait::async_trait;
use facts::{Id, TenantId};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Rows that are looked at, and locked again, in one go.
const BATCH: usize = 100;

/// What a walk through a column found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Texts by the key that they hang on.
    pub by_key: BTreeMap<KeyId, u64>,
    /// Texts that no key opens which is held.
    pub lost: u64,
    /// Texts that were locked again.
    pub relocked: u64,
    /// Texts that somebody else changed between the look and the writing: to be looked at again.
    pub changed: u64,
}

impl Tally {
    /// How many texts there are.
    pub fn texts(&self) -> u64 {
        self.by_key.values().sum::<u64>() + self.lost
    }

    /// Takes another's numbers in.
    pub fn add(&mut self, other: &Tally) {
        for (key, count) in &other.by_key {
            *self.by_key.entry(*key).or_default() += count;
        }
        self.lost += other.lost;
        self.relocked += other.relocked;
        self.changed += other.changed;
    }
}

/// A column that holds locked texts.
#[async_trait]
pub trait Locked: Send + Sync {
    /// `table.column`.
    fn name(&self) -> &'static str;

    /// Looks at the next rows after those looked at before, and locks them with the first key where `relock` says so and they
    /// are not: all of a batch in one commit, and none that is no longer what was looked at.
    async fn batch(&self, db: &Db, vault: &Vault, after: Option<Box<dyn std::any::Any + Send>>, relock: bool) -> Result<Walked>;
}

/// One batch of a walk.
pub struct Walked {
    /// What it found.
    pub tally: Tally,
    /// Where to go on; nothing when the column is through.
    pub next: Option<Box<dyn std::any::Any + Send>>,
}

/// By what a row of a table is found: the columns of its primary key.
pub trait Spot: Clone + Send + Sync + 'static {
    /// The key with a locked text after it.
    type Row: DeserializeOwned + Send + 'static;
    /// The row in two.
    fn split(row: Self::Row) -> (Self, Vec<u8>);
    /// The key as parameters.
    fn values(&self) -> Vec<Value>;
}

impl<A> Spot for (A,)
where
    A: Clone + Send + Sync + DeserializeOwned + Into<Value> + 'static,
{
    type Row = (A, Vec<u8>);
    fn split((a, locked): Self::Row) -> (Self, Vec<u8>) {
        ((a,), locked)
    }
    fn values(&self) -> Vec<Value> {
        vec![self.0.clone().into()]
    }
}

impl<A, B> Spot for (A, B)
where
    A: Clone + Send + Sync + DeserializeOwned + Into<Value> + 'static,
    B: Clone + Send + Sync + DeserializeOwned + Into<Value> + 'static,
{
    type Row = (A, B, Vec<u8>);
    fn split((a, b, locked): Self::Row) -> (Self, Vec<u8>) {
        ((a, b), locked)
    }
    fn values(&self) -> Vec<Value> {
        vec![self.0.clone().into(), self.1.clone().into()]
    }
}

/// A column whose rows are found by `K`.
pub struct Column<K> {
    /// `table.column`.
    pub name: &'static str,
    /// The key and the text of the rows after a key, in its order: the key's parameters, then how many rows.
    pub page: &'static Sql,
    /// Writes a text over another: the key's parameters, then the new text, then the one that must still be there.
    pub put: &'static Sql,
    /// A key before all others.
    pub least: fn() -> K,
    /// Where in the vault a row's text belongs.
    pub place: fn(&K) -> String,
}

#[async_trait]
impl<K: Spot> Locked for Column<K> {
    fn name(&self) -> &'static str {
        self.name
    }

    async fn batch(&self, db: &Db, vault: &Vault, after: Option<Box<dyn std::any::Any + Send>>, relock: bool) -> Result<Walked> {
        let after = after.and_then(|spot| spot.downcast::<K>().ok()).map_or_else(self.least, |spot| *spot);
        let mut params = after.values();
        params.push(Value::from(BATCH as i64));
        let rows: Vec<K::Row> = db.read_global().all(self.page, &params).await?;
        let full = rows.len() == BATCH;
        let (mut tally, mut old, mut last) = (Tally::default(), Vec::new(), None);
        for row in rows {
            let (spot, locked) = K::split(row);
            let place = (self.place)(&spot);
            match vault.key_of(&place, &locked) {
                Ok(key) if relock && key != vault.first() => {
                    old.push(Swap { key: spot.values(), new: vault.lock(&place, &vault.open(&place, &locked)?)?, old: locked })
                }
                Ok(key) => *tally.by_key.entry(key).or_default() += 1,
                Err(_) => tally.lost += 1,
            }
            last = Some(spot);
        }
        if !old.is_empty() {
            let all = old.len() as u64;
            let who = Who::system(TenantId::from_uuid(Uuid::nil()), "key_rotation");
            tally.relocked = db.run(&who, Relock { put: self.put, swaps: old }).await?;
            tally.changed = all - tally.relocked;
            *tally.by_key.entry(vault.first()).or_default() += tally.relocked;
        }
        Ok(Walked { tally, next: last.filter(|_| full).map(|spot| Box::new(spot) as Box<dyn std::any::Any + Send>) })
    }
}

/// One text for another.
struct Swap {
    key: Vec<Value>,
    new: Vec<u8>,
    old: Vec<u8>,
}

/// Puts texts in the place of those that they were made from.
struct Relock {
    put: &'static Sql,
    swaps: Vec<Swap>,
}

impl Command for Relock {
    const NAME: &'static str = "relock_secrets";
    type Out = u64;

    async fn run(&self, tx: &mut Tx) -> Result<u64> {
        let mut written = 0;
        for Swap { key, new, old } in &self.swaps {
            let mut params = key.clone();
            params.extend([Value::from(new.as_slice()), Value::from(old.as_slice())]);
            written += tx.exec(self.put, &params).await?;
        }
        Ok(written)
    }
}
