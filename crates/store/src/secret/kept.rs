//! What the database keeps of master keys: which have locked, and the root of the keys that outlive them.

use super::{Column, Locked, Tally, Vault};
use crate::{Command, Db, Error, Kind, Look, Result, Tx, Who, params, sql};
use facts::{Id, TenantId, Time};
use serde::Deserialize;
use uuid::Uuid;

/// The store's own locked texts.
pub static ROOTS: Column<(String,)> = Column {
    name: "vault_roots.locked",
    page: sql!(global "SELECT name, locked FROM vault_roots WHERE name > $1 ORDER BY name LIMIT $2"),
    put: sql!(global "UPDATE vault_roots SET locked = $2 WHERE name = $1 AND locked = $3"),
    least: || (String::new(),),
    place: |(name,)| place(name),
};

/// The root that lasting keys are derived with.
const LASTING: &str = "lasting";
/// Walks over all columns before one that finds nothing new is given up: something keeps locking with an old key.
const WALKS: usize = 20;

fn place(name: &str) -> String {
    format!("vault/{name}")
}

fn who() -> Who {
    Who::system(TenantId::from_uuid(Uuid::nil()), "vault")
}

async fn root(db: &Db, vault: &Vault) -> Result<Option<[u8; 32]>> {
    let found: Option<Vec<u8>> =
        db.read_global().maybe(sql!(global "SELECT locked FROM vault_roots WHERE name = $1"), params![LASTING]).await?;
    let Some(locked) = found else { return Ok(None) };
    let text = vault.open(&place(LASTING), &locked).map_err(|_| {
        let message = "None of the master keys opens this database. ORIGIN_MASTER_KEY must hold the key that it was locked with last.";
        Error::new(Kind::Unavailable, "wrong_master_key", message)
    })?;
    let mut root = [0; 32];
    hex::decode_to_slice(text, &mut root).map_err(Error::internal)?;
    Ok(Some(root))
}

/// The vault with the root that this database keeps, and a note of the key that locks now.
///
/// Where none is kept yet, one is made; `made_before` then says which of the vaults it is shown, one for each key that is held,
/// derives the keys that things in the database were made with already, and nothing where there are no such things.
///
/// # Errors
/// `wrong_master_key`, or whatever the engine refuses.
pub async fn settled<F>(db: &Db, vault: Vault, made_before: impl FnOnce(Vec<Vault>) -> F) -> Result<Vault>
where
    F: Future<Output = Result<Option<usize>>>,
{
    let root_now = match root(db, &vault).await? {
        Some(root) => root,
        None => {
            let held = vault.ring.held();
            let owns: Vec<[u8; 32]> = held.all().map(|key| key.whole).collect();
            let chosen = made_before(owns.iter().map(|own| vault.rooted(own)).collect()).await?;
            let new = chosen.and_then(|at| owns.get(at).copied()).unwrap_or_else(|| vault.dice.secret());
            let locked = vault.lock(&place(LASTING), &hex::encode(new))?;
            db.run(&who(), KeepRoot { locked }).await?;
            // Another node may have been first.
            root(db, &vault).await?.ok_or_else(|| Error::internal("the root of the vault was not kept"))?
        }
    };
    note_first(db, &vault).await?;
    Ok(vault.rooted(&root_now))
}

struct KeepRoot {
    locked: Vec<u8>,
}

impl Command for KeepRoot {
    const NAME: &'static str = "keep_vault_root";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let sql = sql!(global "INSERT INTO vault_roots (name, locked, made_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING");
        tx.put(sql, params![LASTING, self.locked.as_slice(), tx.now()]).await
    }
}

/// What is known of a master key.
#[derive(Debug, Clone, Deserialize)]
pub struct KnownKey {
    /// Its id.
    pub id: String,
    /// Since when it locks.
    pub first_at: Time,
    /// Since when nothing hangs on those before it; nothing while that is not so.
    pub settled_at: Option<Time>,
}

/// The master keys that have locked here.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn known_keys(db: &Db) -> Result<Vec<KnownKey>> {
    db.read_global().all(sql!(global "SELECT id, first_at, settled_at FROM master_keys ORDER BY first_at DESC, id"), &[]).await
}

/// Notes that the vault's first key locks from now on, where that is not known yet.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn note_first(db: &Db, vault: &Vault) -> Result<()> {
    let id = vault.first().to_string();
    if known_keys(db).await?.iter().any(|known| known.id == id) {
        return Ok(());
    }
    db.run(&who(), NoteKey { id }).await
}

/// The first key of a database has nothing before it.
struct NoteKey {
    id: String,
}

impl Command for NoteKey {
    const NAME: &'static str = "note_master_key";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        tx.put(
            sql!(global
                "INSERT INTO master_keys (id, first_at, settled_at)
                 SELECT $1, CAST($2 AS BIGINT), CASE WHEN EXISTS (SELECT 1 FROM master_keys) THEN NULL ELSE CAST($2 AS BIGINT) END
                 WHERE TRUE ON CONFLICT (id) DO NOTHING"
            ),
            params![self.id.as_str(), tx.now()],
        )
        .await
    }
}

/// Walks through a column, a batch at a time; `tell` hears what has been found so far after each.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn walk(
    db: &Db,
    vault: &Vault,
    column: &dyn Locked,
    relock: bool,
    tell: &mut (dyn FnMut(&'static str, &Tally) + Send),
) -> Result<Tally> {
    let (mut tally, mut after) = (Tally::default(), None);
    loop {
        let walked = column.batch(db, vault, after.take(), relock).await?;
        tally.add(&walked.tally);
        tell(column.name(), &tally);
        match walked.next {
            Some(next) => after = Some(next),
            None => return Ok(tally),
        }
    }
}

/// Locks every text again that hangs on another key than the first, while everything goes on, and notes when nothing is left:
/// walk after walk until one finds nothing, since somebody may have locked with an old key meanwhile. It may be broken off
/// anywhere and begun again. What the last walk found is told by column.
///
/// # Errors
/// `still_locking` where the old key is used again and again; whatever the engine refuses.
pub async fn relock(
    db: &Db,
    vault: &Vault,
    columns: &[&dyn Locked],
    tell: &mut (dyn FnMut(&'static str, &Tally) + Send),
) -> Result<Vec<(&'static str, Tally)>> {
    for _ in 0..WALKS {
        let mut found = Vec::new();
        for column in columns {
            found.push((column.name(), walk(db, vault, *column, true, tell).await?));
        }
        if found.iter().all(|(_, tally)| tally.relocked + tally.changed == 0) {
            db.run(&who(), Settle { id: vault.first().to_string() }).await?;
            return Ok(found);
        }
    }
    Err(Error::conflict("still_locking", "Secrets are still being locked with an old key: does every node have the new one first?"))
}

/// Notes that nothing hangs on the keys before this one.
struct Settle {
    id: String,
}

impl Command for Settle {
    const NAME: &'static str = "settle_master_key";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let sql = sql!(global "UPDATE master_keys SET settled_at = $2 WHERE id = $1 AND settled_at IS NULL");
        tx.put(sql, params![self.id.as_str(), tx.now()]).await
    }
}
